"""The mechanics of one incident: assignment, paging, escalation, acknowledgement, resolution."""

from random import Random
from typing import Literal

from corvana.sandbox.play.journal import Actor, Journal, People
from corvana.sandbox.play.lifecycle_count import LifecycleCount
from corvana.sandbox.play.roster import Landing
from corvana.sandbox.play.setting import Arrival, Setting
from corvana.sandbox.play.timeline import Timeline
from corvana.sandbox.world.instants import MINUTE, to_instant
from corvana.sandbox.world.model import IncidentState, ResponderRequest


class IncidentLife(Timeline):
    """The mechanics of an incident. The subclass adds the decisions of people."""

    def __init__(self, setting: Setting, arrival: Arrival, index: int, rng: Random) -> None:
        super().__init__(arrival.at, setting.end)
        self.setting = setting
        self.arrival = arrival
        self.rng = rng
        self.service = setting.services[arrival.service_id]
        self.journal = Journal(index)
        self.counted = LifecycleCount()
        self.policy_id = self.service.escalation_policy_id
        self.status: Literal["triggered", "acknowledged", "resolved"] = "triggered"
        self.urgency: Literal["high", "low"] = "high"
        self.via_policy = True
        self.assignees: People = ()
        self.acknowledgers: People = ()
        self.requests: list[ResponderRequest] = []
        self.level = 0
        self.ordinal = 0
        self.loops_left = 0
        self.spent = False
        self.silent = False
        self.machine = Actor("service", self.service.id, "auto")
        self.timer = Actor("service", self.service.id, "timeout")
        self.monitor = Actor("integration", setting.integrations[self.service.id], "api")
        self._merged_into: str | None = None

    # --- decisions, made elsewhere ---

    def summon(self, at: int) -> None:
        raise NotImplementedError

    def consider(self, at: int, user_id: str) -> None:
        raise NotImplementedError

    def despair(self, at: int) -> None:
        raise NotImplementedError

    def settle(self, at: int) -> None:
        raise NotImplementedError

    # --- assignment ---

    def trigger(self, at: int, actor: Actor) -> None:
        self.journal.write(at, "trigger", actor)

    def enter(self, at: int, landing: Landing, actor: Actor) -> None:
        """Assignment through the policy's first level."""
        self.journal.write(at, "assign", actor, landing.user_ids)
        self._restart_policy()
        self._land(at, landing, 1)
        self._unacknowledged(at, actor)

    def hand_to(self, at: int, user_id: str, actor: Actor) -> None:
        """Assignment straight to a person, past the policy."""
        self.journal.write(at, "assign", actor, (user_id,))
        self.counted.assign_person(at)
        self.via_policy = False
        self.assignees = (user_id,)
        self._unacknowledged(at, actor)

    def delegate(self, at: int, policy_id: str, actor: Actor) -> None:
        landing = self.setting.roster.next_level(policy_id, 0, at)
        if landing is None or self.counted.delegations >= 2:
            return
        self.journal.write(at, "delegate", actor, landing.user_ids)
        self.counted.delegate()
        self.policy_id = policy_id
        self._restart_policy()
        self._land(at, landing, 1)
        self._unacknowledged(at, actor)

    def _restart_policy(self) -> None:
        self.loops_left = self.setting.policies[self.policy_id].num_loops
        self.spent = False

    def _land(self, at: int, landing: Landing, ordinal: int) -> None:
        self.counted.assign_level(at, landing.level, landing.source, ordinal)
        self.via_policy = True
        self.level = landing.level
        self.ordinal = ordinal
        self.assignees = landing.user_ids

    def _unacknowledged(self, at: int, actor: Actor) -> None:
        self.turn += 1
        self.status = "triggered"
        self.acknowledgers = ()
        self.snap(at, actor)
        self.call_people(at)

    # --- escalation ---

    def call_people(self, at: int) -> None:
        """Page the assignees, and escalate when nobody acknowledges in time."""
        self.summon(at)
        if self.via_policy and self.urgency == "high" and not self.spent:
            rules = self.setting.policies[self.policy_id].rules
            self.plan(at + rules[self.level - 1].delay_minutes * MINUTE, self.time_out)

    def time_out(self, at: int) -> None:
        roster = self.setting.roster
        landing = roster.next_level(self.policy_id, self.level, at)
        if landing is not None:
            # Sometimes a workflow escalates. The log then does not show the cause.
            if self.rng.random() < 0.004:
                self._escalate(at, landing, self.ordinal + 1, (self.machine, "unknown"))
            else:
                self._escalate(at, landing, self.ordinal + 1, (self.timer, "timeout"))
            return
        landing = roster.next_level(self.policy_id, 0, at)
        if self.loops_left > 0 and landing is not None:
            self.loops_left -= 1
            self.counted.repeated = True
            self.journal.write(at, "repeat_escalation_path", self.timer)
            self._escalate(at, landing, 1, (self.timer, "timeout"))
            return
        self.journal.write(at, "exhaust_escalation_path", self.timer)
        self.counted.exhausted = True
        self.spent = True
        self.despair(at)

    def escalate_by(self, at: int, actor: Actor) -> None:
        """A person escalates the incident to the next level of its policy."""
        landing = self.setting.roster.next_level(self.policy_id, self.level, at)
        if landing is not None and self.level > 0:
            self._escalate(at, landing, self.ordinal + 1, (actor, "manual"))

    def _escalate(self, at: int, landing: Landing, ordinal: int, by: tuple[Actor, str]) -> None:
        actor, cause = by
        for user_id in landing.user_ids:
            self.journal.write(at, "escalate", actor, (user_id,))
        self.counted.escalate(cause)
        self._land(at, landing, ordinal)
        self._unacknowledged(at, actor)

    # --- acknowledgement ---

    def acknowledge(self, at: int, user_id: str, channel: str) -> None:
        actor = Actor("user", user_id, channel)
        self.turn += 1
        self.status = "acknowledged"
        self.assignees = self.acknowledgers = (user_id,)
        self.journal.write(at, "acknowledge", actor)
        self.counted.acknowledge(at, user_id)
        self.snap(at, actor)
        self._plan_ack_timeout(at)
        self.consider(at, user_id)

    def acknowledge_too(self, at: int, user_id: str, channel: str) -> None:
        """A second person acknowledges. The plans of the first person stay."""
        if user_id in self.acknowledgers or self.status != "acknowledged":
            return
        actor = Actor("user", user_id, channel)
        self.acknowledgers = self.assignees = (*self.acknowledgers, user_id)
        self.journal.write(at, "acknowledge", actor)
        self.counted.acknowledge(at, user_id)
        self.snap(at, actor)

    def acknowledge_by_monitor(self, at: int) -> None:
        if self.status != "triggered":
            return
        self.turn += 1
        self.status = "acknowledged"
        self.journal.write(at, "acknowledge", self.monitor)
        self.counted.acknowledge_by_service(at)
        self.snap(at, self.monitor)
        self._plan_ack_timeout(at)
        self.despair(at)

    def _plan_ack_timeout(self, at: int) -> None:
        timeout = self.service.acknowledgement_timeout
        if timeout is not None:
            self.plan(at + timeout, self.unacknowledge)

    def unacknowledge(self, at: int) -> None:
        """The acknowledgement or the snooze expired: paging starts again on the same level."""
        self.journal.write(at, "unacknowledge", self.timer)
        self.counted.unacknowledge(at)
        self._unacknowledged(at, self.timer)

    def snooze(self, at: int, seconds: int, actor: Actor) -> None:
        self.turn += 1
        until = at + seconds
        self.journal.write_snooze(at, actor, until)
        self.counted.snooze(at, until)
        self.snap(at, actor)
        self.plan(until, self.unacknowledge)

    def change_urgency(self, at: int, actor: Actor) -> None:
        self.urgency = "low" if self.urgency == "high" else "high"
        self.journal.write(at, "urgency_change", actor)
        self.snap(at, actor)
        if self.status == "triggered":
            self.turn += 1
            self.call_people(at)

    # --- resolution ---

    def resolve(self, at: int, actor: Actor, merged_into: str | None = None) -> None:
        self.turn += 1
        self.episode += 1
        self.status = "resolved"
        self.assignees = self.acknowledgers = ()
        self._merged_into = merged_into
        self.journal.write(at, "resolve", actor)
        by_person = "responder" if actor.kind == "user" else "auto"
        self.counted.resolve(at, "merged" if merged_into else by_person)
        self.snap(at, actor)
        self.settle(at)

    def reopen(self, at: int) -> None:
        landing = self.setting.roster.next_level(self.policy_id, 0, at)
        if landing is None:
            return
        self.episode += 1
        self.counted.reopen()
        self.trigger(at, self.machine)
        self.enter(at, landing, self.machine)

    # --- state ---

    def snap(self, at: int, actor: Actor) -> None:
        moment = to_instant(at)
        resolved = self.status == "resolved"
        self.journal.keep(
            IncidentState(
                moment,
                self.status,
                self.urgency,
                self.policy_id,
                "escalation_policy" if self.via_policy else "direct_assignment",
                self.assignees,
                self.acknowledgers,
                actor.id,
                actor.kind,
                moment if resolved else None,
                self._merged_into,
            )
        )
