"""Who would be paged? In words, and as a table of levels. People are letters, never codes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from corvana.analysis.on_call.local_time import LocalTime
from corvana.analysis.on_call.on_call_list import Comparison
from corvana.analysis.on_call.who_is_paged import NOBODY, NOT_KNOWN, ON_CALL, Paged, by_level
from corvana.analysis.wording import duration, instant, plain, sentence_case

HEADINGS: Final = ("Level", "Paged", "Who", "Through", "Note")

_WHY_NOBODY: Final[Mapping[str, str]] = {
    "service deleted": "the service is deleted at PagerDuty",
    "service disabled": "the service is disabled and creates no incidents",
    "maintenance": "the service is in a maintenance window and creates no incidents",
    "no policy": "the service has no escalation policy",
    "policy deleted": "the escalation policy of the service is deleted",
    "no levels": "the escalation policy of the service has no levels",
    "nobody on call": "no level has anybody on call, and PagerDuty then creates no incident",
}
_NOT_KNOWN: Final[Mapping[str, str]] = {
    "not collected": "Shifts are not known for this time.",
    "service unknown": "The settings of this service are not known.",
    "policy unknown": "The rules of this service's escalation policy are not known.",
}
_URGENCY: Final[Mapping[str, str]] = {
    "severity_based": "Urgency follows the severity of the alert: this is the way of a "
    "high-urgency incident; one of low urgency does not escalate.",
    "not known": "The urgency of its incidents is not known: this is the way of a high-urgency "
    "incident; one of low urgency does not escalate.",
}
_HOUR: Final = pd.Timedelta(hours=1)


def answer(paged: Paged, service: str, zone: str) -> str:
    """Return who is paged, gaps, people who are on two levels, and how it ends.

    `service` is its label, `zone` the reader's.
    """
    begin = f"**{plain(service)}**, {moment(paged.at, zone)}:"
    if paged.outcome == "not known":
        return f"{begin} {_lowered(_NOT_KNOWN[paged.reason])}"
    if paged.outcome == "nobody":
        return f"{begin} **nobody is paged**: {_WHY_NOBODY[paged.reason]}."
    if paged.targets is None:
        return begin
    levels = by_level(paged.targets)
    if paged.outcome == "assigned":
        return f"{begin} {_assigned(levels)}"
    parts = (_first(levels), _gaps(levels), _unknown(levels), _repeated(paged), _ending(paged))
    return " ".join((begin, *(part for part in parts if part)))


def table(paged: Paged, schedules: Mapping[str, str]) -> pd.DataFrame:
    """Return one row per level: `HEADINGS`, without notes if there are none. `schedules` are the
    labels of schedules by id."""
    rows: list[tuple[str, ...]] = []
    if paged.targets is None:
        return pd.DataFrame(rows, columns=list(HEADINGS))
    of_level = dict(iter(paged.targets.groupby("level")))
    for level, minutes, people, state, _ in by_level(paged.targets).itertuples(index=False):
        own = of_level[level]
        names = own["schedule_id"].map(lambda each: plain(schedules.get(each, "a schedule")))
        through = names.where(own["schedule_id"].notna(), "named directly")
        reached = "assigned" if paged.outcome == "assigned" else _after(minutes)
        rows.append(
            (
                str(level),
                "passed over" if state == NOBODY else reached,
                _who(people, state),
                "; ".join(dict.fromkeys(through)),
                "; ".join(_notes(own, through)),
            )
        )
    found = pd.DataFrame(rows, columns=list(HEADINGS))
    return found if found["Note"].any() else found.drop(columns="Note")


def urgency(paged: Paged) -> str:
    """Return what decides the urgency where it is not simply high; empty if it is, or if nobody is
    paged."""
    if paged.outcome not in ("paged", "assigned"):
        return ""
    if paged.has_support_hours and paged.urgency in ("high", "low"):
        return f"Its support hours make it {paged.urgency} urgency at that time."
    return _URGENCY.get(paged.urgency, "") if paged.outcome == "paged" else ""


def settings(paged: Paged, as_of: datetime, zone: str) -> str:
    """Return of when the settings are on which the answer rests."""
    if paged.outcome == "not known":
        return ""
    seen = {paged.service_seen, paged.policy_seen} - {"never"}
    if "today" in seen:
        return "Only today's settings are known."
    if "later" in seen:
        first = _date(paged.first_seen, zone)
        return f"Settings are known since {first}; the oldest known ones stand for the time before."
    if paged.at > as_of:
        return f"Settings and shifts as planned on {_date(pd.Timestamp(as_of), zone)}."
    return "Settings as they were at that time."


def held_against(comparison: Comparison | None, at: pd.Timestamp, zone: str) -> str:
    """Return whether PagerDuty's own list agrees with ours; empty for a time before the list's
    day, and without a list."""
    if comparison is None or at < comparison.taken_at - 24 * _HOUR:
        return ""
    taken = f"PagerDuty's own on-call list of {moment(comparison.taken_at, zone)}"
    levels = comparison.levels
    if not comparison.differing:
        on_all = "its only level" if levels == 1 else f"all {levels} levels"
        return f"{taken} has the same people on {on_all} as our reading of the schedules."
    return (
        f"{taken} has other people than our reading of the schedules on "
        f"{_numbered(comparison.differing)} of {levels}."
    )


def moment(at: datetime, zone: str) -> str:
    """Return "Sunday 6 Dec 2026, 03:00 (Europe/Berlin)"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {instant(local, year=True)}, {local:%H:%M} ({zone})"


def clock_change(told: LocalTime, zone: str) -> str:
    """Return what happens to a time of a night in which the clocks change; else empty."""
    if told.is_skipped:
        local = told.at.astimezone(ZoneInfo(zone))
        return f"Clocks pass over this time that night; {local:%H:%M} is meant."
    if told.is_twice:
        return "Clocks show this time twice that night; the first one is meant."
    return ""


def _assigned(levels: pd.DataFrame) -> str:
    last = levels.iloc[-1]
    who = _listed(last["people"]) or "somebody who is not known"
    parts = (
        "low urgency.",
        _gaps(levels),
        f"The incident is assigned to {who} on level {last['level']} and does not escalate.",
        "Their own rules for low urgency, which are not collected, decide whether a phone rings.",
    )
    return " ".join(part for part in parts if part)


def _first(levels: pd.DataFrame) -> str:
    """Whom the incident reaches at once."""
    reached = levels[levels["state"].ne(NOBODY)].iloc[0]
    if reached["state"] == NOT_KNOWN:
        return ""
    people = reached["people"]
    are = "is" if len(people) == 1 else "are"
    return f"{_listed(people)} {are} paged at once, on level {reached['level']}."


def _gaps(levels: pd.DataFrame) -> str:
    gaps = levels.loc[levels["state"].eq(NOBODY), "level"].tolist()
    if not gaps:
        return ""
    have, are = ("has", "is") if len(gaps) == 1 else ("have", "are")
    subject = _numbered(gaps)
    return f"**{sentence_case(subject)} {have} nobody on call** and {are} passed over."


def _unknown(levels: pd.DataFrame) -> str:
    unknown = levels.loc[levels["state"].eq(NOT_KNOWN), "level"].tolist()
    if not unknown:
        return ""
    return f"Who is on {_numbered(unknown)} is not known."


def _repeated(paged: Paged) -> str:
    """Levels that add nobody new."""
    if paged.targets is None:
        return ""
    levels = by_level(paged.targets)
    again = levels[levels["is_repeated"]]
    earlier = paged.targets.dropna(subset=["person", "earlier_level"])
    told = []
    for level, people in again[["level", "people"]].itertuples(index=False):
        own = earlier[earlier["level"].eq(level)].drop_duplicates("person")
        before = _numbered(sorted(set(own["earlier_level"].astype(int))))
        also = "is" if len(people) == 1 else "are"
        told.append(
            f"**Level {level} adds nobody new**: {_listed(people)} {also} on {before} already."
        )
    return " ".join(told)


def _ending(paged: Paged) -> str:
    lasting = duration(paged.minutes * 60)
    if not paged.repeats:
        return f"Without an acknowledgement nobody is paged any more after {lasting}."
    times = "once" if paged.repeats == 1 else f"{paged.repeats} times"
    return f"Without an acknowledgement the policy repeats {times} and ends after {lasting}."


def _notes(own: pd.DataFrame, through: pd.Series) -> list[str]:
    again = own.dropna(subset=["person", "earlier_level"]).drop_duplicates("person")
    notes = [
        f"{person} is also on level {level}"
        for person, level in again[["person", "earlier_level"]].itertuples(index=False)
    ]
    has_people = own["state"].eq(ON_CALL).any()
    empty = through[own["state"].eq(NOBODY)] if has_people else through.iloc[:0]
    return [*notes, *(f"{name} has nobody" for name in dict.fromkeys(empty))]


def _who(people: Sequence[str], state: str) -> str:
    if state == NOBODY:
        return "nobody on call"
    return ", ".join(people) or "not known"


def _after(minutes: int) -> str:
    return f"after {duration(minutes * 60)}" if minutes else "at once"


def _listed(people: Sequence[str]) -> str:
    """Return "A", "A and B", "A, B and C"."""
    return " and ".join(part for part in (", ".join(people[:-1]), *people[-1:]) if part)


def _numbered(levels: Sequence[int]) -> str:
    """Return "level 2", "levels 2 and 3"."""
    numbers = [str(level) for level in levels]
    return f"level{'s' if len(numbers) > 1 else ''} {_listed(numbers)}"


def _date(at: datetime, zone: str) -> str:
    return instant(at.astimezone(ZoneInfo(zone)), year=True)


def _lowered(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"
