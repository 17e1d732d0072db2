"""Where a duration differs: a ranking, a funnel or stages, by what the reader chooses."""

from typing import Final

import streamlit as st

from corvana.analysis import comparison
from corvana.analysis.comparison import Funnel
from corvana.analysis.response import COLUMN, Dimension, Measure
from corvana.analysis.selection import Filters
from corvana.analysis.wording import duration
from corvana.charts import response as charts
from corvana.charts.comparison import Unit, plot_funnel
from corvana.charts.stages import plot_stages_of
from corvana.ui import analyses, components, stages
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView
from corvana.ui.figures import draw_once

_PLURAL: Final[dict[Dimension, str]] = {
    "service": "services",
    "policy": "policies",
    "team": "teams",
    "urgency": "urgencies",
}
_HOURS: Final = "hour of week"
_TYPICAL: Final = "typical time"
_WAITS: Final[dict[Measure, tuple[float, ...]]] = {
    "seconds_to_first_ack": (300.0, 900.0, 3_600.0),
    "seconds_to_resolve": (3_600.0, 14_400.0, 86_400.0),
}


@by_version
def funnel(
    snapshot: SnapshotView,
    filters: Filters,
    measure: Measure,
    dimension: Dimension,
    seconds: float | None,
) -> Funnel:
    """Return comparison.still_waiting after `seconds`, or comparison.typical_times for None."""
    incidents, by = analyses.incidents(snapshot, filters), COLUMN[dimension]
    if seconds is None:
        return comparison.typical_times(incidents, measure, by)
    return comparison.still_waiting(incidents, measure, by, seconds=seconds, as_of=snapshot.as_of)


def draw(
    snapshot: SnapshotView, filters: Filters, measure: Measure, verb: str, time_zone: str
) -> None:
    """Draw the section: by what, in which view, and that chart."""
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        by = _one_of("By", "by", [*_PLURAL, _HOURS])
        dimension = next((name for name in _PLURAL if name == by), None)
        view = _one_of("View", "view", ["ranking", "funnel", "stages"]) if dimension else ""
    key = f"{verb}-{by}-{view}"
    if dimension is None:
        hours = analyses.hours(snapshot, filters, measure, time_zone)
        components.chart(
            draw_once(charts.plot_hour_of_week, hours, time_zone, verb), key=key, table=hours,
            caption="Hours with fewer than three incidents are blank.",
        )  # fmt: skip
    elif view == "funnel":
        _draw_funnel(snapshot, filters, measure, dimension, key)
    elif view == "stages":
        names = analyses.names(snapshot, dimension)
        parts = stages.summary_of(snapshot, filters, dimension)
        components.chart(
            draw_once(plot_stages_of, parts, names), key=key, filters_by=dimension,
            table=parts.assign(label=parts["id"].map(names)),
            caption="Most time first; n in brackets, fewer than ten pale and last. Click one to "
            "filter.",
        )  # fmt: skip
    else:
        names = analyses.names(snapshot, dimension)
        groups = analyses.breakdown(snapshot, filters, measure, dimension)
        components.chart(
            draw_once(charts.plot_breakdown, groups, names, verb), key=key, filters_by=dimension,
            table=groups.assign(label=groups["id"].map(names)),
            caption="95 % interval; n in brackets; fewer than ten pale and last. Click one to "
            "filter.",
        )  # fmt: skip


def _draw_funnel(
    snapshot: SnapshotView, filters: Filters, measure: Measure, dimension: Dimension, key: str
) -> None:
    waits = {f"waiting after {duration(seconds)}": seconds for seconds in _WAITS[measure]}
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        value = _one_of("Value", f"value_{measure}", [_TYPICAL, *waits])
        components.method("Comparing groups")
    names = analyses.names(snapshot, dimension)
    found = funnel(snapshot, filters, measure, dimension, waits.get(value))
    unit: Unit = "seconds" if value == _TYPICAL else "share"
    components.chart(
        draw_once(plot_funnel, found, names, _PLURAL[dimension], unit), key=f"{key}-{value}",
        table=found.groups.assign(label=found.groups["id"].map(names)), filters_by=dimension,
        caption="Beyond the lines is more than chance, not why: urgency and hours differ too. "
        "Fewer than ten pale. Numbers hold each value allowing for its size. Click one to filter.",
    )  # fmt: skip


def _one_of(label: str, key: str, options: list[str]) -> str:
    chosen = st.segmented_control(
        label, options, default=options[0], required=True, key=key, bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    return str(chosen)
