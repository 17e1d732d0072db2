"""The endpoints of incidents and their log."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from corvana.sandbox.api.endpoints import Call, Endpoints, dump, not_found
from corvana.sandbox.api.query import Query
from corvana.sandbox.world.model import Incident

_OVERVIEW = frozenset({"trigger", "acknowledge", "escalate", "resolve", "delegate", "assign"})
_SORTABLE = frozenset({"incident_number", "created_at", "resolved_at", "urgency"})
_FAR_FUTURE = datetime.max.replace(tzinfo=UTC)
_BEFORE_START = timedelta(days=92)


class IncidentEndpoints(Endpoints):
    """`/incidents` and `/log_entries`."""

    def _incident_bytes(self, incident: Incident, now: datetime, zone: tzinfo) -> bytes:
        answered = sum(
            (request.requested_at <= now) + (request.updated_at <= now)
            for request in incident.responder_requests
        ) + sum(change.at <= now for change in incident.priority_changes)
        position = self.account.state_position(incident, now)
        key = (incident.id, position, answered, str(zone))
        cached = self.incident_cache.get(key)
        if cached is None:
            cached = dump(self.incidents_as.incident(incident, now, zone))
            self.incident_cache[key] = cached
        return cached

    def list_incidents(self, call: Call) -> bytes:
        query, now = call.query, call.query.now
        zone = query.zone()
        if query.one("date_range") == "all":
            found = self.account.created_between(self.world.start - _BEFORE_START, _FAR_FUTURE)
        else:
            window = query.past_window()
            found = self.account.created_between(window.since, window.until)
        found = [item for item in found if self.account.exists(item, now)]
        services, teams = query.many("service_ids"), query.many("team_ids")
        statuses, urgencies = query.many("statuses"), query.many("urgencies")
        if services:
            found = [item for item in found if item.service_id in services]
        if teams:
            found = [item for item in found if not teams.isdisjoint(item.team_ids)]
        if statuses:
            found = [item for item in found if self.account.state(item, now).status in statuses]
        if urgencies:
            found = [item for item in found if self.account.state(item, now).urgency in urgencies]
        found = self._sorted(found, query)
        return self.page(
            call,
            "incidents",
            len(found),
            lambda start, stop: [
                self._with_body(self._incident_bytes(item, now, zone), item, query)
                for item in found[start:stop]
            ],
        )

    def _with_body(self, head: bytes, incident: Incident, query: Query) -> bytes:
        if not query.includes("body"):
            return head
        return b'%b,"body":%b}' % (head[:-1], dump(self.incidents_as.body(incident)))

    def _sorted(self, found: list[Incident], query: Query) -> list[Incident]:
        keys: dict[str, Callable[[Incident], object]] = {
            "incident_number": lambda item: item.number,
            "created_at": lambda item: item.created_at,
            "resolved_at": lambda item: (
                self.account.state(item, query.now).resolved_at or _FAR_FUTURE
            ),
            "urgency": lambda item: self.account.state(item, query.now).urgency,
        }
        for term in reversed((query.one("sort_by") or "").split(",")):
            name, _, direction = term.partition(":")
            if name in _SORTABLE:
                found = sorted(found, key=keys[name], reverse=direction == "desc")  # type: ignore[arg-type]
        return found

    def get_incident(self, call: Call) -> bytes:
        incident = self.account.incidents.get(call.name)
        if incident is None or not self.account.exists(incident, call.query.now):
            raise not_found()
        head = self._incident_bytes(incident, call.query.now, call.query.zone())
        return b'{"incident":%b}' % self._with_body(head, incident, call.query)

    # --- the log -------------------------------------------------------------------------------

    def list_log_entries(self, call: Call) -> bytes:
        query, now = call.query, call.query.now
        zone = query.zone()
        window = query.past_window()
        first, last = self.account.logged_between(
            window.since, min(window.until, now + timedelta(seconds=1))
        )
        positions: Sequence[int] = range(last - 1, first - 1, -1)
        teams = query.many("team_ids")
        log = self.account.log
        if teams:
            positions = [at for at in positions if not teams.isdisjoint(log[at].incident.team_ids)]
        if self.account.any_deleted:
            positions = [at for at in positions if not _is_gone(log[at].incident, now)]
        if query.is_true("is_overview"):
            positions = [at for at in positions if log[at].entry.type in _OVERVIEW]
        embeds = query.includes("incidents")
        return self.page(
            call,
            "log_entries",
            len(positions),
            lambda start, stop: [
                self._entry_bytes(at, zone, now if embeds else None) for at in positions[start:stop]
            ],
        )

    def _entry_bytes(self, position: int, zone: tzinfo, now: datetime | None) -> bytes:
        happening = self.account.log[position]
        key = (position, str(zone))
        head = self.entry_cache.get(key)
        if head is None:
            head = dump(self.incidents_as.log_entry(happening, zone))[:-1]
            self.entry_cache[key] = head
        if now is None:
            tail = dump(self.incidents_as.reference(happening.incident))
        else:
            tail = self._incident_bytes(happening.incident, now, zone)
        return b'%b,"incident":%b}' % (head, tail)


def _is_gone(incident: Incident, now: datetime) -> bool:
    return incident.deleted_at is not None and incident.deleted_at <= now
