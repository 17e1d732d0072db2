"""`python -m corvana …`: everything without a browser."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from corvana import jobs
from corvana.command_line import cli
from corvana.config import Settings
from corvana.errors import NotFound
from corvana.frames import INCIDENTS
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import connections, heartbeats
from corvana.store.engine import open_database
from tests.conftest import Connected, join

ROOT = Path(__file__).parents[1]


@pytest.fixture
def joined(configure: Callable[..., Settings], sandbox: RunningSandbox) -> Connected:
    return join(configure(sandbox, CORVANA_BACKFILL_DAYS="7"), sandbox)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


def printed(*arguments: str) -> Any:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_without_a_connection_there_is_an_empty_list(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    configure(sandbox)
    assert printed("connections") == []


def test_connections_are_listed_as_json(joined: Connected) -> None:
    (listed,) = printed("connections")
    assert listed.pop("connected_at").endswith("Z")
    assert listed == {
        "id": joined.id,
        "engagement": "First engagement",
        "account": joined.sandbox.world.subdomain,
        "region": "US",
        "status": "connected",
        "reason": None,
        "connected_role": "owner",
        "partial": False,
        "collected_at": None,
        "data_version": 0,
    }


def test_collect_export_and_purge_in_a_row(joined: Connected, tmp_path: Path) -> None:
    collected = printed("collect", "--connection", joined.id)
    assert (collected["status"], collected["error"]) == ("finished", None)
    assert collected["rows"] > 100
    assert collected["requests"] > 5
    assert joined.latest_run.trigger == "command"

    out = tmp_path / "evidence" / "pack.zip"
    exported = printed("export", "--connection", joined.id, "--out", str(out))
    assert exported["written"] == str(out)
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == exported["files"]
        table = pd.read_csv(archive.open("incidents.csv"))
    targets = ("target_seconds", "outcome")
    of_targets = [f"{verb}_{what}" for verb in ("acknowledge", "resolve") for what in targets]
    assert list(table.columns) == [*INCIDENTS, *of_targets]
    assert len(table) == len(joined.data().frame("incidents")) > 10
    assert table["created_at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()

    receipt = printed("purge", "--connection", joined.id)
    assert receipt["revoked_at_pagerduty"] is True
    assert receipt["deleted"]["incident"] >= len(table)
    assert receipt["deleted"]["rows_left"] == 0
    assert receipt["completed_at"] >= receipt["requested_at"]
    assert printed("connections") == []


def test_report_and_method_are_written_where_one_wants_them(
    joined: Connected, tmp_path: Path
) -> None:
    run("collect", "--connection", joined.id)
    out = tmp_path / "made" / "report.html"
    answer = printed("report", "--connection", joined.id, "--out", str(out))
    method = tmp_path / "made" / "corvana-method.html"
    assert answer == {
        "written": [str(out), str(method)],
        "data_version": joined.data().version,
    }
    for written in (out, method):
        assert written.read_text().startswith("<!doctype html>")


def test_the_report_is_named_after_client_and_date_and_says_who_prepared_it(
    joined: Connected, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("collect", "--connection", joined.id)
    monkeypatch.chdir(tmp_path)
    answer = printed("report", "--connection", joined.id, "--by", "Ann Lee")
    assert answer["written"][0].startswith("corvana-report-first-engagement-2")
    made = (tmp_path / answer["written"][0]).read_text()
    assert "<dt>Client</dt><dd>First engagement</dd>" in made
    assert "<dt>Prepared by</dt><dd>Ann Lee</dd>" in made


def test_a_collection_that_fails_says_so_and_exits_with_one(joined: Connected) -> None:
    joined.sandbox.faults.forbidden = True
    result = run("collect", "--connection", joined.id)
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert (answer["status"], answer["error"]) == ("failed", "Forbidden")


def test_a_connection_somebody_else_collects_is_left_alone(joined: Connected) -> None:
    assert connections.acquire(
        joined.engine, joined.id, "another worker", joined.connection.connected_at
    )
    result = run("collect", "--connection", joined.id)
    assert result.exit_code == 1
    assert "another worker holds this connection" in result.stderr
    assert connections.latest_run(joined.engine, joined.id) is None


@pytest.mark.parametrize("command", ["collect", "export", "report", "deliver", "purge"])
def test_an_unknown_connection_is_not_found(
    configure: Callable[..., Settings], sandbox: RunningSandbox, command: str, tmp_path: Path
) -> None:
    configure(sandbox)
    more = ["--out", str(tmp_path / "out")] if command in ("export", "report", "deliver") else []
    result = run(command, "--connection", "nobody", *more)
    assert isinstance(result.exception, NotFound)
    assert not (tmp_path / "out").exists()


def test_an_unknown_connection_is_one_line_and_exit_code_one(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    open_database(configure(sandbox).database_url)
    process = subprocess.run(
        [sys.executable, "-m", "corvana", "collect", "--connection", "nobody"],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout == ""
    assert process.stderr == "NotFound: no such connection\n"


@pytest.mark.parametrize("command", ["worker", "connections"])
def test_a_malformed_secret_key_stops_the_start_in_one_line_that_names_it(command: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "corvana", command],
        cwd=ROOT,
        env=os.environ | {"CORVANA_SECRET_KEY": "not a key"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    (line,) = process.stderr.splitlines()
    assert line.startswith("CORVANA_SECRET_KEY: ")
    assert "not a key" not in line


def test_a_command_goes_on_when_deletions_cannot_be_finished(
    joined: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise PermissionError

    monkeypatch.setattr(jobs, "finish_deletions", fail)
    assert [each["id"] for each in printed("connections")] == [joined.id]


def test_the_doctor_finds_a_collected_account_well(joined: Connected) -> None:
    now = datetime.now(UTC)
    heartbeats.beat(joined.engine, "worker", now, now)
    run("collect", "--connection", joined.id)
    (report,) = printed("doctor", "--json")
    assert (report["connection"], report["healthy"]) == (joined.id, True)
    assert {check["key"] for check in report["checks"]} >= {"connection", "api", "first_data"}

    text = run("doctor", "--connection", joined.id)
    assert text.exit_code == 0
    lines = text.stdout.splitlines()
    assert lines[0] == f"Connection {joined.id}"
    assert "OK       Access token: Stored, readable and accepted by PagerDuty." in lines
    assert lines[-1] == f"Next step: {report['next_step']}"


def test_the_doctor_exits_with_one_when_something_is_wrong(joined: Connected) -> None:
    joined.sandbox.faults.token_revoked = True
    asked = run("doctor", "--connection", joined.id, "--json")
    assert asked.exit_code == 1
    (report,) = json.loads(asked.stdout)
    assert report["healthy"] is False
    assert report["next_step"] == "Reconnect the same account on the Integrations page."

    stored = run("doctor", "--connection", joined.id, "--offline")
    assert stored.exit_code == 1
    assert (
        "OK       Access token: Stored and readable. PagerDuty has not been asked." in stored.stdout
    )
    assert stored.stdout.endswith(
        "Next step: Restart the app, or start `python -m corvana worker`.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "next_step"),
    [
        ((), "Connect PagerDuty on the Integrations page."),
        (("--connection", "nobody"), "Take an id that `python -m corvana connections` lists."),
    ],
)
def test_the_doctor_without_a_connection_says_what_to_do(
    configure: Callable[..., Settings],
    sandbox: RunningSandbox,
    arguments: tuple[str, ...],
    next_step: str,
) -> None:
    configure(sandbox)
    asked = run("doctor", *arguments)
    assert asked.exit_code == 1
    assert asked.stdout.splitlines()[-1] == f"Next step: {next_step}"


def test_the_doctor_survives_a_database_that_cannot_be_opened(
    configure: Callable[..., Settings], sandbox: RunningSandbox, tmp_path: Path
) -> None:
    configure(sandbox, CORVANA_DATABASE_URL=f"sqlite:///{tmp_path}")
    asked = run("doctor", "--json")
    assert asked.exit_code == 1
    (report,) = json.loads(asked.stdout)
    sentence = "This could not be read from the database (OperationalError)."
    assert report["checks"][0]["sentence"] == sentence
    assert report["next_step"].startswith("Check that the database is running")


def test_no_answer_holds_a_token(joined: Connected) -> None:
    for arguments in (
        ("connections",),
        ("doctor",),
        ("doctor", "--json"),
        ("purge", "--connection", joined.id),
    ):
        assert "pdus" not in run(*arguments).output
