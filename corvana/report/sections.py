"""The report's sections as HTML. Every text that comes from the account is escaped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, Final

import pandas as pd
from markdown_it import MarkdownIt

from corvana.analysis import method, wording
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.findings import effect, size
from corvana.analysis.answers.scorecard import measured
from corvana.analysis.answers.walkthrough import LookedAt, Next, Step, Told
from corvana.analysis.findings.kind import Kind
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.people import SMALLEST_GROUP
from corvana.analysis.scorecard import dimensions
from corvana.charts.walkthrough import plot_comparison, plot_weeks
from corvana.pagerduty import kept_and_dropped
from corvana.questions.view import View
from corvana.report.figures import figure
from corvana.report.tables import table

_FINDINGS: Final = (
    "Where",
    "Finding",
    "Size",
    "Comparison value",
    "n",
    "Certainty",
    "Avoidable",
    "Look at",
)
_CHECKS: Final = (
    "Check", "Points", "What is measured", "Value", "n", "0 and 100 points at",
    "Where the thresholds come from", "Look at",
)  # fmt: skip


def step(shown: Step, name: str) -> str:
    """Return one step of the walkthrough; `name` is unique in the document."""
    match shown:
        case LookedAt():
            return (
                f"<h2>{escape(shown.title)}</h2>"
                f'<p class="number">{escape(shown.number)}</p>'
                f'<p class="told">{escape(shown.sentence)}</p>'
                f"{figure(plot_weeks(shown.weeks), name, shown.caption)}"
            )
        case Told():
            return _told(shown, name)
        case Next():
            return _next(shown)


def scorecard(checks: pd.DataFrame, period: str) -> str:
    """Return SCORECARD with every check, dimension by dimension; `period` names that of the
    data."""
    about = (
        f"Scores of {period}. Each dimension is the mean of its known checks. There is no total "
        "score: dimensions do not make up for each other, and accounts do not compare."
    )
    parts = [f"<h2>Scorecard</h2><p>{escape(about) if len(checks) else 'Not made yet.'}</p>"]
    for row in dimensions(checks).to_dict("records"):
        score = "not known" if pd.isna(row["score"]) else f"{row['score']:.0f} of 100"
        own = checks[checks["dimension"].eq(row["dimension"])].to_dict("records")
        parts.append(
            f"<h3>{escape(str(row['dimension']))}: {score}</h3>"
            f"{table(str(row['coverage']), _CHECKS, map(_check, own))}"
        )
    return "".join(parts)


def findings(told: Sequence[Told], withheld: int) -> str:
    """Return every finding that may be shown, in a table, most avoidable time first."""
    rows = [_finding(one) for one in told]
    caption = f"{wording.plural(len(rows), 'finding', 'findings')}, most avoidable time first"
    listed = table(caption, _FINDINGS, rows) if rows else "<p>No findings.</p>"
    note = f'<p class="note">{escape(walkthrough.withheld(withheld))}</p>' if withheld else ""
    return f"<h2>All findings</h2>{listed}{note}"


def data_state(view: View, account: Account) -> str:
    """Return the section on the data behind the report."""
    rows = [
        ("Period", f"{_instant(account.start)} to {_instant(account.end)}"),
        ("Findings as of", _instant(view.analysed_as_of)),
        ("Data version", str(view.version)),
        ("Incidents", wording.count(len(account.incidents))),
        ("Services", wording.count(len(account.services))),
        ("Escalation policies", wording.count(len(account.repeats))),
        ("Schedules", wording.count(len(account.schedules))),
        ("Clock where nobody's own is known", account.time_zone),
        ("Not given by PagerDuty", ", ".join(view.incomplete) or "nothing is missing"),
    ]
    return f"<h2>The data</h2>{table('What this report rests on', ('What', 'Value'), rows)}"


def period(account: Account) -> str:
    """Return the start and the end of the period in words."""
    return wording.span(account.start, account.end, year=True)


def concluded(view: View) -> str:
    """Return the period of the data that scores and findings are of, in words."""
    return wording.span(view.since, view.analysed_as_of or view.as_of, year=True)


def privacy() -> str:
    """Return the section on the data that is kept of an account and of people."""
    kept = len(kept_and_dropped.kept())
    dropped = sorted({what for row in kept_and_dropped.DROPPED for what in row.what})
    return (
        f"<h2>Privacy</h2><p>{kept} fields of structure are kept. Incident text is never stored. "
        "People are codes made with a key of this one connection; no name, address or picture is "
        "kept, and no code is in this report. Findings about single people are shown only for "
        f"groups of at least {SMALLEST_GROUP}. Even so, a person who knows the rota may recognise "
        "who was on call. Labels of services, policies, schedules and teams are as they "
        "were given at PagerDuty.</p><h3>Arrives and is dropped</h3><ul>"
        + "".join(f"<li>{escape(what)}</li>" for what in dropped)
        + "</ul>"
    )


def how(kinds: Sequence[Kind]) -> str:
    """Return the method with its headings one level lower, because the report's title is the
    first."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(method.markdown(kinds))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1:]) + 1}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    rendered = str(parser.renderer.render(tokens, parser.options, {}))
    return rendered.replace("<table>", '<div class="table"><table>').replace(
        "</table>", "</table></div>"
    )


def _told(shown: Told, name: str) -> str:
    kind = kind_of(shown.finding.kind)
    drawn = plot_comparison(shown.finding, kind.unit, shown.where, kind.comparison)
    return (
        f'<p class="where">{escape(shown.where)}</p><h2>{escape(shown.title)}</h2>'
        f'<p class="told">{escape(shown.sentence)}</p>'
        f'<p class="note">{escape(shown.note)}</p>{figure(drawn, name, shown.caption)}'
    )


def _check(row: Mapping[Any, Any]) -> tuple[str, ...]:
    fails, meets = (size(row[name], row["unit"]) for name in ("fails_at", "meets_at"))
    return (
        row["check"],
        wording.count(row["points"]) if row["is_known"] else "not known",
        row["measures"],
        measured(row["value"], row["low"], row["high"], row["unit"]),
        wording.count(row["n"]),
        f"{fails}, {meets}",
        row["source"],
        row["setting"],
    )


def _instant(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "not looked for yet"


def _next(shown: Next) -> str:
    settings = "".join(
        f"<li>{escape(one.advice)}<span>{escape(one.where)} · {escape(one.worth)}<br>"
        f"{escape(one.setting)}</span></li>"
        for one in shown.settings
    )
    note = (
        f'<p class="note">{escape(walkthrough.withheld(shown.withheld))}</p>'
        if shown.withheld
        else ""
    )
    ordered = f'<ol class="settings">{settings}</ol>' if settings else ""
    return (
        f'<h2>{escape(shown.title)}</h2><p class="told">{escape(shown.sentence)}</p>{ordered}{note}'
    )


def _finding(told: Told) -> tuple[str, ...]:
    kind = kind_of(told.finding.kind)
    return (
        told.where,
        told.title,
        effect(told.finding),
        size(told.finding.reference, kind.unit),
        wording.count(told.finding.n),
        told.certainty,
        told.worth,
        kind.setting,
    )
