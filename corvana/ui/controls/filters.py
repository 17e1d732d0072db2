"""The row of filters; its state is in the URL and is kept from page to page."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers.settings import classes
from corvana.analysis.on_call.hours import DAYS_CLASSES, HOURS_CLASSES
from corvana.questions import usual
from corvana.questions.labels import names, priorities
from corvana.questions.view import View
from corvana.ui.controls.active_filters import ANY, chips
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.period import period, time_zone
from corvana.ui.plot import CLICKED

__all__ = ["filter_on_click", "filters_row", "one_of", "time_zone"]

_BY_DAY: Final = tuple(reversed(HOURS_CLASSES))
_LABEL: Final = 26
"""Pixels: the height of a control's label; the button without one begins where the boxes do."""
_FIRST_PAGE: Final = (
    "Incidents count by their first page, interruptions by their own time; an incident that paged "
    "nobody has no hours."
)


def filters_row(view: View) -> Filters:
    """Draw the filters, and below them those that are set; return the selection."""
    with st.container(horizontal=True, vertical_alignment="top", key="filters"):
        start, end = period(view)
        services = _several("Service", names(view, "service"), "service", width=210)
        urgency = one_in_view("Urgency", (ANY, *usual.URGENCIES), "urgency", "visible")
        hours = st.segmented_control(
            "Hours",
            _BY_DAY,
            selection_mode="multi",
            key="hours",
            bind="query-params",
            help=f"On the responder's clock: {classes(view.settings.basis.hours)}. {_FIRST_PAGE}",
        )
        with st.container(width="content", gap=None):
            st.space(_LABEL)
            with st.popover("More filters", icon=":material/tune:"):
                days = st.segmented_control(
                    "Days",
                    DAYS_CLASSES,
                    key="days",
                    bind="query-params",
                    help="On the responder's clock, by the first page like the hours.",
                )
                by_priority = _by_priority(view)
                policies = _several("Escalation policy", names(view, "policy"), "policy")
                teams = _several("Team", names(view, "team"), "team")
                compare = st.toggle(
                    "Compare to the previous period", value=True, key="compare", bind="query-params"
                )
    filters = Filters(
        start=start,
        end=end,
        compare=compare,
        services=services,
        teams=teams,
        policies=policies,
        urgency="" if urgency == ANY else urgency,
        hours=tuple(each for each in HOURS_CLASSES if each in hours),
        days=days or "",
        priorities=by_priority,
    )
    chips(view, filters)
    return filters


def one_of(label: str, key: str, ids: Sequence[str], names: Mapping[str, str]) -> str | None:
    """Draw a menu and return the chosen option, initially the first; None without options."""
    if not ids:
        return None
    chosen = st.selectbox(
        label,
        ids,
        format_func=lambda identity: names.get(identity, identity),
        key=key,
        bind="query-params",
        width=360,
    )
    return str(chosen) if chosen is not None else None


def filter_on_click(chart_key: str, dimension: str) -> Callable[[], None]:
    """Return a callback that filters the page to the mark clicked in a chart."""

    def narrow() -> None:
        clicked: Any = st.session_state[chart_key].get(CLICKED)
        if clicked is not None:
            chosen = clicked[0] if isinstance(clicked, list) else clicked
            st.session_state[dimension] = chosen if dimension == "urgency" else [chosen]

    return narrow


def _by_priority(view: View) -> tuple[str, ...]:
    """The chosen priorities; no incident of many accounts has one, and then there is no choice."""
    known = priorities(view)
    if not known:
        st.caption("Priority: no incident has one.")
        return ()
    return _several("Priority", known, "priority")


def _several(
    label: str, labels: Mapping[str, str], key: str, *, width: int | Literal["stretch"] = "stretch"
) -> tuple[str, ...]:
    return tuple(
        st.multiselect(
            label,
            list(labels),
            format_func=lambda identity: labels.get(identity, identity),
            placeholder="All",
            key=key,
            bind="query-params",
            width=width,
        )
    )
