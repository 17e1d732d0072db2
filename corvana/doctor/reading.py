"""Checks of the nouns read from PagerDuty: each noun's last success and last error."""

from datetime import datetime, timedelta
from typing import Final

from corvana.analysis import wording
from corvana.collectors import nouns
from corvana.collectors.noun import Again
from corvana.doctor.access import REMEDIES, unread
from corvana.doctor.facts import Check, NounFacts, State, StoredFacts, Unread
from corvana.doctor.words import NOUNS, noun_name, reason

PATIENCE: Final = timedelta(days=1)
"""A noun that was read before may fail for its interval and this time before it is reported."""

FIRST_PATIENCE: Final = timedelta(minutes=30)
"""A noun that was never read may fail for this time after its connection was made."""

ESSENTIAL: Final = tuple(noun.name for noun in nouns.NOUNS if noun.is_essential)
_RHYTHM: Final = {noun.name: noun.every for noun in nouns.NOUNS if isinstance(noun, Again)}
_PASSING: Final = frozenset({"RateLimited", "ServerFault", "Unreachable", "TimedOut", "LeaseLost"})
_ALL: Final = "Every kind of data"
_ORDER: Final = {noun: place for place, noun in enumerate(NOUNS)}


def check_nouns(
    stored: StoredFacts, connected_at: datetime | None, *, has_data: bool
) -> list[Check]:
    """One check for every noun that a run has tried to read, in the order of `words.NOUNS`."""
    if isinstance(stored.nouns, Unread):
        return [unread("nouns", "reading", _ALL, stored.nouns)]
    if not stored.nouns:
        return [_nothing_asked(connected_at, has_data=has_data)]
    ordered = sorted(stored.nouns, key=lambda facts: (_ORDER.get(facts.noun, 99), facts.noun))
    return [_check(facts, connected_at or facts.attempted_at, stored.now) for facts in ordered]


def _nothing_asked(connected_at: datetime | None, *, has_data: bool) -> Check:
    if connected_at is not None and not has_data:
        sentence = "Nothing has been read in full yet."
        next_step = "Wait a minute: the worker begins by itself."
        return Check("nouns", "reading", _ALL, "waiting", sentence, next_step)
    sentence = (
        "There is no connection to check."
        if connected_at is None
        else "Not noted yet; it is with the next collection."
    )
    return Check("nouns", "reading", _ALL, "skipped", sentence)


def _check(facts: NounFacts, connected_at: datetime, now: datetime) -> Check:
    if facts.error is None:
        seen = wording.ago(facts.succeeded_at or facts.attempted_at, now)
        return _noun(facts, "ok", f"Read {seen}.")
    before = (
        f"; last read {wording.ago(facts.succeeded_at, now)}"
        if facts.succeeded_at
        else "; never read yet"
    )
    if facts.error == "NotOnPlan":
        return _not_on_plan(facts)
    if facts.error == "Forbidden":
        return _noun(
            facts,
            "problem",
            f"Not permitted{before}.",
            "Ask an account owner or admin to let the person who connected view "
            f"{noun_name(facts.noun)}, or to reconnect in that person's place.",
        )
    sentence = f"{reason(facts.error)}{before}."
    if facts.error in _PASSING and not _overdue(facts, connected_at):
        return _noun(facts, "waiting", sentence, "Wait: it is tried again by itself.")
    return _noun(facts, "problem", sentence, _next_step(facts.error))


def _not_on_plan(facts: NounFacts) -> Check:
    if facts.noun not in ESSENTIAL:
        return _noun(facts, "skipped", "Not on this account's plan, so it is left out.")
    return _noun(
        facts,
        "problem",
        "Not on this account's plan.",
        f"Ask PagerDuty for a plan whose API includes {noun_name(facts.noun)}.",
    )


def _next_step(error: str) -> str:
    if error in _PASSING:
        return "Look at status.pagerduty.com, then choose Collect now."
    return REMEDIES.get(
        error, "Choose Collect now; if it fails again, report it with this list of checks."
    )


def _overdue(facts: NounFacts, connected_at: datetime) -> bool:
    if facts.succeeded_at is None:
        return facts.attempted_at - connected_at >= FIRST_PATIENCE
    patience = PATIENCE + _RHYTHM.get(facts.noun, timedelta(0))
    return facts.attempted_at - facts.succeeded_at >= patience


def _noun(facts: NounFacts, state: State, sentence: str, next_step: str = "") -> Check:
    name = wording.sentence_case(noun_name(facts.noun))
    return Check(f"noun:{facts.noun}", "reading", name, state, sentence, next_step)
