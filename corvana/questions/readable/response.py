"""The tables of the pages Overview and Response for readers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import duration
from corvana.charts.stages import NAMES
from corvana.questions.readable.columns import Column, Form, between, bounds
from corvana.questions.view import View

Arguments = Mapping[str, Any]

_VERBS: Final = {"seconds_to_first_ack": "acknowledged", "seconds_to_resolve": "resolved"}
_GROUPS: Final = {
    "service": "Service",
    "policy": "Escalation policy",
    "team": "Team",
    "urgency": "Urgency",
}
_STAGE: Final = (
    Column("stage", "Stage"),
    Column("share", "Share of the time", "share"),
    *bounds("share", "Share", "share"),
    Column("seconds", "Time in all", "seconds"),
    Column("median", "Median of all", "seconds"),
    *between("low", "high", "Median", "seconds"),
    Column("median_any", "Median where it took any time", "seconds"),
    Column("n_any", "Incidents where it did", "count"),
    Column("n", "Resolved incidents", "count"),
    Column("n_open", "Still open, left out", "count"),
)


def verb(arguments: Arguments) -> str:
    """Return how the measured waits end; tables without a measure are of acknowledgements."""
    return _VERBS[str(arguments.get("measure", "seconds_to_first_ack"))]


def within(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of a curve: the share that ended by a time."""
    return (
        Column("seconds", "Time since created", "seconds"),
        Column("share", f"Share {verb(arguments)} by then", "share"),
        *between("low", "high", "Share", "share"),
        Column("at_risk", "Incidents waiting until then", "count"),
    )


def stages(_: Arguments) -> Sequence[Column]:
    """Return the columns of the stages of all incidents."""
    return _STAGE


def stages_of(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of the stages of groups of incidents."""
    return (Column("label", _GROUPS[arguments["dimension"]]), *_STAGE)


def in_words(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the stages with their names."""
    return frame.assign(stage=frame["stage"].map({**NAMES, "total": "all of it"}))


def most_time_first(view: View, frame: pd.DataFrame, arguments: Arguments) -> pd.DataFrame:
    """Return the stages of groups in the order of the chart: most time first, few incidents
    last."""
    total = frame[frame["stage"].eq("total")].set_index("id")
    order = total.assign(enough=total["n"].ge(ENOUGH)).sort_values(
        ["enough", "seconds"], ascending=False
    )
    place = frame["id"].map(pd.Series(range(len(order)), index=order.index))
    by_place = frame.assign(place=place).sort_values("place", kind="stable").reset_index(drop=True)
    return in_words(view, by_place, arguments)


def groups(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of medians by group."""
    done = verb(arguments)
    return (
        Column("label", _GROUPS[arguments["dimension"]]),
        Column("p50", f"Median time until {done}", "seconds"),
        *between("low", "high", "Median", "seconds"),
        Column("times", "Times the median of the selection", "times"),
        Column("p90", "P90", "seconds"),
        Column("n_done", f"Incidents {done}", "count"),
        Column("n", "Incidents", "count"),
        Column("n_open", "Still waiting", "count"),
        Column("q_value", "q-value against the others", "probability"),
    )


def funnel(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of groups beside the limits of chance."""
    seconds = arguments["seconds"]
    unit: Form = "seconds" if seconds is None else "share"
    value = "Typical time" if seconds is None else f"Share waiting after {duration(seconds)}"
    return (
        Column("label", _GROUPS[arguments["dimension"]]),
        Column("value", value, unit),
        Column("shrunken", "Allowing for size", unit),
        *between("low", "high", "Allowing for size", unit),
        Column("low_95", "95 % of chance from", unit),
        Column("high_95", "95 % of chance to", unit),
        Column("low_998", "99.8 % of chance from", unit),
        Column("high_998", "99.8 % of chance to", unit),
        Column("beyond", "Beyond the limit of"),
        Column("n", "Incidents", "count"),
        Column("effective_n", "Worth so many separate ones", "count"),
    )


def hours_of_week(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of the hours of the week."""
    done = verb(arguments)
    return (
        Column("weekday", "Weekday", "weekday"),
        Column("hour", "Hour", "hour"),
        Column("p50", f"Median time until {done}", "seconds"),
        Column("n", f"Incidents {done}", "count"),
    )


def weeks(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of weeks."""
    done = verb(arguments)
    return (
        Column("week", "Week from Monday", "week"),
        Column("n", "Incidents", "count"),
        Column("n_done", f"Incidents {done}", "count"),
        Column("p50", f"Median time until {done}", "seconds"),
        *between("low", "high", "Median", "seconds"),
        Column("is_whole", "Whole week", "yes"),
    )


def bins(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of a distribution."""
    return (
        Column("start", "From", "seconds"),
        Column("end", "To", "seconds"),
        Column("n", f"Incidents {verb(arguments)}", "count"),
    )
