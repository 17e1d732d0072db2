"""A simulated account as frames for the analysis, without a database."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.incidents import as_read
from corvana.analysis.lifecycle.incident_rows import rebuild_frames
from corvana.analysis.lifecycle.interruptions import merge_arrivals
from corvana.sandbox.world.model import World
from corvana.versions.categories import in_memory

TIME_ZONE = "Etc/UTC"


def account(world: World) -> Account:
    """The account with all events of the world until its end. People keep their ids."""
    as_of = pd.Timestamp(world.end)
    rows, log, rules, versions, shifts, services, policies, joined = (
        _frame(found, contract)
        for found, contract in (
            (_incident_rows(world), frames.INCIDENT_ROWS),
            (_log_entries(world), frames.LOG_ENTRIES),
            (_rules(world), frames.RULES),
            (_rules(world), frames.RULE_VERSIONS),
            (_shifts(world), frames.SHIFTS),
            (_services(world), frames.SERVICES),
            (_services(world), frames.SERVICE_VERSIONS),
            (_joined(world), frames.JOINED),
        )
    )
    built = rebuild_frames(rows, log, joined, versions, shifts, policies, as_of=as_of)
    windows = _frame(_maintenance_windows(world), frames.MAINTENANCE_WINDOWS)
    edges = _frame(_dependencies(world), frames.DEPENDENCIES)
    return Account(
        incidents=as_read(in_memory(built.incidents, "incidents"), windows, edges),
        escalation_steps=in_memory(built.escalation_steps, "escalation_steps"),
        interruptions=merge_arrivals(in_memory(built.arrivals, "arrivals")),
        participations=in_memory(built.participations, "participations"),
        shifts=shifts,
        rules=rules,
        repeats=_frame(_repeats(world), frames.REPEATS),
        services=services,
        support_hours=_frame(_support_hours(world), frames.SUPPORT_HOURS),
        schedules=_frame(
            [{"schedule_id": each.id, "time_zone": each.time_zone} for each in world.schedules],
            frames.SCHEDULES,
        ),
        dependencies=edges,
        responders=_frame(
            [
                {"responder": user.id, "role": user.role, "time_zone": user.time_zone}
                for user in world.users
            ],
            frames.RESPONDERS,
        ),
        maintenance_windows=windows,
        urgency_rules=_frame(_urgency_rules(world), frames.URGENCY_RULES),
        alert_grouping=_frame(_alert_grouping(world), frames.ALERT_GROUPING),
        since=world.start,
        as_of=world.end,
        time_zone=TIME_ZONE,
    )


def _repeats(world: World) -> list[dict[str, Any]]:
    return [
        {"escalation_policy_id": policy.id, "num_loops": policy.num_loops}
        for policy in world.escalation_policies
    ]


def _dependencies(world: World) -> list[dict[str, Any]]:
    return [
        {
            "dependent_id": edge.dependent_id,
            "dependent_type": edge.dependent_kind,
            "supporting_id": edge.supporting_id,
            "supporting_type": edge.supporting_kind,
        }
        for edge in world.dependencies
    ]


def _maintenance_windows(world: World) -> list[dict[str, Any]]:
    return [
        {"service_id": service_id, "start": window.start, "end": window.end}
        for window in world.maintenance_windows
        for service_id in window.service_ids
    ]


def _urgency_rules(world: World) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service.id,
            "urgency_rule": "use_support_hours" if service.support_hours else "constant",
            "urgency": None if service.support_hours else service.urgency,
            "urgency_during_support_hours": getattr(service.support_hours, "during", None),
            "urgency_outside_support_hours": getattr(service.support_hours, "outside", None),
        }
        for service in world.services
    ]


def _alert_grouping(world: World) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service_id,
            "type": each.kind,
            "timeout": each.config.get("timeout"),
            "time_window": each.config.get("time_window"),
        }
        for each in world.alert_groupings
        for service_id in each.service_ids
    ]


def _frame(rows: list[dict[str, Any]], contract: Mapping[str, str]) -> pd.DataFrame:
    return frames.conform(pd.DataFrame(rows, columns=list(contract)), contract)


def _incident_rows(world: World) -> list[dict[str, Any]]:
    return [
        {
            "incident_id": incident.id,
            "number": incident.number,
            "service_id": incident.service_id,
            "escalation_policy_id": state.escalation_policy_id,
            "team_ids": " ".join(incident.team_ids),
            "urgency": state.urgency,
            "priority": incident.priority_id,
            "assigned_via": state.assigned_via,
            "merged": state.merged_into is not None,
            "created_at": incident.created_at,
            "status": state.status,
            "resolved_at": state.resolved_at if state.status == "resolved" else None,
        }
        for incident in world.incidents
        for state in incident.states[-1:]
    ]


def _log_entries(world: World) -> list[dict[str, Any]]:
    return [
        {
            "incident_id": incident.id,
            "at": entry.at,
            "place": place,
            "type": entry.type,
            "agent_type": entry.agent_kind,
            "agent": entry.agent_id if entry.agent_kind == "user" else None,
            "channel_type": entry.channel_type,
            "notification_type": entry.notification_type,
            "responder": entry.notified_user_id,
            "assignees": " ".join(entry.assignee_ids),
            "until": entry.snoozed_until,
        }
        for incident in world.incidents
        for place, entry in enumerate(incident.log_entries)
    ]


def _joined(world: World) -> list[dict[str, Any]]:
    return [
        {"incident_id": incident.id, "responder": request.user_id, "at": request.updated_at}
        for incident in world.incidents
        for request in incident.responder_requests
        if request.state == "joined"
    ]


def _rules(world: World) -> list[dict[str, Any]]:
    return [
        {
            "escalation_policy_id": policy.id,
            "level": level,
            "escalation_delay_in_minutes": rule.delay_minutes,
            "target": target.id,
            "target_type": "user" if target.kind == "user" else "schedule",
        }
        for policy in world.escalation_policies
        for level, rule in enumerate(policy.rules, start=1)
        for target in rule.targets
    ]


def _shifts(world: World) -> list[dict[str, Any]]:
    return [
        {
            "schedule_id": schedule.id,
            "responder": shift.user_id,
            "start": shift.start,
            "end": shift.end,
        }
        for schedule in world.schedules
        for shift in schedule.shifts
    ]


def _services(world: World) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service.id,
            "label": service.name,
            "status": service.status,
            "escalation_policy_id": service.escalation_policy_id,
            "team_ids": " ".join(service.team_ids),
            "auto_resolve_timeout": service.auto_resolve_timeout,
            "acknowledgement_timeout": service.acknowledgement_timeout,
        }
        for service in world.services
    ]


def _support_hours(world: World) -> list[dict[str, Any]]:
    return [
        {
            "service_id": service.id,
            "urgency_outside_support_hours": service.support_hours.outside,
            "support_time_zone": service.support_hours.time_zone,
            "support_days": " ".join(map(str, service.support_hours.days)),
            "support_start": f"{service.support_hours.start_hour:02}:00:00",
            "support_end": f"{service.support_hours.end_hour:02}:00:00",
        }
        for service in world.services
        if service.support_hours is not None
    ]
