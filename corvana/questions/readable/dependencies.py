"""The tables of the page Dependencies for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana.analysis.dependencies import cascades
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.questions.labels import services
from corvana.questions.readable.columns import Column, bounds
from corvana.questions.view import View

Arguments = Mapping[str, Any]


def graph(_: Arguments) -> Sequence[Column]:
    """Return the columns of the declared dependencies."""
    return (
        Column("supporting", "Service that is needed"),
        Column("dependent", "Service that needs it"),
        Column("supporting_type", "Kind of the first", "words"),
        Column("dependent_type", "Kind of the second", "words"),
    )


def radius(_: Arguments) -> Sequence[Column]:
    """Return the columns of the exposure to failures."""
    return (
        Column("service", "Service"),
        Column("exposed_seconds", "Time of incidents × services that need it", "seconds"),
        Column("seconds", "Time of incidents", "seconds"),
        Column("n", "Incidents", "count"),
        Column("downstream", "Services that need it, in any number of steps", "count"),
        Column("dependents", "Services that need it directly", "count"),
        Column("business_downstream", "Business services that need it", "count"),
        Column("nearest", "Nearest business services"),
        Column("steps_to_business", "Steps to the nearest", "count"),
        Column("upstream", "Services it needs, in any number of steps", "count"),
        Column("supporting", "Services it needs directly", "count"),
        Column("type", "Kind", "words"),
    )


def most_exposed_first(view: View, frame: pd.DataFrame, _: Arguments) -> pd.DataFrame:
    """Return the services in the order of the chart, with the names of business services."""
    names = services(view)
    nearest = frame["nearest_business"].map(
        lambda ids: ", ".join(names.get(each, "unnamed") for each in ids.split()),
        na_action="ignore",
    )
    return frame.assign(enough=frame["n"].ge(ENOUGH), nearest=nearest).sort_values(
        ["enough", "exposed_seconds"], ascending=False, kind="stable"
    )


def pairs(_: Arguments) -> Sequence[Column]:
    """Return the columns of pairs of services that fail together."""
    return (
        Column("supporting", "First service"),
        Column("dependent", "Second service"),
        Column("followed", "Failures of the first that the second followed", "share"),
        *bounds("followed", "Followed", "share"),
        Column("together", "Failures together", "count"),
        Column("expected", "Failures together by chance", "number"),
        Column("lift", "Times as often as by chance", "times"),
        *bounds("lift", "Times as often", "times"),
        Column("lag", "Median time between", "lag"),
        *bounds("lag", "Time between", "lag"),
        Column("direction", "Which fails first", "words"),
        Column("is_declared", "Declared", "yes"),
        Column("hops", "Declared steps between", "count"),
        Column("beyond_chance", "Beyond chance", "yes"),
        Column("q_value", "q-value", "probability"),
        Column("n_supporting", "Failures of the first", "count"),
        Column("n_dependent", "Failures of the second", "count"),
    )


def surest_first(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the pairs that count, in the order of the chart."""
    first = {"supporting": "the first", "dependent": "the second"}
    told = frame.assign(direction=frame["direction"].astype("str").replace(first))
    return cascades.by_evidence(cascades.that_count(told))


def lags(_: Arguments) -> Sequence[Column]:
    """Return the columns of the failures of one pair."""
    return (
        Column("at", "Earlier failure", "instant"),
        Column("lag", "Until the other (negative: it was first)", "lag"),
    )
