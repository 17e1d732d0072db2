"""The doctor reads refusals all day and repeats not a word of them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session
from typer.testing import CliRunner

from corvana import jobs, logs
from corvana.command_line import cli
from corvana.doctor import gathering
from corvana.doctor.report import Report, as_document, as_text, diagnose
from corvana.store import heartbeats, models
from tests.builders.conclusions import conclude_nothing
from tests.builders.left_behind import MARKER, LeftBehind, personal, told
from tests.conftest import Connected

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ANSWERS: tuple[dict[str, Any], ...] = (
    {"status": 200, "body": {"user": {"id": "Jane", "role": "Head of everything"}}},
    {"status": 200, "body": "<h1>We are sorry</h1>"},
    {"status": 200, "body": f'{{"user": "{MARKER}'.encode()},
    {"status": 400, "body": {"error": {"code": 2001, "errors": {"name": ["It is taken."]}}}},
    {"status": 401, "body": {"error": "Who are you?"}},
    {"status": 402, "body": {"error": {"code": 2014, "missing_abilities": ["everything"]}}},
    {"status": 403, "body": {"error": {"code": 0, "message": "Token missing required scopes"}}},
    {"status": 403, "body": {"error": {"code": 2012, "message": "Account expired"}}},
    {"status": 404, "body": "<h1>Not found</h1>"},
    {"status": 408},
    {"status": 429, "headers": {"ratelimit-reset": MARKER}},
    {"status": 503, "body": "<h1>We are sorry</h1>"},
)


@pytest.fixture
def collected(left: LeftBehind, monkeypatch: pytest.MonkeyPatch) -> LeftBehind:
    """One day is enough to tell of, and a worker is alive."""
    marked = left.connected
    monkeypatch.setenv("CORVANA_BACKFILL_DAYS", "1")
    jobs.collect_connection(marked.id, analyse=conclude_nothing)
    now = datetime.now(UTC)
    heartbeats.beat(marked.engine, "worker", now, now)
    return left


def examine(connected: Connected) -> Report:
    live = gathering.live_facts(connected.settings, connected.id)
    stored = gathering.stored_facts(connected.settings, connected.id, datetime.now(UTC))
    return diagnose(connected.id, stored, live)


def said(connected: Connected) -> list[str]:
    """The report as text and as JSON, and what each form of the command prints."""
    one = examine(connected)
    printed = [
        CliRunner().invoke(cli, ["doctor", *options]).output
        for options in ((), ("--json",), ("--offline",))
    ]
    logs.configure("debug")  # the command has configured it for its own output
    return [as_text(one), json.dumps(as_document(one)), repr(one), *printed]


def test_a_healthy_account_is_described_without_its_content(collected: LeftBehind) -> None:
    assert examine(collected.connected).healthy
    collected.reports = said(collected.connected)
    assert all(collected.connected.id in text for text in collected.reports)
    assert collected.holding() == []
    assert collected.holding(*personal(collected.connected), *told(collected.connected)) == []


def test_no_answer_to_the_doctor_is_repeated(left: LeftBehind) -> None:
    faults, accesses = left.connected.sandbox.faults, set()
    for answer in ANSWERS:
        faults.answer("^/us", **answer)
        one = examine(left.connected)
        accesses.add(next(check.sentence for check in one.checks if check.key == "token"))
        left.reports += [as_text(one), json.dumps(as_document(one)), repr(one)]
        faults.reset()
        faults.content_marker = MARKER
    for role in ("limited_user", "nobody_knows"):
        faults.role = role
        left.reports += said(left.connected)
    assert len(accesses) == 4
    assert left.holding() == []


def test_no_state_of_a_failing_connection_repeats_an_answer(left: LeftBehind) -> None:
    """What was noted while collecting is all that is told later on."""
    connected, faults = left.connected, left.connected.sandbox.faults
    for number, noun in enumerate(("services", "teams", "us/schedules", "v3/sch", "oncalls")):
        faults.answer(noun, status=(402, 403)[number % 2], body={"error": "Ask Jane"})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    left.reports += said(connected)
    assert "Not on this account's plan" in "".join(left.reports)
    faults.reset()
    faults.update({"content_marker": MARKER, "forbidden": True})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    left.reports += said(connected)
    faults.update({"forbidden": False, "token_revoked": True})
    faults.answer("/oauth/token", status=400, body={"error": "x", "error_description": "Gone"})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.connection.status_reason == "token_refused"
    left.reports += said(connected)
    faults.outage = True
    left.reports += said(connected)
    assert left.holding() == []


def test_the_shape_of_what_is_odd_names_fields_and_never_a_value(left: LeftBehind) -> None:
    connected, faults = left.connected, left.connected.sandbox.faults

    def odd_incidents(body: dict[str, Any]) -> dict[str, Any]:
        rows = [row | {"resolve_reason": MARKER} for row in body["incidents"]]
        return body | {"incidents": [*rows, MARKER, {"id": MARKER}]}

    def odd_log(body: dict[str, Any]) -> dict[str, Any]:
        agent = {"id": MARKER, "summary": MARKER, MARKER: MARKER}
        return body | {"log_entries": [row | {"agent": agent} for row in body["log_entries"]]}

    faults.change("^/us/incidents$", odd_incidents)
    faults.change("^/us/log_entries$", odd_log)
    faults.answer("^/us/teams$", status=200, body=f"<html>{MARKER}</html>")
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    printed = [
        CliRunner().invoke(cli, ["doctor", *options]).output
        for options in (("--shape",), ("--shape", "--json"))
    ]
    for text in printed:
        assert "incidents.resolve_reason" in text
        assert "log_entries.agent" in text
        assert "json_invalid" in text
    assert json.loads(printed[1])[0]["connection"] == connected.id
    left.reports += printed
    assert left.holding() == []


def test_without_the_database_no_answer_is_repeated(
    left: LeftBehind, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = left.connected.settings.data_dir
    monkeypatch.setenv("CORVANA_DATABASE_URL", f"sqlite:///{folder}")
    left.reports = [CliRunner().invoke(cli, ["doctor"]).output]
    assert "Problem" in left.reports[0]
    assert left.holding() == []


def test_the_search_finds_what_the_doctor_does_say(left: LeftBehind) -> None:
    """A noun nobody has named is told as it is stored."""
    connected, now = left.connected, datetime.now(UTC)
    with Session(connected.engine) as session:
        session.add(
            models.NounStatus(
                connection_id=connected.id, noun=MARKER, attempted_at=now, error=MARKER
            )
        )
        session.commit()
    for text in said(connected):
        left.reports = [text]
        assert "reports" in left.holding()
