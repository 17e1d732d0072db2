"""The tables of the page On-call for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana.analysis.staffing.covered_levels import GAP
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.questions.on_call import RESPONDERS
from corvana.questions.readable.columns import Column, between, bounds
from corvana.questions.view import View

Arguments = Mapping[str, Any]


def burden(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of the burden by responder or rotation."""
    is_of_people = arguments["who"] == RESPONDERS
    return (
        Column("id", "Responder" if is_of_people else "Rotation"),
        Column("per_hour", "Interruptions per on-call hour", "number"),
        *bounds("per_hour", "Per on-call hour", "number"),
        Column("sleep", "In sleep hours", "number"),
        Column("off", "In off hours", "number"),
        Column("business", "In business hours", "number"),
        Column("n", "Interruptions", "count"),
        Column("hours", "Hours on call", "count"),
        Column("on_call_share", "Share of the period on call", "share"),
        *(() if is_of_people else (Column("members", "Members", "count"),)),
        Column("effective_n", "Worth so many separate interruptions", "count"),
    )


def interrupted(_: Arguments) -> Sequence[Column]:
    """Return the columns of the hours of the week."""
    return (
        Column("weekday", "Weekday", "weekday"),
        Column("hour", "Hour", "hour"),
        Column("per_week", "Interruptions a week", "number"),
        Column("n", "Interruptions in the period", "count"),
    )


def lorenz(_: Arguments) -> Sequence[Column]:
    """Return the columns of a Lorenz curve."""
    return (
        Column("share_of_responders", "Share of responders, least burdened first", "share"),
        Column("share_of_load", "Share of the burden", "share"),
        Column("expected", "By chance", "share"),
        *between("low", "high", "By chance", "share"),
    )


def evenness(_: Arguments) -> Sequence[Column]:
    """Return the columns of how evenly nights fall in each rotation."""
    return (
        Column("label", "Rotation"),
        Column("gini", "Gini of nights with pages", "number"),
        *between("low", "high", "Gini", "number"),
        Column("by_chance", "By chance", "number"),
        Column("is_clear", "Clearly less even than by chance", "yes"),
        Column("p_value", "p-value", "probability"),
        Column("nights", "Nights with pages", "count"),
    )


def cover(_: Arguments) -> Sequence[Column]:
    """Return the columns of the times in which levels are not as they should be."""
    return (
        Column("escalation_policy_id", "Escalation policy"),
        Column("level", "Level", "count"),
        Column("state", "State"),
        Column("other_level", "Same person as level", "count"),
        Column("start", "From", "instant"),
        Column("end", "To", "instant"),
        Column("seconds", "Lasts", "seconds"),
    )


def worst_level_first(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the times with their lengths, in the order of the chart: the level with most time
    without anybody on call first."""
    timed = frame.assign(seconds=(frame["end"] - frame["start"]).dt.total_seconds())
    of_gaps = timed["seconds"].where(timed["state"].eq(GAP), 0.0)
    level = [timed["escalation_policy_id"], timed["level"]]
    return timed.assign(
        uncovered=of_gaps.groupby(level).transform("sum"),
        amiss=timed["seconds"].groupby(level).transform("sum"),
    ).sort_values(
        ["uncovered", "amiss", "escalation_policy_id", "level", "start"],
        ascending=[False, False, True, True, True],
    )


def bus_factor(_: Arguments) -> Sequence[Column]:
    """Return the columns of the people on whom a service depends."""
    return (
        Column("service_id", "Service"),
        Column("effective_responders", "People it depends on (effective)", "number"),
        Column("uncovered_share", "Share of the busiest person", "share"),
        *bounds("uncovered_share", "Busiest person", "share"),
        Column("smallest_group_50", "Fewest people for half", "count"),
        Column("smallest_group_80", "Fewest people for 80 %", "count"),
        Column("responders", "People who acknowledged", "count"),
        Column("acknowledgements", "Acknowledgements", "count"),
    )


def fewest_people_first(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the services in the order of the charts: fewest people first, few acknowledgements
    last."""
    return frame.assign(enough=frame["acknowledgements"].ge(ENOUGH)).sort_values(
        ["enough", "effective_responders"], ascending=[False, True], kind="stable"
    )
