"""Escalation policies: which user or schedule is paged at which level."""

from typing import Annotated, Final

from pydantic import Field

from corvana.pagerduty.payloads.allowlist import (
    Dropped,
    Id,
    Kept,
    Label,
    Many,
    Minutes,
    Named,
    Number,
    Object,
    Payload,
)
from corvana.pagerduty.payloads.references import TypedReference

_MOST_RULES: Final = 1_000
"""PagerDuty allows twenty."""


class EscalationRule(Payload):
    """One level of a policy."""

    escalation_delay_in_minutes: Annotated[
        Minutes, Kept("setting", "minutes before the next level", "escalation_delay_in_minutes")
    ]
    targets: Annotated[
        Many[TypedReference], Kept("person", "who or which schedule is paged", "target target_type")
    ]


class EscalationPolicy(Named):
    """`GET /escalation_policies`."""

    called = "escalation_policy"

    id: Annotated[Id, Kept("identifier", "joins incidents to their policy")]
    name: Annotated[Label, Kept("label", "so that a finding can be acted on", "label")]
    num_loops: Annotated[Number, Kept("setting", "how often the policy repeats")] = 0
    escalation_rules: Annotated[
        Many[EscalationRule],
        Field(max_length=_MOST_RULES),
        Kept("setting", "the escalation chain", table="escalationtarget"),
    ]


OBJECTS: Final = (Object("escalation policy", EscalationPolicy, "escalationpolicy"),)
DROPPED: Final = (
    Dropped("GET /escalation_policies", ("descriptions", "links", "names of people")),
)
