"""What people do at PagerDuty between two runs, and how long it takes until a run must know."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Final

from corvana.sandbox.world import changes, configuration_changes
from corvana.sandbox.world.model import Incident
from tests.soak.account import BACKFILL, START, Account

SOON: Final = timedelta(minutes=2)
"""Until what was logged has settled."""

DAILY: Final = timedelta(hours=25)
"""Until everything that is read daily is read again."""

Change = Callable[[Account, Random], timedelta]


def go_on(account: Account, random: Random) -> timedelta:
    """Some time passes, and things happen; return how long the last run has to wait."""
    account.clock.forward(timedelta(minutes=random.choice((1, 7, 20, 90, 400))))
    waits = [SOON]
    for change in random.choices(_CHANGES, _OFTEN, k=random.randint(0, 5)):
        with suppress(ValueError):
            waits.append(change(account, random))
    return max(waits)


def _known(account: Account) -> list[Incident]:
    """Incidents that exist and lie within what is collected."""
    since, until = START - BACKFILL + timedelta(minutes=1), account.clock()
    return [
        incident
        for incident in account.world.incidents
        if since <= incident.created_at <= until and incident.deleted_at is None
    ]


def _any(account: Account, random: Random) -> str:
    return random.choice(_known(account)).id


def acknowledge(account: Account, random: Random) -> timedelta:
    account.change(changes.acknowledge, _any(account, random), account.clock())
    return SOON


def resolve(account: Account, random: Random) -> timedelta:
    account.change(changes.resolve, _any(account, random), account.clock())
    return SOON


def reopen(account: Account, random: Random) -> timedelta:
    account.change(changes.reopen, _any(account, random), account.clock())
    return SOON


def merge(account: Account, random: Random) -> timedelta:
    source, target = _any(account, random), _any(account, random)
    account.change(changes.merge, source, target, account.clock())
    return SOON


def change_urgency(account: Account, random: Random) -> timedelta:
    account.change(changes.change_urgency, _any(account, random), account.clock())
    return SOON


def change_priority(account: Account, random: Random) -> timedelta:
    priority = random.choice([None, *account.world.priorities])
    account.change(
        changes.change_priority,
        _any(account, random),
        account.clock(),
        priority.id if priority else None,
    )
    return SOON


def delete(account: Account, random: Random) -> timedelta:
    """The log does not tell: a list of the last seven days does, once a day."""
    since = account.clock() - timedelta(days=3)
    recent = [each.id for each in _known(account) if each.created_at >= since]
    account.change(changes.delete_incident, random.choice(recent), account.clock())
    return DAILY


def change_timeouts(account: Account, random: Random) -> timedelta:
    service = random.choice(account.world.services)
    account.change(
        configuration_changes.change_timeouts,
        service.id,
        acknowledgement_seconds=random.choice((None, 600, 1800)),
        auto_resolve_seconds=random.choice((None, 14400)),
    )
    return DAILY


def change_rule_delay(account: Account, random: Random) -> timedelta:
    policy = random.choice(account.world.escalation_policies)
    level = random.randint(1, len(policy.rules))
    account.change(configuration_changes.change_rule_delay, policy.id, level, random.randint(1, 60))
    return DAILY


def migrate_schedule(account: Account, random: Random) -> timedelta:
    schedule = random.choice(account.world.schedules)
    account.change(configuration_changes.migrate_schedule, schedule.id)
    return DAILY


def delete_service(account: Account, random: Random) -> timedelta:
    account.change(configuration_changes.delete_service, random.choice(account.world.services).id)
    return DAILY


_CHANGES: Final[tuple[Change, ...]] = (
    acknowledge,
    resolve,
    reopen,
    merge,
    change_urgency,
    change_priority,
    delete,
    change_timeouts,
    change_rule_delay,
    migrate_schedule,
    delete_service,
)
_OFTEN: Final = (6, 10, 6, 6, 4, 6, 2, 0.5, 0.5, 0.5, 0.5)
