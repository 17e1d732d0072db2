"""Configuration objects and references, as PagerDuty's API writes them."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.world.model import (
    AlertGrouping,
    BusinessService,
    Dependency,
    EscalationPolicy,
    MaintenanceWindow,
    Priority,
    Service,
    Target,
    Team,
    User,
)

Json = dict[str, Any]
_RAILS_ZONES = {
    "America/New_York": "Eastern Time (US & Canada)",
    "Europe/Berlin": "Berlin",
    "Asia/Singapore": "Singapore",
}
_TARGET_TYPES = {
    "user": "user_reference",
    "schedule": "schedule_reference",
    "schedule_v3": "schedule_v3_reference",
}


def instant(at: datetime, zone: tzinfo) -> str:
    """Write an instant with the zone's offset, `Z` for UTC."""
    if zone is UTC or getattr(zone, "key", None) in {"UTC", "Etc/UTC"}:
        return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"
    return at.astimezone(zone).isoformat()


class Renderer:
    """Writes the account's objects."""

    def __init__(self, account: Lookup, *, region: str, role: str | None = None) -> None:
        self.account = account
        self.role = role
        host = "api.eu.pagerduty.com" if region == "eu" else "api.pagerduty.com"
        self.api = f"https://{host}"
        domain = "eu.pagerduty.com" if region == "eu" else "pagerduty.com"
        self.site = f"https://{account.world.subdomain}.{domain}"
        self.user_reference = lru_cache(maxsize=None)(self._user_reference)
        self.service_reference = lru_cache(maxsize=None)(self._service_reference)
        self.policy_reference = lru_cache(maxsize=None)(self._policy_reference)
        self.team_reference = lru_cache(maxsize=None)(self._team_reference)

    def reference(self, kind: str, folder: str, name: str, summary: str) -> Json:
        return {
            "id": name,
            "type": kind,
            "summary": summary,
            "self": f"{self.api}/{folder}/{name}",
            "html_url": f"{self.site}/{folder}/{name}",
        }

    def _user_reference(self, user_id: str) -> Json:
        user = self.account.users.get(user_id)
        summary = user.name if user else "Former member"
        return self.reference("user_reference", "users", user_id, summary)

    def _service_reference(self, service_id: str) -> Json:
        service = self.account.services.get(service_id)
        summary = service.name if service else "Deleted service"
        return self.reference("service_reference", "services", service_id, summary)

    def _policy_reference(self, policy_id: str) -> Json:
        policy = self.account.policies.get(policy_id)
        summary = policy.name if policy else "Deleted policy"
        return self.reference(
            "escalation_policy_reference", "escalation_policies", policy_id, summary
        )

    def _team_reference(self, team_id: str) -> Json:
        team = self.account.teams.get(team_id)
        return self.reference(
            "team_reference", "teams", team_id, team.name if team else "Deleted team"
        )

    def team_references(self, team_ids: Iterable[str]) -> list[Json]:
        return [self.team_reference(team_id) for team_id in team_ids]

    def schedule_reference(self, schedule_id: str, kind: str) -> Json:
        schedule = self.account.schedules.get(schedule_id)
        summary = schedule.name if schedule else "Deleted schedule"
        folder = "v3/schedules" if kind == "schedule_v3_reference" else "schedules"
        return self.reference(kind, folder, schedule_id, summary)

    def agent(self, kind: str | None, name: str | None, service_id: str) -> Json | None:
        """Return the author of an entry; None when the author is unknown."""
        if kind is None:
            return None
        if kind == "user":
            return self.user_reference(name or "")
        if kind == "integration":
            folder = f"services/{service_id}/integrations"
            summary = "Events API v2"
            return self.reference(
                "inbound_integration_reference", folder, name or "PINTEG1", summary
            )
        return self.service_reference(name or service_id)

    def team(self, team: Team) -> Json:
        return self.reference("team", "teams", team.id, team.name) | {
            "name": team.name,
            "description": f"Everybody who works on {team.name}",
            "default_role": "manager",
            "parent": None,
        }

    def user(self, user: User, *, mine: bool = False, role: str | None = None) -> Json:
        slug = user.id.lower()
        methods = [
            self.reference(
                f"{kind}_contact_method_reference",
                f"users/{user.id}/contact_methods",
                f"PC{kind[0].upper()}{user.id[1:]}",
                label,
            )
            for kind, label in (("email", user.email), ("phone", user.phone), ("sms", user.phone))
        ]
        rule = self.reference(
            "assignment_notification_rule_reference",
            f"users/{user.id}/notification_rules",
            f"PN{user.id[1:]}",
            "0 minutes: channel PCP",
        )
        body = self.reference("user", "users", user.id, user.name) | {
            "name": user.name,
            "email": user.email,
            "time_zone": user.time_zone,
            "color": "purple",
            "role": role or user.role,
            "avatar_url": f"https://secure.gravatar.com/avatar/{slug}.png?d=mm&r=PG",
            "description": f"{user.job_title}, reachable at {user.phone}",
            "invitation_sent": False,
            "job_title": user.job_title,
            "created_via_sso": False,
            "teams": self.team_references(user.team_ids),
            "contact_methods": methods,
            "notification_rules": [rule],
            "coordinated_incidents": [],
        }
        if mine:
            feed = f"private/{slug}feedsecret/feed"
            body["http_cal_url"] = f"{self.site}/{feed}"
            body["web_cal_url"] = f"webcal://{self.site.removeprefix('https://')}/{feed}"
        return body

    def service(self, service: Service, zone: tzinfo, last_incident: datetime | None) -> Json:
        return self.reference("service", "services", service.id, service.name) | {
            "name": service.name,
            "description": service.description,
            "status": service.status,
            "created_at": instant(service.created_at, zone),
            "auto_resolve_timeout": service.auto_resolve_timeout,
            "acknowledgement_timeout": service.acknowledgement_timeout,
            "auto_pause_notifications_parameters": {
                "enabled": service.auto_pause_timeout is not None,
                "timeout": service.auto_pause_timeout,
            },
            "last_incident_timestamp": instant(last_incident, zone) if last_incident else None,
            "escalation_policy": self.policy_reference(service.escalation_policy_id),
            "teams": self.team_references(service.team_ids),
            **_urgency(service),
            "integrations": [],
            "addons": [],
            "alert_creation": "create_alerts_and_incidents",
            "response_play": None,
        }

    def target(self, target: Target) -> Json:
        if target.kind == "user":
            return self.user_reference(target.id)
        return self.schedule_reference(target.id, _TARGET_TYPES[target.kind])

    def policy(self, policy: EscalationPolicy) -> Json:
        using = [
            self.service_reference(service.id)
            for service in self.account.world.services
            if service.escalation_policy_id == policy.id
        ]
        rules = [
            {
                "id": rule.id,
                "escalation_delay_in_minutes": rule.delay_minutes,
                "targets": [self.target(target) for target in rule.targets],
                "escalation_rule_assignment_strategy": "assign_to_everyone",
            }
            for rule in policy.rules
        ]
        head = self.reference("escalation_policy", "escalation_policies", policy.id, policy.name)
        return head | {
            "name": policy.name,
            "description": f"How {policy.name} responds",
            "num_loops": policy.num_loops,
            "on_call_handoff_notifications": "if_has_services",
            "escalation_rules": rules,
            "services": using,
            "teams": self.team_references(policy.team_ids),
        }

    def priority(self, priority: Priority) -> Json:
        return self.reference("priority", "priorities", priority.id, priority.name) | {
            "name": priority.name,
            "description": f"Severity {priority.name}",
        }

    def business_service(self, service: BusinessService) -> Json:
        head = self.reference("business_service", "business_services", service.id, service.name)
        team = self.team_reference(service.team_id) if service.team_id else None
        return head | {
            "name": service.name,
            "description": f"What customers know as {service.name}",
            "point_of_contact": "Head of operations, +1 555 0100",
            "team": team,
        }

    @staticmethod
    def dependency(item: Dependency) -> Json:
        return {
            "id": item.id,
            "type": "service_dependency",
            "supporting_service": {
                "id": item.supporting_id,
                "type": f"{item.supporting_kind}_reference",
            },
            "dependent_service": {
                "id": item.dependent_id,
                "type": f"{item.dependent_kind}_reference",
            },
        }

    def maintenance_window(self, window: MaintenanceWindow, zone: tzinfo) -> Json:
        title = f"Upgrade {window.number}"
        head = self.reference("maintenance_window", "maintenance_windows", window.id, title)
        return head | {
            "sequence_number": window.number,
            "start_time": instant(window.start, zone),
            "end_time": instant(window.end, zone),
            "description": f"{title}, ask operations",
            "created_by": self.user_reference(self.account.world.users[0].id),
            "services": [self.service_reference(service_id) for service_id in window.service_ids],
            "teams": self.team_references(window.team_ids),
        }

    def alert_grouping(self, setting: AlertGrouping, zone: tzinfo) -> Json:
        return {
            "id": setting.id,
            "name": f"Grouping {setting.id}",
            "description": f"How alerts of {setting.id} become one incident",
            "type": setting.kind,
            "config": dict(setting.config),
            "services": [self.service_reference(service_id) for service_id in setting.service_ids],
            "created_at": instant(setting.created_at, zone),
            "updated_at": instant(setting.updated_at, zone),
        }


def _urgency(service: Service) -> Json:
    """Write the urgency rule, and its support hours if it depends on them."""
    support = service.support_hours
    if support is None:
        return {
            "incident_urgency_rule": {"type": "constant", "urgency": service.urgency},
            "support_hours": None,
            "scheduled_actions": [],
        }
    return {
        "incident_urgency_rule": {
            "type": "use_support_hours",
            "during_support_hours": {"type": "constant", "urgency": support.during},
            "outside_support_hours": {"type": "constant", "urgency": support.outside},
        },
        "support_hours": {
            "type": "fixed_time_per_day",
            "time_zone": _RAILS_ZONES.get(support.time_zone, support.time_zone),
            "days_of_week": list(support.days),
            "start_time": f"{support.start_hour:02}:00:00",
            "end_time": f"{support.end_hour:02}:00:00",
        },
        "scheduled_actions": [
            {
                "type": "urgency_change",
                "at": {"type": "named_time", "name": "support_hours_start"},
                "to_urgency": "high",
            }
        ],
    }
