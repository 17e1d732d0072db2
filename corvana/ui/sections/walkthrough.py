"""The walkthrough on its page: the open step, the navigation, and the drawing of a step."""

import re
from html import escape
from typing import Final

import streamlit as st

from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.reviewed import Heard, Next, Step
from corvana.analysis.answers.walkthrough import LookedAt, Setting, Told
from corvana.analysis.findings.registry import kind_of
from corvana.charts.walkthrough import plot_comparison, plot_weeks
from corvana.questions.view import View
from corvana.ui import exports
from corvana.ui.access import Access
from corvana.ui.plot import plot
from corvana.ui.sections.presenter import turn_with_keys

_STEP: Final = "step"
_BACK: Final = "walkthrough-back"
_FORTH: Final = "walkthrough-next"
_NUMBER: Final = re.compile("[0-9]{1,3}")

# Streamlit marks the page `color-scheme: light` or `dark`.
_STYLE: Final = """
<style>
.corvana-step{max-width:62rem;margin-top:1.2rem}
.corvana-step p{margin:0;font-size:clamp(1.1rem,1.7vw,1.4rem);line-height:1.5}
.corvana-step h2{margin:0 0 .6rem;padding:0;font-size:clamp(1.7rem,3.4vw,2.7rem);line-height:1.15;
font-weight:650}
.corvana-step .corvana-where{font-weight:600;color:light-dark(#1b639f,#79baec)}
.corvana-step .corvana-number{font-size:clamp(2.6rem,6vw,4.6rem);font-weight:650;line-height:1.1;
margin-bottom:.6rem}
.corvana-step .corvana-note{margin-top:.7rem;font-size:1.05rem;color:light-dark(#56616d,#a7b1bc)}
.corvana-step .corvana-remark{margin-top:.7rem;font-size:1.05rem;white-space:pre-line;
overflow-wrap:anywhere;max-height:16rem;overflow:auto}
.corvana-step ol{margin:1.4rem 0 0;padding:0;list-style:none;counter-reset:step}
.corvana-step li{counter-increment:step;display:grid;grid-template-columns:2.6rem 1fr;
margin:0;padding:.85rem 0;border-top:1px solid light-dark(#dfe3e8,#2c343d);font-size:1.2rem;
line-height:1.4}
.corvana-step li::before{content:counter(step);font-weight:650;color:light-dark(#1b639f,#79baec)}
.corvana-step li span{display:block;font-size:1.02rem;color:light-dark(#56616d,#a7b1bc)}
</style>
"""


def controls(total: int) -> int:
    """Draw the buttons and the progress; return the number of the open step, from 1."""
    place = _place(total)
    with st.container(horizontal=True, vertical_alignment="center", key="walkthrough-controls"):
        st.button(
            "Back",
            shortcut="Left",
            key=_BACK,
            disabled=place == 1,
            on_click=_open,
            args=(place - 1,),
        )
        st.button(
            "Next",
            key=_FORTH,
            shortcut="Right",
            disabled=place == total,
            on_click=_open,
            args=(place + 1,),
        )
        st.progress(place / total, f"{place} of {total}")
    turn_with_keys(forth=_FORTH, back=_BACK)
    return place


def show(step: Step) -> None:
    """Draw one step: a title, a sentence and a chart."""
    match step:
        case LookedAt():
            _text(
                f"<h2>{escape(step.title)}</h2><p class='corvana-number'>{escape(step.number)}</p>"
                f"<p>{escape(step.sentence)}</p>"
            )
            drawn = plot_weeks(step.weeks)
        case Told():
            _text(
                f"<p class='corvana-where'>{escape(step.where)}</p><h2>{escape(step.title)}</h2>"
                f"<p>{escape(step.sentence)}</p>"
                f"<p class='corvana-note'>{escape(step.note)}</p>{_decided(step)}"
            )
            kind = kind_of(step.finding.kind)
            drawn = plot_comparison(step.finding, kind.unit, step.where, kind.comparison)
        case Heard():
            _text(
                f"<p class='corvana-where'>{escape(step.where)}</p><h2>{escape(step.title)}</h2>"
                f"<p class='corvana-note'>{escape(step.note)}</p>{_decided(step)}"
            )
            return
        case Next():
            _text(_what_next(step))
            return
    plot(drawn, key="walkthrough", alt=step.caption)


def keep(view: View, access: Access) -> None:
    """Draw the link to the report, which opens without Corvana, to print or to save; nothing for
    readers who may not take it."""
    if not access.may_take_report:
        return
    with st.container(key="walkthrough-keep"):
        with st.container(horizontal=True):
            exports.report(view, access, "Print or save")
            exports.deck(view, access)
            exports.method()
        st.caption(
            "The report: a summary, every finding with its evidence and what to do, what is good, "
            "and all tables. It opens without a connection; print it from there. The method is a "
            f"file of its own.{_DECK if access.may_export else ''}"
        )


_DECK: Final = (
    " The deck is a PowerPoint file whose charts can be edited; the one page prints on A4."
)


def _place(total: int) -> int:
    """The step in the URL, or the nearest existing step."""
    asked = st.query_params.get(_STEP, "")
    return min(max(int(asked), 1), total) if _NUMBER.fullmatch(asked) else 1


def _open(place: int) -> None:
    st.query_params[_STEP] = str(place)


def _text(html: str) -> None:
    st.html(f"{_STYLE}<div class='corvana-step'>{html}</div>")


def _decided(step: Told | Heard) -> str:
    """Owner, effort, due date, and the note of a confirmed finding."""
    plan = f"<p class='corvana-note'>{escape(step.plan)}</p>" if step.plan else ""
    remark = f"<p class='corvana-remark'>{escape(step.remark)}</p>" if step.remark else ""
    return f"{plan}{remark}"


def _setting(one: Setting) -> str:
    below = "<br>".join(escape(text) for text in (one.setting, one.plan) if text)
    return (
        f"<li><div>{escape(one.advice or one.where)}"
        f"<span>{escape(one.where)} · {escape(one.worth)}{f'<br>{below}' if below else ''}</span>"
        "</div></li>"
    )


def _what_next(step: Next) -> str:
    settings = "".join(map(_setting, step.settings))
    hidden = walkthrough.withheld(step.withheld, step.smallest_group)
    withheld = f"<p class='corvana-note'>{escape(hidden)}</p>" if step.withheld else ""
    return (
        f"<h2>{escape(step.title)}</h2><p>{escape(step.sentence)}</p><ol>{settings}</ol>{withheld}"
    )
