"""Later changes of incidents by people: each function takes a world and returns a changed world.

A change is visible from its instant on. It ends the incident's simulated future: later simulated
events are removed, and the incident is removed from `World.truth`. A change to an unknown
incident, or to an incident in the wrong state, raises `ValueError`.
"""

from dataclasses import replace
from datetime import datetime

from corvana.sandbox.world.model import (
    Incident,
    IncidentState,
    LogEntry,
    PriorityChange,
    ResponderRequest,
    World,
)

_CHANNEL = "website"


def acknowledge(world: World, incident_id: str, at: datetime) -> World:
    """A member of the team acknowledges an open incident."""
    incident = _until(world, incident_id, at)
    _expect(incident.states[-1].status != "resolved")
    by = _somebody(world, incident)
    entry = _entry(incident, "acknowledge", at, by)
    state = _changed(incident, at, by)
    state = replace(state, status="acknowledged", assignee_ids=(by,), acknowledger_ids=(by,))
    return _with(world, _continued(incident, [entry], state))


def resolve(world: World, incident_id: str, at: datetime) -> World:
    """A member of the team resolves an open incident."""
    incident = _until(world, incident_id, at)
    by = _somebody(world, incident)
    entry = _entry(incident, "resolve", at, by)
    return _with(world, _continued(incident, [entry], _resolved(incident, at, by)))


def reopen(world: World, incident_id: str, at: datetime) -> World:
    """A member of the team reopens a resolved incident and becomes its assignee."""
    incident = _until(world, incident_id, at)
    _expect(incident.states[-1].status == "resolved")
    by = _somebody(world, incident)
    trigger = _entry(incident, "trigger", at, by)
    assign = replace(trigger, id=f"{trigger.id}1", type="assign", assignee_ids=(by,))
    state = replace(
        _changed(incident, at, by),
        status="triggered",
        assigned_via="direct_assignment",
        assignee_ids=(by,),
        acknowledger_ids=(),
        resolved_at=None,
        merged_into=None,
    )
    return _with(world, _continued(incident, [trigger, assign], state))


def merge(world: World, source_id: str, target_id: str, at: datetime) -> World:
    """The source is resolved and its alerts move to the target, which stays open."""
    source, target = _until(world, source_id, at), _until(world, target_id, at)
    _expect(source_id != target_id and target.states[-1].status != "resolved")
    by = _somebody(world, source)
    unlink = replace(_entry(source, "unlink", at, by), linked_incident_id=target_id)
    closing = replace(unlink, id=f"{unlink.id}1", type="resolve", linked_incident_id=None)
    state = replace(_resolved(source, at, by), merged_into=target_id)
    link = replace(_entry(target, "link", at, by), linked_incident_id=source_id)
    joined = replace(target, log_entries=(*target.log_entries, link))
    return _with(world, _continued(source, [unlink, closing], state), joined)


def change_priority(world: World, incident_id: str, at: datetime, priority_id: str | None) -> World:
    """A member of the team sets another priority, or removes it."""
    incident = _until(world, incident_id, at)
    changes = incident.priority_changes
    before = changes[-1].priority_id if changes else incident.priority_id
    _expect(before != priority_id)
    entry = replace(
        _entry(incident, "priority_change", at, _somebody(world, incident)),
        old_priority_id=before,
        new_priority_id=priority_id,
    )
    return _with(
        world,
        replace(
            incident,
            log_entries=(*incident.log_entries, entry),
            priority_changes=(*changes, PriorityChange(at, priority_id)),
        ),
    )


def change_urgency(world: World, incident_id: str, at: datetime) -> World:
    """A member of the team switches the urgency of an open incident."""
    incident = _until(world, incident_id, at)
    last = incident.states[-1]
    _expect(last.status != "resolved")
    entry = _entry(incident, "urgency_change", at, _somebody(world, incident))
    state = replace(last, at=at, urgency="low" if last.urgency == "high" else "high")
    return _with(world, _continued(incident, [entry], state))


def delete_incident(world: World, incident_id: str, at: datetime) -> World:
    """Delete the incident. From `at` on, no endpoint, list or log has it."""
    return _with(world, replace(_until(world, incident_id, at), deleted_at=at))


def _expect(possible: bool) -> None:
    if not possible:
        raise ValueError("the incident is not in the state for this change")


def _until(world: World, incident_id: str, at: datetime) -> Incident:
    """Return the incident without its events after `at`."""
    incident = next((each for each in world.incidents if each.id == incident_id), None)
    if incident is None or at < incident.states[0].at or incident.deleted_at is not None:
        raise ValueError("there is no such incident at that time")
    return replace(
        incident,
        log_entries=tuple(entry for entry in incident.log_entries if entry.at <= at),
        states=tuple(state for state in incident.states if state.at <= at),
        responder_requests=tuple(
            _unanswered(request) if request.updated_at > at else request
            for request in incident.responder_requests
            if request.requested_at <= at
        ),
        priority_changes=tuple(each for each in incident.priority_changes if each.at <= at),
    )


def _unanswered(request: ResponderRequest) -> ResponderRequest:
    return replace(request, state="pending", updated_at=request.requested_at)


def _somebody(world: World, incident: Incident) -> str:
    """Return a member of the incident's team, always the same person."""
    teams = set(incident.team_ids)
    members = [user.id for user in world.users if teams.intersection(user.team_ids)]
    return members[0] if members else world.users[0].id


def _entry(incident: Incident, kind: str, at: datetime, by: str) -> LogEntry:
    """Return an entry whose id sorts after the incident's last entry and before other entries."""
    before = incident.log_entries[-1].id if incident.log_entries else f"R{incident.id}"
    return LogEntry(f"{before}1", kind, at, "user", by, _CHANNEL)


def _changed(incident: Incident, at: datetime, by: str) -> IncidentState:
    return replace(incident.states[-1], at=at, last_changed_by=by, last_changed_by_kind="user")


def _resolved(incident: Incident, at: datetime, by: str) -> IncidentState:
    _expect(incident.states[-1].status != "resolved")
    return replace(
        _changed(incident, at, by),
        status="resolved",
        assignee_ids=(),
        acknowledger_ids=(),
        resolved_at=at,
        merged_into=None,
    )


def _continued(incident: Incident, entries: list[LogEntry], state: IncidentState) -> Incident:
    return replace(
        incident,
        log_entries=(*incident.log_entries, *entries),
        states=(*incident.states, state),
    )


def _with(world: World, *changed: Incident) -> World:
    by_id = {incident.id: incident for incident in changed}
    return replace(
        world,
        incidents=tuple(by_id.get(each.id, each) for each in world.incidents),
        truth={key: value for key, value in world.truth.items() if key not in by_id},
    )
