"""What is kept of each played incident, and the incidents of the account made from it."""

from typing import NamedTuple

from corvana.sandbox.play.journal import Draft
from corvana.sandbox.play.played_incident import PlayedIncident
from corvana.sandbox.play.setting import Neighbour
from corvana.sandbox.world.instants import to_instant
from corvana.sandbox.world.model import Incident, IncidentState, LogEntry, ResponderRequest
from corvana.sandbox.world.names import base36, incident_title
from corvana.sandbox.world.truth import Truth


class Played(NamedTuple):
    """One played incident, before numbers and log entry ids are assigned."""

    id: str
    created: int
    title: str
    description: str
    drafts: list[Draft]
    states: tuple[IncidentState, ...]
    requests: tuple[ResponderRequest, ...]
    truth: Truth


def finish(life: PlayedIncident, incident_id: str, priority: str | None) -> Played:
    """Return the record of an incident that was played to its end, and close its true values."""
    created = life.created
    service = life.service
    team_ids = tuple(sorted(service.team_ids))
    truth = Truth(
        incident_id=incident_id,
        number=0,
        service_id=service.id,
        escalation_policy_id=life.policy_id,
        team_ids=team_ids,
        urgency=life.urgency,
        urgency_at_creation=life.urgency_at_creation,
        priority=priority,
        assigned_via="escalation_policy" if life.via_policy else "direct_assignment",
        created_at=to_instant(created),
    )
    life.counted.close(truth, created, life.setting.end)
    life.setting.recent[service.team_ids[0]].append(
        Neighbour(incident_id, created, life.counted.first_resolved)
    )
    title = incident_title(life.rng, service.name)
    return Played(
        incident_id,
        created,
        title,
        f"{title}. Opened {'by hand' if life.arrival.by_hand else 'by monitoring'}.",
        life.journal.drafts,
        tuple(life.journal.states),
        tuple(life.requests),
        truth,
    )


def incidents_of(played: list[Played]) -> tuple[Incident, ...]:
    """Return the incidents of the account in the given order, with the ids of their log entries."""
    entries = _entries([draft for each in played for draft in each.drafts])
    return tuple(
        Incident(
            id=each.id,
            number=each.truth.number,
            title=each.title,
            description=each.description,
            service_id=each.truth.service_id,
            team_ids=each.truth.team_ids,
            priority_id=each.truth.priority,
            created_at=each.truth.created_at,
            log_entries=tuple(entries[each.drafts[0].incident]),
            states=each.states,
            responder_requests=each.requests,
        )
        for each in played
    )


def _entries(drafts: list[Draft]) -> dict[int, list[LogEntry]]:
    """Log entries by incident. Ids rise with time through the whole account."""
    drafts.sort(key=lambda draft: draft[:3])
    entries: dict[int, list[LogEntry]] = {}
    for number, draft in enumerate(drafts, start=1):
        entry = draft.entry("R" + base36(number, 13))
        entries.setdefault(draft.incident, []).append(entry)
    return entries
