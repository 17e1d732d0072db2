"""The lines on charts of weeks are kept from one change of the filters to the next, and follow
whatever assessors write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment import timeline as events
from corvana.analysis.assessment.register import Entry, register_of
from corvana.analysis.assessment.timeline import OwnDate
from corvana.questions.assessment import timeline
from corvana.questions.assessment.timeline import Mark
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import finding, ledger
from tests.builders.evidence.read_report import labels
from tests.builders.evidence.version import rows, version

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 2, 16)
CHANGE = {
    "object_type": "escalation_policy",
    "object_id": "P1",
    "field": "num_loops",
    "before": "0",
    "after": "2",
    "at": pd.Timestamp("2026-02-20", tz="UTC"),
}
CHANGED = (date(2026, 2, 20), "repeats: 0 → 2 (Payments)")
RELEASE = OwnDate("d1", DAY, "Release 4.2")
RELEASED = (DAY, "Release 4.2")


def of(*changes: dict[str, Any], name: str = "Payments") -> View:
    made = version(
        findings=ledger(finding("slow_ack")),
        labels=labels(P1=name),
        configuration_changes=rows("CONFIGURATION_CHANGES", *changes),
    )
    return View.of_version(made)


def marks(view: View, days: int = 28, **more: Any) -> tuple[Mark, ...]:
    return timeline.marks(view, Filters(AS_OF - timedelta(days=days), AS_OF, **more))


def counted(made: Callable[..., pd.DataFrame], calls: list[int]) -> Callable[..., pd.DataFrame]:
    def count(*arguments: Any) -> pd.DataFrame:
        calls.append(1)
        return made(*arguments)

    return count


def test_other_periods_do_not_make_the_lines_again(monkeypatch: pytest.MonkeyPatch) -> None:
    view = of(CHANGE)
    assert marks(view) == (CHANGED,)
    calls: list[int] = []
    monkeypatch.setattr(events, "events", counted(events.events, calls))
    assert [marks(view, days) for days in (7, 14)] == [(CHANGED,)] * 2
    assert calls == []


def test_a_date_that_anybody_wrote_changed_or_deleted_is_followed() -> None:
    view = of(CHANGE)
    assert marks(view) == (CHANGED,)
    assert marks(replace(view, dates=(RELEASE,))) == (CHANGED, RELEASED)
    renamed = replace(RELEASE, name="Release 4.3", revision=1)
    assert marks(replace(view, dates=(renamed,))) == (CHANGED, (DAY, "Release 4.3"))
    assert marks(view) == (CHANGED,)


def test_a_decision_of_the_register_is_followed() -> None:
    view = of()
    done = Entry("slow_ack:P1", "done", done_on=DAY)
    told = (DAY, "slow to acknowledge (Payments)")
    assert marks(view) == ()
    assert marks(replace(view, register=register_of([done]))) == (told,)
    later = replace(done, done_on=DAY + timedelta(days=1))
    assert marks(replace(view, register=register_of([later]))) == ((later.done_on, told[1]),)
    taken_back = replace(done, status="confirmed")
    assert marks(replace(view, register=register_of([taken_back]))) == ()
    seen = Entry("interview:1", "done", title="No runbooks", place="Shop", done_on=DAY)
    assert marks(replace(view, register=register_of([seen]))) == ((DAY, "No runbooks (Shop)"),)
    reworded = replace(seen, title="Runbooks")
    assert marks(replace(view, register=register_of([reworded]))) == ((DAY, "Runbooks (Shop)"),)


def test_a_new_data_version_is_followed() -> None:
    view = of()
    assert marks(view) == ()
    newer = replace(of(CHANGE, name="Checkout"), version=view.version + 1, cache=view.cache)
    assert marks(newer) == ((CHANGED[0], "repeats: 0 → 2 (Checkout)"),)


def test_chosen_policies_leave_out_what_happened_elsewhere() -> None:
    view = replace(of(CHANGE), dates=(RELEASE,))
    assert marks(view, policies=("P1",)) == (CHANGED, RELEASED)
    assert marks(view, policies=("P2",)) == (RELEASED,)
