"""The planted bottlenecks of a simulated account, with the keys of their findings."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

from corvana.sandbox.world.model import EscalationPolicy, Planted, World

Key = tuple[str, ...]
PAIRS: Final = frozenset({"dependency_cascade", "undeclared_dependency"})
"""Kinds about two services. Either service can be the subject."""


class Bottleneck(NamedTuple):
    """A bottleneck planted once. A finding with any of the keys has found it."""

    kind: str
    keys: frozenset[Key]


def key(kind: str, subject_id: str, other: str | None) -> Key:
    """The key of a finding: kind and subject, or kind and both subjects."""
    return (kind, *sorted((subject_id, str(other)))) if kind in PAIRS else (kind, subject_id)


def bottlenecks(world: World) -> list[Bottleneck]:
    """The planted bottlenecks. A gap counts once, although its policy and its schedule have it."""
    gaps = [each for each in world.planted if each.kind == "coverage_gap"]
    others = [_bottleneck(each) for each in world.planted if each.kind != "coverage_gap"]
    keys = frozenset(key(each.kind, each.subject_id, None) for each in gaps)
    return [*others, Bottleneck("coverage_gap", keys)] if gaps else others


def touched(world: World) -> set[str]:
    """Ids of all objects with a planted bottleneck, and of their direct neighbours."""
    ids = {found for each in world.planted for found in (each.subject_id, *_named_in(each))}
    beside = [members for members in _neighbourhoods(world) if members[0] in ids]
    around = [members for members in _neighbourhoods(world) if ids.intersection(members[1:])]
    return ids.union(*beside, *({members[0]} for members in around))


def subjects(world: World) -> set[str]:
    """Ids of all possible subjects of findings."""
    nouns: tuple[Sequence[Any], ...] = (
        world.services,
        world.escalation_policies,
        world.schedules,
        world.users,
    )
    return {each.id for each in chain(*nouns)}


def _bottleneck(planted: Planted) -> Bottleneck:
    others = _named_in(planted)
    if planted.kind == "dependency_cascade":
        declared = planted.detail.startswith("declared")
        kind = "dependency_cascade" if declared else "undeclared_dependency"
        return Bottleneck(kind, frozenset({key(kind, planted.subject_id, *others)}))
    alike = (planted.subject_id, *others) if planted.kind == "ping_pong_routing" else ()
    ids = alike or (planted.subject_id,)
    return Bottleneck(planted.kind, frozenset(key(planted.kind, each, None) for each in ids))


def _named_in(planted: Planted) -> tuple[str, ...]:
    """The other service of a cascade, the other policy of a ping-pong."""
    paired = planted.kind in {"dependency_cascade", "ping_pong_routing"}
    return (planted.detail.split()[-1],) if paired else ()


def _neighbourhoods(world: World) -> Iterator[tuple[str, ...]]:
    """Tuples of ids: first a policy or schedule, then all objects in it."""
    members = {each.id: {shift.user_id for shift in each.shifts} for each in world.schedules}
    for schedule_id, users in members.items():
        yield (schedule_id, *users)
    for policy in world.escalation_policies:
        targets = _targets(policy)
        people = set[str]().union(*(members.get(target, set()) for target in targets))
        services = {s.id for s in world.services if s.escalation_policy_id == policy.id}
        yield (policy.id, *targets, *people, *services)


def _targets(policy: EscalationPolicy) -> set[str]:
    return {target.id for rule in policy.rules for target in rule.targets}
