"""An account that moves from SQLite to PostgreSQL becomes sealed, and says what it said before."""

import gc
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlmodel import Session

from corvana import jobs
from corvana.analysis.opening import opened
from corvana.config import Settings, load_settings
from corvana.errors import MoveRefused
from corvana.jobs.database import copying, moving, rows
from corvana.jobs.database.account_seal import AccountSeal
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.seal import is_sealed
from corvana.store import connections, models
from corvana.store.engine import open_database
from corvana.store.keys import folder as keys_folder
from corvana.store.keys.connection_key import sealing
from corvana.store.vault import Vault
from corvana.versions import baselines
from corvana.versions.analyse import analyse
from corvana.versions.files import CONTRACTS, open_version
from tests.builders.connected_account import DAYS
from tests.builders.left_behind import parquet_text
from tests.builders.left_behind import tables as stored_rows
from tests.builders.stored import written_life
from tests.builders.stored.sealed_account import bytes_in, plain_texts, readable
from tests.builders.stored.what_is_told import KEY, PAGES, SEALED, pack, said, view_of
from tests.conftest import Connected, collect_at, join

DISK = re.compile(r"\d+ kB")
END = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def fixed_sandbox() -> Iterator[RunningSandbox]:
    world = build_world(seed=7, end=END, days=DAYS, incidents=300)
    with RunningSandbox(world, requests_per_minute=1_000_000) as running:
        yield running


@pytest.fixture
def plain(
    configure: Callable[..., Settings],
    fixed_sandbox: RunningSandbox,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Connected:
    """An account on SQLite with all that assessors write, and a baseline.

    Its keys are the same in every run: of equal rows, the order of ids chooses one.
    """
    monkeypatch.setattr(
        keys_folder, "new_connection_key", lambda people=None: KEY[:64] + (people or b"") + KEY[96:]
    )
    settings = configure(fixed_sandbox, CORVANA_DATABASE_URL=sqlite_url)
    joined = join(settings, fixed_sandbox)
    with Session(joined.engine) as session:
        people = joined.vault.encrypt(KEY[64:96])
        session.get_one(models.Secret, joined.id).pseudonym_key = people
        session.commit()
    written_life.write_settings(joined.engine)
    collect_at(joined, clock=lambda: END, days=DAYS, analyse=analyse)
    service = min(joined.data().frame("incidents")["service_id"].dropna().unique())
    written_life.write_about(joined.engine, joined.id, service_id=service)
    jobs.freeze(joined.id, "Before the wardens moved", "p1")
    joined.engine.dispose()
    return joined


def moved(plain: Connected, url: str, monkeypatch: pytest.MonkeyPatch) -> Connected:
    """Move the account; return the application that uses the other database from now on."""
    plain.engine.dispose()
    gc.collect()  # closes what pages of this process have open
    result = moving.move_database(url)
    assert [one for one in (*result.tables, *result.frames) if not one.is_equal] == []
    monkeypatch.setenv("CORVANA_DATABASE_URL", url)
    settings = load_settings()
    return replace(plain, settings=settings, engine=open_database(url), vault=Vault.of(settings))


def test_every_page_and_the_evidence_pack_say_what_they_said_before(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {page: said(plain, page, monkeypatch) for page in PAGES}
    packed = pack(view_of(plain))
    ours = moved(plain, postgresql_url, monkeypatch)
    after = pack(view_of(ours))
    assert after.keys() == packed.keys()
    assert [name for name in after if after[name] != packed[name]] == []
    for page in PAGES:
        assert lasting(said(ours, page, monkeypatch)) == lasting(before[page]), page
    assert not SEALED.search(json.dumps(after))


def lasting(page: dict[str, Any]) -> dict[str, Any]:
    """What a page says, but for the minutes that pass between two looks at it, and for the disk
    that baselines take: sealed texts are longer."""
    return page | {
        "texts": sorted(one.replace("just now", "a while ago") for one in page["texts"]),
        "tables": [DISK.sub("some disk", one) for one in page["tables"]],
    }


def test_no_id_name_or_pseudonym_is_left_in_plain_text(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = moved(plain, postgresql_url, monkeypatch)
    assert ours.connection.is_sealed
    needles = plain_texts(ours) | set(written_life.WORDS)
    assert len(needles) > 500
    folder = ours.settings.versions_dir
    kept = {
        "tables": stored_rows(postgresql_url),
        "frames": parquet_text(folder).encode(),
        "files": bytes_in(folder, ours.settings.keys_dir),
    }
    found = {place: sorted(readable(needles, held))[:5] for place, held in kept.items()}
    assert found == {place: [] for place in kept}


def test_every_row_is_what_a_collection_of_a_sealed_account_stores(
    plain: Connected,
    configure: Callable[..., Settings],
    fixed_sandbox: RunningSandbox,
    postgresql_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = moved(plain, postgresql_url, monkeypatch)
    was = rows_of(ours)
    with Session(ours.engine) as session:
        session.execute(text("UPDATE nounstatus SET succeeded_at = NULL, attempted_at = 0"))
        session.execute(text("DELETE FROM collectionwindow"))
        session.commit()
    collect_at(ours, clock=lambda: END, days=DAYS, analyse=analyse)
    for name, found in rows_of(ours).items():
        assert found == was[name], name


def rows_of(connected: Connected) -> dict[str, list[str]]:
    """The rows of every table with rows of an account, but for those that tell of runs."""
    of_runs = {"collectionrun", "collectionwindow", "nounstatus", "oddshape", "findingseen"}
    found = {}
    with connected.engine.connect() as database:
        for table in models.every_table():
            if "connection_id" in table.columns and table.name not in of_runs | {"secret"}:
                stored = database.execute(select(table)).mappings()
                found[table.name] = sorted(json.dumps(dict(row), default=str) for row in stored)
    return found


def test_versions_and_baselines_are_the_same_when_they_are_opened(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = plain.connection.data_version
    with Session(plain.engine) as session:
        baseline = session.scalars(select(models.Baseline)).one()
    homes = [plain.id, baselines.place_of(plain.id, baseline.id)]
    folder = plain.settings.versions_dir
    before = [open_version(folder, home, version) for home in homes]
    ours = moved(plain, postgresql_url, monkeypatch)
    for home, was in zip(homes, before, strict=True):
        data = open_version(folder, home, version)
        assert (data.as_of, data.rests_on) == (was.as_of, was.rests_on)
        for name in CONTRACTS:
            assert len(data.frame(name)) == len(was.frame(name)), name
        ids = data.frame("incidents")["incident_id"]
        assert ids.map(is_sealed).all()
        told = opened(data.frame("incidents"), ours.seal)["incident_id"]
        assert sorted(told) == sorted(was.frame("incidents")["incident_id"])


def test_tokens_and_the_key_of_pseudonyms_are_taken_over(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = plain.vault.read_tokens(plain.engine, plain.id)
    people = plain.vault.key_of(plain.engine, plain.id).pseudonyms
    ours = moved(plain, postgresql_url, monkeypatch)
    assert ours.vault.read_tokens(ours.engine, ours.id) == tokens
    assert ours.vault.key_of(ours.engine, ours.id).pseudonyms == people


def test_a_move_that_ends_before_the_rows_are_kept_is_begun_again(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended(BaseException):
        pass

    steps: list[str] = []
    target = open_database(postgresql_url)
    for moment in ("incident:", "every row", "data versions are", "the rows are"):

        def end_at(done: str, moment: str = moment) -> None:
            steps.append(done)
            if done.startswith(moment):
                raise Ended

        plain.engine.dispose()
        with pytest.raises(Ended):
            moving.move_database(postgresql_url, end_at)
        with target.connect() as database:
            assert copying.has_rows(database) is (moment == "the rows are")
        assert view_of(plain).frame("incidents") is not None, "SQLite is as it was"
    ours = moved(plain, postgresql_url, monkeypatch)
    assert view_of(ours).seal.opened(view_of(ours).frame("incidents")["incident_id"].iloc[0])
    assert not (ours.settings.data_dir / "snapshots-sealed").exists()


def test_a_value_that_would_be_different_is_found_and_nothing_is_kept(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = rows.Seals.sealed

    def one_is_wrong(self: Any, table: str, row: Any) -> dict[str, Any]:
        made: dict[str, Any] = sealed(self, table, row)
        return made | ({"urgency": "low"} if table == "incident" else {})

    monkeypatch.setattr(rows.Seals, "sealed", one_is_wrong)
    plain.engine.dispose()
    result = moving.move_database(postgresql_url)
    assert [one.name for one in result.tables if not one.is_equal] == ["incident"]
    assert [one.name for one in result.frames if not one.is_equal] == []
    with open_database(postgresql_url).connect() as database:
        assert not copying.has_rows(database)
    assert plain.settings.versions_dir.exists()


def test_a_database_that_is_not_empty_is_refused(plain: Connected, postgresql_url: str) -> None:
    with Session(open_database(postgresql_url)) as session:
        session.add(models.Engagement(id="x", name="Another", created_at=END))
        session.commit()
    plain.engine.dispose()
    with pytest.raises(MoveRefused, match="not empty"):
        moving.move_database(postgresql_url)


def test_a_process_that_has_the_database_open_is_noticed(
    plain: Connected, postgresql_url: str
) -> None:
    other = open_database.__wrapped__(plain.settings.database_url)
    with other.connect() as held:
        held.execute(text("SELECT count(*) FROM connection"))
        with pytest.raises(MoveRefused, match="has the database open"):
            moving.move_database(postgresql_url)
    other.dispose()


def test_a_worker_that_is_at_work_is_noticed(plain: Connected, postgresql_url: str) -> None:
    assert connections.acquire(plain.engine, plain.id, "worker", datetime.now(UTC))
    with pytest.raises(MoveRefused, match="a worker is at work"):
        moving.move_database(postgresql_url)


def test_no_table_counts_with_a_sequence(postgresql_url: str) -> None:
    with open_database(postgresql_url).connect() as database:
        assert database.scalar(text("SELECT count(*) FROM pg_sequences")) == 0


def test_the_key_of_a_finding_about_two_services_is_in_the_order_of_sealed_ids() -> None:
    seal = sealing(bytes(range(64)))
    account = AccountSeal(seal, frozenset({"PA", "PB", "slow_ack"}))
    one, two = sorted([seal.text("PA"), seal.text("PB")])
    assert account.key("undeclared_dependency:PA:PB") == f"undeclared_dependency:{one}:{two}"
    assert account.key("slow_ack:PA") == f"slow_ack:{seal.text('PA')}"
    assert account.key("interview:7Q2X") == "interview:7Q2X"


def test_the_folder_of_before_stays_until_somebody_deletes_it(
    plain: Connected, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = moved(plain, postgresql_url, monkeypatch)
    kept: Path = ours.settings.data_dir / "snapshots-before-move"
    assert kept.exists()
