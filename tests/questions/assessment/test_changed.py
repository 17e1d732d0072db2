"""Two times compared: which can be, and what a baseline of another method is worth."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session, select

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import scorecard
from corvana.assessment.settings import AssessmentSettings, Basis, Hours
from corvana.config import Settings
from corvana.questions import prepare as preparing
from corvana.questions import prepared, usual
from corvana.questions.assessment import baselines, changed, points
from corvana.questions.assessment.points import NotComparable
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.store.models import Baseline
from corvana.store.vault import Vault
from corvana.versions import baselines as files
from corvana.versions import conclusions
from tests.builders.data_folder import connection_of
from tests.builders.stored.with_baseline import freeze_at, opened_by_itself

END = datetime(2026, 11, 20, tzinfo=UTC)
WEEK = timedelta(weeks=1)
BEFORE = END - 6 * WEEK


@pytest.fixture(scope="module", autouse=True)
def _few_kinds() -> Iterator[None]:
    """Three kinds of findings: how all of them are tested is not the question here."""
    few = (KINDS[0], KINDS[1], KINDS[3])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changed, "KINDS", few)
        patch.setattr(conclusions, "KINDS", few)
        yield


@pytest.fixture(scope="module")
def made() -> Account:
    return account(build_world(seed=3, end=END, days=84, incidents=400))


@pytest.fixture(scope="module")
def stored(made: Account, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("changed")
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def frozen(stored: tuple[Path, str], made: Account) -> Iterator[str]:
    """A baseline of six weeks ago; afterwards all are forgotten."""
    yield freeze_at(*stored, made, BEFORE, "Handed over")
    with Session(database_of(stored[0])) as session:
        for row in session.exec(select(Baseline)).all():
            session.delete(row)
        session.commit()


@pytest.fixture
def opened(stored: tuple[Path, str], frozen: str) -> View:
    return opened_by_itself(*stored)


def test_a_baseline_is_compared_with_what_came_after_it(
    opened: View, frozen: str, made: Account
) -> None:
    found = changed.compared(opened, frozen, points.NOW)
    created = made.incidents["created_at"]
    assert (found.before.name, found.after.name) == ("Handed over", "")
    assert (found.before.start, found.before.end) == (made.since, BEFORE)
    assert (found.after.start, found.after.end) == (BEFORE, END)
    assert found.before.incidents == int(created.lt(BEFORE).sum()) > 0
    assert found.after.incidents == int(created.ge(BEFORE).sum()) > 0
    assert len(found.measures) == 13
    assert found.remarks == ()
    assert found.concluded is not None
    assert set(found.concluded.findings["state"]) <= {"new", "gone", "stays", "cannot tell"}
    assert len(found.concluded.dimensions) == 5


def test_without_conclusions_only_measures_are_worked_out(opened: View, frozen: str) -> None:
    found = changed.compared(opened, frozen, points.NOW, concludes=False)
    assert found.concluded is None
    assert not any("concluded" in asked for asked in opened.cache.results.all())


def test_two_baselines_are_compared_by_the_time_between_them(
    stored: tuple[Path, str], frozen: str, made: Account
) -> None:
    later = freeze_at(*stored, made, END - 2 * WEEK, "Before the release")
    found = changed.compared(opened_by_itself(*stored), frozen, later)
    assert (found.after.start, found.after.end) == (BEFORE, END - 2 * WEEK)
    assert found.after.name == "Before the release"
    assert found.after.incidents == int(
        made.incidents["created_at"].between(BEFORE, END - 2 * WEEK, inclusive="left").sum()
    )


def test_two_periods_of_the_present_data_have_measures_and_no_conclusions(opened: View) -> None:
    first, then = (
        points.period_of(END - weeks * WEEK, END - (weeks - 4) * WEEK) for weeks in (8, 4)
    )
    found = changed.compared(opened, first, then)
    assert found.concluded is None
    assert found.remarks == ()
    assert (found.before.start, found.after.end) == (END - 8 * WEEK, END)
    assert [each.n for each in found.measures] == [
        each.n_after for each in changed.compared(opened, then, first).measures
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("now", "now", "no such time"),
        ("0" * 32, "now", "no such time"),
        ("2026-10-01T00:00+00:00/2026-10-20T00:00+00:00", "now", "no such time"),
        ("2026-13-01/2026-10-20", "2026-11-01/2026-11-15", "no such time"),
        ("2026-10-01/2026-10-20", "2026-10-19/2026-11-15", "overlap"),
        ("2026-10-01/2026-10-20", "2026-11-01/2026-11-06", "too short"),
        ("2020-10-01/2020-10-20", "2026-11-01/2026-11-15", "not collected"),
    ],
)
def test_what_cannot_be_compared_is_told(
    opened: View, before: str, after: str, reason: str
) -> None:
    with pytest.raises(NotComparable) as refused:
        changed.compared(opened, before, after)
    assert refused.value.reason == reason


def test_a_baseline_of_this_week_has_to_wait(stored: tuple[Path, str], made: Account) -> None:
    young = freeze_at(*stored, made, END - timedelta(days=3), "Young")
    with pytest.raises(NotComparable) as refused:
        changed.compared(opened_by_itself(*stored), young, points.NOW)
    assert refused.value.reason == "too short"
    assert refused.value.from_when == END + timedelta(days=4)


def test_an_earlier_baseline_cannot_come_after_a_later_one(
    stored: tuple[Path, str], frozen: str, made: Account
) -> None:
    later = freeze_at(*stored, made, END - 2 * WEEK, "Later")
    with pytest.raises(NotComparable, match="not later"):
        changed.compared(opened_by_itself(*stored), later, frozen)


def test_a_baseline_whose_files_are_gone_is_told_and_breaks_nothing(
    stored: tuple[Path, str], made: Account
) -> None:
    lost = freeze_at(*stored, made, BEFORE, "Lost")
    files.delete(stored[0] / "snapshots", connection_of(*stored).id, lost)
    with pytest.raises(NotComparable, match="no such time"):
        changed.compared(opened_by_itself(*stored), lost, points.NOW)


def test_a_baseline_of_another_method_is_worked_out_anew(
    stored: tuple[Path, str], frozen: str, made: Account
) -> None:
    older = freeze_at(*stored, made, BEFORE, "Older", concluded_by="older", built_by="older")
    view = opened_by_itself(*stored)
    found = changed.compared(view, older, points.NOW)
    assert found.remarks == ("another method", "built otherwise")
    today = changed.compared(view, frozen, points.NOW)
    assert found.concluded is not None
    assert today.concluded is not None
    assert found.concluded.findings.equals(today.concluded.findings)
    assert found.concluded.checks.equals(today.concluded.checks)
    assert repr(found.measures) == repr(today.measures)


def test_the_scores_of_an_older_method_are_not_those_that_were_frozen(
    stored: tuple[Path, str], made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was frozen is shown only if it is of today's method."""
    kept = freeze_at(*stored, made, BEFORE, "Kept")
    older = freeze_at(*stored, made, BEFORE, "Older", concluded_by="older")
    view = opened_by_itself(*stored)
    worked_out: list[int] = []

    def noted(account: Account) -> pd.DataFrame:
        worked_out.append(len(account.incidents))
        return scorecard(account)

    monkeypatch.setattr(changed, "scorecard", noted)
    changed.concluded(view, kept, points.NOW)
    after = len(made.incidents) - len(view.baselines.data(kept).frame("incidents"))
    assert worked_out == [after]
    changed.concluded(view, older, points.NOW)
    assert worked_out == [after, len(made.incidents) - after, after]


def test_under_other_settings_everything_is_worked_out_anew(opened: View, frozen: str) -> None:
    hours = Hours(sleep_start=time(21))
    moved = replace(opened, settings=AssessmentSettings(basis=Basis(hours=hours)))
    found = changed.compared(moved, frozen, points.NOW)
    assert found.remarks == ("other settings",)
    asleep, usual_hours = (
        next(each for each in compared.measures if each.name == "asleep_a_week")
        for compared in (found, changed.compared(opened, frozen, points.NOW))
    )
    assert asleep.n > usual_hours.n
    assert asleep.n_after > usual_hours.n_after


def test_the_usual_comparison_is_the_newest_baseline_of_a_week_or_more_and_now(
    stored: tuple[Path, str], frozen: str, made: Account
) -> None:
    assert changed.usual(opened_by_itself(*stored)) == [(frozen, "now")]
    freeze_at(*stored, made, END - timedelta(days=6), "Young")
    assert changed.usual(opened_by_itself(*stored)) == [(frozen, "now")]
    newer = freeze_at(*stored, made, END - WEEK, "A week old")
    assert changed.usual(opened_by_itself(*stored)) == [(newer, "now")]


def test_without_a_baseline_nothing_is_usual(stored: tuple[Path, str]) -> None:
    assert changed.usual(opened_by_itself(*stored)) == []


def test_of_a_large_account_only_the_usual_comparison_has_conclusions(
    stored: tuple[Path, str], frozen: str, made: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = freeze_at(*stored, made, END - 8 * WEEK, "Earlier")
    view = opened_by_itself(*stored)
    monkeypatch.setattr(changed, "QUICK", 100)
    assert changed.has_conclusions(view, frozen, points.NOW)
    assert not changed.has_conclusions(view, earlier, points.NOW)
    monkeypatch.undo()
    assert changed.has_conclusions(view, earlier, points.NOW)


def test_the_worker_prepares_the_usual_comparison_and_nothing_of_the_baseline_itself(
    stored: tuple[Path, str], frozen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results of a baseline must not be taken for those of the present data."""
    folder, engagement = stored
    connection, vault = connection_of(folder, engagement), Vault.open(None, folder)
    settings = Settings(data_dir=folder)
    monkeypatch.setattr(usual, "selections", lambda _: [])
    preparing.prepare(settings, database_of(folder), vault, connection.id, END)
    kept = prepared.read(folder / "snapshots", connection.id, 1, vault)
    names = {name for name in kept if "assessment.changed" in name}
    assert names == {
        f"corvana.questions.assessment.changed.{name}('{frozen}', 'now')"
        for name in ("measures", "concluded", "incidents")
    }


def test_the_view_of_a_baseline_is_kept_apart_from_the_present_data(
    opened: View, frozen: str
) -> None:
    of = baselines.view_of(opened, frozen)
    assert of.key() != opened.key()
    assert of.settings == opened.settings
    assert len(of.frame("incidents")) < len(opened.frame("incidents"))
    assert (of.as_of, of.since) == (BEFORE, opened.since)
