"""Our reading of who is on call, held against PagerDuty's own list."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.on_call.on_call_list import compared
from tests.builders.analysis.chains import known, rule
from tests.builders.analysis.rotations import at, framed


def listed(*rows: tuple[int, str, str]) -> pd.DataFrame:
    told = [
        {"taken_at": at(10), "escalation_policy_id": "P1", "level": level, "responder": who}
        | {"schedule_id": schedule}
        for level, who, schedule in rows
    ]
    return framed(told, frames.SNAPSHOT)


CHAIN = known(rule(1, "S1"), rule(2, "bob"), rule(3, "S2"), on=[("S1", "ann", 0, 24)])


def test_pagerdutys_own_list_agrees_where_people_and_schedules_are_the_same() -> None:
    found = compared(CHAIN, listed((1, "ann", "S1"), (2, "bob", "")), "P1")
    assert found is not None
    assert (found.taken_at, found.levels, found.differing) == (at(10), 3, ())


@pytest.mark.parametrize(
    ("rows", "differing"),
    [
        ([(1, "ann", "S1")], (2,)),
        ([(1, "cleo", "S1"), (2, "bob", "")], (1,)),
        ([(1, "ann", "S1"), (2, "bob", ""), (3, "dan", "S2")], (3,)),
        ([(1, "ann", "S9"), (2, "bob", ""), (4, "ann", "S1")], (1, 4)),
    ],
)
def test_levels_on_which_pagerdutys_list_differs_are_named(
    rows: list[tuple[int, str, str]], differing: tuple[int, ...]
) -> None:
    found = compared(CHAIN, listed(*rows), "P1")
    assert found is not None
    assert found.differing == differing


def test_without_a_list_or_without_rules_nothing_is_compared() -> None:
    assert compared(CHAIN, listed(), "P1") is None
    assert compared(CHAIN, listed((1, "ann", "S1")), "P2") is None
