"""The endpoints of services, policies, teams, people and other lists that seldom change."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from corvana.sandbox.api.endpoints import Call, Endpoints, View, dump, not_found
from corvana.sandbox.api.query import ApiError
from corvana.sandbox.api.render_configuration import Json, Renderer
from corvana.sandbox.world.model import MaintenanceWindow, World

PLAIN_LISTS: Final[Mapping[str, Callable[[Renderer, World], list[Json]]]] = {
    "teams": lambda write, world: [write.team(item) for item in world.teams],
    "priorities": lambda write, world: [write.priority(item) for item in world.priorities],
    "business_services": lambda write, world: [
        write.business_service(item) for item in world.business_services
    ],
}
"""Name of a list without parameters, used in the path and for the rows → its objects."""


class ConfigurationEndpoints(Endpoints):
    """All endpoints except those of incidents and schedules."""

    def plain_lists(self) -> dict[str, View]:
        """Each of `PLAIN_LISTS`, by its path."""
        return {f"/{name}": partial(self._plain_list, name) for name in PLAIN_LISTS}

    def _plain_list(self, name: str, call: Call) -> bytes:
        return self.listing(call, name, PLAIN_LISTS[name](self.write, self.world))

    def list_services(self, call: Call) -> bytes:
        teams, now, zone = call.query.many("team_ids"), call.query.now, call.query.zone()
        rows = [
            item for item in self.world.services if not teams or not teams.isdisjoint(item.team_ids)
        ]
        latest: dict[str, datetime] = {}
        for incident in self.account.created_between(now - timedelta(days=30), now):
            latest[incident.service_id] = incident.created_at
        return self.page(
            call,
            "services",
            len(rows),
            lambda start, stop: [
                dump(self.write.service(item, zone, latest.get(item.id)))
                for item in rows[start:stop]
            ],
        )

    def list_policies(self, call: Call) -> bytes:
        teams = call.query.many("team_ids")
        rows = [
            item
            for item in self.world.escalation_policies
            if not teams or not teams.isdisjoint(item.team_ids)
        ]
        return self.page(
            call,
            "escalation_policies",
            len(rows),
            lambda start, stop: [dump(self.write.policy(item)) for item in rows[start:stop]],
        )

    def list_users(self, call: Call) -> bytes:
        teams = call.query.many("team_ids")
        rows = [
            self.write.user(item)
            for item in self.world.users
            if not teams or not teams.isdisjoint(item.team_ids)
        ]
        return self.listing(call, "users", rows)

    def get_me(self, call: Call) -> bytes:
        user = self.account.users[call.family.user_id]
        role = self.world.connected_role or call.role
        return dump({"user": self.write.user(user, mine=True, role=role)})

    def get_user(self, call: Call) -> bytes:
        user = self.account.users.get(call.name)
        if user is None:
            raise not_found()
        is_me = user.id == call.family.user_id
        role = (self.world.connected_role or call.role) if is_me else None
        return dump({"user": self.write.user(user, role=role)})

    def technical_dependencies(self, call: Call) -> bytes:
        if call.name not in self.account.services:
            raise not_found()
        return self._dependencies(call.name)

    def business_dependencies(self, call: Call) -> bytes:
        if call.name not in self.account.business_ids:
            raise not_found()
        return self._dependencies(call.name)

    def _dependencies(self, name: str) -> bytes:
        rows = [
            self.write.dependency(item)
            for item in self.world.dependencies
            if name in {item.supporting_id, item.dependent_id}
        ]
        return dump({"relationships": rows})

    def list_maintenance_windows(self, call: Call) -> bytes:
        query, zone = call.query, call.query.zone()
        services, teams = query.many("service_ids"), query.many("team_ids")
        wanted = query.one("filter") or "all"
        rows = [
            self.write.maintenance_window(window, zone)
            for window in self.world.maintenance_windows
            if wanted == "all" or wanted in _phases(window, query.now)
            if not services or not services.isdisjoint(window.service_ids)
            if not teams or not teams.isdisjoint(window.team_ids)
        ]
        return self.listing(call, "maintenance_windows", rows)

    def list_grouping_settings(self, call: Call) -> bytes:
        """Page by cursor: `after` is the id of the last setting of the page before."""
        query, zone = call.query, call.query.zone()
        services = query.many("service_ids")
        found = [
            setting
            for setting in self.world.alert_groupings
            if not services or not services.isdisjoint(setting.service_ids)
        ]
        ids = [setting.id for setting in found]
        cursor = query.one("after")
        if cursor is not None and cursor not in ids:
            raise ApiError(400, "Invalid Input Provided", 2001, ["after is not a cursor."])
        _, limit = query.page()
        start = 0 if cursor is None else ids.index(cursor) + 1
        shown = found[start : start + limit]
        more = start + limit < len(found)
        return dump(
            {
                "alert_grouping_settings": [
                    self.write.alert_grouping(setting, zone) for setting in shown
                ],
                "after": shown[-1].id if more else None,
                "before": shown[0].id if shown and start else None,
                "limit": limit,
                "total": len(found) if query.is_true("total") else None,
            }
        )


def _phases(window: MaintenanceWindow, now: datetime) -> frozenset[str]:
    """Return the values of `filter` under which the window is listed."""
    if window.end <= now:
        return frozenset({"past"})
    return frozenset({"open", "future" if window.start > now else "ongoing"})
