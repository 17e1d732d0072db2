"""All kinds of findings."""

from typing import Final

from corvana.analysis.findings import (
    ack_timeouts,
    auto_resolve_wall,
    coverage_gap,
    dependency_cascade,
    exhausted_policy,
    fake_redundancy,
    handoff_slowdown,
    level_never_answers,
    load_slowdown,
    machine_acks,
    noisy_service,
    pages_for_nothing,
    ping_pong_routing,
    regression,
    single_responder_service,
    slow_ack,
    timer_misfit,
    undeclared_dependency,
)
from corvana.analysis.findings.kind import Kind
from corvana.analysis.findings.rotations import (
    nights_on_one_person,
    overloaded_responder,
    unfair_rotation,
)

KINDS: Final[tuple[Kind, ...]] = (
    slow_ack.KIND,
    machine_acks.KIND,
    level_never_answers.KIND,
    exhausted_policy.KIND,
    ack_timeouts.KIND,
    ping_pong_routing.KIND,
    fake_redundancy.KIND,
    coverage_gap.KIND,
    overloaded_responder.KIND,
    nights_on_one_person.KIND,
    unfair_rotation.KIND,
    single_responder_service.KIND,
    noisy_service.KIND,
    pages_for_nothing.KIND,
    auto_resolve_wall.KIND,
    timer_misfit.KIND,
    dependency_cascade.KIND,
    undeclared_dependency.KIND,
    handoff_slowdown.KIND,
    load_slowdown.KIND,
    regression.KIND,
)
"""All kinds, grouped by the metric they belong to; the findings ledger sorts findings by cost."""


def kind_of(name: str) -> Kind:
    """Return the kind of that name. Raises `KeyError`."""
    return {kind.name: kind for kind in KINDS}[name]
