"""The endpoints of schedules and of who is on call."""

from datetime import timedelta

from corvana.sandbox.api.endpoints import Call, Endpoints, dump, not_found
from corvana.sandbox.api.query import ApiError
from corvana.sandbox.api.render_configuration import Json

TWO_WEEKS = timedelta(days=14)
NINETY_DAYS = timedelta(days=92)


class CoverEndpoints(Endpoints):
    """`/schedules`, `/v3/schedules` and `/oncalls`."""

    def list_schedules(self, call: Call) -> bytes:
        query = call.query
        window = query.coming_window(TWO_WEEKS, NINETY_DAYS)
        zone = query.zone() if query.one("time_zone") else None
        rows = [item for item in self.world.schedules if item.kind == "v2"]
        includes = query.many("include")
        return self.page(
            call,
            "schedules",
            len(rows),
            lambda start, stop: [
                dump(self.cover.layered(item, window, zone, includes)) for item in rows[start:stop]
            ],
        )

    def get_schedule(self, call: Call) -> bytes:
        schedule = self.account.schedules.get(call.name)
        if schedule is None:
            raise not_found()
        if schedule.kind != "v2":
            reason = "This is a shift-based schedule; use the v3 endpoint."
            raise ApiError(400, "Invalid Input Provided", 2001, [reason])
        query = call.query
        window = query.coming_window(TWO_WEEKS, NINETY_DAYS)
        zone = query.zone() if query.one("time_zone") else None
        includes = query.many("include") | {"final_schedule", "overrides_subschedule"}
        body = self.cover.layered(schedule, window, zone, includes | {"schedule_layers"})
        return dump({"schedule": body | self.cover.calendar(schedule)})

    def list_schedules_v3(self, call: Call) -> bytes:
        rows = [item for item in self.world.schedules if item.kind == "v3"]
        kind = "schedule_v3_reference"
        return self.page(
            call,
            "schedules",
            len(rows),
            lambda start, stop: [
                dump(self.write.schedule_reference(item.id, kind)) for item in rows[start:stop]
            ],
            sizes=(100, 1000),
        )

    def get_schedule_v3(self, call: Call) -> bytes:
        schedule = self.account.schedules.get(call.name)
        if schedule is None:
            raise not_found()
        if schedule.kind != "v3":
            reason = "This is a layer-based schedule; use the v2 endpoint."
            raise ApiError(400, "Invalid Input Provided", 2001, [reason])
        query = call.query
        window = query.coming_window(TWO_WEEKS, NINETY_DAYS)
        zone = query.zone() if query.one("time_zone") else None
        body = self.cover.shift_based(schedule, window, zone, query.many("include"))
        return dump({"schedule": body})

    def list_on_calls(self, call: Call) -> bytes:
        query = call.query
        window = query.coming_window(timedelta(seconds=1), NINETY_DAYS)
        policies, people = query.many("escalation_policy_ids"), query.many("user_ids")
        schedules = query.many("schedule_ids")
        zone = query.zone()
        rows = [
            row
            for policy in self.world.escalation_policies
            if not policies or policy.id in policies
            for row in self.cover.on_calls(policy, window, zone)
            if (not people or row["user"]["id"] in people)
            and (not schedules or _schedule_name(row) in schedules)
        ]
        return self.listing(call, "oncalls", rows)


def _schedule_name(row: Json) -> str:
    return row["schedule"]["id"] if row["schedule"] else "null"
