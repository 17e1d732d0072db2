"""Making a file: whoever may not have it any more does not get it, and nothing fails openly."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.config import load_settings
from corvana.errors import SnapshotsAway
from corvana.questions.cover import Cover
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements, purge
from corvana.store.models import AuditEntry
from corvana.store.people import audit, members
from corvana.store.people.members import Role
from corvana.versions.files import open_version
from corvana.web import files, general_files
from tests.builders.browsers.signed_in import begin_session, configure_sign_in, cookies_of
from tests.builders.data_folder import connection_of, read_from

END = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("web files")
    return folder, store_engagement(
        folder, "Acme", account(build_world(seed=5, end=END, days=14, incidents=40))
    )


@pytest.fixture
def client(stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    read_from(stored[0], tmp_path, monkeypatch)
    return TestClient(Starlette(routes=files.routes), base_url="http://localhost")


def address(stored: tuple[Path, str]) -> str:
    folder, engagement = stored
    data = open_version(folder / "snapshots", connection_of(folder, engagement).id, 1)
    return files.address(engagement, files.REPORT.of(View.of_version(data)))


def when_made(monkeypatch: pytest.MonkeyPatch, then: Callable[[], object]) -> None:
    """Let something happen while the report is made."""
    made = files.REPORT.make

    def make(view: View, cover: Cover) -> str:
        then()
        return made(view, cover=cover)

    monkeypatch.setattr(files.REPORT, "make", make)


def last_entry(engine: Engine) -> AuditEntry:
    return audit.newest(engine)[0]


def test_without_sign_in_this_computer_gets_its_files(
    client: TestClient, stored: tuple[Path, str]
) -> None:
    answer = client.get(address(stored))
    assert answer.status_code == 200
    assert answer.text.startswith("<!doctype html>")
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="corvana-report-acme-{today}.html"'
    )
    assert "<dt>Client</dt><dd>Acme</dd>" in answer.text
    assert "<dt>PagerDuty account</dt><dd>Acme (simulated)</dd>" in answer.text
    assert "<dt>Prepared by</dt><dd>Corvana</dd>" in answer.text
    noted = last_entry(database_of(stored[0]))
    assert (noted.action, noted.by) == ("exported", audit.THIS_COMPUTER)
    assert (noted.engagement_id, noted.detail) == (stored[1], "corvana-report.html")


@pytest.mark.parametrize(("role", "by"), [("assessor", "ann@example.com"), ("viewer", "Corvana")])
def test_an_assessor_prepares_the_report_and_a_viewer_only_takes_it(
    client: TestClient,
    stored: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
    role: Role,
    by: str,
) -> None:
    folder, engagement = stored
    engine, settings = database_of(folder), load_settings()
    configure_sign_in(monkeypatch)
    engagements.let_viewers_take_report(engine, engagement, allowed=True)
    token = begin_session(engine, settings, {engagement: role})
    client.cookies.update(cookies_of(settings, token))
    answer = client.get(address(stored))
    assert f"<dt>Prepared by</dt><dd>{by}</dd>" in answer.text
    [ann] = members.members(engine, engagement)
    members.remove(engine, engagement, ann.person_id)


def test_an_address_cannot_say_whose_the_report_is(
    client: TestClient, stored: tuple[Path, str]
) -> None:
    assert client.get(f"{address(stored)}&cover=%7B%7D").status_code == 404


@pytest.mark.parametrize("name", list(general_files.GENERAL))
def test_what_is_the_same_for_everybody_is_there_without_an_account(
    client: TestClient, name: str
) -> None:
    answer = client.get(files.general_address(name))
    assert answer.status_code == 200
    assert name in answer.headers["content-disposition"]
    assert client.get(files.general_address("corvana.db")).status_code == 404


def test_a_member_who_is_removed_while_a_file_is_made_does_not_get_it(
    client: TestClient, stored: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, engagement = stored
    engine, settings = database_of(folder), load_settings()
    configure_sign_in(monkeypatch)
    token = begin_session(engine, settings, {engagement: "assessor"})
    [ann] = members.members(engine, engagement)
    when_made(monkeypatch, lambda: members.remove(engine, engagement, ann.person_id))
    client.cookies.update(cookies_of(settings, token))
    assert client.get(address(stored)).status_code == 403
    assert last_entry(engine).detail == "corvana-report.html: not a member"


def test_a_file_that_cannot_be_made_says_so_and_tells_nothing_of_the_data(
    client: TestClient, stored: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ValueError("service checkout of Acme")

    when_made(monkeypatch, fail)
    with structlog.testing.capture_logs() as logged:
        answer = client.get(address(stored))
    assert answer.status_code == 500
    assert "could not be made" in answer.text
    noted = last_entry(database_of(stored[0]))
    assert noted.id in answer.text
    assert [one["event"] for one in logged] == ["file failed"]
    assert "checkout" not in f"{answer.text} {logged}"


def test_without_the_store_of_data_versions_a_file_says_so(
    client: TestClient, stored: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise SnapshotsAway("no answer")

    when_made(monkeypatch, fail)
    answer = client.get(address(stored))
    assert answer.status_code == 503
    assert "The store of data versions cannot be reached" in answer.text


def test_a_file_is_not_handed_out_when_the_account_is_deleted_while_it_is_made(
    client: TestClient, stored: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last test of this file: the account is gone after it."""
    folder, engagement = stored
    engine, asked = database_of(folder), address(stored)
    connection = connections.of_engagement(engine, engagement)
    assert connection is not None
    when_made(monkeypatch, lambda: purge.begin(engine, connection.id, END))
    answer = client.get(asked)
    assert answer.status_code == 404
    assert "disconnected" in answer.text
    assert last_entry(engine).detail == "corvana-report.html: deleted"
