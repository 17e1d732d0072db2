"""The steps of a run: which windows of the dated nouns it reads, and in which order."""

from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Final, NamedTuple

from sqlmodel import Session

from corvana.collectors import incidents, log_entries, schedules
from corvana.collectors.noun import Noun
from corvana.collectors.windows import (
    FIRST_WINDOW,
    SHIFTS_WINDOW,
    WINDOW,
    Window,
    plan,
    read_for_good,
)

_ORDER: Final = {schedules.NOUN: 0, incidents.NOUN: 1, log_entries.NOUN: 2}
_WORDS: Final = {schedules.NOUN: "on-call shifts"}
"""The card's name for a noun, where it differs from the doctor's name."""


class Step(NamedTuple):
    """One window of one noun.

    `incremental` log entries are read together with their incidents. After each step of log
    entries the new data can be published.
    """

    noun: Noun
    window: Window
    incremental: bool = False

    @property
    def activity(self) -> str:
        """The text that the card shows during the step."""
        noun = _WORDS.get(self.noun, self.noun.words)
        return f"Reading {noun}, {self.window.since:%-d %b} – {self.window.until:%-d %b}"


class Plan(NamedTuple):
    """`wanted`: the time to cover. `is_first`: no data was collected before."""

    wanted: Window
    steps: list[Step]
    is_first: bool


def plan_steps(
    session: Session, connection_id: str, *, until: datetime, backfill: timedelta
) -> Plan:
    """The steps, newest first. Shifts come before incidents, because the levels need the shifts.

    `wanted` includes all time collected before. A gap since the last run, however long, is
    therefore read in windows too.
    """
    done = {noun: read_for_good(session, connection_id, noun.name) for noun in _ORDER}
    # Any log entry after the start of the oldest window may have changed a stored incident.
    known = [*done[incidents.NOUN], *done[log_entries.NOUN]]
    known_since = min((window.since for window in known), default=None)
    wanted = Window(min(until - backfill, known_since or until), until)
    steps = [
        Step(schedules.NOUN, window) for window in plan(wanted, done[schedules.NOUN], SHIFTS_WINDOW)
    ]
    pairs = zip_longest(
        plan(wanted, done[incidents.NOUN], WINDOW, first=FIRST_WINDOW),
        plan(wanted, done[log_entries.NOUN], WINDOW, first=FIRST_WINDOW),
    )
    for incident_window, log_window in pairs:
        if incident_window:
            steps.append(Step(incidents.NOUN, incident_window))
        if log_window:
            is_newer = known_since is not None and log_window.until > known_since
            steps.append(Step(log_entries.NOUN, log_window, incremental=is_newer))
    steps.sort(key=lambda step: (-step.window.until.timestamp(), _ORDER[step.noun]))
    return Plan(wanted, steps, is_first=known_since is None)
