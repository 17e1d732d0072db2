"""Content of the client's account never reaches anything that is kept or written.

A marker stands in every free-text field PagerDuty sends. After everything that can be done with a
connection was done, good and bad, the marker is searched byte by byte in all that is left behind.
"""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from sqlmodel import Session

from corvana import jobs, logs
from corvana.config import Settings
from corvana.errors import CorvanaError, PagerDutyError
from corvana.evidence import write_evidence
from corvana.pagerduty import client as client_module
from corvana.pagerduty import oauth, responses
from corvana.pagerduty.client import Client
from corvana.sandbox.running import RunningSandbox
from corvana.store import connections
from tests.conftest import Connected, join

MARKER = "CANARY-7f3e9d51"
PATHS = {
    "/incidents": responses.IncidentsPage,
    "/log_entries": responses.LogEntriesWithIncidentsPage,
    "/services": responses.ServicesPage,
    "/escalation_policies": responses.EscalationPoliciesPage,
    "/schedules": responses.SchedulesPage,
    "/v3/schedules": responses.ScheduleReferencesPage,
    "/teams": responses.TeamsPage,
    "/users": responses.UsersPage,
}
FAULTS = (
    {"rate_limited": 1},
    {"rate_limited": 1, "rate_limit_headers": False, "html_errors": True},
    {"server_errors": 1},
    {"server_errors": 1, "server_error_status": 502, "html_errors": True},
    {"dropped": 1},
    {"forbidden": True},
    {"not_on_plan": True},
    {"not_on_plan": True, "html_errors": True},
    {"token_revoked": True},
)


class FixedAuthorization:
    def __init__(self, token: str) -> None:
        self._token = token

    def access_token(self) -> str:
        return self._token

    def refresh(self, refused: str) -> str:
        raise PagerDutyError("no newer token")


def everything_of(error: BaseException) -> Iterator[str]:
    """Whatever anybody could print of an error and of all that led to it."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield from (str(current), repr(current), repr(current.args), repr(vars(current)))
        yield "".join(traceback.format_exception(current))
        waiting += [e for e in (current.__cause__, current.__context__) if e is not None]


def provoked(connected: Connected, monkeypatch: pytest.MonkeyPatch) -> list[PagerDutyError]:
    """Every fault on every path, each as the error the client makes of it."""
    monkeypatch.setattr(client_module, "_ATTEMPTS", 1)
    faults = connected.sandbox.faults
    with Session(connected.engine) as session:
        token = connected.vault.tokens(session, connected.id).access_token

    async def ask(path: str, model: type) -> None:
        authorization = FixedAuthorization(token)
        async with Client(
            connected.sandbox.api_url, authorization, requests_per_minute=60_000, concurrency=1
        ) as client:
            await client.get(path, model, {"limit": 5})

    errors = []
    for fault in FAULTS:
        for path, model in PATHS.items():
            faults.reset()
            faults.update({**fault, "content_marker": MARKER})
            with pytest.raises(PagerDutyError) as caught:
                asyncio.run(ask(path, model))
            errors.append(caught.value)
    faults.reset()
    faults.content_marker = MARKER
    return errors


def unfitting(connected: Connected) -> list[CorvanaError]:
    """Answers that do not fit the contract at all: another endpoint's, and no JSON."""
    errors = []
    headers = {"Authorization": f"Bearer {token_of(connected)}"}
    body = httpx.get(f"{connected.sandbox.api_url}/users", headers=headers).content
    for content in (body, body[:-40], b"<html>" + MARKER.encode()):
        with pytest.raises(CorvanaError) as caught:
            client_module.decipher(200, {}, content, responses.IncidentsPage)
        errors.append(caught.value)
    return errors


def token_of(connected: Connected) -> str:
    with Session(connected.engine) as session:
        return connected.vault.tokens(session, connected.id).access_token


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def parquet_text(folder: Path) -> str:
    """The decoded values of every Parquet file: compressed bytes would hide them."""
    return "\n".join(
        pd.read_parquet(path).to_csv(index=False) for path in sorted(folder.rglob("*.parquet"))
    )


@pytest.fixture
def marked(configure: Callable[..., Settings], sandbox: RunningSandbox) -> Connected:
    sandbox.faults.content_marker = MARKER
    return join(configure(sandbox, CORVANA_LOG_LEVEL="debug", CORVANA_BACKFILL_DAYS="14"), sandbox)


def test_the_marker_arrives_in_every_kind_of_response(marked: Connected) -> None:
    headers = {"Authorization": f"Bearer {token_of(marked)}"}
    with httpx.Client(base_url=marked.sandbox.api_url, headers=headers) as raw:
        for path in PATHS:
            answer = raw.get(path, params={"include[]": "incidents"})
            assert answer.content.count(MARKER.encode()) > 0, path
        marked.sandbox.faults.update({"server_errors": 1, "html_errors": True})
        assert MARKER.encode() in raw.get("/incidents").content


def test_no_content_is_kept_or_written_anywhere(
    marked: Connected,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    logs.configure("debug")
    faults, data = marked.sandbox.faults, marked.settings.data_dir
    monkeypatch.setattr(client_module.random, "random", lambda: 0.0)

    faults.update({"rate_limited": 1, "server_errors": 2, "dropped": 2, "html_errors": True})
    jobs.sweep()
    jobs.collect_connection(marked.id)
    assert connections.latest_run(marked.engine, marked.id).status == "finished"
    for fault in ({"forbidden": True}, {"not_on_plan": True}):
        faults.update(fault)
        jobs.collect_connection(marked.id)
        assert connections.latest_run(marked.engine, marked.id).status == "failed"
        faults.update(dict.fromkeys(fault, False))
    faults.short_pages, faults.duplicate_rows = 3, 3
    jobs.collect_connection(marked.id)

    exported = write_evidence(marked.snapshot(), tmp_path / "evidence")
    errors: list[CorvanaError] = [*provoked(marked, monkeypatch), *unfitting(marked)]
    refused = marked.settings.model_copy()
    with pytest.raises(CorvanaError) as caught:
        oauth.refresh(refused, "pdus+" + "x" * 20, marked.connection.connected_at)
    errors.append(caught.value)
    faults.token_revoked = True
    with monkeypatch.context() as patch:
        patch.setattr(oauth, "refresh", _refuse)
        jobs.collect_connection(marked.id)
    assert marked.connection.status == "disconnected"

    out, err = capfd.readouterr()
    kept = {
        **{str(path): content for path, content in files_of(data).items()},
        **{str(path): path.read_bytes() for path in exported},
        "decoded snapshots": parquet_text(marked.settings.snapshot_dir).encode(),
        "logs": caplog.text.encode(),
        "standard output": out.encode(),
        "standard error": err.encode(),
        "errors": "\n".join(line for error in errors for line in everything_of(error)).encode(),
    }
    names = {Path(name).name for name in kept}
    assert {"corvana.db", "corvana.db-wal", "corvana.db-shm", "queue.db", "incidents.csv"} <= names
    assert len(errors) == len(FAULTS) * len(PATHS) + 4
    assert len(marked.snapshot().frame("incidents")) > 100
    assert "collection failed" in err
    assert [name for name, content in kept.items() if MARKER.encode() in content] == []


def _refuse(*_: object) -> oauth.Tokens:
    raise client_module.Unauthorized("the refresh token was refused", status=400)


def test_the_search_finds_what_is_kept(
    configure: Callable[..., Settings], sandbox: RunningSandbox
) -> None:
    """Labels are on the allowlist: a marker in them is found in tables and snapshots."""
    sandbox.faults.update({"content_marker": MARKER, "mark_labels": True})
    connected = join(configure(sandbox, CORVANA_BACKFILL_DAYS="1"), sandbox)
    jobs.collect_connection(connected.id)
    database = b"".join(
        content
        for path, content in files_of(connected.settings.data_dir).items()
        if path.name.startswith("corvana.db")
    )
    assert database.count(MARKER.encode()) > 0
    assert MARKER in parquet_text(connected.settings.snapshot_dir)


def test_no_person_title_or_description_is_kept(connected: Connected, tmp_path: Path) -> None:
    world = connected.sandbox.world
    jobs.collect_connection(connected.id)
    exported = write_evidence(connected.snapshot(), tmp_path / "evidence")
    kept = b"\n".join(
        [
            *files_of(connected.settings.data_dir).values(),
            *(path.read_bytes() for path in exported),
            parquet_text(connected.settings.snapshot_dir).encode(),
        ]
    )
    personal = {value for user in world.users for value in (user.name, user.email, user.phone)}
    personal |= {user.id for user in world.users}
    texts = {text for each in world.incidents for text in (each.title, each.description)}
    texts |= {service.description for service in world.services if service.description}
    assert len(personal) > 100
    assert len(texts) > 100
    assert [value for value in personal | texts if value.encode() in kept] == []
    pseudonyms = {connected.pseudonyms.of(user.id).encode() for user in world.users}
    assert [value for value in pseudonyms if value not in kept] == []
