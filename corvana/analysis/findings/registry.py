"""All kinds of findings."""

from typing import Final

import pandas as pd

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
from corvana.analysis.findings.kind import Finding, Kind
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


def key_of(finding: Finding) -> str:
    """Return the key of a finding: the same in every analysis, and after a change of names.

    It is made of the kind, the subject's id and, where it tells findings apart, the `detail`
    (`Kind.identified_by`). Raises `KeyError` for an unknown kind.
    """
    kind, subject, detail = finding.kind, finding.subject_id, finding.detail
    match kind_of(kind).identified_by:
        case "subject":
            parts = [subject]
        case "both in any order" if detail:
            parts = sorted([subject, detail])
        case _:
            parts = [subject, detail or ""]
    return ":".join(part for part in (kind, *parts) if part)


def keys_of(findings: pd.DataFrame) -> pd.Series:
    """Return `key_of` of each row of FINDINGS; missing for an unknown kind."""
    known = {kind.name for kind in KINDS}
    keys = [
        key_of(one) if one.kind in known else None for one in map(Finding.of, findings.itertuples())
    ]
    return pd.Series(keys, index=findings.index, dtype="str")
