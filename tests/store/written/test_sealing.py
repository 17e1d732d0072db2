"""What assessors wrote is sealed in other databases than SQLite, and read as it was written."""

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, LargeBinary, String, delete, insert
from sqlmodel import JSON, AutoString, Session, SQLModel, col

from corvana.assessment.settings import DEFAULTS
from corvana.errors import ConfigError, NotFound
from corvana.seal import KeySeal, new_key
from corvana.store.engine import open_database
from corvana.store.keys import in_use
from corvana.store.keys.folder import Keys
from corvana.store.keys.ring import GivenKeys
from corvana.store.models import WRITTEN, AssessmentSettings, Baseline, RegisterEntry
from corvana.store.models.written import Logo
from corvana.store.vault import Vault
from corvana.store.written import baselines, dates, register, sealing, settings, targets
from tests.builders.left_behind import tables
from tests.builders.stored.bare_connection import a_connection
from tests.builders.stored.written_life import (
    CHOSEN,
    PICTURE,
    SEEN,
    WORDS,
    WRITTEN_AT,
    write_about,
    write_baseline,
    write_settings,
)

ID = "c" * 32
PLAIN = {
    "assessmentsettings": {"engagement_id", "changed_by"},
    "baseline": {"engagement_id", "changed_by", "id", "release", "concluded_by", "built_by"},
    "responsetarget": {"engagement_id", "changed_by", "by", "level", "service_id"},
    "timelinedate": {
        *("engagement_id", "changed_by", "id", "kind", "subject_type", "subject_id"),
    },
    "logo": {"engagement_id", "changed_by", "media_type"},
    "registerentry": {"engagement_id", "changed_by", "key", "status", "effort", "answer"},
    "registerchange": {"engagement_id", "changed_by", "key", "field"},
}
"""Ids, choices and digests. Ids of an account are sealed with its connection's key."""


def written(url: str) -> Engine:
    """A database in which everything was written, the settings before there was a connection."""
    engine = open_database(url)
    write_settings(engine)
    with Session(engine) as session:
        session.add(a_connection(ID, "first"))
        session.commit()
    write_about(engine, ID)
    write_baseline(engine, ID)
    return engine


@pytest.fixture
def keys(postgresql_url: str, tmp_path: Path) -> Keys:
    """The folder of keys of a database on PostgreSQL."""
    keys = Vault(GivenKeys(Fernet.generate_key()), tmp_path / "keys").keys
    in_use.use(postgresql_url, keys)
    return keys


def words_in(url: str) -> set[str]:
    stored = tables(url)
    return {word for word in WORDS if word.encode() in stored}


def test_every_column_of_texts_is_sealed_or_known_to_have_no_words_of_an_assessor() -> None:
    kinds = (String, AutoString, JSON, LargeBinary)
    texts = {
        model.__tablename__: {
            column.name
            for column in SQLModel.metadata.tables[str(model.__tablename__)].columns
            if isinstance(column.type, kinds)
        }
        for model in WRITTEN
    }
    assert {str(model.__tablename__): set(model.free) for model in WRITTEN} == {
        name: columns - PLAIN[str(name)] for name, columns in texts.items()
    }


def test_what_is_read_is_what_was_written(database_url: str) -> None:
    engine = written(database_url)
    assert settings.of(engine, "first") == CHOSEN
    with Session(engine) as session:
        assert settings.of_session(session, "first") == CHOSEN
    logo = settings.logo(engine, "first")
    assert logo is not None
    assert logo.content == PICTURE.content
    (entry,) = register.entries(engine, "first")
    assert (entry.title, entry.place, entry.reason, entry.revision) == (
        "Nobody answers at the harbour",
        "The harbour desk",
        "Marrowby was mistaken",
        2,
    )
    told = [
        (one.revision, one.field, one.before, one.after)
        for one in register.history(engine, "first", SEEN)
    ]
    assert told == [
        (2, "advice", "Give the harbour a rota", ""),
        (2, "note", "Marrowby heard it twice", ""),
        (2, "owner", "Harbour wardens", ""),
        (2, "reason", "", "Marrowby was mistaken"),
        (2, "status", "confirmed", "dismissed"),
        (1, "advice", "", "Give the harbour a rota"),
        (1, "note", "", "Marrowby heard it twice"),
        (1, "owner", "", "Harbour wardens"),
        (1, "place", "", "The harbour desk"),
        (1, "status", "open", "confirmed"),
        (1, "title", "", "Nobody answers at the harbour"),
    ]
    assert [one.name for one in dates.of_engagement(engine, "first")] == ["The wardens moved house"]
    assert [one.level for one in targets.of_engagement(engine, "first")] == ["high"]
    (listed,) = baselines.listed(engine, "first")
    assert listed == baselines.get(engine, "first", "b" * 32)
    assert (listed.name, listed.settings) == ("Before the wardens moved", CHOSEN.to_store())
    assert baselines.settings_now(engine, "first") == CHOSEN.to_store()


def test_no_word_is_stored_plain_on_postgresql(postgresql_url: str, keys: Keys) -> None:
    written(postgresql_url)
    assert words_in(postgresql_url) == set()
    with Session(open_database(postgresql_url)) as session:
        picture = session.get_one(Logo, "first").content
    assert picture.startswith(b"~")
    assert PICTURE.content[:8] not in picture


def test_on_sqlite_everything_is_stored_as_it_is_and_no_key_is_made(
    sqlite_url: str, tmp_path: Path
) -> None:
    in_use.use(sqlite_url, Vault(GivenKeys(Fernet.generate_key()), tmp_path / "keys").keys)
    engine = written(sqlite_url)
    with Session(engine) as session:
        assert session.get_one(AssessmentSettings, "first").chosen == CHOSEN.to_store()
        assert session.get_one(Baseline, ("first", "b" * 32)).name == "Before the wardens moved"
        assert session.get_one(Logo, "first").content == PICTURE.content
    assert not (tmp_path / "keys").exists()


def test_the_key_is_the_engagement_s_and_is_made_at_the_first_write(
    postgresql_url: str, keys: Keys, tmp_path: Path
) -> None:
    engine = open_database(postgresql_url)
    assert settings.of(engine, "first") == DEFAULTS
    assert not (tmp_path / "keys").exists()
    write_settings(engine)
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["first.written"]


def test_without_the_key_texts_are_told_to_be_closed_and_nothing_can_be_saved_over_them(
    postgresql_url: str, keys: Keys
) -> None:
    engine = written(postgresql_url)
    read = settings.read(engine, "first")
    keys.destroy_written("first")
    assert settings.read(engine, "first") == replace(read, settings=DEFAULTS)
    logo = settings.logo(engine, "first")
    assert logo is not None
    assert logo.content == b""
    (entry,) = register.entries(engine, "first")
    assert (entry.title, entry.note, entry.status) == (sealing.UNREADABLE, "", "dismissed")
    assert [one.name for one in dates.of_engagement(engine, "first")] == [sealing.UNREADABLE]
    (baseline,) = baselines.listed(engine, "first")
    assert (baseline.name, baseline.settings) == (sealing.UNREADABLE, {})
    with pytest.raises(NotFound):
        settings.save(engine, "first", CHOSEN, over=read, by="p1")
    with pytest.raises(NotFound):
        write_about(engine, ID)
    assert sealing.UNREADABLE in {one.title for one in register.entries(engine, "first")}


def test_another_key_opens_nothing(postgresql_url: str, keys: Keys) -> None:
    engine = written(postgresql_url)
    keys.destroy_written("first")
    keys.make_written("first")
    assert settings.of(engine, "first") == DEFAULTS
    assert [one.name for one in dates.of_engagement(engine, "first")] == [sealing.UNREADABLE]


def test_rows_of_the_release_before_are_read_and_sealed_with_the_next_change(
    postgresql_url: str, keys: Keys
) -> None:
    engine = open_database(postgresql_url)
    before = {
        "engagement_id": "first", "key": SEEN, "revision": 1, "status": "confirmed",
        "note": "Marrowby heard it twice",
    }  # fmt: skip
    with Session(engine) as session:
        session.add(a_connection(ID, "first"))
        session.connection().execute(insert(RegisterEntry).values(**before))
        session.commit()
    (entry,) = register.entries(engine, "first")
    assert entry.note == "Marrowby heard it twice"
    entry.owner = "Harbour wardens"
    register.save(engine, entry, by="p1", now=WRITTEN_AT, connection_id=ID)
    assert words_in(postgresql_url) == set()
    (entry,) = register.entries(engine, "first")
    assert (entry.note, entry.owner) == ("Marrowby heard it twice", "Harbour wardens")


def test_a_new_key_is_made_once_nothing_is_left_that_the_old_one_sealed(
    postgresql_url: str, keys: Keys
) -> None:
    engine = open_database(postgresql_url)
    write_settings(engine)
    keys.destroy_written("first")
    with Session(engine) as session:
        session.connection().execute(delete(AssessmentSettings))
        session.commit()
    with pytest.raises(NotFound):
        write_settings(engine)
    with Session(engine) as session:
        session.connection().execute(delete(Logo).where(col(Logo.engagement_id) == "first"))
        session.commit()
    write_settings(engine)
    assert settings.of(engine, "first") == CHOSEN


def test_a_text_that_looks_sealed_is_kept_as_it_was_typed(database_url: str) -> None:
    engine = open_database(database_url)
    typed = KeySeal(new_key()).text("PSVC123")
    named = DEFAULTS.with_client(scope=typed)
    settings.save(engine, "first", named, over=settings.Read(), by="p1")
    assert settings.of(engine, "first").client.scope == typed


def test_a_process_that_has_not_opened_its_vault_takes_nothing_for_unreadable(
    postgresql_url: str, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = written(postgresql_url)
    monkeypatch.setattr(in_use, "_keys", {})
    for call in (settings.of, register.entries, dates.of_engagement):
        with pytest.raises(ConfigError):
            call(engine, "first")
    with pytest.raises(ConfigError):
        write_settings(engine)
