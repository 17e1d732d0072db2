"""Days that are dragged out on a chart's time axis become the page's period."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from corvana.questions.view import View
from corvana.ui.controls.period import DATES, OWN_DATES, PERIOD, USUAL, time_zone
from corvana.ui.plot import DRAGGED

_BEFORE: Final = "period before dragging"


def period_on_drag(chart_key: str, view: View) -> Callable[[], None]:
    """Return a callback that makes the days dragged out in a chart the period, or, if the reader
    takes that back, brings back the period before the first drag."""

    def change() -> None:
        instants: Any = st.session_state[chart_key].get(DRAGGED)
        if instants is None:
            return
        if instants:
            _keep_the_period()
            days = dragged_days(instants, view.since, view.as_of, ZoneInfo(time_zone()))
            _tell_the_address(days)
            st.session_state.update({PERIOD: OWN_DATES, DATES: days})
        else:
            st.session_state.update(st.session_state.pop(_BEFORE, {}))

    return change


def dragged_days(
    instants: Sequence[str], since: datetime, until: datetime, zone: ZoneInfo
) -> tuple[date, date]:
    """Return the first and the last day that were dragged out, within the collected time.

    `instants` are two times on the chart's axis, in either order, as Plotly tells them:
    `2026-03-02 14:05:31.25` or `2026-03-02`. The axis has the reader's clock.
    """
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    begin, end = sorted(date.fromisoformat(instant[:10]) for instant in instants)
    return min(max(begin, first), last), max(min(end, last), first)


def _tell_the_address(days: tuple[date, date]) -> None:
    """Write the days into the page's address, from which a reload and a shared link read them.

    Streamlit writes what code sets only for a control that is drawn already, as the menu's own
    dates are while they are chosen; then it refuses that the address is written here.
    """
    if st.session_state.get(PERIOD, USUAL) != OWN_DATES:
        st.query_params[DATES] = [day.isoformat() for day in days]


def _keep_the_period() -> None:
    """Keep what the menu says now; after several drags it is what it said before the first."""
    period = st.session_state.get(PERIOD, USUAL)
    if period != OWN_DATES:
        st.session_state[_BEFORE] = {PERIOD: period}
    elif _BEFORE not in st.session_state:
        st.session_state[_BEFORE] = {PERIOD: period, DATES: st.session_state[DATES]}
