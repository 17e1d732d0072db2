"""The checks in order, one next step, and what is told beside."""

import json

from corvana.doctor.facts import (
    Unread,
)
from corvana.doctor.report import as_document, as_text, diagnose
from tests.builders.connection_facts import (
    DATABASE,
    START_WORKER,
    connection,
    noun,
    report,
    run,
    stored,
)


def test_a_healthy_connection_has_nothing_to_do() -> None:
    healthy = report()
    assert [(check.key, check.state) for check in healthy.checks] == [
        (key, "ok")
        for key in (
            "connection", "token", "scope", "role", "region", "identity", "api", "noun:incidents",
            "noun:log_entries", "worker", "windows", "first_data",
        )
    ]  # fmt: skip
    assert (healthy.healthy, healthy.decisive) == (True, None)
    assert (healthy.verdict, healthy.next_step) == ("Nothing is wrong.", "Nothing to do.")
    assert healthy.notes == ()


def test_the_next_step_is_the_first_failing_checks() -> None:
    several = report(
        None, connection=connection(role="observer"), worker_seen_at=None, run=run(status="failed")
    )
    assert several.verdict == "3 problems were found."
    assert several.next_step == "Let an account owner or admin reconnect."
    assert not several.healthy
    single = report(worker_seen_at=None, run=None)
    assert (single.verdict, single.next_step) == ("1 problem was found.", START_WORKER)


def test_waiting_is_healthy_and_says_what_for() -> None:
    waiting = report(run=run(status="running", done=1))
    assert waiting.healthy
    assert waiting.verdict == "Nothing is wrong; data is on its way."
    assert waiting.next_step == "Wait: the pages fill by themselves, newest data first."


def test_a_fact_that_cannot_be_read_hides_no_other() -> None:
    broken = Unread("OperationalError")
    every = report(
        connection=broken, token_expires_at=broken, worker_seen_at=broken, run=broken, nouns=broken,
        incomplete=broken, has_incidents=broken,
    )  # fmt: skip
    states = {check.key: check.state for check in every.checks}
    assert states == {
        "connection": "problem", "token": "problem", "scope": "skipped", "role": "skipped",
        "region": "skipped", "identity": "ok", "api": "ok", "nouns": "problem", "worker": "problem",
        "windows": "problem", "first_data": "skipped",
    }  # fmt: skip
    assert every.next_step == DATABASE
    assert [check.state for check in report(nouns=broken).checks].count("ok") == 10


def test_every_problem_has_a_next_step() -> None:
    broken = Unread("OperationalError")
    for facts in (stored(connection=None), stored(connection=broken, run=broken, nouns=broken)):
        checks = diagnose("c", facts, None).checks
        assert [c.key for c in checks if c.state == "problem" and not c.next_step] == []


def test_what_is_worth_knowing_is_told_apart_from_problems() -> None:
    notes = report(
        nouns=(
            noun("priorities", "NotOnPlan"),
            noun("teams", "NotOnPlan"),
            noun(error="Forbidden"),
        ),
        incomplete=(("incidents", 1), ("log_entries", 1200)),
        run=run(unreadable=1200, duplicates=3, without_incident=2, unknown_types=1),
    ).notes
    assert notes == (
        "Not on this account's plan: priorities and teams.",
        "Not permitted: teams.",
        "Incomplete: of incidents, PagerDuty did not give every row in 1 window.",
        "Incomplete: of log entries, PagerDuty did not give every row in 1,200 windows.",
        "In the last collection, rows that could not be read and were left out: 1,200.",
        "In the last collection, rows that came more than once and were kept once: 3.",
        "In the last collection, rows that belonged to no incident and were left out: 2.",
        "In the last collection, rows that were of a type that is not known yet: 1.",
    )


def test_the_text_ends_with_the_next_step_and_the_document_says_the_same() -> None:
    one = report(worker_seen_at=None, incomplete=(("incidents", 1),))
    lines = as_text(one).splitlines()
    assert lines[0] == "Connection c"
    assert "Problem  Worker: No worker was seen today." in lines
    assert (
        "Note     Incomplete: of incidents, PagerDuty did not give every row in 1 window." in lines
    )
    assert lines[-2:] == ["1 problem was found.", f"Next step: {START_WORKER}"]
    document = as_document(one)
    assert json.loads(json.dumps(document)) == document
    assert (document["connection"], document["healthy"]) == ("c", False)
    assert document["checked_at"] == "2026-11-23T12:00:00Z"
    assert document["next_step"] == START_WORKER
    assert document["checks"][0] == {
        "key": "connection", "part": "access", "name": "Connection", "state": "ok",
        "sentence": "Connected 2 days ago.", "next_step": "",
    }  # fmt: skip
    assert len(document["checks"]) == len(one.checks)
