"""The choice of two times to compare; it is in the URL."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corvana.analysis import wording
from corvana.questions.assessment import points
from corvana.questions.view import View
from corvana.store.models import Baseline
from corvana.ui.controls.choices import one_in_view
from corvana.ui.controls.period import time_zone

SINCE: Final = "Since a baseline"
PERIODS: Final = "Two periods"
WAY: Final = "way"
"""The key of the choice between both."""
_NOW: Final = "Now"
_FOUR_WEEKS: Final = timedelta(days=28)
_DAY: Final = timedelta(days=1)


def choose(view: View) -> tuple[str, str] | None:
    """Draw the controls and return the two points; None if a baseline is wanted and there is none.

    Without a baseline, two periods of the present data are compared initially.
    """
    with st.container(horizontal=True, vertical_alignment="top", key="two-times"):
        usual = SINCE if points.known(view) else PERIODS
        way = one_in_view("Compare", (SINCE, PERIODS), WAY, "visible", usual)
        # Always two elements, so that the controls keep their place.
        first, second = st.empty(), st.empty()
    return _periods(view, first, second) if way == PERIODS else _since(view, first, second)


def names(listed: Sequence[Baseline]) -> dict[str, str]:
    """Return the name of each baseline with its last day; equal ones get their id added."""
    clock = ZoneInfo(time_zone())
    told = {
        one.id: f"{one.name} · {wording.instant(one.as_of.astimezone(clock), year=True)}"
        for one in listed
    }
    seen = list(told.values())
    return {
        identity: f"{name} · {identity[:4]}" if seen.count(name) > 1 else name
        for identity, name in told.items()
    }


def _since(view: View, first: DeltaGenerator, second: DeltaGenerator) -> tuple[str, str] | None:
    listed = points.known(view)
    if not listed:
        return None
    told = names(listed)
    usual = (*points.comparable(view), *reversed(listed))[0]
    before = _one(first, "Before", list(reversed(told)), told, "before", usual.id)
    as_of = {one.id: one.as_of for one in listed}
    later = [one.id for one in reversed(listed) if one.as_of > as_of[before]]
    after = _one(second, "After", [points.NOW, *later], {points.NOW: _NOW, **told}, "after")
    return before, after


def _one(
    place: DeltaGenerator,
    label: str,
    ids: Sequence[str],
    told: Mapping[str, str],
    key: str,
    usual: str = "",
) -> str:
    chosen = place.selectbox(
        label,
        ids,
        index=ids.index(usual) if usual else 0,
        format_func=lambda one: told.get(one, one),
        key=key,
        bind="query-params",
        width=300,
    )
    return str(chosen or ids[0])


def _periods(view: View, first: DeltaGenerator, second: DeltaGenerator) -> tuple[str, str]:
    zone = ZoneInfo(time_zone())
    last = view.as_of.astimezone(zone).date()
    middle = last - _FOUR_WEEKS
    before = _dates(view, first, "Before", zone, "first", (middle - _FOUR_WEEKS, middle - _DAY))
    after = _dates(view, second, "After", zone, "then", (middle, last))
    return before, after


def _dates(
    view: View,
    place: DeltaGenerator,
    label: str,
    zone: ZoneInfo,
    key: str,
    usual: tuple[date, date],
) -> str:
    begin, end = (each.astimezone(zone).date() for each in (view.since, view.as_of))
    first, last = (min(max(each, begin), end) for each in usual)
    chosen = place.date_input(
        f"{label} ({zone.key})",
        (first, last),
        min_value=begin,
        max_value=end,
        key=key,
        bind="query-params",
        width=260,
    )
    days = chosen if isinstance(chosen, tuple) else (chosen,)
    known = [day for day in days if isinstance(day, date)] or [begin]
    return points.period_of(_midnight(known[0], zone), _midnight(known[-1] + _DAY, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
