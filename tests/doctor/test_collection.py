"""The worker, the windows left, and the promise of first data."""

from datetime import datetime, timedelta

import pytest

from corvana.doctor.collection import FIRST_DATA_WITHIN, NOTHING_IS_A_PROBLEM_AFTER, is_overdue
from corvana.doctor.facts import (
    RunFacts,
)
from tests.builders.connection_facts import (
    NOW,
    RECONNECT,
    START_WORKER,
    connection,
    found,
    minutes,
    noun,
    run,
    stored,
    told,
)


@pytest.mark.parametrize(
    ("seen_at", "expected"),
    [
        (NOW - timedelta(seconds=29), ("ok", "Running.", "")),
        (
            NOW - timedelta(seconds=252),
            (
                "problem",
                "The worker has been silent for 4 min 12 s, so nothing is collected.",
                START_WORKER,
            ),
        ),
        (None, ("problem", "No worker was seen today.", START_WORKER)),
    ],
)
def test_the_worker(seen_at: datetime | None, expected: tuple[str, str, str]) -> None:
    assert told(found("worker", worker_seen_at=seen_at)) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (run(), ("ok", "The last collection finished 3 min ago; no window is left.", "")),
        (
            None,
            (
                "waiting",
                "No collection has begun yet.",
                "Wait a minute: the worker begins by itself.",
            ),
        ),
        (
            run(status="running", steps=0, done=0),
            (
                "waiting",
                "A collection has just begun.",
                "Wait: the pages fill by themselves, newest data first.",
            ),
        ),
        (
            run(status="running", done=12, activity="Reading incidents, 3 Nov – 10 Nov"),
            (
                "waiting",
                "12 of 40 windows are read (Reading incidents, 3 Nov – 10 Nov).",
                "Wait: the pages fill by themselves, newest data first.",
            ),
        ),
        (
            run(status="interrupted", done=39),
            (
                "waiting",
                "The last collection was interrupted with 1 window left.",
                "Wait a minute: it goes on by itself where it stopped.",
            ),
        ),
        (
            run(status="failed", done=12, error="ServerFault"),
            (
                "problem",
                "The last collection failed with 28 windows left: PagerDuty had an outage.",
                "Wait a minute for the next try, or choose Collect now to try at once.",
            ),
        ),
        (
            run(status="failed", steps=0, done=0, error="Unauthorized"),
            (
                "problem",
                (
                    "The last collection failed with everything left: PagerDuty no longer accepts "
                    "the access it gave."
                ),
                RECONNECT,
            ),
        ),
    ],
)
def test_the_windows_left(facts: RunFacts | None, expected: tuple[str, str, str]) -> None:
    assert told(found("windows", run=facts)) == expected


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        (
            minutes(3),
            (
                "waiting",
                "Connected 3 min ago; the first data arrives within 5 to 10 minutes.",
                "Wait: the pages fill by themselves.",
            ),
        ),
        (
            FIRST_DATA_WITHIN,
            (
                "waiting",
                "Later than promised: nothing has arrived 10 min after connecting.",
                "Check again when half an hour has passed since connecting.",
            ),
        ),
        (
            NOTHING_IS_A_PROBLEM_AFTER,
            (
                "problem",
                (
                    "Nothing has arrived 30 min after connecting; still missing: incidents and log "
                    "entries."
                ),
                "Choose Collect now and check again in ten minutes.",
            ),
        ),
    ],
)
def test_the_promise_of_first_data(passed: timedelta, expected: tuple[str, str, str]) -> None:
    new = connection(connected_at=NOW - passed, collected_at=None, has_data=False)
    facts = stored(connection=new, nouns=(noun("teams"),))
    assert told(found("first_data", connection=new, nouns=(noun("teams"),))) == expected
    assert is_overdue(facts) == (expected[0] == "problem")


def test_half_an_hour_is_all_but_a_second_over() -> None:
    new = connection(
        connected_at=NOW - NOTHING_IS_A_PROBLEM_AFTER + timedelta(seconds=1), has_data=False
    )
    assert found("first_data", connection=new).state == "waiting"
    assert not is_overdue(stored(connection=new))
    assert not is_overdue(stored())


def test_data_that_is_there() -> None:
    assert told(found("first_data")) == ("ok", "There is data, collected 3 min ago.", "")
    old = connection(collected_at=NOW - timedelta(hours=7))
    assert told(found("first_data", connection=old)) == (
        "problem",
        "There is data, but it was last collected 7 h ago.",
        "Choose Collect now and check again when it has ended.",
    )
    assert told(found("first_data", has_incidents=False)) == (
        "problem",
        "Everything was collected, but the account shows no incident in the period.",
        (
            "Compare with PagerDuty's own list of incidents; if it has some, let an account owner "
            "or admin reconnect."
        ),
    )
