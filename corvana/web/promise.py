"""What a connection reads and never keeps, in the words of every page that asks for one."""

from typing import Final

SCOPE: Final = "read"
READ: Final = (
    "when incidents were created, acknowledged, escalated and resolved, and the services, "
    "escalation policies, schedules and teams around them, with their labels"
)
NEVER_KEPT: Final = (
    "incident descriptions",
    "runbook content",
    "integration webhooks",
    "user contact details",
    "API tokens",
)
NEITHER: Final = (
    "Titles, notes, links and names of people are not kept either. What of all this is in "
    "PagerDuty's answers is dropped before anything is stored. People become codes."
)
