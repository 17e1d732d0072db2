"""Questions about the timeline: what happened when, and what became of it.

What assessors wrote changes without a new data version, so it is an argument of what is kept.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis import labels
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.assessment import did_it_help, place_before_after, timeline
from corvana.analysis.assessment.did_it_help import Outcome
from corvana.analysis.assessment.place_before_after import Place
from corvana.analysis.assessment.timeline import Done, OwnDate
from corvana.analysis.findings.kind import WHOLE_ACCOUNT, Finding
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.statistics.weekly_cases import MOST_WEEKS
from corvana.questions import accounts
from corvana.questions.assessment import register
from corvana.questions.labels import subjects
from corvana.questions.question import question
from corvana.questions.view import View
from corvana.versions.account_frames import usual_zone

_SUBJECTS: Final = ("service", "escalation_policy", "schedule")
_MARKS: Final = 200
"""So many events at most become lines of a chart; the newest ones."""

Touched = tuple[str, ...]
Mark = tuple[date, str]
"""A day and what happened on it, for a line on a chart."""


class DoneEntry(NamedTuple):
    """What assessors wrote of a finding that is done; title and place only of one from
    interviews."""

    key: str
    title: str
    place: str
    on: date


@question()
def settings_changed(view: View) -> pd.DataFrame:
    """Return the changes of settings of timeline.events."""
    names = labels.by_id(view.frame("labels"))
    changes = view.frame("configuration_changes")
    return timeline.events((), changes, (), names, usual_zone(view.frame("schedules")))


def events(view: View) -> pd.DataFrame:
    """Return timeline.events: dates, changes of settings, and findings that were done."""
    return _events(view, view.dates, [_done(view, one) for one in _done_entries(view)])


def _events(view: View, dates: Sequence[OwnDate], done: Sequence[Done]) -> pd.DataFrame:
    names, nothing = (
        labels.by_id(view.frame("labels")),
        view.frame("configuration_changes").iloc[:0],
    )
    written = timeline.events(dates, nothing, done, names, usual_zone(view.frame("schedules")))
    both = [each for each in (written, settings_changed(view)) if len(each)]
    if not both:
        return written
    return pd.concat(both).sort_values(["on", "key"], ascending=False, ignore_index=True)


def title_of(view: View, one: register.Registered) -> str:
    """Return the title of an entry; of a finding that is gone, the title of its kind and place."""
    names = subjects(view)
    if one.finding is not None:
        return words.title(one.finding, names)
    finding = finding_of(view, one.entry.key)
    return one.entry.title if finding is None else words.title(finding, names)


def _done_entries(view: View) -> tuple[DoneEntry, ...]:
    """What assessors wrote of findings that are done, as an argument of a question."""
    return tuple(
        DoneEntry(key, one.title, one.place, one.done_on)
        for key, one in sorted(view.register.items())
        if one.status == "done" and one.done_on is not None
    )


def _done(view: View, one: DoneEntry) -> Done:
    finding = finding_of(view, one.key)
    if finding is None:
        return Done(one.key, one.title, one.place, one.on)
    says = kind_of(finding.kind).says
    return Done(one.key, says, words.where(finding, subjects(view)), one.on)


def seen_since(view: View) -> datetime | None:
    """Return the first collection of settings, where the timeline of settings begins; None if
    there was none."""
    first = view.frame("service_history")["since"].min()
    return None if pd.isna(first) else first.to_pydatetime()


def marks(view: View, filters: Filters) -> tuple[Mark, ...]:
    """Return what a chart of weeks of this selection shows as lines: what concerns the whole
    account, and with services or policies chosen, only theirs besides."""
    chosen = tuple(sorted({*filters.services, *filters.policies}))
    return _marks(view, chosen, view.dates, _done_entries(view))


@question(usual={"chosen": ((),), "dates": ((),), "done": ((),)})
def _marks(
    view: View, chosen: tuple[str, ...], dates: tuple[OwnDate, ...], done: tuple[DoneEntry, ...]
) -> tuple[Mark, ...]:
    """Return `marks`. A page with filters asks at every change, so they are kept for each set of
    `dates` and `done`, which assessors wrote."""
    every = _events(view, dates, [_done(view, one) for one in done])
    is_shown = every["subject_id"].eq("") | every["subject_id"].isin(chosen) | (not chosen)
    kept = every[is_shown].head(_MARKS)
    told = kept["name"].where(kept["where"].eq(""), kept["name"] + " (" + kept["where"] + ")")
    return tuple(zip(kept["on"], told, strict=True))


def touched(view: View, day: date) -> Touched:
    """Return the ids of places that something was done to in the weeks that are compared around a
    day, by the timeline."""
    since = day - timedelta(weeks=MOST_WEEKS)
    followed = [
        finding_of(view, one.entry.key) for one, done in register.done(view) if done >= since
    ]
    own = [one.subject_id for one in view.dates if one.subject_id and one.happened_on >= since]
    settings = settings_changed(view)
    lately = settings.loc[settings["on"].ge(since), "subject_id"]
    return tuple(sorted({*own, *lately, *(one.subject_id for one in followed if one)}))


def helped(view: View, key: str, day: date) -> Outcome | None:
    """Return what became of a finding, by its key, after the day on which it was done; None for
    what no data shows."""
    finding = finding_of(view, key)
    return None if finding is None else _became(view, finding, day, touched(view, day))


def place_changed(
    view: View, place: Place, place_id: str, day: date
) -> tuple[tuple[str, Outcome], ...]:
    """Return place_before_after.outcomes of a service or policy around a day."""
    return _around(view, place, place_id, day, touched(view, day))


def finding_of(view: View, key: str) -> Finding | None:
    """Return the finding of a key; without its numbers if the present data do not show it. None for
    what was seen in interviews, and of an unknown kind or place."""
    from_ledger = (one for one in words.listed(view.frame("findings")) if words.key(one) == key)
    found = next(from_ledger, None)
    if found is not None:
        return found
    kind, *place = key.split(":")
    if kind not in {each.name for each in KINDS} or not place:
        return None
    subject, detail = place[0], place[1] if len(place) > 1 else None
    subject_type = _type_of(view, subject)
    if subject_type is None:
        return None
    known = {
        "kind": kind,
        "subject_type": subject_type,
        "subject_id": subject,
        "detail": detail,
    }
    return Finding.of(pd.Series(dict.fromkeys(Finding._fields) | known, dtype="object"))


@question(is_usual=False)
def _became(view: View, finding: Finding, day: date, ids: Touched) -> Outcome:
    account = accounts.whole(view)
    places = did_it_help.touched_places(account, ids)
    return did_it_help.outcome(account, kind_of(finding.kind).measure, finding, day, places)


@question(is_usual=False)
def _around(
    view: View, place: Place, place_id: str, day: date, ids: Touched
) -> tuple[tuple[str, Outcome], ...]:
    account = accounts.whole(view)
    places = did_it_help.touched_places(account, ids)
    return place_before_after.outcomes(account, place, place_id, day, places)


def _type_of(view: View, subject: str) -> str | None:
    """The type of a subject by its id, also of one that was deleted; None if nothing has it."""
    if subject == WHOLE_ACCOUNT:
        return WHOLE_ACCOUNT
    named = view.frame("labels")
    kinds = named.loc[named["id"].eq(subject) & named["kind"].isin(_SUBJECTS), "kind"]
    if len(kinds):
        return str(kinds.iloc[0])
    return "responder" if view.frame("responders")["responder"].eq(subject).any() else None
