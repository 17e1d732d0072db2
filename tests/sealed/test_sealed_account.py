"""An account on PostgreSQL is sealed: it tells the same as another one, and is plain nowhere."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.config import Settings
from corvana.questions import labels, opened, prepared, tables
from corvana.questions.cache import Cache
from corvana.questions.prepare import prepare
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.store import connections, models
from corvana.store.keys import folder as keys_folder
from corvana.versions.analyse import analyse
from tests.builders.connected_account import DAYS
from tests.builders.left_behind import parquet_text
from tests.builders.left_behind import tables as stored_rows
from tests.builders.stored import written_life
from tests.builders.stored.sealed_account import bytes_in, plain_texts, readable
from tests.builders.stored.what_is_told import KEY, PAGES, SEALED, pack, said, view_of
from tests.conftest import Connected, collect_at, join

END = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def fixed_sandbox() -> Iterator[RunningSandbox]:
    """An account that is the same in every run."""
    world = build_world(seed=7, end=END, days=DAYS, incidents=300)
    with RunningSandbox(world, requests_per_minute=1_000_000) as running:
        yield running


@pytest.fixture
def sealed(
    configure: Callable[..., Settings],
    fixed_sandbox: RunningSandbox,
    postgresql_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Connected:
    """Sealed with the same key in every run: of equal rows, the order of ids chooses one."""
    monkeypatch.setattr(keys_folder, "new_connection_key", lambda *_: KEY)
    settings = configure(fixed_sandbox, "sealed", CORVANA_DATABASE_URL=postgresql_url)
    joined = join(settings, fixed_sandbox)
    collect(joined)
    return joined


@pytest.fixture
def plain(
    configure: Callable[..., Settings],
    fixed_sandbox: RunningSandbox,
    sealed: Connected,
    sqlite_url: str,
) -> Connected:
    """The same account, not sealed, with the same key of pseudonyms."""
    settings = configure(fixed_sandbox, "plain", CORVANA_DATABASE_URL=sqlite_url)
    joined = join(settings, fixed_sandbox)
    people = sealed.vault.keys.of(sealed.id).pseudonyms
    with Session(joined.engine) as session:
        session.get_one(models.Secret, joined.id).pseudonym_key = joined.vault.encrypt(people)
        session.commit()
    collect(joined)
    return joined


def collect(connected: Connected) -> None:
    """One run at the instant at which the account ends, with what assessors wrote."""
    written_life.write_settings(connected.engine)
    end = connected.sandbox.world.end
    collect_at(connected, clock=lambda: end, days=DAYS, analyse=analyse)
    services = connected.data().frame("incidents")["service_id"].dropna().unique()
    service = min(services, key=connected.seal.opened)
    written_life.write_about(connected.engine, connected.id, service_id=service)


def test_an_account_on_postgresql_is_sealed_and_one_on_sqlite_is_not(
    sealed: Connected, plain: Connected
) -> None:
    assert sealed.connection.is_sealed
    assert not plain.connection.is_sealed
    assert not (plain.settings.data_dir / "keys").exists()


def test_no_id_name_or_pseudonym_is_stored_in_plain_text(sealed: Connected) -> None:
    needles = plain_texts(sealed) | set(written_life.WORDS)
    assert len(needles) > 500
    kept = {
        "tables": stored_rows(sealed.settings.database_url),
        "frames": parquet_text(sealed.settings.versions_dir).encode(),
        "files": bytes_in(sealed.settings.data_dir),
    }
    assert {place: sorted(readable(needles, held))[:5] for place, held in kept.items()} == {
        place: [] for place in kept
    }


def test_the_evidence_pack_is_that_of_an_account_that_is_not_sealed(
    sealed: Connected, plain: Connected
) -> None:
    ours, theirs = pack(view_of(sealed)), pack(view_of(plain))
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert not SEALED.search(json.dumps(ours))


def test_every_page_says_what_it_says_of_an_account_that_is_not_sealed(
    sealed: Connected, plain: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {page: said(sealed, page, monkeypatch) for page in PAGES}
    theirs = {page: said(plain, page, monkeypatch) for page in PAGES}
    for page in PAGES:
        assert ours[page] == theirs[page], page
    assert not SEALED.search(json.dumps(ours))


def test_every_table_of_a_page_leaves_opened(sealed: Connected) -> None:
    view = view_of(sealed)
    written = tables.LEDGER.of(view).content().decode()
    assert len(written.splitlines()) == len(view.frame("findings")) + 1
    assert not SEALED.search(written)


def test_results_made_beforehand_have_names_as_pages_show_them(sealed: Connected) -> None:
    settings, engine, connection = sealed.settings, sealed.engine, sealed.connection
    assert prepare(settings, engine, sealed.vault, sealed.id, sealed.sandbox.world.end) > 0
    view = opened.open_view(
        settings,
        engine,
        Cache(prepared.PreparedFiles(settings.versions_dir, sealed.vault)),
        connection,
        now=sealed.sandbox.world.end,
    )
    made = prepared.read(settings.versions_dir, sealed.id, view.version, sealed.vault)
    assert any("names" in asked for asked in made)
    assert labels.names(view, "service") == labels.names(view_of(sealed), "service")
    assert not [name for name in labels.names(view, "service").values() if SEALED.search(name)]


def test_results_made_beforehand_do_not_outlive_the_key(sealed: Connected) -> None:
    folder, version = sealed.settings.versions_dir, sealed.connection.data_version
    prepared.write(folder, sealed.id, version, sealed.vault, {"question": b"answer"})
    assert prepared.read(folder, sealed.id, version, sealed.vault) == {"question": b"answer"}
    sealed.vault.keys.destroy(sealed.id)
    assert prepared.read(folder, sealed.id, version, sealed.vault) == {}


def test_without_the_key_pages_say_what_is_missing_and_data_can_still_be_deleted(
    sealed: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_KEYS_DIR", str(sealed.settings.data_dir / "elsewhere"))
    told = said(sealed, "response", monkeypatch)
    assert "This data cannot be opened here" in told["texts"]
    assert any("CORVANA_KEYS_DIR" in text for text in told["texts"])
    assert not SEALED.search(json.dumps(told))
    integrations = said(sealed, "integrations", monkeypatch)
    assert "its key is not here" in integrations["texts"]
    assert jobs.disconnect(sealed.id).counts["rows_left"] == 0


def test_a_worker_without_the_key_leaves_the_connection_to_others(
    sealed: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.release(sealed.engine, sealed.id, "test", started_at=sealed.sandbox.world.end)
    monkeypatch.setenv("CORVANA_KEYS_DIR", str(sealed.settings.data_dir / "elsewhere"))
    jobs.collect_connection(sealed.id)
    assert sealed.connection.status == "connected"
    monkeypatch.delenv("CORVANA_KEYS_DIR")
    jobs.collect_connection(sealed.id)
    assert sealed.latest_run.status == "finished"
