"""The account's settings over time: every change begins an era, and incidents keep that of theirs.

PagerDuty does the same: an incident that is open keeps the policy it was opened with.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corvana.sandbox.play.roster import Roster
from corvana.sandbox.play.setting import Arrival, Setting
from corvana.sandbox.world.going_on import shared
from corvana.sandbox.world.instants import MINUTE
from corvana.sandbox.world.model import Schedule
from corvana.sandbox.world.organisation import Organisation
from corvana.sandbox.world.rotations import Horizon
from corvana.sandbox.world.steps import Change, Step


@dataclass(frozen=True, slots=True)
class Eras:
    """The setting from each instant on, oldest first."""

    since: tuple[int, ...]
    settings: tuple[Setting, ...]

    def at(self, second: int) -> Setting:
        """Return the setting that holds at a second of the account's clock."""
        return self.settings[max(bisect_right(self.since, second) - 1, 0)]

    def opened(self, arrival: Arrival) -> tuple[Setting, Arrival] | None:
        """Return the incident that a problem opens; None when it opens none.

        None: its alert clears while it waits, the account ends before, or nobody is on call.
        """
        setting = self.at(arrival.at)
        service = setting.services[arrival.service_id]
        opened = _after_pause(arrival, service.auto_pause_timeout)
        if opened is None or opened.at > setting.end:
            return None
        if setting.roster.next_level(service.escalation_policy_id, 0, opened.at) is None:
            return None
        return setting, opened


def _after_pause(arrival: Arrival, pause: int | None) -> Arrival | None:
    clears = arrival.clears_after
    if pause is None or arrival.by_hand:
        return arrival
    if clears is not None and clears <= pause:
        return None
    left = None if clears is None else clears - pause
    return arrival._replace(at=arrival.at + pause, clears_after=left)


def lived_through(
    organisation: Organisation, steps: Sequence[Step], first: Setting, until: int
) -> Eras:
    """Make the changes of all steps in the organisation, and return the eras between them.

    `first`: the setting before all steps. `until`: when the shifts end that are known. Raises
    `ValueError` when there is no such thing to change.
    """
    kept = [(0, first.services, first.policies)]
    for step in steps:
        for change in step.changes:
            _make(organisation, change, Horizon(step.since, until))
        services = {service.id: service for service in organisation.services}
        policies = {policy.id: policy for policy in organisation.policies}
        kept.append((step.since, services, policies))
    # Schedules know their own past, so that of the end tells who was on call at any time.
    return Eras(
        tuple(since for since, _, _ in kept),
        tuple(
            replace(
                first,
                roster=Roster(organisation.schedules, policies.values()),
                services=services,
                policies=policies,
            )
            for _, services, policies in kept
        ),
    )


def _make(organisation: Organisation, change: Change, coming: Horizon) -> None:
    seconds = None if change.minutes is None else change.minutes * MINUTE
    try:
        if change.setting == "rotation":
            _share(organisation, organisation.schedule(change.of), coming)
        elif change.setting == "auto_pause":
            service = organisation.service(change.of)
            organisation.replace_service(replace(service, auto_pause_timeout=seconds))
        elif change.setting == "auto_resolve":
            service = organisation.service(change.of)
            organisation.replace_service(replace(service, auto_resolve_timeout=seconds))
        elif change.minutes is not None:
            policy = organisation.policy(change.of)
            rules = (replace(policy.rules[0], delay_minutes=change.minutes), *policy.rules[1:])
            organisation.replace_policy(replace(policy, rules=rules))
    except StopIteration:
        raise ValueError("there is no object of this id") from None


def _share(organisation: Organisation, schedule: Schedule, coming: Horizon) -> None:
    """From now on everybody on the schedule and in the first line of its team takes turns."""
    squad = next(squad for squad in organisation.squads if squad.team.id in schedule.team_ids)
    people = tuple(dict.fromkeys((*organisation.turns[schedule.id].user_ids, *squad.primary)))
    changed, turns = shared(schedule, people, coming)
    organisation.replace_schedule(changed)
    organisation.turns[schedule.id] = turns
