"""The report's appendix: all numbers in tables, the data behind them, and what was kept."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers.findings import effect, size
from corvana.analysis.answers.reviewed import NOT_REVIEWED, SEEN, Heard, Reviewed
from corvana.analysis.answers.settings import differing, differing_basis, in_short
from corvana.analysis.answers.walkthrough import LookedAt, Told
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.scorecard import dimensions
from corvana.charts.walkthrough import plot_weeks
from corvana.pagerduty import kept_and_dropped
from corvana.questions.view import View
from corvana.report.figures import figure
from corvana.report.summary import title
from corvana.report.tables import table
from corvana.report.words import value

_FINDINGS: Final = (
    "Finding",
    "Size (95 % interval)",
    "Comparison value",
    "n",
    "Certainty",
    "Avoidable",
)
_CHECKS: Final = (
    "Check",
    "Points",
    "Value (95 % interval)",
    "n",
    "0 points at",
    "100 points at",
    "Look at",
)
_WEEKS_HEIGHT: Final = 150
_TERMS: Final = (
    ("n", "how many incidents, pages, shifts or other cases a number rests on"),
    ("95 % interval", "where the true value lies, with 95 % certainty"),
    (
        "Comparison value",
        "the rest of this account, chance, or a threshold, as the finding names it",
    ),
    ("Certainty", "very sure: at most 1 % of such findings are chance; sure: 5 %; likely: 10 %"),
    ("Avoidable", "the time a month that a value equal to the comparison would spare, at most"),
)


def appendix(
    view: View, account: Account, told: Reviewed, looked_at: LookedAt, *, scope: str = ""
) -> str:
    """Return all tables of the appendix; `looked_at` is the walkthrough's step on the data, `scope`
    what the assessors wrote about it, as plain text."""
    concluded = wording.span(view.since, view.analysed_as_of or view.as_of, year=True)
    return (
        f"<h2>Appendix</h2>{_scope(scope)}"
        f"{_findings(told)}{_scorecard(view.frame('scorecard'), concluded)}"
        f"{_data_state(view, account, looked_at)}{_terms()}{_privacy(view.settings.smallest_group)}"
    )


def _scope(scope: str) -> str:
    return f'<h3>Scope</h3><p class="scope">{escape(scope)}</p>' if scope else ""


def _findings(told: Reviewed) -> str:
    order = (
        "in the order of the assessment"
        if told.is_reviewed
        else f"{NOT_REVIEWED}, most avoidable time first"
    )
    n = len(told.items)
    rows = [_finding(one.told) for one in told.items]
    listed = (
        table(
            f"{wording.plural(n, 'finding', 'findings')}, {order}", _FINDINGS, rows, numbers=("n",)
        )
        if rows
        else "<p>No findings.</p>"
    )
    return f"<h3>Findings in numbers</h3>{listed}"


def _finding(told: Told | Heard) -> tuple[str, ...]:
    if isinstance(told, Heard):
        return (title(told), SEEN, "", "", "", "")
    return (
        title(told),
        effect(told.finding),
        size(told.finding.reference, kind_of(told.finding.kind).unit),
        wording.count(told.finding.n),
        told.certainty,
        told.worth,
    )


def _scorecard(checks: pd.DataFrame, period: str) -> str:
    about = (
        f"Scores of {period}. Each dimension is the mean of its known checks. There is no total "
        "score: dimensions do not make up for each other, and accounts do not compare. What each "
        "check measures, and the source of its thresholds, is in the method."
    )
    if checks.empty:
        return "<h3>Scorecard</h3><p>Not made yet.</p>"
    rows = [
        row
        for each in dimensions(checks).to_dict("records")
        for row in (_dimension(each), *_checks(checks, each["dimension"]))
    ]
    listed = table("Every check", _CHECKS, rows, numbers=("Points", "n"))
    return f"<h3>Scorecard</h3><p>{escape(about)}</p>{listed}"


def _dimension(row: Mapping[Any, Any]) -> tuple[str]:
    score = "not known" if pd.isna(row["score"]) else f"{row['score']:.0f} of 100"
    return (f"{row['dimension']}: {score}, {row['coverage']}",)


def _checks(checks: pd.DataFrame, dimension: str) -> list[tuple[str, ...]]:
    own = checks[checks["dimension"].eq(dimension)]
    return [_check(row) for row in own.to_dict("records")]


def _check(row: Mapping[Any, Any]) -> tuple[str, ...]:
    fails, meets = (size(row[name], row["unit"]) for name in ("fails_at", "meets_at"))
    return (
        row["check"],
        wording.count(row["points"]) if row["is_known"] else "not known",
        value(row),
        wording.count(row["n"]),
        fails,
        meets,
        row["setting"],
    )


def _data_state(view: View, account: Account, looked_at: LookedAt) -> str:
    weeks = plot_weeks(looked_at.weeks).update_layout(height=_WEEKS_HEIGHT)
    rows = [
        ("Period", f"{_instant(account.start)} to {_instant(account.end)}"),
        ("Findings as of", _instant(view.analysed_as_of)),
        ("Data version", str(view.version)),
        ("Incidents", wording.count(len(account.incidents))),
        ("Services", wording.count(len(account.services))),
        ("Escalation policies", wording.count(len(account.repeats))),
        ("Schedules", wording.count(len(account.schedules))),
        ("Clock where nobody's own is known", account.time_zone),
        ("Figures rest on", in_short(differing(view.settings))),
        ("Findings rest on", in_short(differing_basis(view.data.rests_on))),
        ("Not given by PagerDuty", ", ".join(view.incomplete) or "nothing is missing"),
    ]
    return (
        f"<h3>The data</h3>{table('What this report rests on', ('What', 'Value'), rows)}"
        f"{figure(weeks, 'figure-weeks', looked_at.caption, looked_at.sentence)}"
    )


def _terms() -> str:
    listed = "".join(f"<div><dt>{name}</dt><dd>{meaning}</dd></div>" for name, meaning in _TERMS)
    return (
        f'<h3>How to read the numbers</h3><dl class="terms">{listed}</dl>'
        "<p>How each number is computed is told in a file of its own: "
        "<em>corvana-method.html</em>, which is downloaded beside this report, or "
        "<em>method.md</em> in the evidence pack.</p>"
    )


def _privacy(smallest_group: int) -> str:
    kept = len(kept_and_dropped.kept())
    dropped = sorted({what for row in kept_and_dropped.DROPPED for what in row.what})
    return (
        f"<h3>Privacy</h3><p>{kept} fields of structure are kept. Incident text is never stored. "
        "People are codes made with a key of this one connection; no name, address or picture is "
        "kept, and no code is in this report. Findings about single people are shown only for "
        f"groups of at least {smallest_group}. Even so, a person who knows the rota may recognise "
        "who was on call. Labels of services, policies, schedules and teams are as they "
        'were given at PagerDuty.</p><p class="note"><strong>Arrives and is dropped:</strong> '
        f"{escape('; '.join(dropped))}.</p>"
    )


def _instant(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "not looked for yet"
