"""The endpoints of services, policies, teams, people and other lists that change seldom."""

from datetime import datetime, timedelta

from corvana.sandbox.endpoints import Call, Endpoints, dump, not_found
from corvana.sandbox.rendering import instant


class ConfigurationEndpoints(Endpoints):
    """Everything but incidents and schedules."""

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

    def list_teams(self, call: Call) -> bytes:
        return self.listing(call, "teams", [self.write.team(item) for item in self.world.teams])

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
        return dump({"user": self.write.user(user, mine=True, role=call.role)})

    def get_user(self, call: Call) -> bytes:
        user = self.account.users.get(call.name)
        if user is None:
            raise not_found()
        role = call.role if user.id == call.family.user_id else None
        return dump({"user": self.write.user(user, role=role)})

    def list_priorities(self, call: Call) -> bytes:
        rows = [self.write.priority(item) for item in self.world.priorities]
        return self.listing(call, "priorities", rows)

    def list_business_services(self, call: Call) -> bytes:
        rows = [self.write.business_service(item) for item in self.world.business_services]
        return self.listing(call, "business_services", rows)

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
        zone, rows = call.query.zone(), []
        for number, service in enumerate(self.world.services[:2], start=1):
            start = self.world.start + timedelta(days=number)
            head = self.write.reference(
                "maintenance_window", "maintenance_windows", f"PM{service.id[1:]}", "Upgrade"
            )
            rows.append(
                head
                | {
                    "sequence_number": number,
                    "start_time": instant(start, zone),
                    "end_time": instant(start + timedelta(hours=2), zone),
                    "description": f"Upgrade of {service.name}",
                    "created_by": self.write.user_reference(self.world.users[0].id),
                    "services": [self.write.service_reference(service.id)],
                    "teams": self.write.team_references(service.team_ids),
                }
            )
        return self.listing(call, "maintenance_windows", rows)

    def list_grouping_settings(self, call: Call) -> bytes:
        zone = call.query.zone()
        rows = [
            {
                "id": f"PG{service.id[1:]}",
                "name": f"Grouping of {service.name}",
                "description": f"Alerts of {service.name} within five minutes",
                "type": "time",
                "config": {"timeout": 300},
                "services": [self.write.service_reference(service.id)],
                "created_at": instant(service.created_at, zone),
                "updated_at": instant(service.created_at, zone),
            }
            for service in self.world.services[:3]
        ]
        return dump({"alert_grouping_settings": rows, "after": None, "before": None})
