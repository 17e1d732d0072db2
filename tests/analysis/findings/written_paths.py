"""Accounts of one mean month, written by the ways their incidents took through the policies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from corvana import frames
from corvana.analysis.account import Account
from tests.analysis.findings import written_account
from tests.analysis.test_escalations import step, steps_of

Rules = Mapping[str, Sequence[tuple[int, str]]]
"""By policy the levels in order: delay in minutes, and the people on it, separated by a space."""


class Way(NamedTuple):
    """An incident and its steps; minutes are those since its creation."""

    incident: dict[str, Any]
    steps: list[dict[str, Any]]


def way(*steps: dict[str, Any], policy: str = "P1", **ends: Any) -> Way:
    """An incident that began on the policy; `ends` are those of `written_account.incident`."""
    acked = ends.get("acked")
    to_ack = None if acked is None else acked * 60
    known = {"escalation_policy_id": policy, "seconds_to_first_ack": to_ack}
    named = [{**each, "escalation_policy_id": each.get("policy", policy)} for each in steps]
    return Way(written_account.incident("db", **(known | ends)), named)


def paged(minute: float, level: int | None, cause: str = "timeout", **more: Any) -> dict[str, Any]:
    """A step; `policy` names another policy than the first, `to_responders` other than Ann."""
    return step("", minute, level, cause, **more)


def begun(**more: Any) -> dict[str, Any]:
    """The first step."""
    return paged(0, 1, "first", **more)


def account(ways: Iterable[Way], rules: Rules, *, loops: int = 0) -> Account:
    """The incidents are named Q0, Q1 … in order; every policy has `loops` repeats."""
    told = list(ways)
    steps = [
        {**each, "incident_id": f"Q{number}"}
        for number, one in enumerate(told)
        for each in one.steps
    ]
    levels = [
        (policy, level, delay, person, "user")
        for policy, chain in rules.items()
        for level, (delay, people) in enumerate(chain, start=1)
        for person in people.split()
    ]
    return replace(
        written_account.account(one.incident for one in told),
        escalation_steps=steps_of(*steps),
        rules=frames.conform(pd.DataFrame(levels, columns=list(frames.RULES)), frames.RULES),
        repeats=pd.DataFrame({"escalation_policy_id": list(rules), "num_loops": loops}),
    )
