"""Escalation policies and their rules: which user or schedule is paged at which level."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete

from corvana.collectors.context import Context
from corvana.collectors.listed import Listed
from corvana.pagerduty import payloads
from corvana.store import configuration_frames, history_frames, models
from corvana.store.upsert import upsert

_CHUNK: Final = 500


def transform(
    context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": policy.id,
            "label": policy.name,
            "num_loops": policy.num_loops,
        }
        for policy in policies
    ]


def transform_targets(
    context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> list[dict[str, Any]]:
    """One row per target. A level's number is its 1-based place in the policy's rules."""
    return [
        {
            "connection_id": context.connection_id,
            "escalation_policy_id": policy.id,
            "level": level,
            "target": _target(context, target),
            "target_type": "user" if _is_person(target) else "schedule",
            "escalation_delay_in_minutes": rule.escalation_delay_in_minutes,
        }
        for policy in policies
        for level, rule in enumerate(policy.escalation_rules, start=1)
        for target in rule.targets
    ]


def _is_person(target: payloads.TypedReference) -> bool:
    return not target.type.startswith("schedule")


def _target(context: Context, target: payloads.TypedReference) -> str:
    """A target of any type but a schedule is treated as a person and gets a pseudonym."""
    return context.pseudonyms.of(target.id) if _is_person(target) else target.id


def rules(
    context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> dict[str, list[list[Any]]]:
    """Policy id → its rules, in the form stored in the policy's versions."""
    found: dict[str, list[list[Any]]] = {}
    for row in transform_targets(context, policies):
        rule = [row["level"], row["target_type"], row["target"], row["escalation_delay_in_minutes"]]
        found.setdefault(row["escalation_policy_id"], []).append(rule)
    return {policy: sorted(parts) for policy, parts in found.items()}


def store_targets(
    session: Session, context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> None:
    """Replace the rules of the policies that were read. A deleted policy keeps its last rules."""
    ids = [policy.id for policy in policies]
    for start in range(0, len(ids), _CHUNK):
        session.exec(
            delete(models.EscalationTarget).where(
                col(models.EscalationTarget.connection_id) == context.connection_id,
                col(models.EscalationTarget.escalation_policy_id).in_(ids[start : start + _CHUNK]),
            )
        )
    upsert(session, models.EscalationTarget, transform_targets(context, policies))


NOUN: Final = Listed(
    name="escalation_policies",
    words="escalation policies",
    every=timedelta(hours=1),
    turn="first",
    path="/escalation_policies",
    payload=payloads.EscalationPolicy,
    table=models.EscalationPolicy,
    transform=transform,
    details=rules,
    and_store=store_targets,
    frames={
        "rules": configuration_frames.rules,
        "repeats": configuration_frames.repeats,
        "policy_history": history_frames.policy_history,
    },
)
