"""Incidents and their log, as the API shows them at one moment."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from corvana.sandbox.api.lookup import Happening, Lookup
from corvana.sandbox.api.render_configuration import Json, Renderer, instant
from corvana.sandbox.world.model import Incident, IncidentState, LogEntry

_CHANNEL_NAMES = {"api": "the API", "auto": "a timer", "timeout": "a timeout"}
_ADDRESSED = frozenset({"assign", "escalate", "delegate"})


class IncidentRenderer:
    """Writes incidents and log entries."""

    def __init__(self, account: Lookup, renderer: Renderer) -> None:
        self.account = account
        self.renderer = renderer

    def reference(self, incident: Incident) -> Json:
        summary = f"[#{incident.number}] {incident.title}"
        return self.renderer.reference("incident_reference", "incidents", incident.id, summary)

    def incident(self, incident: Incident, now: datetime, zone: tzinfo) -> Json:
        write = self.renderer
        position = self.account.state_position(incident, now)
        state = incident.states[position]
        changed_at = _status_since(incident, position)
        responders = self._responders(incident, now, zone)
        touches = [
            at
            for request in incident.responder_requests
            for at in (request.requested_at, request.updated_at)
        ]
        touches += [change.at for change in incident.priority_changes]
        updated_at = max([state.at, *(at for at in touches if at <= now)])
        if state.status == "triggered":
            changed_at = updated_at
        is_open = state.status != "resolved"
        priority = self.account.priorities.get(self.account.priority_id(incident, now) or "")
        body = self.reference(incident) | {
            "type": "incident",
            "incident_number": incident.number,
            "title": incident.title,
            "description": incident.description,
            "created_at": instant(incident.created_at, zone),
            "updated_at": instant(updated_at, zone),
            "status": state.status,
            "incident_key": f"{incident.id.lower()}/{incident.title.lower()}",
            "service": write.service_reference(incident.service_id),
            "assignments": self._assignments(incident, position, zone) if is_open else [],
            "assigned_via": state.assigned_via,
            "last_status_change_at": instant(changed_at, zone),
            "resolved_at": (
                instant(state.resolved_at, zone) if state.resolved_at and not is_open else None
            ),
            "first_trigger_log_entry": self._first_trigger(incident),
            "alert_counts": {
                "all": 1,
                "triggered": int(is_open),
                "resolved": int(not is_open),
            },
            "is_mergeable": is_open,
            "incident_type": {"name": "incident_default"},
            "escalation_policy": write.policy_reference(state.escalation_policy_id),
            "teams": write.team_references(incident.team_ids),
            "impacted_services": [write.service_reference(incident.service_id)],
            "pending_actions": self._pending(incident, state, zone) if is_open else [],
            "acknowledgements": [
                {"at": instant(state.at, zone), "acknowledger": write.user_reference(user_id)}
                for user_id in state.acknowledger_ids
                if state.status == "acknowledged"
            ],
            "alert_grouping": None,
            "last_status_change_by": self._changed_by(incident, state),
            "priority": write.priority(priority) if priority else None,
            "resolve_reason": self._resolve_reason(state) if not is_open else None,
            "conference_bridge": None,
            "incidents_responders": responders,
            "responder_requests": [],
            "subscriber_requests": [],
            "urgency": state.urgency,
        }
        body["basic_alert_grouping"] = None
        return body

    @staticmethod
    def body(incident: Incident) -> Json:
        """Return the body that `include[]=body` adds."""
        details = {"message": incident.description, "host": "db-7.internal"}
        return {"type": "incident_body", "details": details}

    def _changed_by(self, incident: Incident, state: IncidentState) -> Json | None:
        agent = self.renderer.agent(
            state.last_changed_by_kind, state.last_changed_by, incident.service_id
        )
        if agent is not None and state.last_changed_by_kind == "integration":
            return agent | {"type": "integration_reference"}
        return agent

    def _assignments(self, incident: Incident, position: int, zone: tzinfo) -> list[Json]:
        state = incident.states[position]
        at = state.at
        for earlier in reversed(incident.states[:position]):
            if earlier.assignee_ids != state.assignee_ids:
                break
            at = earlier.at
        return [
            {"at": instant(at, zone), "assignee": self.renderer.user_reference(user_id)}
            for user_id in state.assignee_ids
        ]

    def _pending(self, incident: Incident, state: IncidentState, zone: tzinfo) -> list[Json]:
        service = self.account.services.get(incident.service_id)
        policy = self.account.policies.get(state.escalation_policy_id)
        if state.status == "triggered" and state.assigned_via == "escalation_policy" and policy:
            due = state.at + timedelta(minutes=policy.rules[0].delay_minutes)
            return [{"type": "escalate", "at": instant(due, zone)}]
        if state.status == "acknowledged" and service and service.acknowledgement_timeout:
            due = state.at + timedelta(seconds=service.acknowledgement_timeout)
            return [{"type": "unacknowledge", "at": instant(due, zone)}]
        return []

    def _first_trigger(self, incident: Incident) -> Json | None:
        if not incident.log_entries:
            return None
        return self.renderer.reference(
            "trigger_log_entry_reference",
            "log_entries",
            incident.log_entries[0].id,
            f"Triggered: {incident.title}",
        )

    def _resolve_reason(self, state: IncidentState) -> Json | None:
        if state.merged_into is None:
            return None
        target = self.account.incidents.get(state.merged_into)
        if target is None:
            return None
        return {"type": "merge_resolve_reason", "incident": self.reference(target)}

    def _responders(self, incident: Incident, now: datetime, zone: tzinfo) -> list[Json]:
        return [
            {
                "state": request.state if request.updated_at <= now else "pending",
                "user": self.renderer.user_reference(request.user_id),
                "incident": self.reference(incident),
                "updated_at": instant(
                    request.updated_at if request.updated_at <= now else request.requested_at, zone
                ),
                "message": f"Please help with {incident.title}",
                "requester": self.renderer.user_reference(request.requester_id),
                "requested_at": instant(request.requested_at, zone),
                "escalation_policy_requests": [],
            }
            for request in incident.responder_requests
            if request.requested_at <= now
        ]

    def log_entry(self, happening: Happening, zone: tzinfo) -> Json:
        """Return an entry without its `incident`, which the page adds."""
        entry, incident = happening.entry, happening.incident
        write = self.renderer
        agent = write.agent(entry.agent_kind, entry.agent_id, incident.service_id)
        by = agent["summary"] if agent else "nobody"
        summary = f"{entry.type.replace('_', ' ').capitalize()} by {by}: {incident.title}"
        body = write.reference(f"{entry.type}_log_entry", "log_entries", entry.id, summary) | {
            "created_at": instant(entry.at, zone),
            "agent": agent,
            "channel": self._channel(entry, incident),
            "service": write.service_reference(incident.service_id),
            "teams": write.team_references(incident.team_ids),
            "contexts": [],
            "event_details": {"description": incident.description},
        }
        body["html_url"] = f"{write.site}/incidents/{incident.id}/log_entries/{entry.id}"
        if entry.type in _ADDRESSED:
            body["assignees"] = [write.user_reference(name) for name in entry.assignee_ids]
        elif entry.type == "acknowledge":
            service = self.account.services.get(incident.service_id)
            timeout = service.acknowledgement_timeout if service else None
            if timeout is not None:
                body["acknowledgement_timeout"] = timeout
        elif entry.type == "annotate":
            body["note"] = f"Looking into {incident.title}"
        if entry.notified_user_id is not None:
            body["user"] = write.user_reference(entry.notified_user_id)
        if entry.snoozed_until is not None:
            due = instant(entry.snoozed_until, zone)
            body["changed_actions"] = [{"type": "unacknowledge", "at": due}]
        linked = self.account.incidents.get(entry.linked_incident_id or "")
        if linked is not None:
            body["linked_incident"] = self.reference(linked)
        return body

    def _channel(self, entry: LogEntry, incident: Incident) -> Json:
        channel: dict[str, Any] = {
            "type": entry.channel_type,
            "summary": f"{incident.title}, "
            f"through {_CHANNEL_NAMES.get(entry.channel_type, entry.channel_type)}",
        }
        if entry.type == "trigger":
            channel["subject"] = incident.title
            channel["details"] = {"message": incident.description, "host": "db-7.internal"}
        if entry.type == "priority_change":
            for name, priority_id in (
                ("old_priority", entry.old_priority_id),
                ("new_priority", entry.new_priority_id),
            ):
                priority = self.account.priorities.get(priority_id or "")
                channel[name] = self.renderer.priority(priority) if priority else None
        if entry.notification_type is not None:
            channel["notification"] = self._notification(entry)
        if entry.snoozed_until is not None:
            channel["duration"] = int((entry.snoozed_until - entry.at).total_seconds())
        return channel

    def _notification(self, entry: LogEntry) -> Json:
        kind = (entry.notification_type or "push").removesuffix("_notification")
        user = self.account.users.get(entry.notified_user_id or "")
        address = ""
        if user is not None:
            address = user.email if kind == "email" else user.phone
        return {"type": f"{kind}_notification", "address": address, "status": "success"}


def _status_since(incident: Incident, position: int) -> datetime:
    at = incident.states[position].at
    for earlier in reversed(incident.states[:position]):
        if earlier.status != incident.states[position].status:
            break
        at = earlier.at
    return at
