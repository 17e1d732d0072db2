"""What a page shows as a reference is in the log line, and all lines of a run have its id."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.testing.v1 import AppTest

from benchmarks.running_app import PAGES_ONLY, App, running
from corvana import jobs, logs, trace
from corvana.config import Settings
from corvana.store.engine import open_database
from corvana.store.people import audit
from corvana.ui.watching import page_runs
from corvana.versions.own_process import alone
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected


def parsed(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("logged")
    silent = {"STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true", **PAGES_ONLY}
    with running(folder, CORVANA_LOG_FORMAT="json", **silent) as started:
        yield started


def test_no_address_that_a_browser_asked_for_is_logged(app: App) -> None:
    httpx.get(f"{app.url}/oauth/pagerduty/callback?code=s3cret&state=s3cret")
    httpx.get(f"{app.url}/oauth2callback?code=s3cret")
    assert "not connected" in app.output()
    assert "s3cret" not in app.output()


def test_all_that_a_server_writes_is_json(app: App) -> None:
    httpx.get(f"{app.url}/")
    httpx.get(f"{app.url}/files/none/report.html")
    lines = parsed(app.output())
    assert {"file refused"} <= {line["event"] for line in lines}


def test_the_reference_on_a_refused_files_page_is_in_log_audit_trail_and_answer(app: App) -> None:
    answer = httpx.get(f"{app.url}/files/none/report.html")
    shown = re.search(r"Reference: ([0-9a-f]{12})", answer.text)
    assert shown is not None
    assert answer.headers["x-request-id"] == shown[1]
    [line] = [each for each in parsed(app.output()) if each.get("request") == shown[1]]
    assert line["event"] == "file refused"
    entries = audit.newest(open_database(f"sqlite:///{app.data_dir}/corvana.db"))
    assert [one.detail for one in entries if one.id == shown[1]] == ["unknown file: not a member"]


def test_two_requests_have_two_ids(app: App) -> None:
    ids = {httpx.get(f"{app.url}/healthz").headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


def test_the_reference_on_a_failed_page_is_the_id_of_that_run_in_the_log(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScriptRunner, "_run_script", vars(ScriptRunner)["_run_script"])
    page_runs.watch()
    logs.configure("info", "json")

    def failing_page() -> None:
        import structlog  # noqa: PLC0415 - runs as a page

        from corvana.ui.script_errors import show_reference  # noqa: PLC0415

        structlog.get_logger().info("before")
        show_reference(RuntimeError("token pdus+_s3cret"))

    [sentence] = [element.value for element in AppTest.from_function(failing_page).run().error]
    written = capfd.readouterr().err
    ids = {line["event"]: line["request"] for line in parsed(written) if "request" in line}
    assert ids["before"] == ids["page failed"]
    assert f"`{ids['page failed']}`" in sentence
    assert "s3cret" not in written


def test_every_line_of_a_run_has_its_id_and_the_reference_of_the_card_finds_them(
    connected: Connected, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    logs.configure("info", "json")
    # A library's handler of another test may have a stream that is closed by now.
    monkeypatch.setattr(logging, "raiseExceptions", False)
    connected.sandbox.faults.update({"forbidden": True})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    lines, run = parsed(capfd.readouterr().err), connected.latest_run
    assert {"noun not collected", "collection failed"} <= {line["event"] for line in lines}
    assert {line["run"] for line in lines} == {run.id}
    assert run.id.startswith(trace.reference(run.id))
    assert len(trace.reference(run.id)) == 12
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    later = {line["run"] for line in parsed(capfd.readouterr().err)}
    assert later == {connected.latest_run.id} != {run.id}


def _written_alone() -> str | None:
    import structlog  # noqa: PLC0415 - runs in a process of its own

    structlog.get_logger().warning("alone")
    return trace.run_id()


def test_a_process_that_a_run_starts_writes_the_runs_id(
    settings: Settings, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_LOG_FORMAT", "json")
    with trace.run("c0ffee"):
        assert alone(_written_alone) == "c0ffee"
    assert [line["run"] for line in parsed(capfd.readouterr().err)] == ["c0ffee"]


def test_a_command_that_a_run_starts_writes_the_runs_id(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_LOG_FORMAT", "json")
    monkeypatch.setenv("CORVANA_DATABASE_URL", f"sqlite:///{tmp_path}/none/corvana.db")
    (tmp_path / "none").write_text("no folder")
    with trace.run("c0ffee"):
        environment = trace.environment()
    ended = subprocess.run(
        [sys.executable, "-m", "corvana", "prepare", "--connection", "x"],
        capture_output=True, text=True, check=False, env=environment, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ended.returncode != 0
    assert {line["run"] for line in parsed(ended.stderr)} == {"c0ffee"}


def test_outside_of_a_run_no_id_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORVANA_RUN", "of-somebody-else")
    assert "CORVANA_RUN" not in trace.environment()
