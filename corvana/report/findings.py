"""The report's findings: what was found, what it rests on, and what to do about it."""

from html import escape
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.findings import how_sure
from corvana.analysis.answers.reviewed import Heard, Next, Recommended, Reviewed
from corvana.analysis.answers.walkthrough import Setting, Told
from corvana.analysis.findings.registry import kind_of
from corvana.charts.walkthrough import plot_comparison
from corvana.report.figures import figure
from corvana.report.summary import title

_HEIGHT: Final = 112
"""Pixels of a finding's figure: about three findings fit on a page of paper."""


def findings(told: Reviewed, what_next: Next) -> str:
    """Return every finding that is told, in order.

    `what_next` says why there is no finding, where there is none, and how many are not shown.
    """
    shown = "".join(_item(one, f"figure-{place}") for place, one in enumerate(told.items, start=1))
    bars = " The thin line below a bar is the 95 % interval." if told.items else ""
    waiting = (
        f" {wording.plural(told.waiting, 'further finding is', 'further findings are')} not told "
        f"before {'it is' if told.waiting == 1 else 'they are'} reviewed."
        if told.waiting and not told.is_reviewed
        else ""
    )
    about = f"{what_next.sentence}{bars}{waiting}"
    hidden = walkthrough.withheld(what_next.withheld, what_next.smallest_group)
    note = f'<p class="note">{escape(hidden)}</p>' if what_next.withheld else ""
    return f"<h2>What we found</h2><p>{escape(wording.unbroken(about))}</p>{shown}{note}"


def _item(one: Recommended, name: str) -> str:
    match one.told:
        case Heard():
            return _heard(one.told, one.setting)
        case Told():
            return _finding(one.told, one.setting, name)


def _heard(heard: Heard, setting: Setting) -> str:
    """Something seen in interviews: it has neither a number nor a figure."""
    where = f"<p>{escape(heard.where)}</p>" if heard.where else ""
    advice = (
        f"<p><strong>What to do.</strong> {escape(setting.advice)}</p>" if setting.advice else ""
    )
    return (
        f'<article class="finding"><h3>{escape(heard.title)}</h3>{where}'
        f'<p class="note">{escape(heard.note)}.</p>{_written(heard.remark)}{advice}'
        f"{_planned(heard.plan)}</article>"
    )


def _written(remark: str) -> str:
    return f'<p class="remark">{escape(remark)}</p>' if remark else ""


def _planned(plan: str) -> str:
    return f'<p class="plan">{escape(plan)}</p>' if plan else ""


def _finding(told: Told, setting: Setting, name: str) -> str:
    kind = kind_of(told.finding.kind)
    drawn = plot_comparison(told.finding, kind.unit, told.where, kind.comparison, height=_HEIGHT)
    sentence, advice, where, sure = (
        escape(wording.unbroken(text))
        for text in (told.sentence, setting.advice, setting.setting, how_sure(told.finding))
    )
    return (
        f'<article class="finding"><div class="evidence"><h3>{escape(title(told))}</h3>'
        f'<p>{sentence} <span class="worth">{escape(wording.unbroken(told.note))}.</span></p>'
        f"{figure(drawn, name, kind.comparison.measured, told.caption)}</div>"
        f"{_written(told.remark)}"
        f"<p><strong>What to do.</strong> {advice} <strong>Where.</strong> {where}.</p>"
        f"{_planned(told.plan)}"
        f'<p class="note"><strong>How sure we are.</strong> {sure}</p></article>'
    )
