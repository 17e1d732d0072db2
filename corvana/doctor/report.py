"""The checks in order, additional notes, and one next step."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from corvana.analysis import wording
from corvana.doctor import access, collection, reading
from corvana.doctor.facts import (
    Check,
    ConnectionFacts,
    LiveFacts,
    RunFacts,
    State,
    StoredFacts,
    Unread,
)
from corvana.doctor.words import enumerated, noun_name

STATES: Final[dict[State, str]] = {
    "ok": "OK",
    "waiting": "Waiting",
    "problem": "Problem",
    "skipped": "Skipped",
}
_NOTHING_TO_DO: Final = "Nothing to do."


@dataclass(frozen=True, slots=True)
class Report:
    """The doctor's report. Each of the `checks` depends on the checks before it."""

    connection_id: str | None
    checked_at: datetime
    checks: tuple[Check, ...]
    notes: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        """Whether no check fails. Checks may still be waiting."""
        return all(check.state != "problem" for check in self.checks)

    @property
    def verdict(self) -> str:
        """The result in one sentence."""
        problems = sum(check.state == "problem" for check in self.checks)
        if problems:
            return "1 problem was found." if problems == 1 else f"{problems} problems were found."
        if any(check.state == "waiting" for check in self.checks):
            return "Nothing is wrong; data is on its way."
        return "Nothing is wrong."

    @property
    def decisive(self) -> Check | None:
        """The first check that fails, or else the first check that is waiting."""
        for state in ("problem", "waiting"):
            for check in self.checks:
                if check.state == state:
                    return check
        return None

    @property
    def next_step(self) -> str:
        """The remedy of the decisive check."""
        return self.decisive.next_step if self.decisive else _NOTHING_TO_DO


def diagnose(connection_id: str | None, stored: StoredFacts, live: LiveFacts | None) -> Report:
    """Judge the facts; `live` is None when PagerDuty was not asked."""
    return Report(connection_id, stored.now, tuple(_checks(stored, live)), tuple(_notes(stored)))


def as_text(report: Report) -> str:
    """Return the report as lines for a terminal."""
    title = f"Connection {report.connection_id}" if report.connection_id else "No connection"
    lines = [f"{STATES[check.state]:<8} {check.name}: {check.sentence}" for check in report.checks]
    notes = [f"Note     {note}" for note in report.notes]
    return "\n".join([title, *lines, *notes, report.verdict, f"Next step: {report.next_step}"])


def as_document(report: Report) -> dict[str, Any]:
    """Return the report as plain values."""
    return {
        "connection": report.connection_id,
        "checked_at": report.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "healthy": report.healthy,
        "verdict": report.verdict,
        "checks": [asdict(check) for check in report.checks],
        "notes": list(report.notes),
        "next_step": report.next_step,
    }


def _checks(stored: StoredFacts, live: LiveFacts | None) -> list[Check]:
    found, now = stored.connection, stored.now
    said = live.access if live else None
    known = found if isinstance(found, ConnectionFacts) else None
    return [
        access.check_connection(found, now),
        access.check_token(stored.token_expires_at, said, now),
        access.check_scope(found, said),
        access.check_role(found, live.role if live else None),
        access.check_region(found),
        *access.check_reachability(live),
        *reading.check_nouns(
            stored, known.connected_at if known else None, has_data=bool(known and known.has_data)
        ),
        collection.check_worker(stored),
        collection.check_windows(stored),
        collection.check_first_data(stored),
    ]


def _notes(stored: StoredFacts) -> list[str]:
    return [*_left_out(stored), *_incomplete(stored), *_counted(stored)]


def _left_out(stored: StoredFacts) -> list[str]:
    if isinstance(stored.nouns, Unread):
        return []
    words = {"NotOnPlan": "Not on this account's plan", "Forbidden": "Not permitted"}
    notes = []
    for error, meaning in words.items():
        names = [noun_name(facts.noun) for facts in stored.nouns if facts.error == error]
        if names:
            notes.append(f"{meaning}: {enumerated(names)}.")
    return notes


def _incomplete(stored: StoredFacts) -> list[str]:
    if isinstance(stored.incomplete, Unread):
        return []
    return [
        f"Incomplete: of {noun_name(noun)}, PagerDuty did not give every row in "
        f"{wording.count(n)} {'window' if n == 1 else 'windows'}."
        for noun, n in stored.incomplete
    ]


def _counted(stored: StoredFacts) -> list[str]:
    run = stored.run
    if not isinstance(run, RunFacts):
        return []
    counts = {
        "could not be read and were left out": run.unreadable,
        "came more than once and were kept once": run.duplicates,
        "belonged to no incident and were left out": run.without_incident,
        "were of a type that is not known yet": run.unknown_types,
    }
    rows = [
        f"In the last collection, rows that {meaning}: {wording.count(n)}."
        for meaning, n in counts.items()
        if n
    ]
    parts = (
        f"In the last collection, parts of rows that were left out: {wording.count(run.odd_parts)}."
    )
    return [*rows, parts] if run.odd_parts else rows
