"""The row of filters; its state is in the URL and is kept from page to page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from corvana.analysis.account.selection import Filters
from corvana.analysis.response.breakdowns import Dimension
from corvana.analysis.wording import instant
from corvana.questions import usual
from corvana.questions.labels import names
from corvana.questions.view import View
from corvana.ui.controls.choices import one_in_view
from corvana.ui.plot import CLICKED

_ALL: Final = "Everything collected"
_CUSTOM: Final = "Own dates"
_ANY: Final = "any"


def time_zone() -> str:
    """Return the reader's IANA time zone as the browser tells it, or UTC."""
    told = st.context.timezone
    try:
        return ZoneInfo(told).key if isinstance(told, str) else "UTC"
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def filters_row(view: View) -> Filters:
    """Draw the filters and return the selection."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters"):
        period = st.selectbox(
            "Period",
            [*usual.PERIODS, _ALL, _CUSTOM],
            index=1,
            key="period",
            bind="query-params",
            width=190,
        )
        services = _several("Service", "service", view)
        urgency = one_in_view("Urgency", (_ANY, *usual.URGENCIES), "urgency", "visible")
        with st.popover("More filters", icon=":material/tune:"):
            policies = _several("Escalation policy", "policy", view, width="stretch")
            teams = _several("Team", "team", view, width="stretch")
            compare = st.toggle(
                "Compare to the previous period", value=True, key="compare", bind="query-params"
            )
    start, end = _bounds(str(period), view)
    return Filters(
        start=start,
        end=end,
        compare=compare,
        services=services,
        teams=teams,
        policies=policies,
        urgency="" if urgency == _ANY else urgency,
    )


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


def _several(
    label: str, key: Dimension, view: View, width: int | Literal["stretch"] = 260
) -> tuple[str, ...]:
    labels = names(view, key)
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


def _bounds(period: str, view: View) -> tuple[datetime, datetime]:
    """Return the period's bounds within the collected time, because rates divide by its length."""
    since, end = view.since, view.as_of
    if period in usual.PERIODS or period == _ALL:
        return usual.bounds(view, usual.PERIODS.get(period))
    zone = ZoneInfo(time_zone())
    first, last = since.astimezone(zone).date(), end.astimezone(zone).date()
    chosen = st.date_input(
        f"From and to ({zone.key})",
        (max(first, last - timedelta(days=27)), last),
        min_value=first,
        max_value=last,
        key="dates",
        bind="query-params",
        width=260,
    )
    days = chosen if isinstance(chosen, tuple) else (chosen,)
    if len(days) < 2:
        st.caption(f"Choose the last day too; until then, up to {instant(end)}.")
    begin = days[0] if days else first
    finish = days[1] if len(days) > 1 else last
    after = _midnight(finish + timedelta(days=1), zone)
    return max(_midnight(begin, zone), since), min(after, end)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
