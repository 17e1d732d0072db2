"""The settings of an assessment in words: hours, days off, norms, and what differs from usual."""

from collections.abc import Iterable, Sequence
from datetime import date, time
from itertools import groupby
from typing import Final

from corvana.analysis.wording import instant, percent, plural, some_of
from corvana.assessment.days_off import place
from corvana.assessment.settings import DEFAULTS, AssessmentSettings, Basis, Hours, Norms

_DAYS: Final = (
    *("Monday", "Tuesday", "Wednesday", "Thursday"),
    *("Friday", "Saturday", "Sunday"),
)
_SHORTEST_RANGE: Final = 3
_NAMED: Final = 5
SOURCES: Final = (
    "Norms are no laws. Incidents in a shift, time on call and time to acknowledge: Google's Site "
    "Reliability Engineering, chapter 11. Rest: Directive 2003/88/EC, article\N{NO-BREAK SPACE}3."
)


def window(start: time, end: time, joint: str = "–") -> str:
    """Return "22:00–08:00"."""
    return f"{start:%H:%M}{joint}{end:%H:%M}"


def sleep(hours: Hours) -> str:
    """Return when sleep hours are, as a sentence begins: "22:00 to 08:00"."""
    if not hours.has_sleep:
        return "No sleep hours are set"
    return window(hours.sleep_start, hours.sleep_end, " to ")


def days(numbers: Iterable[int]) -> str:
    """Return ISO days by name, three and more that follow each other as a range: "Monday to
    Friday"."""
    runs = [
        [day for _, day in run]
        for _, run in groupby(enumerate(sorted(numbers)), lambda each: each[1] - each[0])
    ]
    told = [
        part
        for run in runs
        for part in (
            [f"{_DAYS[run[0] - 1]} to {_DAYS[run[-1] - 1]}"]
            if len(run) >= _SHORTEST_RANGE
            else [_DAYS[day - 1] for day in run]
        )
    ]
    return listed(told) or "no day"


def listed(parts: Sequence[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    *most, last = parts or [""]
    return f"{', '.join(most)} and {last}" if most else last


def classes(hours: Hours) -> str:
    """Return what business, sleep and off hours are, with the holidays that count as weekend."""
    asleep = (
        f"sleep {window(hours.sleep_start, hours.sleep_end)} every day"
        if hours.has_sleep
        else "no sleep hours"
    )
    holidays = ", holidays left out," if hours.holidays else ""
    return (
        f"business {days(hours.working_days)} "
        f"{window(hours.business_start, hours.business_end)}{holidays or ','} {asleep}, off the "
        "rest"
    )


def incidents_a_shift(norms: Norms) -> str:
    """Return the norm of incidents in a shift: "2 incidents in 12 hours"."""
    return (
        f"{plural(norms.incidents_per_shift, 'incident', 'incidents')} in "
        f"{plural(norms.shift_hours, 'hour', 'hours')}"
    )


def told(settings: AssessmentSettings) -> dict[str, dict[str, str]]:
    """Return every setting by its name, in the sections of the page. Plain text of people, as they
    wrote it."""
    client, hours, norms = settings.client, settings.basis.hours, settings.basis.norms
    return {
        "The assessment": {
            "Client": client.name or "as the engagement",
            "Scope": client.scope,
            "Assessors": listed(client.people),
            "From": _day(client.begins),
            "Until": _day(client.ends),
            "Accent colour": client.accent or "Corvana's",
        },
        "Hours": {
            "Business hours": window(hours.business_start, hours.business_end),
            "Sleep hours": window(hours.sleep_start, hours.sleep_end)
            if hours.has_sleep
            else "none",
            "Weekend": days(hours.weekend),
        },
        "Holidays": {
            each.time_zone: place(each.country, each.subdivision) for each in hours.holidays
        },
        "Norms": {
            "Incidents in a shift": f"at most {incidents_a_shift(norms)}",
            "Time on call": f"at most {percent(norms.on_call_share)} of one's time",
            "Rest after a night page": plural(norms.rest_hours, "hour", "hours"),
            "Acknowledged soon": f"within {norms.soon_minutes} min",
            "Acknowledged in time": f"within {norms.in_time_minutes} min",
        },
        "Readers": {
            "Smallest group": f"{settings.smallest_group} people",
            "Clock of the pages": settings.reading_zone or "each reader's own",
        },
    }


def differing(settings: AssessmentSettings) -> list[str]:
    """Return, one by one, what figures rest on that differs from the defaults; empty for none."""
    told = differing_basis(settings.basis)
    if settings.smallest_group != DEFAULTS.smallest_group:
        told.append(f"groups of at least {settings.smallest_group} people")
    return told


def differing_basis(basis: Basis) -> list[str]:
    """Return, one by one, what findings rest on that differs from the defaults; empty for none."""
    return [*_differing_hours(basis.hours), *_differing_norms(basis.norms)]


def beside_pagerduty(hours: Hours) -> str:
    """Return where these hours are not those of PagerDuty's Responder Insights, which the defaults
    are taken from; empty if they are the same."""
    theirs = DEFAULTS.basis.hours
    if hours == theirs:
        return ""
    other = listed(_differing_hours(hours))
    return (
        f"PagerDuty's Responder Insights count with {classes(theirs)}. Here: {other}. So the "
        "numbers of interruptions by hours differ from those there."
    )


def beside_support_hours(differing: Sequence[str], n: int) -> str:
    """Return how many of `n` services with support hours at PagerDuty have others than the business
    hours, and which; `differing` are their labels. Plain text."""
    if not n:
        return "No service has support hours at PagerDuty."
    some = some_of(
        len(differing), n, "service with support hours has", "services with support hours have"
    )
    more = [f"{len(differing) - _NAMED} more"] if len(differing) > _NAMED else []
    which = listed([*differing[:_NAMED], *more])
    return f"{some} other hours at PagerDuty than the business hours here" + (
        f": {which}." if differing else "."
    )


def in_short(parts: Sequence[str]) -> str:
    """Return what differs in one line; that nothing does, for none."""
    return ", ".join(parts) or "the usual hours and norms"


def _day(date: date | None) -> str:
    return instant(date, year=True) if date else "not set"


def _differing_hours(hours: Hours) -> list[str]:
    usual = DEFAULTS.basis.hours
    told = []
    if (hours.sleep_start, hours.sleep_end) != (usual.sleep_start, usual.sleep_end):
        told.append(
            f"sleep {window(hours.sleep_start, hours.sleep_end)}"
            if hours.has_sleep
            else "no sleep hours"
        )
    if (hours.business_start, hours.business_end) != (usual.business_start, usual.business_end):
        told.append(f"business {window(hours.business_start, hours.business_end)}")
    if hours.weekend != usual.weekend:
        told.append(f"weekend {days(hours.weekend)}" if hours.weekend else "no weekend")
    if hours.holidays:
        places = sorted({place(each.country, each.subdivision) for each in hours.holidays})
        told.append(f"holidays of {listed(places)} as weekend")
    return told


def _differing_norms(norms: Norms) -> list[str]:
    usual = DEFAULTS.basis.norms
    told = {
        f"at most {incidents_a_shift(norms)}": (
            (norms.incidents_per_shift, norms.shift_hours),
            (usual.incidents_per_shift, usual.shift_hours),
        ),
        f"at most {percent(norms.on_call_share)} on call": (
            norms.on_call_share,
            usual.on_call_share,
        ),
        f"{plural(norms.rest_hours, 'hour', 'hours')} of rest": (
            norms.rest_hours,
            usual.rest_hours,
        ),
        f"acknowledged soon: {norms.soon_minutes} min": (norms.soon_minutes, usual.soon_minutes),
        f"in time: {norms.in_time_minutes} min": (norms.in_time_minutes, usual.in_time_minutes),
    }
    return [words for words, (own, others) in told.items() if own != others]
