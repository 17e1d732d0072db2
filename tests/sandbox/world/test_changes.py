"""An account changes while it is watched: scripted changes show from their instant on."""

from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world import changes, configuration_changes
from tests.builders.movable_clock import NOW, MovableClock

AT = NOW + timedelta(hours=1)
LATER = NOW + timedelta(hours=2)


class Watched:
    """A sandbox whose clock and world can be moved, and somebody who reads it."""

    def __init__(self, running):
        self.running, self.clock = running, running.clock
        token = running.issue_tokens()[0]
        self.http = httpx.Client(
            base_url=running.api_url, headers={"Authorization": f"Bearer {token}"}
        )

    def at(self, now, world):
        self.running.replace(world)
        self.clock.now = now
        return self

    def get(self, path, **query):
        return self.http.get(path, params={"time_zone": "UTC"} | query)

    def incident(self, incident_id):
        return self.get(f"/incidents/{incident_id}").json()["incident"]

    def log(self, incident_id):
        """(type, entry) of what was logged in the last three hours, oldest first."""
        query = {"since": (NOW - timedelta(hours=1)).isoformat(), "until": LATER.isoformat()}
        body = self.get("/log_entries", limit=100, **query).json()
        assert not body["more"]
        found = [row for row in body["log_entries"] if row["incident"]["id"] == incident_id]
        return [(row["type"].removesuffix("_log_entry"), row) for row in reversed(found)]


@pytest.fixture(scope="module")
def world(small_world):
    """Nothing happens after `NOW` but what is scripted."""
    return replace(
        small_world,
        incidents=tuple(
            replace(
                each,
                log_entries=tuple(entry for entry in each.log_entries if entry.at < NOW),
                states=tuple(state for state in each.states if state.at < NOW),
            )
            for each in small_world.incidents
            if each.created_at < NOW and each.states[0].at < NOW
        ),
    )


@pytest.fixture(scope="module")
def module_watched(world):
    with RunningSandbox(world, clock=MovableClock(), requests_per_minute=100_000) as running:
        yield Watched(running)


@pytest.fixture
def watched(module_watched, world):
    return module_watched.at(NOW, world)


def some(world, *statuses):
    return next(each.id for each in reversed(world.incidents) if each.states[-1].status in statuses)


def kinds(log):
    return [kind for kind, _ in log]


def test_a_resolve_shows_from_its_instant_on(world, watched):
    incident_id = some(world, "triggered", "acknowledged")
    changed = changes.resolve(world, incident_id, AT)
    before = watched.at(AT - timedelta(seconds=1), changed).incident(incident_id)
    assert (before["status"] != "resolved", before["resolved_at"]) == (True, None)
    after = watched.at(AT, changed).incident(incident_id)
    assert (after["status"], after["resolved_at"]) == ("resolved", "2026-06-15T13:00:00Z")
    assert after["updated_at"] == "2026-06-15T13:00:00Z"
    assert after["resolve_reason"] is None
    assert kinds(watched.log(incident_id))[-1] == "resolve"


def test_a_reopened_incident_is_open_again_and_can_be_resolved_again(world, watched):
    incident_id = some(world, "resolved")
    reopened = changes.reopen(world, incident_id, AT)
    body = watched.at(AT, reopened).incident(incident_id)
    assert (body["status"], body["resolved_at"]) == ("triggered", None)
    assert body["assignments"]
    assert kinds(watched.log(incident_id))[-2:] == ["trigger", "assign"]
    again = changes.resolve(reopened, incident_id, LATER)
    body = watched.at(LATER, again).incident(incident_id)
    assert (body["status"], body["resolved_at"]) == ("resolved", "2026-06-15T14:00:00Z")


def test_an_acknowledgement_names_who_made_it(world, watched):
    incident_id = some(world, "triggered", "acknowledged")
    changed = changes.acknowledge(world, incident_id, AT)
    body = watched.at(AT, changed).incident(incident_id)
    assert body["status"] == "acknowledged"
    assert [each["at"] for each in body["acknowledgements"]] == ["2026-06-15T13:00:00Z"]
    assert kinds(watched.log(incident_id))[-1] == "acknowledge"


def test_a_merged_incident_names_its_target_and_the_alerts_move(world, watched):
    source = some(world, "triggered", "acknowledged")
    target = some(world, "resolved")
    changed = changes.merge(changes.reopen(world, target, NOW), source, target, AT)
    body = watched.at(AT, changed).incident(source)
    assert body["status"] == "resolved"
    assert body["resolve_reason"]["type"] == "merge_resolve_reason"
    assert body["resolve_reason"]["incident"]["id"] == target
    assert watched.incident(target)["status"] != "resolved"
    source_log, target_log = watched.log(source), watched.log(target)
    assert kinds(source_log)[-2:] == ["unlink", "resolve"]
    assert target_log[-1][0] == "link"
    assert target_log[-1][1]["linked_incident"]["id"] == source


def test_a_priority_change_is_logged_and_shown(world, watched):
    incident_id = some(world, "resolved")
    old = next(each.priority_id for each in world.incidents if each.id == incident_id)
    new = next(each.id for each in world.priorities if each.id != old)
    changed = changes.change_priority(world, incident_id, AT, new)
    before = watched.at(AT - timedelta(seconds=1), changed).incident(incident_id)["priority"]
    assert (before and before["id"]) == old
    body = watched.at(AT, changed).incident(incident_id)
    assert body["priority"]["id"] == new
    assert body["updated_at"] == "2026-06-15T13:00:00Z"
    kind, entry = watched.log(incident_id)[-1]
    assert kind == "priority_change"
    assert entry["channel"]["new_priority"]["id"] == new
    without = changes.change_priority(changed, incident_id, LATER, None)
    assert watched.at(LATER, without).incident(incident_id)["priority"] is None


def test_an_urgency_change_is_logged_and_shown(world, watched):
    incident_id = some(world, "triggered", "acknowledged")
    before = watched.incident(incident_id)["urgency"]
    changed = changes.change_urgency(world, incident_id, AT)
    assert watched.at(AT, changed).incident(incident_id)["urgency"] != before
    assert kinds(watched.log(incident_id))[-1] == "urgency_change"


def test_a_deleted_incident_is_gone_from_everywhere(world, watched):
    incident_id = world.incidents[-1].id
    changed = changes.delete_incident(world, incident_id, AT)

    def seen(now):
        watched.at(now, changed)
        detail = watched.get(f"/incidents/{incident_id}").status_code
        query = {"since": (NOW - timedelta(days=40)).isoformat(), "until": LATER.isoformat()}
        listed = watched.get("/incidents", sort_by="incident_number:desc", **query).json()
        logged = watched.get("/log_entries", limit=100, **query).json()["log_entries"]
        return (
            detail,
            incident_id in {row["id"] for row in listed["incidents"]},
            incident_id in {row["incident"]["id"] for row in logged},
        )

    assert seen(AT - timedelta(seconds=1)) == (200, True, True)
    assert seen(AT) == (404, False, False)


def test_a_change_ends_the_simulated_future_and_the_truth_about_it(small_world):
    incident = next(
        each
        for each in small_world.incidents
        if len(each.log_entries) > 4 and each.states[0].status == "triggered"
    )
    at = incident.states[0].at
    changed = changes.resolve(small_world, incident.id, at)
    (now,) = (each for each in changed.incidents if each.id == incident.id)
    assert now.states[-1].status == "resolved"
    assert max(entry.at for entry in now.log_entries) == at
    assert incident.id not in changed.truth
    assert len(changed.truth) == len(small_world.truth) - 1
    assert incident in small_world.incidents


def test_ids_of_new_entries_are_new_and_in_order(world):
    incident_id = some(world, "triggered", "acknowledged")
    changed = changes.acknowledge(world, incident_id, AT)
    changed = changes.resolve(changed, incident_id, AT + timedelta(minutes=1))
    changed = changes.reopen(changed, incident_id, AT + timedelta(minutes=2))
    (incident,) = (each for each in changed.incidents if each.id == incident_id)
    ids = [entry.id for entry in incident.log_entries]
    assert ids == sorted(set(ids))
    everybodys = [entry.id for each in changed.incidents for entry in each.log_entries]
    assert len(everybodys) == len(set(everybodys))


@pytest.mark.parametrize("change", [changes.resolve, changes.acknowledge, changes.change_urgency])
def test_what_is_resolved_cannot_be_changed_like_an_open_incident(world, change):
    with pytest.raises(ValueError, match="not in the state"):
        change(world, some(world, "resolved"), AT)


def test_what_is_not_there_cannot_be_changed(world):
    with pytest.raises(ValueError, match="no such incident"):
        changes.resolve(world, "QNONE", AT)
    with pytest.raises(ValueError, match="no object"):
        configuration_changes.delete_service(world, "PNONE")


def test_a_deleted_service_and_policy_are_referred_to_and_not_found(world, watched):
    service = world.services[0]
    changed = configuration_changes.delete_service(world, service.id)
    changed = configuration_changes.delete_escalation_policy(changed, service.escalation_policy_id)
    watched.at(NOW, changed)
    services = watched.get("/services", limit=100).json()["services"]
    assert service.id not in {row["id"] for row in services}
    policies = watched.get("/escalation_policies", limit=100).json()["escalation_policies"]
    assert service.escalation_policy_id not in {row["id"] for row in policies}
    path = f"/service_dependencies/technical_services/{service.id}"
    assert watched.get(path).status_code == 404
    incident = next(each.id for each in world.incidents if each.service_id == service.id)
    assert watched.incident(incident)["service"]["id"] == service.id


def test_a_migrated_schedule_keeps_its_id_and_changes_its_endpoint(world, watched):
    schedule = next(each for each in world.schedules if each.kind == "v2")
    watched.at(NOW, configuration_changes.migrate_schedule(world, schedule.id))
    assert watched.get(f"/schedules/{schedule.id}").status_code == 400
    query = {
        "since": (NOW - timedelta(days=7)).isoformat(),
        "until": NOW.isoformat(),
        "include[]": "final_schedule",
    }
    body = watched.get(f"/v3/schedules/{schedule.id}", **query).json()["schedule"]
    assert body["type"] == "schedule_v3"
    assert body["final_schedule"]["computed_shift_assignments"]
    policies = watched.get("/escalation_policies", limit=100).json()["escalation_policies"]
    kinds = {
        target["type"]
        for policy in policies
        for rule in policy["escalation_rules"]
        for target in rule["targets"]
        if target["id"] == schedule.id
    }
    assert kinds == {"schedule_v3_reference"}


def test_a_hidden_schedule_is_pointed_to_and_not_found(world, watched):
    schedule = next(each for each in world.schedules if each.kind == "v2")
    watched.at(NOW, configuration_changes.hide_schedule(world, schedule.id))
    assert watched.get(f"/schedules/{schedule.id}").status_code == 404
    listed = watched.get("/schedules", limit=100).json()["schedules"]
    assert schedule.id not in {row["id"] for row in listed}
    assert schedule.id in watched.get("/escalation_policies", limit=100).text


def test_timers_and_delays_can_be_changed(world, watched):
    service, policy = world.services[0], world.escalation_policies[0]
    changed = configuration_changes.change_timeouts(
        world, service.id, acknowledgement_seconds=77, auto_resolve_seconds=None
    )
    changed = configuration_changes.change_rule_delay(changed, policy.id, 1, 42)
    watched.at(NOW, changed)
    (row,) = (
        row
        for row in watched.get("/services", limit=100).json()["services"]
        if row["id"] == service.id
    )
    assert (row["acknowledgement_timeout"], row["auto_resolve_timeout"]) == (77, None)
    (row,) = (
        row
        for row in watched.get("/escalation_policies", limit=100).json()["escalation_policies"]
        if row["id"] == policy.id
    )
    assert row["escalation_rules"][0]["escalation_delay_in_minutes"] == 42


def test_a_lesser_role_is_told_and_sees_its_own_teams_only(world, watched):
    team = world.teams[0].id
    watched.at(NOW, configuration_changes.downgrade_role(world, "limited_user", {team}))
    assert watched.get("/users/me").json()["user"]["role"] == "limited_user"
    services = watched.get("/services", limit=100).json()["services"]
    assert services
    assert all(team in {each["id"] for each in row["teams"]} for row in services)


def test_tokens_stay_good_when_the_account_changes(world, watched):
    token = watched.running.issue_tokens()[0]
    watched.at(NOW, changes.delete_incident(world, world.incidents[0].id, NOW))
    answer = watched.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
