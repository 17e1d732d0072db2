"""The tables of the page Targets for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana.questions.assessment import targets
from corvana.questions.labels import label_or_id
from corvana.questions.readable.columns import Column, between
from corvana.questions.readable.response import verb
from corvana.questions.view import View

Arguments = Mapping[str, Any]


def those_set(_: Arguments) -> Sequence[Column]:
    """Return the columns of the targets that are set."""
    return (
        Column("name", "Priority or urgency"),
        Column("service", "Service with its own target"),
        Column("acknowledge_seconds", "Acknowledge within", "seconds"),
        Column("resolve_seconds", "Resolve within", "seconds"),
    )


def in_order(view: View, frame: pd.DataFrame, _: Arguments) -> pd.DataFrame:
    """Return the targets with names, in the order of priorities or urgencies, all services
    first."""
    known = {name: place for place, name in enumerate(targets.names_of(view, "level"))}
    own = frame["service_id"].ne("")
    return (
        frame.assign(
            name=label_or_id(frame["level"], targets.names_of(view, "level")),
            service=frame["service_label"].fillna(frame["service_id"]),
            place=frame["level"].map(known).fillna(len(known)),
            own=own,
        )
        .sort_values(["own", "service", "place"], kind="stable")
        .reset_index(drop=True)
    )


def groups(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of the share that met its target, by group."""
    done = verb(arguments)
    return (
        Column("kind", "Group of"),
        Column("label", "Name"),
        Column("value", f"Share {done} in time", "share"),
        *between("low", "high", "Share", "share"),
        Column("n", "Judged incidents", "count"),
        Column("n_met", f"{done.capitalize()} in time", "count"),
        Column("n_missed", "Missed", "count"),
        Column("effective_n", "Worth so many separate ones", "number"),
        Column("n_young", "Not judged yet", "count"),
        Column("q_value", "q-value against the others", "probability"),
    )


def weeks(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of the share that met its target, by week."""
    done = verb(arguments)
    return (
        Column("week", "Week from Monday", "week"),
        Column("value", f"Share {done} in time", "share"),
        *between("low", "high", "Share", "share"),
        Column("n", "Judged incidents", "count"),
        Column("n_met", f"{done.capitalize()} in time", "count"),
        Column("n_young", "Not judged yet", "count"),
    )


def with_kinds(view: View, frame: pd.DataFrame, arguments: Arguments) -> pd.DataFrame:
    """Return the groups with what they are: priority, urgency, service or team."""
    group = arguments["group"]
    return frame.assign(kind=targets.by_what(view) if group == "level" else group)
