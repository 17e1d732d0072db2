"""Schedules and who is on call, rendered for a window as PagerDuty renders them."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.api.query import Window
from corvana.sandbox.api.render_configuration import Json, Renderer, instant
from corvana.sandbox.world.model import EscalationPolicy, Schedule, Shift, Target

_SOURCES = {
    "rotation": "schedule_rotation",
    "override": "schedule_rotation_override",
    "custom_shift": "custom_shift",
    "custom_shift_override": "custom_shift_override",
}


class CoverRenderer:
    """Writes schedules of both kinds and on-call entries."""

    def __init__(self, account: Lookup, renderer: Renderer) -> None:
        self.account = account
        self.renderer = renderer

    def _shared(self, schedule: Schedule) -> Json:
        using = [
            self.renderer.policy_reference(policy.id)
            for policy in self.account.world.escalation_policies
            if any(target.id == schedule.id for rule in policy.rules for target in rule.targets)
        ]
        user_ids = sorted({shift.user_id for shift in schedule.shifts})
        return {
            "name": schedule.name,
            "time_zone": schedule.time_zone,
            "description": f"On-call for {schedule.name}",
            "escalation_policies": using,
            "users": [self.renderer.user_reference(user_id) for user_id in user_ids],
            "teams": self.renderer.team_references(schedule.team_ids),
        }

    def calendar(self, schedule: Schedule) -> Json:
        feed = f"private/{schedule.id.lower()}feedsecret/feed/{schedule.id}"
        return {
            "http_cal_url": f"{self.renderer.site}/{feed}",
            "web_cal_url": f"webcal://{self.renderer.site.removeprefix('https://')}/{feed}",
        }

    def layered(
        self, schedule: Schedule, window: Window, zone: tzinfo | None, includes: frozenset[str]
    ) -> Json:
        zone = zone or ZoneInfo(schedule.time_zone)
        body = self.renderer.reference("schedule", "schedules", schedule.id, schedule.name)
        body |= self._shared(schedule)
        parts = (("final_schedule", "Final Schedule"), ("overrides_subschedule", "Overrides"))
        for part, name in parts:
            if part not in includes:
                continue
            entries = self._entries(schedule, window)
            if part == "overrides_subschedule":
                entries = [entry for entry in entries if entry.source == "override"]
            body[part] = {
                "name": name,
                "rendered_schedule_entries": [
                    {
                        "start": instant(entry.start, zone),
                        "end": instant(entry.end, zone),
                        "user": self.renderer.user_reference(entry.user_id),
                    }
                    for entry in entries
                ],
                "rendered_coverage_percentage": coverage(entries, window),
            }
        if "schedule_layers" in includes:
            body["schedule_layers"] = [
                dict(layer)
                | {
                    "users": [
                        {"user": self.renderer.user_reference(user_id)}
                        for user_id in layer.get("users", ())
                    ]
                }
                for layer in schedule.layers
            ]
        return body

    def _entries(self, schedule: Schedule, window: Window) -> list[Shift]:
        return [
            Shift(
                shift.user_id,
                max(shift.start, window.since),
                min(shift.end, window.until),
                shift.source,
            )
            for shift in self.account.shifts_between(schedule, window.since, window.until)
        ]

    def shift_based(
        self, schedule: Schedule, window: Window, zone: tzinfo | None, includes: frozenset[str]
    ) -> Json:
        zone = zone or ZoneInfo(schedule.time_zone)
        body = self.renderer.reference("schedule_v3", "v3/schedules", schedule.id, schedule.name)
        del body["summary"]
        body |= self._shared(schedule) | {"rotations": []} | self.calendar(schedule)
        if "final_schedule" in includes:
            entries = self._entries(schedule, window)
            rows = [(entry.start, entry.end, self._member(entry)) for entry in entries]
            rows += [
                (start, end, ({"type": "empty_member"}, self._source(schedule.id, "rotation")))
                for start, end in _gaps(entries, window)
            ]
            rows.sort(key=lambda row: (row[0], row[1]))
            body["final_schedule"] = {
                "type": "final_schedule",
                "rendered_coverage_percentage": coverage(entries, window),
                "computed_shift_assignments": [
                    {
                        "type": "computed_shift_assignment",
                        "start_time": instant(start, zone),
                        "end_time": instant(end, zone),
                        "member": member,
                        "source": source,
                    }
                    for start, end, (member, source) in rows
                ],
            }
        return body

    def _member(self, shift: Shift) -> tuple[Json, Json]:
        member = {"type": "user_member", "user_id": shift.user_id}
        return member, self._source(shift.user_id, shift.source)

    @staticmethod
    def _source(seed: str, source: str) -> Json:
        body = {"type": _SOURCES[source]}
        if source.startswith("custom_shift"):
            body["shift_id"] = f"SH{seed[1:]}"
        else:
            body["rotation_id"] = f"RO{seed[1:]}"
        if source.endswith("override"):
            body["override_id"] = f"OV{seed[1:]}"
        return body

    def on_calls(self, policy: EscalationPolicy, window: Window, zone: tzinfo) -> Iterator[Json]:
        """Return who is on call for a policy. A person named directly is always on call."""
        for level, rule in enumerate(policy.rules, start=1):
            for target in rule.targets:
                for shift in self._covering(target, window):
                    yield self._on_call(policy, level, target, shift, zone)

    def _covering(self, target: Target, window: Window) -> list[Shift | None]:
        if target.kind == "user":
            return [None]
        schedule = self.account.schedules.get(target.id)
        if schedule is None:
            return []
        return list(self.account.shifts_between(schedule, window.since, window.until))

    def _on_call(
        self,
        policy: EscalationPolicy,
        level: int,
        target: Target,
        shift: Shift | None,
        zone: tzinfo,
    ) -> Json:
        kind = "schedule_v3_reference" if target.kind == "schedule_v3" else "schedule_reference"
        return {
            "escalation_policy": self.renderer.policy_reference(policy.id),
            "escalation_level": level,
            "schedule": self.renderer.schedule_reference(target.id, kind) if shift else None,
            "user": self.renderer.user_reference(shift.user_id if shift else target.id),
            "start": instant(shift.start, zone) if shift else None,
            "end": instant(shift.end, zone) if shift else None,
        }


def _gaps(entries: list[Shift], window: Window) -> list[tuple[datetime, datetime]]:
    reached = window.since
    gaps = []
    for entry in entries:
        if entry.start > reached:
            gaps.append((reached, entry.start))
        reached = max(reached, entry.end)
    if reached < window.until:
        gaps.append((reached, window.until))
    return gaps


def coverage(entries: list[Shift], window: Window) -> float:
    whole = (window.until - window.since).total_seconds()
    if whole <= 0:
        return 0.0
    missing = sum((end - start).total_seconds() for start, end in _gaps(entries, window))
    return round(100 * (whole - missing) / whole, 2)
