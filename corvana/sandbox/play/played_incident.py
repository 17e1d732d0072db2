"""The actions of monitors and people on an incident: random, by habits and planted quirks."""

from collections.abc import Sequence
from random import Random

from corvana.sandbox.play.incident_life import IncidentLife
from corvana.sandbox.play.journal import Actor
from corvana.sandbox.play.roster import Landing
from corvana.sandbox.play.setting import Arrival, Setting
from corvana.sandbox.world.instants import HOUR, MINUTE, to_instant
from corvana.sandbox.world.model import ResponderRequest
from corvana.sandbox.world.responders import answer_after, lognormal
from corvana.sandbox.world.upkeep import urgency_rule

_MOST_MOVES = 4


class PlayedIncident(IncidentLife):
    """One incident with the decisions of all people on it."""

    def __init__(self, setting: Setting, arrival: Arrival, index: int, rng: Random) -> None:
        super().__init__(setting, arrival, index, rng)
        self._moves = 0
        self._skewed = rng.random() < 0.005 and not arrival.by_hand
        self.silent = not self._skewed and rng.random() < 0.006
        self._direct_from_start = False
        self._may_reassign = True
        self._colleagues = setting.colleagues[self.service.team_ids[0]]

    @property
    def created(self) -> int:
        """The creation time. With a wrong clock it is just after the first acknowledgement."""
        ack = self.counted.first_ack
        if self._skewed and ack is not None and ack[0] - self.arrival.at < 15:
            return min(ack[0] + 1 + self.arrival.at % 3, self.setting.end)
        return self.arrival.at

    # --- opening ---

    def begin(self) -> None:
        at = self.arrival.at
        urgency = urgency_rule(self.service, self.setting.hours, at)
        if urgency == "low" or (urgency == "severity_based" and self.rng.random() < 0.4):
            self.urgency = "low"
        self.urgency_at_creation = self.urgency
        landing = self.setting.roster.next_level(self.policy_id, 0, at)
        if landing is None:
            raise ValueError("nobody is on call for the arrival's service")
        if self.arrival.by_hand:
            opener = self._user(self.rng.choice(self._colleagues))
            self.trigger(at, opener)
            if self.rng.random() < 0.6:
                self._may_reassign = False
                self.enter(at, landing, opener)
            else:
                self._direct_from_start = True
                self.hand_to(at, self.rng.choice(self._beside(landing)), opener)
        else:
            self.trigger(at, self.machine)
            self.enter(at, landing, self.machine)
        self._plan_monitor(at)

    def _beside(self, landing: Landing) -> Sequence[str]:
        """Colleagues whom the policy does not page: to reach the others, people use the policy."""
        return [each for each in self._colleagues if each not in landing.user_ids] or (
            self._colleagues
        )

    def _plan_monitor(self, at: int) -> None:
        rng = self.rng
        if self.arrival.clears_after is not None:
            self.plan_anyway(at + self.arrival.clears_after, self._clear)
        if self.service.auto_resolve_timeout is not None:
            self.plan_anyway(at + self.service.auto_resolve_timeout, self._auto_resolve)
        if rng.random() < 0.10:
            self.plan_anyway(at + rng.randrange(60, 1800), self.trigger, self.machine)
        if rng.random() < 0.008 and not self._skewed:
            self.plan_anyway(at + rng.randrange(20, 120), self.acknowledge_by_monitor)
        if rng.random() < 0.03:
            actor = self._user(rng.choice(self._colleagues))
            self.plan_anyway(at + rng.randrange(60, 2400), self.change_urgency, actor)

    def _clear(self, at: int) -> None:
        self.resolve(at, self.monitor)

    def _auto_resolve(self, at: int) -> None:
        self.resolve(at, self.timer)

    # --- paging ---

    def summon(self, at: int) -> None:
        answered = False
        for seat, user_id in enumerate(self.assignees):
            self._notify(at, user_id)
            delay = self._answer_after(at, user_id)
            if self._skewed and seat == 0 and self.turn == 1:
                delay = 4
            if delay is not None:
                answered = True
                self._plan_answer(at + delay, user_id)
        stuck = not self.via_policy or self.urgency == "low" or self.spent
        if stuck and not answered:
            self.despair(at)

    def _notify(self, at: int, user_id: str) -> None:
        if self.silent:
            return
        if self.urgency == "low":
            self.plan(at + 2, self._send, user_id, "email", passive=True)
            return
        rng = self.rng
        self.plan(at + 1, self._send, user_id, "push", passive=True)
        self.plan(at + rng.randrange(90, 240), self._send, user_id, "sms", passive=True)
        if rng.random() < 0.4:
            self.plan(at + rng.randrange(150, 400), self._send, user_id, "phone", passive=True)

    def _send(self, at: int, user_id: str, means: str) -> None:
        self.journal.write_notify(at, self.machine, user_id, means)
        self.counted.notify(at, means)

    def _answer_after(self, at: int, user_id: str) -> int | None:
        quirks = self.setting.quirks
        if self._deaf():
            return None
        if self.policy_id in quirks.deaf_policies and self.rng.random() < 0.65:
            return None
        if self.service.id in quirks.ignored_services and self.rng.random() < 0.97:
            return None
        if self._is_answered_by_machine() and self.rng.random() < 0.95:
            return self.rng.randrange(1, 4)
        habit = self.setting.habits[user_id]
        night = self.setting.hours.is_night(habit.time_zone, at)
        delay = answer_after(habit, self.rng, night=night, urgent=self.urgency == "high")
        if delay is not None and self.policy_id in quirks.slow_policies:
            return delay * 6
        return delay

    def _is_answered_by_machine(self) -> bool:
        return self.via_policy and self.policy_id in self.setting.quirks.machine_policies

    def _deaf(self) -> bool:
        return self.via_policy and (self.policy_id, self.level) in self.setting.quirks.deaf_levels

    def _plan_answer(self, at: int, user_id: str) -> None:
        chance = self.rng.random()
        if self._skewed and self.turn == 1:
            chance = 1.0
        if self._bounces() and chance < 0.25:
            self.plan(at, self._bounce, user_id)
        elif chance < 0.03:
            self.plan(at, self._move_on, user_id)
        elif chance < 0.06:
            self.plan(at, self._fix, user_id)
        else:
            self.plan(at, self.acknowledge, user_id, self._user(user_id).channel)

    def despair(self, at: int) -> None:
        """Nobody acknowledged. Hours later a person looks at the incident."""
        if self.service.id in self.setting.quirks.abandoned_services:
            return
        user_id = self.rng.choice(self.assignees or self._colleagues)
        late = at + lognormal(self.rng, 90 * MINUTE, 0.9)
        if self._deaf() or self.rng.random() < 0.5:
            self.plan(late, self._fix, user_id)
        else:
            self.plan(late, self.acknowledge, user_id, self._user(user_id).channel)

    # --- working on it ---

    def consider(self, at: int, user_id: str) -> None:
        rng = self.rng
        self._plan_company(at, user_id)
        if self._bounces() and rng.random() < 0.5:
            self.plan(at + rng.randrange(90, 600), self._bounce, user_id)
        elif rng.random() < 0.12 and self._moves < _MOST_MOVES:
            self.plan(at + rng.randrange(120, 1500), self._move_on, user_id)
        elif rng.random() < 0.04:
            length = rng.choice((1, 2, 4, 8, 24)) * HOUR
            self.plan(at + rng.randrange(60, 1200), self._snooze, user_id, length)
        elif rng.random() > 0.004:
            self._plan_fix(at, user_id)

    def _plan_fix(self, at: int, user_id: str) -> None:
        quirks = self.setting.quirks
        if self.service.id in quirks.abandoned_services:
            return
        median = 28 * MINUTE * self.setting.habits[user_id].pace
        if self.service.id in quirks.slow_fix_services:
            median *= 1.5
        if self._is_answered_by_machine():
            at += lognormal(self.rng, HOUR, 0.8)  # until a person looks at it
        self.plan(at + lognormal(self.rng, median, 1.0), self._fix, user_id)

    def _plan_company(self, at: int, user_id: str) -> None:
        """Notes, a second person, or a request for help from another team."""
        rng = self.rng
        if rng.random() < 0.22:
            self.plan_anyway(at + rng.randrange(60, 1800), self._note, user_id)
        if rng.random() < 0.05:
            other = rng.choice(self._colleagues)
            after = at + rng.randrange(60, 900)
            self.plan(after, self.acknowledge_too, other, self._user(other).channel)
        if rng.random() < 0.04:
            self.plan_anyway(at + rng.randrange(120, 1200), self._ask_for_help, user_id)

    def _fix(self, at: int, user_id: str) -> None:
        chance = self.rng.random()
        if chance < (0.25 if self.arrival.cascaded else 0.04):
            target = self.setting.merge_target(self.service.team_ids[0], at, self.rng)
            if target is not None:
                self.resolve(at, self._user(user_id), target)
                return
        self.resolve(at, self._user(user_id))

    def settle(self, at: int) -> None:
        if self._merged_into is not None or self._direct_from_start:
            return
        if self.rng.random() < 0.025:
            self.plan_anyway(at + lognormal(self.rng, 40 * MINUTE, 0.8), self.reopen)

    def _note(self, at: int, user_id: str) -> None:
        self.journal.write(at, "annotate", Actor("user", user_id, "note"))

    def _snooze(self, at: int, user_id: str, length: int) -> None:
        self.snooze(at, length, self._user(user_id))
        # About one person in three comes back early; otherwise the snooze expires.
        if self.rng.random() < 0.35:
            early = at + self.rng.randrange(length // 4, length - MINUTE)
            channel = self._user(user_id).channel
            if self.rng.random() < 0.5:
                self.plan(early, self.acknowledge, user_id, channel)
            else:
                self.plan(early, self._fix, user_id)

    # --- passing it on ---

    def _bounces(self) -> bool:
        return (
            self.policy_id in self.setting.quirks.ping_pong
            and self.counted.delegations < 2
            and not self._direct_from_start
        )

    def _bounce(self, at: int, user_id: str) -> None:
        self._pass_to_policy(at, self.setting.quirks.ping_pong[self.policy_id], user_id)

    def _move_on(self, at: int, user_id: str) -> None:
        """Escalate, delegate or reassign. When none is possible, go on working."""
        self._moves += 1
        chance = self.rng.random()
        turn = self.turn
        if self._direct_from_start or (chance < 0.4 and self._may_reassign):
            others = [each for each in self._colleagues if each not in self.assignees]
            self.hand_to(at, self.rng.choice(others), self._user(user_id))
        elif chance < 0.7:
            self.escalate_by(at, self._user(user_id))
        else:
            self._pass_to_policy(at, self._other_policy(), user_id)
        if self.turn == turn:
            self._plan_fix(at, user_id)

    def _pass_to_policy(self, at: int, policy_id: str, user_id: str) -> None:
        turn = self.turn
        self.delegate(at, policy_id, self._user(user_id))
        if self.turn == turn:
            self._plan_fix(at, user_id)

    def _other_policy(self) -> str:
        return self.rng.choice([each for each in self.setting.policy_ids if each != self.policy_id])

    def _ask_for_help(self, at: int, user_id: str) -> None:
        helper = self.rng.choice(self.setting.experts)
        known = {request.user_id for request in self.requests}
        if helper in known or helper in self.assignees or helper == user_id:
            return
        asked = to_instant(at)
        self.requests.append(ResponderRequest(helper, user_id, asked, "pending", asked))
        position = len(self.requests) - 1
        if self.rng.random() < 0.85:
            self.plan_anyway(at + self.rng.randrange(30, 900), self._reply, position)

    def _reply(self, at: int, position: int) -> None:
        request = self.requests[position]
        joined = self.rng.random() < 0.7
        self.requests[position] = ResponderRequest(
            request.user_id,
            request.requester_id,
            request.requested_at,
            "joined" if joined else "declined",
            to_instant(at),
        )
        if joined:
            self.counted.engage(at, request.user_id)

    def _user(self, user_id: str) -> Actor:
        mobile = self.setting.habits[user_id].mobile
        return Actor("user", user_id, "mobile" if mobile else "website")
