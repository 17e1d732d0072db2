"""The page *What changed?*: the numbers, the charts, the findings."""

from typing import Final

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.analysis.answers import changed as words
from corvana.analysis.assessment.changed.measure import Measure, Name
from corvana.charts.assessment.changed import plot_ratios, plot_scores, plot_shares
from corvana.questions.assessment import changed, changed_tables, points
from corvana.questions.assessment.changed import Compared, Remark
from corvana.questions.assessment.points import NotComparable
from corvana.questions.readable import read
from corvana.questions.view import View
from corvana.ui import components, downloads, layout, tables
from corvana.ui.components import Card
from corvana.ui.controls.period import time_zone
from corvana.ui.figures import draw_once

_CARDS: Final[tuple[Name, ...]] = ("acknowledged_half", "escalated", "interruptions", "asleep")
_REMARKS: Final[dict[Remark, str]] = {
    "another method": "The scores and findings of the baseline were worked out by another release. "
    "Here they are worked out anew from its own data, as the measures always are.",
    "other settings": "The baseline was worked out under other settings of the assessment. Here "
    "everything of it is worked out anew under the present ones.",
    "built otherwise": "The incidents of a baseline were made from PagerDuty's log by another "
    "release. That log is not kept, so they stay as they were made.",
}


def not_comparable(error: NotComparable) -> None:
    """Tell the reader why two times cannot be compared, and what to do."""
    match error.reason:
        case "too short":
            soon = ""
            if error.from_when is not None:
                soon = (
                    f" From {wording.instant(error.from_when, year=True)} on they can be compared."
                )
            told = f"**Fewer than seven days.** Each side needs a week, because days differ.{soon}"
        case "overlap":
            told = "**The two periods overlap.** Choose days that are in one of them only."
        case "not later":
            told = (
                "**Nothing was collected since the baseline.** Come back when a week was "
                "collected, or choose an earlier baseline or two periods."
            )
        case "not collected":
            told = (
                "**A part of this time was not collected.** Choose other days or a later baseline."
            )
        case "no such time":
            told = "**This baseline is not there any more.** Choose another one."
    st.info(told, icon=":material/hourglass_top:")


def headline(compared: Compared) -> str:
    """Return what is compared, as the beginning of a sentence."""
    zone = time_zone()
    later = wording.days(compared.after.start, compared.after.end, zone)
    if compared.before.name:
        return f"Since “{wording.plain(compared.before.name)}” ({later})"
    return f"{later} against {wording.days(compared.before.start, compared.before.end, zone)}"


def sides(compared: Compared) -> None:
    """Draw which times are compared, and what has to be known of a baseline."""
    told = [
        f"{name}: {words.side(each.name, each.start, each.end, time_zone())}, "
        f"{wording.plural(each.incidents, 'incident', 'incidents')}"
        for name, each in (("Before", compared.before), ("after", compared.after))
    ]
    st.caption(wording.unbroken(" · ".join(told)))
    for remark in compared.remarks:
        st.caption(_REMARKS[remark])


def measures(view: View, compared: Compared, before: str, after: str) -> None:
    """Draw the cards, and the charts of all measures."""
    found = compared.measures
    shown = [each for name in _CARDS for each in found if each.name == name]
    components.cards([_card(each) for each in shown], "vs. before")
    table = changed_tables.MEASURES.of(view, before, after)
    left, right = layout.side_by_side()
    with left:
        components.chart(
            draw_once(plot_ratios, found),
            key="changed-ratios",
            table=table,
            caption="Whisker: 95 % interval of the change. Wide grey bar: changes so small that "
            "this much data would not show them. Diamond: the change at the same services and "
            "urgencies.",
        )
    with right:
        components.chart(
            draw_once(plot_shares, found),
            key="changed-shares",
            table=table,
            caption="From the line (before) to the dot (after). Whisker: 95 % interval of the "
            "change, at the dot. Diamond: the change at the same services and urgencies.",
        )


def conclusions(view: View, before: str, after: str) -> None:
    """Draw the scores and findings of both sides."""
    found = changed.concluded(view, before, after)
    st.header("Scores", anchor=False)
    components.chart(
        draw_once(plot_scores, found.dimensions),
        key="changed-scores",
        table=changed_tables.CHECKS.of(view, before, after),
        caption="Mean points of the checks that are known on both sides, from the data of each "
        "side. Scores have no interval; whether something changed is told by the measures.",
    )
    st.header("Findings", anchor=False)
    table = changed_tables.FINDINGS.of(view, before, after)
    if found.findings.empty:
        st.caption("Neither side has a finding.")
        return
    st.caption(
        "Each side was tested by itself. *Gone* and *new* are said only where the other side had "
        "enough data to have shown the finding."
    )
    tables.table(read(table), alt="Findings before and after")
    downloads.csv(table)


def no_conclusions(before: str) -> None:
    """Tell the reader why scores and findings are not compared."""
    if points.is_period(before):
        st.caption(
            "Scores and findings are not compared for periods: they also rest on schedules and "
            "policies, of which only the present state is collected. Freeze baselines for that."
        )
        return
    st.caption(
        f"Scores and findings of accounts with more than {wording.count(changed.QUICK)} incidents "
        "are compared between now and the newest baseline that is at least a week old."
    )


def answer(
    compared: Compared, place: DeltaGenerator, findings: changed.Concluded | None = None
) -> None:
    """Draw the answer in its place; with the findings as soon as they are known."""
    known = None if findings is None else findings.findings
    components.tell(words.answer(compared.measures, headline(compared), known), place)


def _card(measure: Measure) -> Card:
    before = words.value(measure, measure.before, measure.n)
    is_known = measure.verdict not in {"too few cases", "too few weeks"}
    bounds = f" · {words.interval(measure)}" if is_known else ""
    clear = measure.verdict in {"better", "worse", "more", "less"}
    return Card(
        words.LABELS[measure.name],
        words.value(measure, measure.after, measure.n_after),
        f"before {before}{bounds}",
        f"{words.MEANINGS[measure.name]} Below: the value before, then the 95 % interval of the "
        "change. A change is told only if this interval and that at the same mix hold it.",
        words.change(measure) if clear else words.TOLD[measure.verdict],
        better="less" if measure.better == "less" else "more",
    )
