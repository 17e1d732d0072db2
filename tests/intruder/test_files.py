"""Files are handed out to those who may have them, and to nobody else: asked over HTTP."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from benchmarks.running_app import PAGES_ONLY, ROOT, App, running
from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.config import Settings
from corvana.questions.file import FILES
from corvana.sandbox.play.build import build_world
from corvana.store import connections, engagements, purge
from corvana.store.people import audit, members, sign_ins
from corvana.store.people.members import Role
from corvana.versions.files import delete_versions
from corvana.web import files, general_files
from tests.builders.browsers.signed_in import SECTION, begin_session, cookies_of
from tests.builders.stored.every_file import every_file
from tests.builders.stored.with_baseline import freeze_at, opened_by_itself

END = datetime(2026, 11, 20, tzinfo=UTC)
SIGN_IN = "[auth]\n" + "\n".join(f'{name} = "{value}"' for name, value in SECTION.items())


class Served(NamedTuple):
    """A running application with sign-in and two clients, and every file of each client."""

    app: App
    north: str
    south: str
    addresses: Mapping[str, list[str]]

    def settings(self) -> Settings:
        return Settings(data_dir=self.app.data_dir, base_url=self.app.url)

    def session_of(self, email: str, **roles: Role) -> dict[str, str]:
        """The cookies of a person with these roles, by the name of the engagement."""
        by_id = {getattr(self, name): role for name, role in roles.items()}
        engine = database_of(self.app.data_dir)
        return cookies_of(self.settings(), begin_session(engine, self.settings(), by_id, email))

    def ask(
        self, address: str, cookies: Mapping[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        return httpx.get(
            f"{self.app.url}{address}", cookies=dict(cookies or {}), headers=headers, timeout=60
        )

    def noted(self) -> list[tuple[str, str, str | None, str]]:
        entries = audit.newest(database_of(self.app.data_dir))
        return [(one.action, one.by, one.engagement_id, one.detail) for one in entries]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("intruded")
    shutil.copytree(
        ROOT / ".streamlit",
        home / ".streamlit",
        ignore=shutil.ignore_patterns("secrets.toml"),
    )
    (home / ".streamlit" / "secrets.toml").write_text(SIGN_IN)
    made = account(build_world(seed=3, end=END, days=40, incidents=600, planted=True))
    with running(home, cwd=home, **PAGES_ONLY) as app:
        north, south = (store_engagement(app.data_dir, name, made) for name in ("North", "South"))
        for one in (north, south):
            freeze_at(app.data_dir, one, made, END - timedelta(days=14), "Handed over")
        addresses = {one: addresses_of(app.data_dir, one) for one in (north, south)}
        yield Served(app, north, south, addresses)


def addresses_of(data_dir: Path, engagement: str) -> list[str]:
    """The address of every file that pages of this engagement offer."""
    view = opened_by_itself(data_dir, engagement)
    asked = [files.address(engagement, one) for one in every_file(view)]
    return [*asked, files.receipt_address(engagement)]


def test_nobody_gets_a_file_but_the_sign_in_screen(served: Served) -> None:
    general = [files.general_address(name) for name in general_files.GENERAL]
    for address in [*served.addresses[served.north], *general]:
        for cookies in ({}, cookies_of(served.settings(), "made up")):
            answer = served.ask(address, cookies)
            assert answer.status_code == 303, address
            assert answer.headers["location"].startswith("/")
            assert not answer.content
    noted = ("refused", audit.NOBODY, served.north, f"{files.REPORT.name}: nobody")
    assert noted in served.noted()


def test_an_assessor_gets_every_file_and_each_is_in_the_audit_trail(served: Served) -> None:
    cookies = served.session_of("ann@example.com", north="assessor")
    for address in served.addresses[served.north][:-1]:
        answer = served.ask(address, cookies)
        assert answer.status_code == 200, address
        assert answer.content
        assert answer.headers["content-disposition"].startswith('attachment; filename="')
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    exported = {one[3] for one in served.noted() if one[0] == "exported" and one[2] == served.north}
    assert exported == set(FILES)


def test_a_viewer_gets_no_file_of_the_engagement(served: Served) -> None:
    cookies = served.session_of("vic@example.com", north="viewer")
    for address in served.addresses[served.north]:
        answer = served.ask(address, cookies)
        assert answer.status_code == 403, address
        assert "content-disposition" not in answer.headers
        assert "Only an assessor" in answer.text
        action, _, engagement, detail = served.noted()[0]
        assert (action, engagement) == ("refused", served.north)
        assert detail.endswith(": viewer")


def test_a_viewer_gets_the_report_and_nothing_else_if_the_engagement_allows_it(
    served: Served,
) -> None:
    cookies = served.session_of("vera@example.com", south="viewer")
    engagements.let_viewers_take_report(
        database_of(served.app.data_dir), served.south, allowed=True
    )
    answers = {one: served.ask(one, cookies).status_code for one in served.addresses[served.south]}
    assert [files.REPORT.name in one for one, status in answers.items() if status == 200] == [True]
    assert set(answers.values()) == {200, 403}


@pytest.mark.parametrize("role", ["assessor", "viewer"])
def test_whoever_belongs_to_another_engagement_gets_no_file(served: Served, role: Role) -> None:
    cookies = served.session_of(f"{role}@south.example", south=role)
    for address in served.addresses[served.north]:
        answer = served.ask(address, cookies)
        assert answer.status_code == 403, address
        assert "not a member" in answer.text
    assert served.noted()[0][3].endswith("not a member")
    nowhere = served.ask(f"/files/nowhere/{files.REPORT.name}", cookies)
    stripped = nowhere.text.split("Reference")[0]
    assert stripped == answer.text.split("Reference")[0], "it does not say what exists"


def test_the_account_of_another_engagement_cannot_be_named_in_an_address(served: Served) -> None:
    cookies = served.session_of("sam@example.com", south="assessor")
    for address in served.addresses[served.north][:-1]:
        answer = served.ask(address.replace(served.north, served.south, 1), cookies)
        assert answer.status_code == 404, address


def test_an_administrator_gets_no_file_by_being_one(served: Served) -> None:
    engine = database_of(served.app.data_dir)
    token = begin_session(engine, served.settings(), {}, "root@example.com", is_administrator=True)
    cookies = cookies_of(served.settings(), token)
    for address in served.addresses[served.north]:
        assert served.ask(address, cookies).status_code == 403, address
    assert served.ask(files.general_address(general_files.METHOD), cookies).status_code == 200


def test_a_member_that_was_removed_or_signed_out_gets_no_file_with_the_old_cookie(
    served: Served,
) -> None:
    engine = database_of(served.app.data_dir)
    report = served.addresses[served.north][0]
    cookies = served.session_of("gone@example.com", north="assessor")
    assert served.ask(report, cookies).status_code == 200
    person = next(
        one for one in members.members(engine, served.north) if one.email == "gone@example.com"
    )
    members.remove(engine, served.north, person.person_id)
    assert served.ask(report, cookies).status_code == 403
    sign_ins.end(engine, next(iter(cookies.values())))
    assert served.ask(report, cookies).status_code == 303


def test_a_link_on_another_site_downloads_nothing(served: Served) -> None:
    cookies = served.session_of("ann@example.com", north="assessor")
    report = served.addresses[served.north][0]
    answer = served.ask(report, cookies, **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert served.noted()[0][3] == f"{files.REPORT.name}: elsewhere"
    for site in ("none", "same-origin"):
        assert served.ask(report, cookies, **{"Sec-Fetch-Site": site}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda address: address.replace("response-within.csv", "../corvana.db"),
        lambda address: address.replace("response-within.csv", "..%2Fcorvana.db"),
        lambda address: address.replace("response-within.csv", "response-within"),
        lambda address: f"{address}&more=1",
        lambda address: address.replace("seconds_to_first_ack", "subject"),
        lambda address: address.replace("filters=", "filter="),
    ],
)
def test_an_address_asks_for_nothing_that_was_not_declared(
    served: Served, change: Callable[[str], str]
) -> None:
    cookies = served.session_of("ann@example.com", north="assessor")
    within = next(one for one in served.addresses[served.north] if "response-within" in one)
    answer = served.ask(change(within), cookies)
    assert answer.status_code in {400, 404}  # Streamlit itself refuses a path with dots
    assert "content-disposition" not in answer.headers


@pytest.mark.parametrize("version", ["0", "-1", "2", "99999999999999999999", "1e3", "", "²"])
def test_a_version_that_is_not_there_is_the_newest_one(served: Served, version: str) -> None:
    cookies = served.session_of("ann@example.com", north="assessor")
    stages = next(one for one in served.addresses[served.north] if "response-stages.csv" in one)
    other = served.ask(stages.replace("version=1", f"version={version}"), cookies)
    assert other.content == served.ask(stages, cookies).content


def test_the_server_holds_no_file_that_can_be_fetched_without_asking(served: Served) -> None:
    for path in ("/media/0.html", "/media/report.csv", "/media/"):
        answer = served.ask(path)
        assert (answer.status_code, answer.text) == (404, "Not found\n"), "closed, not only empty"


def test_no_file_is_handed_out_after_a_disconnect_but_the_receipt(served: Served) -> None:
    engine = database_of(served.app.data_dir)
    cookies = served.session_of("ann@example.com", north="assessor", south="assessor")
    connection = connections.of_engagement(engine, served.south)
    assert connection is not None
    now = datetime.now(UTC)
    *of_account, receipt = served.addresses[served.south]
    assert served.ask(receipt, cookies).status_code == 404

    begun = purge.begin(engine, connection.id, now)
    for address in of_account:
        answer = served.ask(address, cookies)
        assert answer.status_code == 404, "from the moment the deletion begins"
        assert "disconnected" in answer.text
    delete_versions(served.app.data_dir / "snapshots", connection.id)
    purge.finish(engine, connection.id, begun, snapshot_files=0, now=now)
    for address in of_account:
        assert served.ask(address, cookies).status_code == 404, address
    assert served.ask(receipt, cookies).json()["engagement"] == served.south
    assert (
        served.ask(receipt, served.session_of("vera@example.com", south="viewer")).status_code
        == 403
    )
