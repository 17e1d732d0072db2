"""Earlier and present settings of policies and services, what changed of them, and what the
analyses one after the other saw of each finding; as frames, of one connection.

`store.queries` reads the same versions for the lifecycle of incidents, which needs no deletions.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Final, NamedTuple

import pandas as pd
from sqlalchemy import Connection, select
from sqlmodel import col

from corvana.frames import (
    CONFIGURATION_CHANGES,
    FINDING_SEEN,
    POLICY_HISTORY,
    SERVICE_HISTORY,
    conform,
)
from corvana.store.models import ConfigurationVersion, FindingSeen
from corvana.store.unknown_zones import known_zones

_OF_POLICY: Final = ("escalation_policy_id", "since", "is_deleted", "num_loops")
_OF_RULE: Final = ("level", "target_type", "target", "escalation_delay_in_minutes")
"""The order in which `collectors.escalation_policies.rules` stores a rule."""
_WITHOUT_RULE: Final = (None, None, None, None)
_OF_SERVICE: Final = tuple(SERVICE_HISTORY)[3:]
_CHANGING: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "services": (
        "service",
        (
            "label",
            "team_ids",
            "auto_resolve_timeout",
            "acknowledgement_timeout",
            *_OF_SERVICE,
        ),
    ),
    "escalation_policies": ("escalation_policy", ("label", "num_loops")),
    "schedules": ("schedule", ("label", "time_zone")),
}
"""Noun → object type and the settings of which changes are told."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
_State = dict[str, Any] | None


_Change = tuple[str, int | None, str | None, str | None]
"""Setting, level, the value before and the value after."""


class _Setting(NamedTuple):
    """The name of a setting, and the level of a policy to which it belongs."""

    field: str
    level: int | None = None


def policy_history(connection: Connection, connection_id: str) -> pd.DataFrame:
    """POLICY_HISTORY of all policies, also of deleted ones, in the order of ids and time."""
    rows = [
        (policy_id, since, state is None, (state or {}).get("num_loops"), *rule)
        for policy_id, since, state in _versions(connection, connection_id, "escalation_policies")
        for rule in (state or {}).get("details") or [_WITHOUT_RULE]
    ]
    found = pd.DataFrame(rows, columns=[*_OF_POLICY, *_OF_RULE])
    numbers = {"num_loops": 0, "escalation_delay_in_minutes": 0}
    return conform(found.fillna(numbers), POLICY_HISTORY)


def service_history(connection: Connection, connection_id: str) -> pd.DataFrame:
    """SERVICE_HISTORY of all services, also of deleted ones, in the order of ids and time."""
    rows = [
        (service_id, since, state is None, *((state or {}).get(name) for name in _OF_SERVICE))
        for service_id, since, state in _versions(connection, connection_id, "services")
    ]
    found = conform(pd.DataFrame(rows, columns=list(SERVICE_HISTORY)), SERVICE_HISTORY)
    return known_zones(found)


def finding_seen(connection: Connection, connection_id: str) -> pd.DataFrame:
    """FINDING_SEEN, in the order of keys and time."""
    query = (
        select(*(col(getattr(FindingSeen, name)) for name in FINDING_SEEN))
        .where(col(FindingSeen.connection_id) == connection_id)
        .order_by("key", "since")
    )
    rows = connection.execute(query).all()
    return pd.DataFrame(rows, columns=list(FINDING_SEEN)).pipe(conform, FINDING_SEEN)


def configuration_changes(connection: Connection, connection_id: str) -> pd.DataFrame:
    """CONFIGURATION_CHANGES of services, policies, schedules and alert grouping, in the order of
    time."""
    rows = [
        (object_type, *change)
        for noun, (object_type, names) in _CHANGING.items()
        for change in _changes(list(_versions(connection, connection_id, noun)), names)
    ]
    settings = list(_versions(connection, connection_id, "alert_grouping_settings"))
    rows += [("service", *change) for change in _of_grouping(settings)]
    found = pd.DataFrame(rows, columns=list(CONFIGURATION_CHANGES))
    by = ["at", "object_type", "object_id", "field", "level"]
    return conform(found, CONFIGURATION_CHANGES).sort_values(by, ignore_index=True)


def _changes(
    versions: list[tuple[str, datetime, _State]], names: tuple[str, ...]
) -> Iterator[tuple[str, datetime, *_Change]]:
    """Yield the changes of objects, each with its id and the instant at which it was seen."""
    first = min((seen_at for _, seen_at, _ in versions), default=_NEVER)
    for object_id, own in groupby(versions, key=itemgetter(0)):
        states = [(at, state) for _, at, state in own]
        # What was there at the first collection was not added.
        earlier = [(first, None)] if states[0][0] != first else []
        for (_, before), (at, after) in pairwise([*earlier, *states]):
            for change in _between(before, after, names):
                yield object_id, at, *change


def _between(before: _State, after: _State, names: tuple[str, ...]) -> Iterator[_Change]:
    """Yield the settings in which two states differ."""
    if before is None or after is None:
        if before is not after:
            yield "added" if before is None else "deleted", None, None, None
        return
    one, other = _settings(before, names), _settings(after, names)
    for setting in {**one, **other}:
        if one.get(setting) != other.get(setting):
            yield *setting, one.get(setting), other.get(setting)


def _settings(state: dict[str, Any], names: tuple[str, ...]) -> dict[_Setting, str]:
    """The settings of a state that have a value, as text; those of a policy's levels among them."""
    told = {_Setting(name): str(state[name]) for name in names if state.get(name) not in (None, "")}
    for level, _, target, delay in state.get("details") or []:
        told[_Setting("escalation_delay_in_minutes", level)] = str(delay)
        paged = _Setting("targets", level)
        told[paged] = f"{told[paged]} {target}" if paged in told else str(target)
    return told


def _of_grouping(
    versions: list[tuple[str, datetime, _State]],
) -> Iterator[tuple[str, datetime, *_Change]]:
    """Yield the changes of how the alerts of each service are grouped."""
    first = min((seen_at for _, seen_at, _ in versions), default=_NEVER)
    for _, own in groupby(versions, key=itemgetter(0)):
        states = [(at, _grouped(state)) for _, at, state in own]
        earlier: list[tuple[datetime, dict[str, str]]] = [(first, {})]
        begins = earlier if states[0][0] != first else []
        for (_, before), (at, after) in pairwise([*begins, *states]):
            for service in sorted({*before, *after}):
                if before.get(service) != after.get(service):
                    values = before.get(service), after.get(service)
                    yield service, at, "alert_grouping", None, *values


def _grouped(state: _State) -> dict[str, str]:
    """Service → type and seconds of a setting of alert grouping; nothing of a deleted one."""
    if state is None:
        return {}
    seconds = state.get("timeout") or state.get("time_window")
    word = f"{state['type']} {seconds}" if seconds else str(state["type"])
    return dict.fromkeys(str(state.get("service_ids") or "").split(), word)


def _versions(
    connection: Connection, connection_id: str, noun: str
) -> Iterator[tuple[str, datetime, dict[str, Any] | None]]:
    """Id, time and state of every version of the noun's objects; a deletion has no state."""
    version = ConfigurationVersion
    found = connection.execute(
        select(col(version.object_id), col(version.seen_at), col(version.state))
        .where(col(version.connection_id) == connection_id, col(version.noun) == noun)
        .order_by("object_id", "seen_at")
    )
    return ((object_id, seen_at, state) for object_id, seen_at, state in found)
