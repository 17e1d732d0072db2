"""What changed between two times: measures, scores and findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.changed import found, scores
from corvana.analysis.assessment.changed import measures as compared_measures
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.findings import ledger
from corvana.analysis.findings.registry import KINDS, keys_of
from corvana.analysis.scorecard import scorecard
from corvana.errors import NotFound, VersionMissing
from corvana.frames import TESTED, conform
from corvana.questions import accounts
from corvana.questions.assessment import baselines, points
from corvana.questions.assessment.points import NotComparable, Side
from corvana.questions.question import question
from corvana.questions.view import View

Remark = Literal["another method", "other settings", "built otherwise"]
"""Why a baseline is not shown as it was frozen: its scores and findings were worked out by another
method, or under other settings, and are worked out anew; its incidents were made from the log by
another method, which cannot be done anew."""
QUICK: Final = 20_000
"""So many incidents are tested while a reader waits; of larger accounts only the usual comparison
has scores and findings, which the worker prepares."""
_PLACES: Final = {
    "services": "service_id",
    "rules": "escalation_policy_id",
    "schedules": "schedule_id",
}


class Told(NamedTuple):
    """A side: the name of the baseline at its end (or empty), its bounds and its incidents."""

    name: str
    start: datetime
    end: datetime
    incidents: int


@dataclass(frozen=True, slots=True)
class Concluded:
    """Scores and findings of both sides: `scores.checks`, `scores.dimensions` and `found.told`."""

    checks: pd.DataFrame
    dimensions: pd.DataFrame
    findings: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Compared:
    """Two times compared. `concluded` is None where scores and findings are not compared."""

    before: Told
    after: Told
    measures: tuple[Measure, ...]
    concluded: Concluded | None
    remarks: tuple[Remark, ...]


def compared(view: View, before: str, after: str, *, concludes: bool = True) -> Compared:
    """Return what changed between two times. Raises `NotComparable`.

    `before` and `after` are points: see `points`. Without `concludes`, scores and findings, which
    take longer, are left out.
    """
    earlier, later = points.sides(view, before, after)
    try:
        told = remarks(view, earlier, later)
        n, n_after = incidents(view, before, after)
        found = measures(view, before, after)
    except (NotFound, VersionMissing):
        raise NotComparable("no such time") from None
    is_concluded = concludes and has_conclusions(view, before, after)
    return Compared(
        Told(earlier.name, earlier.start, earlier.end, n),
        Told(later.name, later.start, later.end, n_after),
        found,
        concluded(view, before, after) if is_concluded else None,
        told,
    )


def has_conclusions(view: View, before: str, after: str) -> bool:
    """Return whether scores and findings of two times are compared.

    They are not of periods, because they also rest on the configuration, of which only the present
    state is collected; and not of a large account, unless it is the usual comparison.
    """
    if points.is_period(before):
        return False
    sides = points.sides(view, before, after)
    most = max(side.incidents for side in sides)
    return most <= QUICK or (before, after) in usual(view)


def usual(view: View) -> list[tuple[str, str]]:
    """Return the usual comparison: the newest baseline that can be compared, and now."""
    return [(one.id, points.NOW) for one in points.comparable(view)[:1]]


@question()
def incidents(view: View, before: str, after: str) -> tuple[int, int]:
    """Return how many incidents each of two times has. Raises `NotComparable`."""
    earlier, later = (
        len(_account(view, each).incidents) for each in points.sides(view, before, after)
    )
    return earlier, later


@question()
def measures(view: View, before: str, after: str) -> tuple[Measure, ...]:
    """Return measures.measures of two times. Raises `NotComparable`."""
    earlier, later = points.sides(view, before, after)
    every = accounts.whole(later.of(view))
    return compared_measures.measures(_account(view, earlier), _account(view, later), every)


@question()
def concluded(view: View, before: str, after: str) -> Concluded:
    """Return the scores and findings of two times. Raises `NotComparable`."""
    sides = points.sides(view, before, after)
    cards, tests = zip(*(_conclusions(view, side) for side in sides), strict=True)
    checks = scores.checks(*cards)
    places = [_places(side.of(view)) for side in sides]
    return Concluded(checks, scores.dimensions(checks), found.told(*tests, *places))


def remarks(view: View, before: Side, after: Side) -> tuple[Remark, ...]:
    """Return what a reader has to know of the baselines behind two times. Raises
    `VersionMissing`."""
    if before.baseline is None:
        return ()
    manifest = view.baselines.manifest(before.baseline)
    end = view.baselines.manifest(after.baseline).built_by if after.baseline else view.data.built_by
    known: dict[Remark, bool] = {
        "another method": baselines.is_of_another_method(manifest),
        "other settings": baselines.is_under_other_settings(view, manifest),
        "built otherwise": any(map(baselines.is_built_otherwise, (manifest.built_by, end))),
    }
    return tuple(remark for remark, is_so in known.items() if is_so)


def _account(view: View, side: Side) -> Account:
    of = side.of(view)
    return accounts.whole(of) if side.is_frozen else accounts.narrowed(of, side.filters)


def _conclusions(view: View, side: Side) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SCORECARD and TESTED of a side, as they were frozen if they are of today's method."""
    if side.is_frozen and side.baseline is not None:
        manifest, of = view.baselines.manifest(side.baseline), side.of(view)
        is_as_frozen = not (
            baselines.is_of_another_method(manifest)
            or baselines.is_under_other_settings(view, manifest)
        )
        if is_as_frozen and len(of.frame("tested")):
            return of.frame("scorecard"), of.frame("tested")
    account = _account(view, side)
    tests = ledger.all_tests(account, KINDS)
    tested = tests.assign(key=keys_of(tests), is_finding=ledger.is_finding(tests))
    return scorecard(account), conform(tested, TESTED)


def _places(view: View) -> set[str]:
    """The services, policies and schedules that exist."""
    return {
        identity
        for frame, column in _PLACES.items()
        for identity in view.frame(frame)[column].dropna().unique()
    }
