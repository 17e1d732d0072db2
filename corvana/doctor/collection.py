"""Checks of our own side: the worker, the latest collection, and the promised first data."""

from datetime import datetime, timedelta
from typing import Final

from corvana.analysis import wording
from corvana.doctor.access import REMEDIES, unread
from corvana.doctor.facts import Check, ConnectionFacts, RunFacts, State, StoredFacts, Unread
from corvana.doctor.reading import ESSENTIAL
from corvana.doctor.words import enumerated, noun_name, reason
from corvana.store.connections import WORKER_SILENT_AFTER, is_stale

FIRST_DATA_EARLIEST: Final = timedelta(minutes=5)
FIRST_DATA_WITHIN: Final = timedelta(minutes=10)
NOTHING_IS_A_PROBLEM_AFTER: Final = timedelta(minutes=30)
"""The promised time until a new connection has its first data."""

_START_WORKER: Final = "Restart the app, or start `python -m corvana worker`."


def check_worker(stored: StoredFacts) -> Check:
    """Was a worker seen recently?"""
    seen, now = stored.worker_seen_at, stored.now
    if isinstance(seen, Unread):
        return unread("worker", "collection", "Worker", seen)
    if seen is None:
        return _check("worker", "Worker", "problem", "No worker was seen today.", _START_WORKER)
    if now - seen >= WORKER_SILENT_AFTER:
        ago = wording.duration((now - seen).total_seconds())
        sentence = f"The worker has been silent for {ago}, so nothing is collected."
        return _check("worker", "Worker", "problem", sentence, _START_WORKER)
    return _check("worker", "Worker", "ok", "Running.")


def check_windows(stored: StoredFacts) -> Check:
    """How did the latest collection end, and which data is still missing?"""
    run = stored.run
    if isinstance(run, Unread):
        return unread("windows", "collection", "Collection", run)
    if run is None:
        return _no_run(connected=_connected(stored))
    if run.status == "running":
        return _running(run)
    return _ended(run, stored.now)


def check_first_data(stored: StoredFacts) -> Check:
    """Is the first data there within the promised time?"""
    connection = stored.connection
    if not isinstance(connection, ConnectionFacts):
        return _data("skipped", "There is no connection to check.")
    if not connection.has_data:
        return _no_data(stored, connection)
    collected = connection.collected_at or connection.connected_at
    ago = wording.ago(collected, stored.now)
    if _connected(stored) and is_stale(collected, stored.now):
        return _data(
            "problem",
            f"There is data, but it was last collected {ago}.",
            "Choose Collect now and check again when it has ended.",
        )
    finished = isinstance(stored.run, RunFacts) and stored.run.status == "finished"
    if stored.has_incidents is False and finished:
        return _data(
            "problem",
            "Everything was collected, but the account shows no incident in the period.",
            "Compare with PagerDuty's own list of incidents; if it has some, let an account owner "
            "or admin reconnect.",
        )
    return _data("ok", f"There is data, collected {ago}.")


def is_overdue(stored: StoredFacts) -> bool:
    """Whether no data has arrived within `NOTHING_IS_A_PROBLEM_AFTER`."""
    connection = stored.connection
    return (
        isinstance(connection, ConnectionFacts)
        and connection.status in {"connected", "disconnected"}
        and not connection.has_data
        and stored.now - connection.connected_at >= NOTHING_IS_A_PROBLEM_AFTER
    )


def _no_data(stored: StoredFacts, connection: ConnectionFacts) -> Check:
    passed = stored.now - connection.connected_at
    ago = wording.duration(passed.total_seconds() // 60 * 60 or passed.total_seconds())
    if is_overdue(stored):
        return _data(
            "problem",
            f"Nothing has arrived {ago} after connecting{_missing(stored)}.",
            "Choose Collect now and check again in ten minutes.",
        )
    if passed >= FIRST_DATA_WITHIN:
        return _data(
            "waiting",
            f"Later than promised: nothing has arrived {ago} after connecting.",
            "Check again when half an hour has passed since connecting.",
        )
    return _data(
        "waiting",
        f"Connected {ago} ago; the first data arrives within "
        f"{_minutes(FIRST_DATA_EARLIEST)} to {_minutes(FIRST_DATA_WITHIN)} minutes.",
        "Wait: the pages fill by themselves.",
    )


def _missing(stored: StoredFacts) -> str:
    if isinstance(stored.nouns, Unread):
        return ""
    read = {facts.noun for facts in stored.nouns if facts.succeeded_at}
    names = [noun_name(noun) for noun in ESSENTIAL if noun not in read]
    return f"; still missing: {enumerated(names)}" if names else ""


def _no_run(*, connected: bool) -> Check:
    if not connected:
        return _windows("skipped", "There is nothing to collect.")
    return _windows(
        "waiting", "No collection has begun yet.", "Wait a minute: the worker begins by itself."
    )


def _ended(run: RunFacts, now: datetime) -> Check:
    if run.status == "failed":
        return _failed(run)
    if run.status == "interrupted":
        return _windows(
            "waiting",
            f"The last collection was interrupted with {_left(run)} left.",
            "Wait a minute: it goes on by itself where it stopped.",
        )
    ago = wording.ago(run.finished_at or now, now)
    return _windows("ok", f"The last collection finished {ago}; no window is left.")


def _running(run: RunFacts) -> Check:
    if run.steps <= 0:
        sentence = "A collection has just begun."
    else:
        sentence = f"{wording.count(run.done)} of {wording.count(run.steps)} windows are read"
        sentence += f" ({run.activity})." if run.activity else "."
    return _windows("waiting", sentence, "Wait: the pages fill by themselves, newest data first.")


def _failed(run: RunFacts) -> Check:
    sentence = f"The last collection failed with {_left(run)} left: {reason(run.error)}."
    if run.reference:
        sentence += f" Reference: {run.reference}."
    by_itself = "Wait a minute for the next try, or choose Collect now to try at once."
    return _windows("problem", sentence, REMEDIES.get(run.error or "", by_itself))


def _left(run: RunFacts) -> str:
    left = run.steps - run.done
    if run.steps <= 0:
        return "everything"
    return f"{wording.count(left)} {'window' if left == 1 else 'windows'}"


def _connected(stored: StoredFacts) -> bool:
    connection = stored.connection
    return isinstance(connection, ConnectionFacts) and connection.status == "connected"


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _windows(state: State, sentence: str, next_step: str = "") -> Check:
    return _check("windows", "Collection", state, sentence, next_step)


def _data(state: State, sentence: str, next_step: str = "") -> Check:
    return _check("first_data", "Data", state, sentence, next_step)


def _check(key: str, name: str, state: State, sentence: str, next_step: str = "") -> Check:
    return Check(key, "collection", name, state, sentence, next_step)
