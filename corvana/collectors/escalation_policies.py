"""Escalation policies and their chains: who or which schedule is paged at which level."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete

from corvana.collectors.configuration import load, prune
from corvana.collectors.context import Context, ids_of
from corvana.collectors.listing import Listing, read
from corvana.pagerduty import payloads, responses
from corvana.store import models
from corvana.store.upsert import upsert

NOUN: Final = "escalation_policies"
EVERY: Final = timedelta(hours=1)
_CHUNK: Final = 500


async def extract(context: Context) -> Listing[payloads.EscalationPolicy]:
    return await read(context, "/escalation_policies", responses.EscalationPoliciesPage)


def transform(
    context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": policy.id,
            "label": policy.name,
            "num_loops": policy.num_loops,
            "team_ids": ids_of(policy.teams),
        }
        for policy in policies
    ]


def transform_targets(
    context: Context, policies: Sequence[payloads.EscalationPolicy]
) -> list[dict[str, Any]]:
    """One row a target. A level's number is its 1-based place in the chain."""
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
    """Anything that is not plainly a schedule is treated as a person and gets a pseudonym."""
    return context.pseudonyms.of(target.id) if _is_person(target) else target.id


def _rules(targets: Sequence[dict[str, Any]]) -> dict[str, list[list[Any]]]:
    """Policy id → its rules, as they belong to its versions."""
    rules: dict[str, list[list[Any]]] = {}
    for row in targets:
        rule = [row["level"], row["target_type"], row["target"], row["escalation_delay_in_minutes"]]
        rules.setdefault(row["escalation_policy_id"], []).append(rule)
    return {policy: sorted(parts) for policy, parts in rules.items()}


def prune_targets(session: Session, context: Context, policies: Sequence[str]) -> None:
    """Forget the rules of the policies that were read; a deleted policy keeps its last ones."""
    for start in range(0, len(policies), _CHUNK):
        session.exec(
            delete(models.EscalationTarget).where(
                col(models.EscalationTarget.connection_id) == context.connection_id,
                col(models.EscalationTarget.escalation_policy_id).in_(
                    policies[start : start + _CHUNK]
                ),
            )
        )


async def sync(context: Context, now: datetime) -> int:
    """Collect all escalation policies; return how many."""
    listing = await extract(context)
    policies = listing.rows
    rows, targets = transform(context, policies), transform_targets(context, policies)
    with context.transaction() as session:
        load(
            session,
            context,
            NOUN,
            models.EscalationPolicy,
            rows,
            now,
            details=_rules(targets),
        )
        prune(session, context, NOUN, models.EscalationPolicy, rows, now, whole=listing.whole)
        prune_targets(session, context, [row["id"] for row in rows])
        upsert(session, models.EscalationTarget, targets)
    return len(rows)
