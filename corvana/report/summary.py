"""The first page of the report: whose it is, how it stands, and what to do first."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.answers.reviewed import NOT_REVIEWED, Heard, Next, Reviewed
from corvana.analysis.answers.scorecard import short_of
from corvana.analysis.answers.walkthrough import Told
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.response.durations import Summary
from corvana.analysis.scorecard import dimensions
from corvana.analysis.statistics.estimates import Estimate
from corvana.questions.cover import Cover
from corvana.report.words import told as sentence_of

TITLE: Final = "Incident response: what we found"
_NOT_KNOWN: Final = "not known"
_MOST: Final = 3
"""So many findings fit on the first page."""


class Number(NamedTuple):
    """One large number with what it counts and how sure it is."""

    label: str
    value: str
    note: str


def head(cover: Cover, period: str, rests_on: str = "") -> str:
    """Return the title and the facts of the report: for whom, of what, when and by whom, and what
    its figures rest on where that is not the usual.

    What is not known is left out.
    """
    logo = (
        f'<img class="logo" src="data:{escape(cover.logo_type)};base64,'
        f'{b64encode(cover.logo).decode()}" alt="{escape(cover.client)}">'
        if cover.logo
        else ""
    )
    facts = {
        "Client": cover.client,
        "PagerDuty account": cover.account_in_words,
        "Period": period,
        "Prepared on": wording.instant(cover.prepared_on, year=True) if cover.prepared_on else "",
        "Prepared by": cover.prepared or "Corvana",
        "Assessment": _dates(cover),
        "Figures rest on": rests_on,
    }
    listed = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
        if value
    )
    return f'<header>{logo}<h1>{TITLE}</h1><dl class="facts">{listed}</dl></header>'


def numbers(acks: Summary, resolves: Summary, told: Reviewed, services: int) -> str:
    """Return the four numbers of the account in one row; `services` are those with incidents."""
    shown = (
        Number(
            "Incidents",
            wording.count(acks.n),
            f"of {wording.plural(services, 'service', 'services')}",
        ),
        _half("Half acknowledged in", acks),
        _half("Half resolved in", resolves),
        _findings(told),
    )
    cards = "".join(
        f'<div><p class="label">{escape(one.label)}</p><p class="number">{escape(one.value)}</p>'
        f'<p class="note">{escape(wording.unbroken(one.note))}</p></div>'
        for one in shown
    )
    return f'<div class="numbers">{cards}</div>'


def problems(told: Reviewed, what_next: Next) -> str:
    """Return the first three that are told, each with what to do about it; if there are none, the
    reason."""
    heading = "Most important" if told.is_reviewed else "Biggest problems"
    if not told.items:
        return f"<h2>{heading}</h2><p>{escape(what_next.sentence)}</p>"
    shown = "".join(
        f"<li><h3>{escape(title(one.told))}</h3>{_said(one.told)}{_to_do(one.setting.advice)}</li>"
        for one in told.items[:_MOST]
    )
    return f'<h2>{heading}</h2><ol class="problems">{shown}</ol>'


def _said(told: Told | Heard) -> str:
    sentence = told.where if isinstance(told, Heard) else told.sentence
    parts = (told.note, told.plan)
    note = " · ".join(part for part in parts if part)
    return (
        f"<p>{escape(wording.unbroken(sentence))} "
        f'<span class="note">{escape(wording.unbroken(note))}.</span></p>'
    )


def _to_do(advice: str) -> str:
    if not advice:
        return ""
    return f"<p><strong>What to do.</strong> {escape(wording.unbroken(advice))}</p>"


def scores(checks: pd.DataFrame) -> str:
    """Return the score of each dimension as a bar, with its weakest check."""
    if checks.empty:
        return ""
    rows = "".join(
        _score(row["dimension"], row["score"], checks[checks["dimension"].eq(row["dimension"])])
        for row in dimensions(checks).to_dict("records")
    )
    return f'<h2>Scores</h2><dl class="scores">{rows}</dl>'


def title(told: Told | Heard) -> str:
    """Return the place and the title of a finding: "Payments: slow to acknowledge"; the title that
    somebody wrote for what was seen in interviews."""
    if isinstance(told, Heard):
        return told.title
    return f"{told.where}: {kind_of(told.finding.kind).says}"


def lead(sentences: Iterable[str]) -> str:
    """Return the sentences with which the report begins."""
    return f'<p class="told">{sentence_of(" ".join(sentences))}</p>'


def _findings(told: Reviewed) -> Number:
    """How many findings there are. Without those that were dismissed."""
    n = len(told.items) + told.withheld
    if told.is_reviewed:
        return Number("Findings", wording.count(n), "confirmed by the assessor")
    every = n + told.waiting
    return Number(
        "Findings",
        wording.count(every),
        NOT_REVIEWED if every else f"{len(KINDS)} kinds looked for",
    )


def _dates(cover: Cover) -> str:
    """From when to when the assessment was made, as far as it was set."""
    begins, ends = (
        wording.instant(day, year=True) if day else "" for day in (cover.begins, cover.ends)
    )
    if begins and ends:
        return f"{begins} to {ends}"
    return f"from {begins}" if begins else f"until {ends}" if ends else ""


def _half(label: str, summary: Summary) -> Number:
    half: Estimate = summary.half
    return Number(label, wording.duration(half.value), wording.interval(half))


def _score(dimension: str, points: float, own: pd.DataFrame) -> str:
    is_known = not pd.isna(points)
    value = f"{points:.0f} of 100" if is_known else _NOT_KNOWN
    width = points if is_known else 0.0
    return (
        f'<div><dt>{escape(dimension)}</dt><dd><span class="track">'
        f'<span style="width:{width:.0f}%"></span></span><b>{value}</b></dd>'
        f'<dd class="note">{sentence_of(short_of(own))}</dd></div>'
    )
