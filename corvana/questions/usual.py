"""The questions that pages ask if only a usual period, and perhaps an urgency, is chosen.

They are derived from the declared questions: each is asked with every usual value of its
parameters. `VALUES` holds these values by the parameter's name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from corvana.analysis.account.calendar_months import last_month, last_quarter
from corvana.analysis.account.selection import Filters, previous
from corvana.analysis.answers import findings as words
from corvana.analysis.response.durations import Measure
from corvana.questions import (
    accounts,
    dependencies,
    escalations,
    findings,
    on_call,
    overview,
    response,
    rests_on,
    scorecard,
    teams,
    walkthrough,
    who_is_paged,
)
from corvana.questions.assessment import changed, settings, targets, timeline
from corvana.questions.assessment.points import NOW
from corvana.questions.question import QUESTIONS, Question
from corvana.questions.view import View

PERIODS: Final[Mapping[str, int]] = MappingProxyType({"7 days": 7, "28 days": 28, "90 days": 90})
"""The days of each period in the menu, besides all collected time."""
CALENDAR: Final[Mapping[str, Callable[[datetime, ZoneInfo], tuple[datetime, datetime]]]] = (
    MappingProxyType({"Last month": last_month, "Last quarter": last_quarter})
)
"""The calendar periods in the menu."""
URGENCIES: Final = ("high", "low")
MODULES: Final = (
    *(accounts, changed, dependencies, escalations, findings, on_call, overview),
    *(response, rests_on, scorecard, settings, targets),
    *(teams, timeline, walkthrough, who_is_paged),
)
"""The modules that declare questions; importing a module declares its questions."""
_FILTERS: Final = "filters"
_ZONES: Final = 4
_FOREMOST: Final = 5
"""The number of findings, from the first, whose results are prepared."""


def bounds(view: View, days: int | None) -> tuple[datetime, datetime]:
    """Return the start and end of a period of the last days, or of all collected time for None.

    It never begins before the collected time, because rates divide by its length.
    """
    if days is None:
        return view.since, view.as_of
    return max(view.as_of - timedelta(days=days), view.since), view.as_of


def calendar_months(view: View, zone: ZoneInfo) -> dict[str, tuple[datetime, datetime]]:
    """Return the bounds of last month and last quarter on a reader's clock, by their names in the
    menu; without what was not collected at all, and never from before the collected time."""
    found = {}
    for name, of in CALENDAR.items():
        start, end = of(view.as_of, zone)
        if end > view.since:
            found[name] = max(start, view.since), end
    return found


def selections(view: View) -> list[Filters]:
    """Return each usual period, with no urgency and with each urgency, and no other filter; then
    last month and last quarter on the clock that most readers are likely to have."""
    periods = [bounds(view, days) for days in (*PERIODS.values(), None)]
    likely = ZoneInfo(time_zones(view)[0])
    return [
        *(
            Filters(start, end, urgency=urgency)
            for urgency in ("", *URGENCIES)
            for start, end in periods
        ),
        *(Filters(start, end) for start, end in calendar_months(view, likely).values()),
    ]


def time_zones(view: View) -> list[str]:
    """Return the likely time zones of readers: the one that the assessment sets, and the most
    common ones of the account."""
    common = view.frame("schedules")["time_zone"].value_counts().head(_ZONES)
    chosen = [view.settings.reading_zone] if view.settings.reading_zone else []
    return list(dict.fromkeys([*chosen, *common.index, str(UTC)]))


@dataclass(frozen=True)
class Usual:
    """The values that parameters usually have, for one view.

    `filters` are the selections asked about; pages of a selection without incidents show nothing.
    `zones` are the readers' time zones.
    """

    view: View
    filters: Sequence[Filters]
    zones: Sequence[str]

    @cached_property
    def findings(self) -> list[Any]:
        return words.foremost(findings.listed(self.view), _FOREMOST)

    @cached_property
    def teams(self) -> list[str]:
        """The first team, which is open when the page is."""
        return teams.ranking(self.view)["team"].head(1).tolist()

    @cached_property
    def policies(self) -> list[str]:
        """The first policy of each selection; it stays chosen if the period changes."""
        first = (escalations.to_look_at(self.view, each)[:1] for each in self.filters)
        return list(dict.fromkeys(policy for some in first for policy in some))

    @cached_property
    def pairs(self) -> list[str]:
        """The first pair of services of each selection."""
        first = (list(dependencies.choices(self.view, each))[:1] for each in self.filters)
        return list(dict.fromkeys(pair for some in first for pair in some))

    def delays(self, policy: str) -> list[tuple[tuple[int, int], ...]]:
        """The policy's present delays by level, which are the initial values of the what-if."""
        return [tuple(escalations.delays(self.view, policy).items())]


Given = Mapping[str, Any]
VALUES: Final[Mapping[str, Callable[[Usual, Given], Iterable[Any]]]] = MappingProxyType(
    {
        "measure": lambda _, __: get_args(Measure),
        "time_zone": lambda usual, _: usual.zones,
        "finding": lambda usual, _: usual.findings,
        "policy": lambda usual, _: usual.policies,
        "team": lambda usual, _: usual.teams,
        "answered": lambda usual, _: [findings.answered(usual.view)],
        "pair": lambda usual, _: usual.pairs,
        "before": lambda usual, _: [before for before, _ in changed.usual(usual.view)],
        "after": lambda _, __: [NOW],
        "targets_set": lambda usual, _: [usual.view.targets] if usual.view.targets else [],
        "minutes": lambda usual, given: usual.delays(given["policy"]),
    }
)
"""The usual values of a parameter by its name, given the values of the parameters before it."""
_CHOSEN: Final = frozenset({"policy", "pair"})
"""Parameters whose values follow from the results for all selections."""


def ask(view: View, filters: Sequence[Filters], zones: Sequence[str]) -> None:
    """Ask every usual question with all its usual values, so that the results are kept.

    `filters` and `zones`: usually `selections` and `time_zones`.
    """
    usual = Usual(view, [each for each in filters if response.selected(view, each)], zones)
    every = [one for one in QUESTIONS.values() if one.is_usual]
    first = [one for one in every if _CHOSEN.isdisjoint(one.parameters)]
    then = [one for one in every if one not in first]
    for some in (first, then):
        for one in some:
            if _FILTERS not in one.parameters:
                _ask(one, usual, {})
        # Finish one selection before the next, because its narrowed account is kept only for a
        # while.
        for each in usual.filters:
            for one in some:
                if _FILTERS in one.parameters:
                    for selection in _with_before(one, view, each):
                        _ask(one, usual, {_FILTERS: selection})


def arguments(one: "Question[..., Any]", usual: Usual, given: Given) -> Iterator[tuple[Any, ...]]:
    """Yield every combination of usual values of the remaining parameters.

    Raises `KeyError` if a parameter has no usual values.
    """
    name = next((name for name in one.parameters if name not in given), None)
    if name is None:
        yield tuple(given[name] for name in one.parameters)
        return
    for value in one.usual[name] if name in one.usual else VALUES[name](usual, given):
        yield from arguments(one, usual, {**given, name: value})


def _ask(one: "Question[..., Any]", usual: Usual, given: Given) -> None:
    for values in arguments(one, usual, given):
        one(usual.view, *values)


def _with_before(one: "Question[..., Any]", view: View, filters: Filters) -> Iterator[Filters]:
    yield filters
    if one.is_compared and response.can_compare(view, filters):
        yield previous(filters)
