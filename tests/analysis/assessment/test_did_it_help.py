"""Did the advice on a finding help?"""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.assessment import did_it_help
from corvana.analysis.assessment.did_it_help import Outcome
from corvana.analysis.findings.kind import Cases
from corvana.analysis.statistics.weekly_cases import Around
from tests.builders.analysis.written_account import account_of, services

WEEK = pd.Timedelta(days=7)
DAY = pd.Timedelta(days=1)
DONE = date(2026, 3, 2)
MIDNIGHT = pd.Timestamp(DONE, tz="UTC")
NEXT = MIDNIGHT + DAY


def waits(
    before: float, after: float, *, n: int = 20, first: int = -9, until: int = 9, place: str = ""
) -> pd.DataFrame:
    """Waits of each week: half of them a tenth longer, half a tenth shorter than a level."""

    def rows() -> Iterator[tuple[pd.Timestamp, float, int, str]]:
        for week in range(first, until):
            begin = MIDNIGHT if week < 0 else NEXT
            for k in range(n):
                level = before if week < 0 else after
                yield begin + (week + 0.5) * WEEK, level * 1.1 ** (1 - 2 * (k % 2)), 0, place

    return pd.DataFrame(rows(), columns=["at", "value", "storm", "place"])


def judged(
    own: pd.DataFrame,
    others: pd.DataFrame | None = None,
    *,
    first: int = -9,
    until: int = 9,
    touched: tuple[str, ...] = (),
) -> Outcome:
    around = Around(MIDNIGHT + first * WEEK, MIDNIGHT, NEXT, NEXT + until * WEEK)
    beside = own.iloc[:0] if others is None else others
    return did_it_help.judged(
        Cases(own, beside, pd.Timestamp(around.until)), "seconds", around, DONE, touched
    )


def test_a_wait_that_is_halved_was_helped() -> None:
    found = judged(waits(600.0, 300.0))
    assert (found.verdict, found.why) == ("helped", "")
    assert found.before == pytest.approx(600.0)
    assert found.after == pytest.approx(300.0)
    assert found.against.value == pytest.approx(0.5)
    assert found.against.high < 1
    assert found.none == 1.0


def test_a_wait_that_is_doubled_became_worse() -> None:
    found = judged(waits(300.0, 600.0))
    assert found.verdict == "worse"
    assert found.against.low > 1


def test_what_everybody_had_did_not_help() -> None:
    others = pd.concat([waits(900.0, 450.0, place=f"p{k}") for k in range(4)])
    found = judged(waits(600.0, 300.0), others)
    assert found.verdict == "no change"
    assert found.alone.value == pytest.approx(0.5)
    assert found.places == 4
    assert found.elsewhere == pytest.approx(0.5)
    assert found.against.value == pytest.approx(1.0)


def test_places_that_were_touched_are_no_comparison() -> None:
    others = pd.concat([waits(900.0, 450.0, place=f"p{k}") for k in range(4)])
    found = judged(waits(600.0, 300.0), others, touched=("p0", "p1"))
    assert found.places == 0
    assert found.verdict == "helped"


def test_no_change_is_said_where_thirty_percent_would_have_shown() -> None:
    found = judged(waits(600.0, 600.0))
    assert found.verdict == "no change"
    assert found.detectable < 0.30


def test_it_is_too_early_until_the_day_from_which_a_change_can_be_seen() -> None:
    found = judged(waits(600.0, 600.0, until=1), until=1)
    assert (found.verdict, found.why) == ("too early", "")
    assert found.seen_from == (NEXT + 3 * WEEK).date()


def test_on_the_day_itself_the_weeks_before_tell_when_a_change_can_be_seen() -> None:
    found = judged(waits(600.0, 600.0, until=0), until=0)
    assert found.verdict == "too early"
    assert found.seen_from == (NEXT + 3 * WEEK).date()
    assert np.isnan(found.after)


def test_with_few_weeks_so_far_no_day_is_named() -> None:
    found = judged(waits(600.0, 600.0, first=-4, until=1), first=-4, until=1)
    assert (found.verdict, found.seen_from) == ("too early", None)


def test_nothing_can_be_told_of_a_day_at_the_start_of_the_data() -> None:
    found = judged(waits(600.0, 300.0, first=0), first=0)
    assert (found.verdict, found.why) == ("cannot tell", "too few weeks before")


def test_nothing_can_be_told_without_a_case_before_or_after() -> None:
    none_before = judged(waits(600.0, 300.0, first=0))
    assert (none_before.verdict, none_before.why) == ("cannot tell", "nothing before")
    none_after = judged(waits(600.0, 300.0, until=0))
    assert (none_after.verdict, none_after.why) == ("cannot tell", "nothing after")


def test_too_few_cases_cannot_tell_in_a_year() -> None:
    rows = waits(600.0, 500.0, n=1)
    spread = rows.assign(value=rows["value"] * np.resize([0.2, 5.0, 1.0], len(rows)))
    found = judged(spread)
    assert (found.verdict, found.why) == ("cannot tell", "too few cases")


def test_within_three_weeks_a_large_change_may_still_come() -> None:
    rows = waits(600.0, 500.0, n=1, until=1)
    spread = rows.assign(value=rows["value"] * np.resize([0.2, 5.0, 1.0], len(rows)))
    found = judged(spread, until=1)
    assert (found.verdict, found.why) == ("too early", "too few cases")
    assert found.seen_from == (NEXT + 3 * WEEK).date()


def test_a_service_is_touched_by_its_policy() -> None:
    account = account_of(services=services(api="P1", web="P1", db="P2"))
    assert did_it_help.touched_places(account, {"P1"}) == {"P1", "api", "web"}
    assert did_it_help.touched_places(account, {"db"}) == {"db"}
    assert did_it_help.touched_places(account, ()) == frozenset()
