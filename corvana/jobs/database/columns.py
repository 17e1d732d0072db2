"""Which columns of which tables hold ids, names and codes of an account."""

from collections.abc import Mapping
from typing import Final

from corvana.jobs.database.account_seal import AccountSeal, Sealing

_ONE: Final = AccountSeal.one
_SEVERAL: Final = AccountSeal.several
_KEY: Final = AccountSeal.key

SEALED: Final[Mapping[str, Mapping[str, Sealing]]] = {
    "alertgroupingsetting": {"id": _ONE, "service_ids": _SEVERAL},
    "businessservice": {"id": _ONE, "label": _ONE},
    "configurationversion": {"object_id": _ONE},
    "connection": {"account_id": _ONE, "account_label": _ONE},
    "escalationpolicy": {"id": _ONE, "label": _ONE},
    "escalationtarget": {"escalation_policy_id": _ONE, "target": _ONE},
    "findingseen": {"key": _KEY},
    "incident": {
        "id": _ONE,
        "service_id": _ONE,
        "escalation_policy_id": _ONE,
        "team_ids": _SEVERAL,
        "priority": _ONE,
    },
    "logentry": {
        "id": _ONE,
        "incident_id": _ONE,
        "agent": _ONE,
        "responder": _ONE,
        "assignees": _SEVERAL,
    },
    "maintenancewindow": {"id": _ONE, "service_ids": _SEVERAL},
    "oncall": {"escalation_policy_id": _ONE, "responder": _ONE, "schedule_id": _ONE},
    "priority": {"id": _ONE, "label": _ONE},
    "registerchange": {"key": _KEY},
    "registerentry": {"key": _KEY},
    "responder": {"responder": _ONE},
    "responderjoin": {"incident_id": _ONE, "responder": _ONE},
    "responsetarget": {"level": AccountSeal.level, "service_id": _ONE},
    "schedule": {"id": _ONE, "label": _ONE},
    "schedulecoverage": {"schedule_id": _ONE},
    "scheduleoverride": {"schedule_id": _ONE, "responder": _ONE},
    "service": {"id": _ONE, "label": _ONE, "escalation_policy_id": _ONE, "team_ids": _SEVERAL},
    "servicedependency": {"id": _ONE, "supporting_id": _ONE, "dependent_id": _ONE},
    "shift": {"schedule_id": _ONE, "responder": _ONE},
    "team": {"id": _ONE, "label": _ONE},
    "timelinedate": {"subject_id": _ONE},
}
"""Table → column → how it is sealed. The state of a configuration version, tokens, and what
assessors wrote in their own words are sealed in ways of their own (`rows`)."""

KIND_OF_LABEL: Final[Mapping[str, str]] = {
    "businessservice": "business_service",
    "escalationpolicy": "escalation_policy",
    "priority": "priority",
    "schedule": "schedule",
    "service": "service",
    "team": "team",
}
"""Table → the kind of object in LABELS. A name that an earlier release stored is made harmless
before it is sealed, as names are before a collection stores them."""

IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "businessservice": ("id",),
    "configurationversion": ("object_id",),
    "escalationpolicy": ("id",),
    "escalationtarget": ("target",),
    "incident": ("service_id", "escalation_policy_id", "priority"),
    "logentry": ("agent", "responder"),
    "priority": ("id",),
    "responder": ("responder",),
    "schedule": ("id",),
    "service": ("id", "escalation_policy_id"),
    "shift": ("responder", "schedule_id"),
    "team": ("id",),
}
"""Where the ids and codes are found that may stand in the key or the detail of a finding."""

FRAMES: Final[Mapping[str, Sealing]] = {
    "acknowledged_by": _ONE,
    "dependent_id": _ONE,
    "detail": AccountSeal.detail,
    "escalation_policy_id": _ONE,
    "from_responders": _SEVERAL,
    "id": _ONE,
    "incident_id": _ONE,
    "key": _KEY,
    "label": _ONE,
    "object_id": _ONE,
    "priority": _ONE,
    "responder": _ONE,
    "schedule_id": _ONE,
    "service_id": _ONE,
    "subject_id": AccountSeal.subject,
    "supporting_id": _ONE,
    "target": _ONE,
    "team_ids": _SEVERAL,
    "to_responders": _SEVERAL,
}
"""Column of any frame of a data version → how it is sealed."""
