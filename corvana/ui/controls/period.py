"""The menu of periods: the last days, calendar months, since a date, or own dates."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis.wording import instant
from corvana.questions import usual
from corvana.questions.view import View
from corvana.ui import state

PERIOD: Final = "period"
"""The key of the menu."""
DATES: Final = "dates"
"""The key of the menu's own dates."""
USUAL: Final = "28 days"
ALL: Final = "Everything collected"
SINCE: Final = "Since …"
OWN_DATES: Final = "Own dates"
_DAYS: Final = 27


def time_zone() -> str:
    """Return the IANA time zone that the assessment sets, else the reader's own, as the browser
    tells it, or UTC."""
    told = st.session_state.get(state.READING_ZONE) or st.context.timezone
    try:
        return ZoneInfo(told).key if isinstance(told, str) else "UTC"
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"


def period(view: View) -> tuple[datetime, datetime]:
    """Draw the menu, with the dates where they are to be chosen; return the period's bounds.

    They lie within the collected time, because rates divide by the period's length.
    """
    zone = ZoneInfo(time_zone())
    months = usual.calendar_months(view, zone)
    options = [*usual.PERIODS, *months, ALL, SINCE, OWN_DATES]
    chosen = str(
        st.selectbox(
            "Period",
            options,
            index=options.index(USUAL),
            key=PERIOD,
            bind="query-params",
            width=180,
        )
    )
    # Always one element, so that the controls behind it keep their place.
    place = st.empty()
    if chosen in usual.PERIODS or chosen == ALL:
        return usual.bounds(view, usual.PERIODS.get(chosen))
    if chosen in months:
        return months[chosen]
    return _since(view, zone, place) if chosen == SINCE else _own_dates(view, zone, place)


def _since(view: View, zone: ZoneInfo, place: DeltaGenerator) -> tuple[datetime, datetime]:
    first, last = _collected_days(view, zone)
    day = place.date_input(
        f"Since ({zone.key})",
        max(first, last - timedelta(days=_DAYS)),
        min_value=first,
        max_value=last,
        key="since",
        bind="query-params",
        width=180,
    )
    return _within(view, zone, day if isinstance(day, date) else first, last)


def _own_dates(view: View, zone: ZoneInfo, place: DeltaGenerator) -> tuple[datetime, datetime]:
    first, last = _collected_days(view, zone)
    chosen = place.date_input(
        f"From and to ({zone.key})",
        (max(first, last - timedelta(days=_DAYS)), last),
        min_value=first,
        max_value=last,
        key=DATES,
        bind="query-params",
        width=260,
    )
    days: Sequence[date] = chosen if isinstance(chosen, tuple) else (chosen,)
    if len(days) < 2:
        st.caption(f"Choose the last day too; until then, up to {instant(view.as_of)}.")
    begin = days[0] if days else first
    return _within(view, zone, begin, days[1] if len(days) > 1 else last)


def _collected_days(view: View, zone: ZoneInfo) -> tuple[date, date]:
    return view.since.astimezone(zone).date(), view.as_of.astimezone(zone).date()


def _within(view: View, zone: ZoneInfo, first: date, last: date) -> tuple[datetime, datetime]:
    """From the midnight of the first day to that after the last one, where it was collected."""
    after = _midnight(last + timedelta(days=1), zone)
    return max(_midnight(first, zone), view.since), min(after, view.as_of)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
