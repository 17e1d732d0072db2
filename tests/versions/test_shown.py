"""Pages show the version whose results are prepared while it holds, else the newest."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.assessment.settings import Basis
from corvana.questions import opened
from corvana.questions.cache import Cache
from corvana.questions.view import View
from corvana.runs import prepare
from corvana.store import connections
from corvana.store.models import Connection
from corvana.ui.sections import page_header
from corvana.versions import freshness, publish, shown
from corvana.versions.conclusions import CONCLUSIONS
from corvana.versions.files import open_version
from corvana.versions.kept.naming import manifest_name
from corvana.versions.manifest import Manifest, read_manifest
from tests.builders.written_version import prepared_file
from tests.conftest import Connected

Later = Callable[[float], Manifest]


@pytest.fixture
def folder(concluded: Connected) -> Path:
    return concluded.settings.versions_dir


@pytest.fixture
def first(concluded: Connected) -> int:
    """The version whose results are prepared."""
    version = concluded.connection.data_version
    connections.note_prepared(concluded.engine, concluded.id, version)
    return version


@pytest.fixture
def later(concluded: Connected, folder: Path, first: int) -> Later:
    """The manifest of a run so many hours after that version."""
    found = read_manifest(folder, concluded.id, first)
    return lambda hours: replace(
        found, version=first + 1, as_of=found.as_of + timedelta(hours=hours)
    )


@pytest.fixture
def announce(concluded: Connected, folder: Path) -> Callable[[Manifest], int]:
    """Publish a version with the files of the one before; return what pages then show."""

    def announce(manifest: Manifest) -> int:
        publish._publish(_Held(concluded), folder, manifest, dict)
        return concluded.connection.shown_version

    return announce


class _Held:
    def __init__(self, concluded: Connected) -> None:
        self.connection_id, self.engine = concluded.id, concluded.engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session
            session.commit()


def view_of(concluded: Connected) -> View:
    now = concluded.sandbox.clock()
    return opened.open_view(
        concluded.settings, concluded.engine, Cache(), concluded.connection, now=now
    )


@pytest.mark.parametrize(("hours", "holds"), [(0.25, True), (25.9, True), (26, False)])
def test_a_prepared_version_holds_for_a_day_and_the_time_to_prepare_another(
    concluded: Connected, folder: Path, first: int, later: Later, hours: float, holds: bool
) -> None:
    assert shown.still_holds(folder, concluded.id, first, later(hours)) is holds


def test_it_does_not_hold_beside_data_with_other_bounds_holes_or_code(
    concluded: Connected, folder: Path, first: int, later: Later
) -> None:
    newest = later(0.25)
    assert newest.covered_since is not None
    further = newest.covered_since - timedelta(seconds=1)
    forgotten = newest.covered_since + timedelta(minutes=15)
    assert not shown.still_holds(
        folder, concluded.id, first, replace(newest, covered_since=further)
    )
    assert not shown.still_holds(folder, concluded.id, first, replace(newest, covered_since=None))
    assert not shown.still_holds(folder, concluded.id, first, replace(newest, incomplete=("a",)))
    assert not shown.still_holds(folder, concluded.id, first, replace(newest, built_by="other"))
    assert shown.still_holds(folder, concluded.id, first, replace(newest, covered_since=forgotten))


def test_what_is_not_there_does_not_hold(
    concluded: Connected, folder: Path, first: int, later: Later
) -> None:
    assert not shown.still_holds(folder, concluded.id, 0, later(1))
    assert not shown.still_holds(folder, concluded.id, first + 7, later(1))


def test_pages_stay_with_it_however_many_versions_follow(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
) -> None:
    prepared_file(folder, concluded.id, first).touch()
    for number in range(1, 6):
        assert announce(replace(later(number / 4), version=first + number)) == first
    assert concluded.connection.data_version == first + 5
    assert view_of(concluded).version == first
    assert prepared_file(folder, concluded.id, first).exists()
    assert len(open_version(folder, concluded.id, first).frame("incidents"))
    kept = {int(path.stem) for path in (folder / concluded.id / "versions").glob("*.json")}
    assert kept == {first, first + 3, first + 4, first + 5}


def test_pages_say_how_old_its_figures_are(
    concluded: Connected, first: int, later: Later, announce: Callable[[Manifest], int]
) -> None:
    now = concluded.sandbox.clock()
    assert "figures of" not in page_header.data_state(view_of(concluded), now)
    newest = later(5)
    announce(newest)
    said = page_header.data_state(view_of(concluded), newest.as_of + timedelta(minutes=3))
    assert said.startswith("collected 3 min ago · figures of 5 h ago · ")


def test_they_go_on_to_the_newest_when_it_does_not_hold_any_more(
    concluded: Connected, first: int, later: Later, announce: Callable[[Manifest], int]
) -> None:
    assert announce(later(26)) == first + 1
    assert concluded.connection.prepared_version == 0


def test_they_go_on_when_another_is_prepared(
    concluded: Connected, first: int, later: Later, announce: Callable[[Manifest], int]
) -> None:
    announce(later(0.25))
    connections.note_prepared(concluded.engine, concluded.id, first + 1)
    assert concluded.connection.shown_version == first + 1
    # A process that ends late has prepared an older one.
    connections.note_prepared(concluded.engine, concluded.id, first)
    assert concluded.connection.shown_version == first + 1
    # And what was never announced is not shown.
    connections.note_prepared(concluded.engine, concluded.id, first + 9)
    assert concluded.connection.shown_version == first + 1


def test_a_baseline_keeps_what_pages_show(
    concluded: Connected, first: int, later: Later, announce: Callable[[Manifest], int]
) -> None:
    announce(later(0.25))
    assert concluded.connection.data_version == first + 1
    baseline = jobs.freeze(concluded.id, "March", by="p1")
    assert baseline.version == first


def test_a_folder_of_an_older_backup_shows_its_newest_version(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
) -> None:
    announce(later(0.25))
    (folder / concluded.id / manifest_name(first)).unlink()
    assert view_of(concluded).version == first + 1


@pytest.mark.parametrize("is_asked_for", [False, True])
def test_findings_that_hold_are_made_anew_when_somebody_asked_for_the_run(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_asked_for: bool,
) -> None:
    monkeypatch.setattr(freshness, "LARGE", 100)
    data, made = concluded.data(), list[int]()
    announce(later(0.25))
    connections.release(
        concluded.engine, concluded.id, "test", started_at=datetime.now(UTC), next_run_at=None
    )
    if is_asked_for:
        connections.request_run(concluded.engine, concluded.id, datetime.now(UTC))
    else:
        assert concluded.connection.requested_at is None

    def analyse(_folder: Path, _id: str, version: int, _basis: Basis) -> dict[str, pd.DataFrame]:
        made.append(version)
        return {name: data.frame(name) for name in CONCLUSIONS}

    version = publish.publish_analysis(_Held(concluded), folder, analyse)
    assert made == [first + 1] * is_asked_for
    assert version == first + 1 + is_asked_for
    # Nobody asks twice for what is there.
    assert publish.publish_analysis(_Held(concluded), folder, analyse) == version
    assert made == [first + 1] * is_asked_for


@pytest.mark.parametrize("has_new_findings", [False, True])
def test_usual_results_are_made_anew_with_the_findings_and_not_before(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
    monkeypatch: pytest.MonkeyPatch,
    *,
    has_new_findings: bool,
) -> None:
    monkeypatch.setattr(prepare, "WORTH_PREPARING", 1)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    prepared_file(folder, concluded.id, first).touch()
    newest = later(0.25)
    announce(replace(newest, analysed_as_of=newest.as_of) if has_new_findings else newest)
    begins = partial(prepare.prepare, folder, concluded.id, first + 1)
    if has_new_findings:
        with pytest.raises(FileNotFoundError):
            asyncio.run(begins(shown=first))
    else:
        asyncio.run(begins(shown=first))
    # Without a version that is shown, or with none under these settings, they are made.
    for each in (begins(), begins("0123abcd", shown=first), begins(shown=first + 7)):
        with pytest.raises(FileNotFoundError):
            asyncio.run(each)


def test_nothing_is_prepared_by_a_database_of_an_earlier_release() -> None:
    assert Connection.model_fields["prepared_version"].default == 0
