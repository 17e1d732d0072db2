"""`python -m corvana …`: everything without a browser."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from corvana.__main__ import cli
from corvana.config import Settings
from corvana.errors import NotFound
from corvana.frames import INCIDENTS
from corvana.sandbox.running import RunningSandbox
from corvana.store import connections
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
    assert connections.latest_run(joined.engine, joined.id).trigger == "command"

    out = tmp_path / "evidence" / "pack"
    exported = printed("export", "--connection", joined.id, "--out", str(out))
    assert str(out / "incidents.csv") in exported["files"]
    table = pd.read_csv(out / "incidents.csv")
    assert list(table.columns) == list(INCIDENTS)
    assert len(table) == len(joined.snapshot().frame("incidents")) > 10
    assert table["created_at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ").all()

    receipt = printed("purge", "--connection", joined.id)
    assert receipt["revoked_at_pagerduty"] is True
    assert receipt["deleted"]["incident"] >= len(table)
    assert receipt["deleted"]["rows_left"] == 0
    assert receipt["completed_at"] >= receipt["requested_at"]
    assert printed("connections") == []


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


@pytest.mark.parametrize("command", ["collect", "export", "purge"])
def test_an_unknown_connection_is_not_found(
    configure: Callable[..., Settings], sandbox: RunningSandbox, command: str, tmp_path: Path
) -> None:
    configure(sandbox)
    more = ["--out", str(tmp_path / "out")] if command == "export" else []
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


def test_no_answer_holds_a_token(joined: Connected) -> None:
    for arguments in (("connections",), ("purge", "--connection", joined.id)):
        assert "pdus" not in run(*arguments).output
