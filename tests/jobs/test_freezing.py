"""Freezing the present data: what is listed is whole, and nothing of it outlives a disconnect."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from corvana import __version__, jobs
from corvana.errors import NotFound, VersionMissing
from corvana.jobs import freezing
from corvana.store import purge
from corvana.store.models import AssessmentSettings
from corvana.store.people import audit
from corvana.store.written import baselines as written
from corvana.versions import baselines
from corvana.versions.files import open_version
from corvana.versions.manifest import read_manifest
from corvana.versions.publish import publish
from tests.builders.left_behind import kept_in
from tests.builders.one_collector import read
from tests.conftest import Connected

NAME = "Before the reorganisation 7Q2X"


def listed(connected: Connected) -> list[str]:
    return [one.name for one in written.listed(connected.engine, "first")]


def folders(connected: Connected) -> list[Path]:
    return list((connected.settings.versions_dir / connected.id / "baselines").glob("*"))


def test_a_baseline_says_what_it_is_and_who_froze_it(collected: Connected) -> None:
    with Session(collected.engine) as session:
        session.add(AssessmentSettings(engagement_id="first", chosen={"client": "Acme"}))
        session.commit()
    frozen = jobs.freeze(collected.id, NAME, "p1")
    manifest = read_manifest(
        collected.settings.versions_dir, collected.id, collected.connection.data_version
    )
    data = collected.data()
    assert (frozen.name, frozen.changed_by, frozen.revision) == (NAME, "p1", 1)
    assert (frozen.as_of, frozen.covered_since) == (data.as_of, data.covered_since)
    assert frozen.incidents == len(data.frame("incidents")) > 0
    assert frozen.release == __version__
    assert (frozen.concluded_by, frozen.built_by) == (manifest.concluded_by, manifest.built_by)
    assert "" not in {frozen.concluded_by, frozen.built_by}
    assert frozen.settings == {"client": "Acme"}
    assert listed(collected) == [NAME]
    entry = audit.newest(collected.engine)[0]
    assert (entry.action, entry.by, entry.detail) == ("baseline frozen", "p1", "")


def test_a_baseline_survives_publications_that_replace_its_version(collected: Connected) -> None:
    frozen = jobs.freeze(collected.id, NAME, "p1")
    first = collected.data()
    for _ in range(5):
        read(collected, lambda context: _published(collected, context, first.as_of))
    folder = collected.settings.versions_dir
    with pytest.raises(VersionMissing):
        open_version(folder, collected.id, frozen.version)
    kept = open_version(folder, baselines.place_of(collected.id, frozen.id), frozen.version)
    assert kept.frame("incidents").equals(first.frame("incidents"))


async def _published(connected: Connected, context: object, as_of: datetime) -> int:
    return publish(context, connected.settings.versions_dir, {f"{as_of:%Y-%m}"}, as_of)  # type: ignore[arg-type]


def test_disconnecting_deletes_baselines_and_counts_them(collected: Connected) -> None:
    jobs.freeze(collected.id, NAME, "p1")
    jobs.freeze(collected.id, "Another", "p1")
    assert purge.counts(collected.engine, collected.id)["baseline"] == 2
    receipt = jobs.disconnect(collected.id)
    assert receipt.counts["baseline"] == 2
    assert receipt.counts["rows_left"] == 0
    assert listed(collected) == []
    assert not (collected.settings.versions_dir / collected.id).exists()
    assert [
        place
        for place, held in kept_in(collected.settings.data_dir).items()
        if NAME.encode() in held
    ] == []


def test_a_deleted_baseline_leaves_the_others_and_the_data(collected: Connected) -> None:
    frozen, other = (jobs.freeze(collected.id, name, "p1") for name in (NAME, "Other"))
    jobs.delete_baseline(collected.id, frozen, "p2")
    jobs.delete_baseline(collected.id, frozen, "p2")
    assert listed(collected) == ["Other"]
    assert [home.name for home in folders(collected)] == [other.id]
    assert len(collected.data().frame("incidents"))
    actions = [entry.action for entry in audit.newest(collected.engine)]
    assert actions.count("baseline deleted") == 1


def test_a_disconnect_in_between_leaves_no_baseline(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are there already, and the connection is deleted before the row is written."""
    freeze = baselines.freeze

    def disconnect_then(folder: Path, connection_id: str, version: int, baseline_id: str) -> None:
        freeze(folder, connection_id, version, baseline_id)
        jobs.disconnect(connection_id)

    monkeypatch.setattr(baselines, "freeze", disconnect_then)
    monkeypatch.setattr(freezing, "count_rows", lambda *_: 1)
    with pytest.raises(NotFound):
        jobs.freeze(collected.id, NAME, "p1")
    assert listed(collected) == []
    assert not (collected.settings.versions_dir / collected.id).exists()


def test_a_version_that_is_replaced_meanwhile_is_not_waited_for_without_end(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(*_: object) -> None:
        raise VersionMissing("this data version has been replaced")

    monkeypatch.setattr(baselines, "freeze", replaced)
    with pytest.raises(VersionMissing):
        jobs.freeze(collected.id, NAME, "p1")
    assert listed(collected) == []


def test_nothing_is_frozen_before_the_first_analysis(connected: Connected) -> None:
    with pytest.raises((NotFound, VersionMissing)):
        jobs.freeze(connected.id, NAME, "p1")
    assert listed(connected) == []


def test_a_killed_process_leaves_no_baseline_and_its_files_are_swept_up(
    collected: Connected,
) -> None:
    """It is killed after its first file, as by a power cut."""
    program = (
        "import os, signal\n"
        "from corvana import jobs\n"
        "link = os.link\n"
        "def killing(*names):\n"
        "    link(*names)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.link = killing\n"
        f"jobs.freeze({collected.id!r}, {NAME!r}, 'p1')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert ended.returncode == -9, ended.stderr
    assert listed(collected) == []
    (half,) = folders(collected)
    jobs.remove_orphans()
    assert half.exists(), "it may still be under way"
    long_ago = time.time() - 3_601
    os.utime(half, (long_ago, long_ago))
    kept = jobs.freeze(collected.id, "Whole", "p1")
    jobs.remove_orphans()
    assert [home.name for home in folders(collected)] == [kept.id]
    assert len(collected.data().frame("incidents"))
