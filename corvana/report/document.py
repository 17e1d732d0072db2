"""The report of a data version; the same version and cover make the same bytes."""

import textwrap
from collections.abc import Sequence
from html import escape

from plotly.offline import get_plotlyjs

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import response as answers
from corvana.analysis.answers.reviewed import Next, Reviewed, Step
from corvana.analysis.answers.scorecard import weakest
from corvana.analysis.answers.settings import differing
from corvana.analysis.answers.walkthrough import LookedAt
from corvana.questions import accounts, labels, response
from corvana.questions.cover import UNKNOWN, Cover
from corvana.questions.findings import alone, not_found
from corvana.questions.view import View
from corvana.questions.walkthrough import steps as steps_of
from corvana.questions.walkthrough import told as told_of
from corvana.report import summary
from corvana.report.appendix import appendix
from corvana.report.findings import findings
from corvana.report.page import page
from corvana.report.strengths import strengths

_LONGEST_FOOT = 40
"""So many signs of the client's name leave the foot of a page on one line."""
_PARTS = {"found": "What we found", "good": "What is good", "appendix": "Appendix"}


def report_html(view: View, cover: Cover = UNKNOWN) -> str:
    """Return the report of a data version as one self-contained HTML document.

    First a summary that fits on one page of paper, then each finding that is told (`reviewed`) with
    its evidence and what to do, then what is good, then an appendix. The method is a file of its
    own.
    """
    account, told, checks = accounts.whole(view), told_of(view), view.frame("scorecard")
    looked_at, what_next = _first_and_last(steps_of(view))
    period = wording.span(view.since, view.as_of, year=True)
    tables = appendix(view, account, told, looked_at, scope=cover.scope)
    body = (
        f'<section id="summary">{_summary(view, cover, what_next, told)}</section>'
        f'<section id="found">{findings(told, what_next)}</section>'
        f'<section id="good">{strengths(checks, not_found(view), alone(view))}</section>'
        f'<section id="appendix">{tables}</section>'
    )
    client = textwrap.shorten(cover.client, _LONGEST_FOOT, placeholder=" …")
    foot = " · ".join(part for part in (summary.TITLE, client, period) if part)
    return page(
        summary.TITLE,
        f"<main>{body}</main>",
        foot=foot,
        script=get_plotlyjs(),
        accent=cover.accent,
    )


def _summary(view: View, cover: Cover, what_next: Next, told: Reviewed) -> str:
    everything = Filters(view.since, view.as_of)
    acks = response.summary(view, everything, "seconds_to_first_ack")
    resolves = response.summary(view, everything, "seconds_to_resolve")
    half = answers.answer(acks, "acknowledged", labels.selected(view, everything, "UTC"))
    services = view.frame("incidents")["service_id"].nunique()
    contents = "".join(
        f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in _PARTS.items()
    )
    return (
        summary.head(
            cover,
            wording.span(view.since, view.as_of, year=True),
            ", ".join(differing(view.settings)),
        )
        + f'<nav aria-label="Contents"><ul>{contents}</ul></nav>'
        + summary.lead((half, weakest(view.frame("scorecard"))))
        + summary.numbers(acks, resolves, told, services)
        + summary.problems(told, what_next)
        + summary.scores(view.frame("scorecard"))
    )


def _first_and_last(steps: Sequence[Step]) -> tuple[LookedAt, Next]:
    """The first step of the walkthrough, which tells of the data, and the last, of what to do."""
    first, last = steps[0], steps[-1]
    if not isinstance(first, LookedAt) or not isinstance(last, Next):
        raise TypeError("a walkthrough begins with the data and ends with what to do")
    return first, last
