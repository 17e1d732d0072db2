"""The numbers of the figures that show a finding's evidence; `corvana.ui.sections.finding_figures`
draws them."""

from datetime import datetime
from typing import Literal, NamedTuple

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import findings as words
from corvana.analysis.findings import figures
from corvana.analysis.findings.kind import Finding, Kind, Unit
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.response import breakdowns, durations
from corvana.analysis.statistics import survival
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.statistics.places import are_among
from corvana.questions import accounts
from corvana.questions.findings import tests
from corvana.questions.labels import label_or_id, subjects
from corvana.questions.question import question
from corvana.questions.view import View


class Tested(NamedTuple):
    """The finding beside all tested subjects: TESTS with `name`. `few` had too few rows."""

    tests: pd.DataFrame
    finding: Finding
    unit: Unit
    where: str
    few: int


class Waits(NamedTuple):
    """Waits under a circumstance and otherwise, with the names of the two groups.

    `now` and `usual` are the shares `ended` by time, of `n` incidents each; `halves` are the two
    times until half were, where the finding tells them.
    """

    now: pd.DataFrame
    usual: pd.DataFrame
    n: tuple[int, int]
    circumstance: str
    otherwise: str
    ended: str = "acknowledged"
    halves: tuple[float, float] | None = None


class Course(NamedTuple):
    """breakdowns.weekly_trend of the finding's incidents, and the Monday of the change."""

    weeks: pd.DataFrame
    since: pd.Timestamp
    time_zone: str


class Timeline(NamedTuple):
    """Intervals of time (`start`, `end`) in which a state holds, and its name; no people."""

    spans: pd.DataFrame
    as_of: datetime
    time_zone: str
    says: str


class Members(NamedTuple):
    """The distribution of a quantity over people: `name`, `value`, `expected` (missing:
    unknown)."""

    members: pd.DataFrame
    what: str


Shown = Tested | Waits | Course | Timeline | Members
Figure = Literal["tested", "waits", "course", "timeline", "members"]


def name_of(shown: Shown) -> Figure:
    """Return the name of a figure; a finding has at most one of each name."""
    match shown:
        case Tested():
            return "tested"
        case Waits():
            return "waits"
        case Course():
            return "course"
        case Timeline():
            return "timeline"
        case Members():
            return "members"


def table_of(shown: Shown) -> pd.DataFrame:
    """Return the table behind a figure."""
    match shown:
        case Tested():
            return shown.tests
        case Waits():
            return shown.now
        case Course():
            return shown.weeks
        case Timeline():
            return shown.spans
        case Members():
            return shown.members


@question()
def rests_on(view: View, finding: Finding, time_zone: str) -> tuple[Shown, ...]:
    """Return the finding beside all other tested subjects, then the figures its kind declares."""
    where = words.where(finding, subjects(view))
    first = _tested(view, finding, where)
    kind = kind_of(finding.kind)
    if not kind.figures:
        return (first,)
    rows = kind.evidence(accounts.whole(view), finding)
    basis = _Basis(view, finding, kind, rows, where, time_zone)
    return first, *(_filled(figure, basis) for figure in kind.figures)


class _Basis(NamedTuple):
    """The data for the figures of a finding; `rows` are the evidence of its kind."""

    view: View
    finding: Finding
    kind: Kind
    rows: pd.DataFrame
    where: str
    time_zone: str


def _filled(figure: figures.Figure, basis: _Basis) -> Shown:
    match figure:
        case figures.Waits():
            return _waits(figure, basis)
        case figures.WaitsElsewhere():
            return _waits_elsewhere(figure, basis)
        case figures.Course():
            return _course(basis)
        case figures.Timeline():
            return _timeline(figure, basis)
        case figures.Members():
            return _members(figure, basis)


def _tested(view: View, finding: Finding, where: str) -> Tested:
    tested = tests(view, finding.kind)
    few = int((tested["p_value"].notna() & tested["n"].lt(ENOUGH)).sum())
    return Tested(tested, finding, kind_of(finding.kind).unit, where, few)


def _waits(figure: figures.Waits, basis: _Basis) -> Waits:
    account, rows = accounts.whole(basis.view), basis.rows
    flag = rows[figure.flag]
    now, usual = (
        durations.ack_summary(_incidents(account, half), account.as_of)
        for half in (rows[flag], rows[~flag])
    )
    sizes = (now.n, usual.n)
    return Waits(now.curve, usual.curve, sizes, figure.circumstance, figure.otherwise)


def _waits_elsewhere(figure: figures.WaitsElsewhere, basis: _Basis) -> Waits:
    account, finding = accounts.whole(basis.view), basis.finding
    own, others = figure.compared(account, finding)
    now, usual = (_until_over(account, rows) for rows in (own, others))
    return Waits(
        now,
        usual,
        (len(own), len(others)),
        f"on {basis.where}",
        "elsewhere",
        "acknowledged or over",
        (finding.effect, finding.reference),
    )


def _until_over(account: Account, rows: pd.DataFrame) -> pd.DataFrame:
    """The share of incidents acknowledged or over by time; open ones count as long as seen."""
    incidents = account.incidents.iloc[rows["incident"].to_numpy()]
    is_over = incidents[["first_acknowledged_at", "first_resolved_at"]].notna().any(axis=1)
    return survival.thin(survival.time_to_event(rows["waited"], is_over, rows["storm"]))


def _course(basis: _Basis) -> Course:
    own = _incidents(accounts.whole(basis.view), basis.rows)
    weeks = breakdowns.weekly_trend(own, "seconds_to_first_ack", basis.time_zone)
    return Course(weeks, pd.Timestamp(str(basis.finding.detail)), basis.time_zone)


def _timeline(figure: figures.Timeline, basis: _Basis) -> Timeline:
    people = basis.kind.columns_of("responder", "several responders")
    spans = basis.rows.drop(columns=people)
    return Timeline(spans, basis.view.as_of, basis.time_zone, figure.says)


def _members(figure: figures.Members, basis: _Basis) -> Members:
    rows = basis.rows
    (person,) = basis.kind.columns_of("responder")
    members = pd.DataFrame(
        {
            "name": label_or_id(rows[person], subjects(basis.view)),
            "value": rows[figure.column],
            "expected": float("nan") if figure.expected is None else figure.expected(rows),
        }
    )
    return Members(members, figure.what)


def _incidents(account: Account, rows: pd.DataFrame) -> pd.DataFrame:
    """The incidents of the rows."""
    incidents = account.incidents
    return incidents[are_among(incidents["incident_id"], rows["incident_id"])]
