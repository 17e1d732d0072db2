"""Which selections of which accounts are looked at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, NamedTuple

from corvana.analysis.account.selection import Filters
from tests.builders.sentences import few, many
from tests.builders.sentences.told import START, Told

ACCOUNTS: Final = (
    *(few.EMPTY, few.ONE, few.ONE_OPEN, few.TWO, few.NINE, few.TEN, few.TWENTY),
    *(few.UNANSWERED, few.MERGED, few.REOPENED, few.STILL_OPEN, few.LOW, few.DIRECT),
    *(few.MAINTAINED, few.ONLY_MAINTAINED, few.UNSCHEDULED, few.MACHINE_ANSWERS),
    *(few.BOT, few.RECENT, few.NOISE, few.ALONE, many.UNEVEN, many.TOGETHER, many.GAPS),
)
CLOSELY: Final = (few.TWENTY,)
"""Looked at with every filter; the other accounts take turns in them."""
CONCLUDED: Final = (
    *(few.ONE, few.TWENTY, few.MACHINE_ANSWERS, few.BOT, few.NOISE, few.ALONE),
    *(many.UNEVEN, many.TOGETHER, many.GAPS),
)
"""Accounts with findings and scorecard; the others are shown as they are before the analysis."""


class Case(NamedTuple):
    """A selection of an account; `name` says which."""

    told: Told
    name: str
    filters: Filters


def cases_of(told: Told) -> list[Case]:
    """Everything collected, and a selection of it, or all of them."""
    everything, *others = _cases(told)
    if told in CLOSELY:
        return [everything, *others]
    return [everything, others[ACCOUNTS.index(told) % len(others)]]


def _cases(told: Told) -> list[Case]:
    one, *others = sorted(told.services)
    team, policy = told.teams[one], told.services[one]
    half = told.days // 2
    chosen = {
        "everything": _all(told),
        "a service": _all(told, services=(one,)),
        "half": _last(told, half),
        "a team": _all(told, teams=(team,)),
        "7 days, a policy": _last(told, 7, policies=(policy,)),
        "high urgency": _all(told, urgency="high"),
        "half, not compared": _last(told, half, compare=False),
        "two services": _all(told, services=(one, *others[:1])),
        "low urgency": _all(told, urgency="low"),
        "half, a service, high urgency": _last(told, half, services=(one,), urgency="high"),
        "a policy": _all(told, policies=(policy,)),
        "7 days": _last(told, 7),
        "sleep hours": _all(told, hours=("sleep",)),
        "half, weekends, a service": replace(_last(told, half, services=(one,)), days="weekend"),
        "off or business hours, weekdays": _all(told, hours=("off", "business"), days="weekday"),
    }
    return [Case(told, name, filters) for name, filters in chosen.items()]


def _all(told: Told, **chosen: Any) -> Filters:
    return Filters(START, told.as_of, **chosen)


def _last(told: Told, days: int, **chosen: Any) -> Filters:
    """The end of the account; the period before can be compared if it is as long."""
    return Filters(told.as_of - timedelta(days=days), told.as_of, **chosen)
