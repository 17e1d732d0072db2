"""Pages show the version whose results are prepared while it holds, else the newest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from corvana import jobs
from corvana.questions import opened
from corvana.questions.cache import Cache
from corvana.questions.view import View
from corvana.store.models import Connection
from corvana.ui.sections import page_header
from corvana.versions import announcing, shown
from corvana.versions.files import open_version
from corvana.versions.kept.naming import manifest_name
from corvana.versions.manifest import Manifest
from tests.builders.written_version import prepared_file
from tests.conftest import Connected

Later = Callable[[float], Manifest]


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
    announcing.note_prepared(concluded.engine, concluded.id, first + 1)
    assert concluded.connection.shown_version == first + 1
    # A process that ends late has prepared an older one.
    announcing.note_prepared(concluded.engine, concluded.id, first)
    assert concluded.connection.shown_version == first + 1
    # And what was never announced is not shown.
    announcing.note_prepared(concluded.engine, concluded.id, first + 9)
    assert concluded.connection.shown_version == first + 1


def test_results_of_a_version_that_another_one_followed_meanwhile_are_not_shown(
    concluded: Connected, first: int, later: Later, announce: Callable[[Manifest], int]
) -> None:
    newest = later(0.25)
    assert newest.covered_since is not None
    announce(replace(newest, covered_since=newest.covered_since - timedelta(days=1)))
    announcing.note_prepared(concluded.engine, concluded.id, first)
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


def test_nothing_is_prepared_by_a_database_of_an_earlier_release() -> None:
    assert Connection.model_fields["prepared_version"].default == 0
