"""Who would be paged for a service at an instant: a part of a page that reruns alone.

Nothing is worked out before a service is chosen.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from corvana.analysis.answers import who_is_paged as words
from corvana.analysis.on_call.local_time import NIGHT, LocalTime, instant_of, next_sunday_night
from corvana.questions import labels, who_is_paged
from corvana.questions.view import View
from corvana.ui import components
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.filters import time_zone
from corvana.ui.open_page import redraw_when_replaced

_SUNDAY: Final = "Sunday 03:00"
_COLLECTED: Final = "Last collection"
_OTHER: Final = "Other time"
_STEP: Final = timedelta(minutes=15)


@st.fragment
def draw(view: View, services: tuple[str, ...]) -> None:
    """Draw the choice of service and instant, and the answer.

    `services` are those of the page's filter: a single one is answered for until another is chosen.
    """
    redraw_when_replaced(view)
    st.header("Who would be paged?", anchor=False)
    zone, names = time_zone(), labels.names(view, "service")
    filtered = services[0] if len(services) == 1 else None
    with st.container(horizontal=True, vertical_alignment="top"):
        chosen = st.selectbox(
            "Service to page",
            list(names),
            index=None,
            format_func=lambda identity: names.get(identity, identity),
            placeholder=names.get(filtered or "", "Choose a service"),
            key="paged",
            bind="query-params",
            width=250,
        )
        when = one_in_view("Time", (_SUNDAY, _COLLECTED, _OTHER), "paged_at", "visible")
        told = _instant(view, when, zone)
    service = chosen or filtered
    if service is None:
        st.caption(
            "Choose a service: its levels, delays and gaps at that time appear here. "
            "People are letters that hold within one answer."
        )
        return
    _answer(view, str(service), told, names.get(str(service), str(service)))


def _answer(view: View, service: str, told: LocalTime, label: str) -> None:
    zone = time_zone()
    paged = who_is_paged.who_is_paged(view, service, told.at)
    if changed := words.clock_change(told, zone):
        st.caption(changed)
    components.tell(words.answer(paged, label, zone))
    if paged.targets is not None:
        st.table(
            words.table(paged, labels.schedules(view)),
            border="horizontal",
            hide_index=True,
            alt=f"Who is paged for {label}, level by level",
        )
    listed = who_is_paged.compared(view, paged.policy) if paged.policy else None
    notes = (
        words.urgency(paged),
        words.settings(paged, view.as_of, zone),
        words.held_against(listed, paged.at, zone),
    )
    st.caption(" ".join(note for note in notes if note))
    components.method("Who would be paged", "Settings of the time", "PagerDuty's own on-call list")


def _instant(view: View, when: str, zone: str) -> LocalTime:
    """The chosen instant; draws a date and a time for any other than the two usual ones."""
    sunday = next_sunday_night(view.as_of, zone)
    if when == _SUNDAY:
        return sunday
    if when == _COLLECTED:
        return LocalTime(view.as_of)
    first, last = (_day(each, zone) for each in (view.since, who_is_paged.known_until(view)))
    day = st.date_input(
        "Day",
        min(_day(sunday.at, zone), last),
        min_value=first,
        max_value=last,
        key="paged_day",
        bind="query-params",
        width=150,
    )
    clock = st.time_input(
        f"Clock ({zone})",
        NIGHT,
        step=_STEP,
        key="paged_time",
        bind="query-params",
        width=150,
    )
    return instant_of(day or last, clock or time(), zone)


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
