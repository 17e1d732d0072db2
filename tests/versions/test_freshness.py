"""Findings are made anew when what they rest on changed, and kept as long as they hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from corvana.assessment.settings import DEFAULT_BASIS, Basis, Hours
from corvana.errors import VersionMissing
from corvana.versions import freshness
from corvana.versions.files import CONTRACTS
from corvana.versions.manifest import Manifest, read_manifest
from tests.conftest import Connected

After = Callable[[float], Manifest]


@pytest.fixture
def concluded(concluded: Connected, monkeypatch: pytest.MonkeyPatch) -> Connected:
    """A small account that counts as large."""
    monkeypatch.setattr(freshness, "LARGE", 100)
    return concluded


@pytest.fixture
def folder(concluded: Connected) -> Path:
    return concluded.settings.versions_dir


@pytest.fixture
def after(concluded: Connected, folder: Path) -> After:
    """The manifest of a run so many hours after the analysis."""
    found = read_manifest(folder, concluded.id, concluded.connection.data_version)
    return lambda hours: replace(found, as_of=found.as_of + timedelta(hours=hours))


def is_fresh(concluded: Connected, manifest: Manifest, basis: Basis = DEFAULT_BASIS) -> bool:
    return freshness.is_fresh(concluded.settings.versions_dir, concluded.id, manifest, basis)


def test_an_analysis_notes_what_it_rests_on(concluded: Connected, after: After) -> None:
    assert after(0).analysed_as_of == after(0).as_of
    assert after(0).analysed_incidents == len(concluded.data().frame("incidents"))
    assert len(after(0).analysed_configuration) == 64


@pytest.mark.parametrize(("hours", "holds"), [(0.5, True), (2, True), (23.9, True), (24, False)])
def test_findings_of_a_large_account_hold_for_a_day(
    concluded: Connected, after: After, hours: float, holds: bool
) -> None:
    assert is_fresh(concluded, after(hours)) is holds


@pytest.mark.parametrize(("hours", "holds"), [(0.5, True), (0.99, True), (1, False)])
def test_findings_of_a_small_account_hold_for_an_hour(
    concluded: Connected,
    after: After,
    hours: float,
    holds: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(freshness, "LARGE", 20_000)
    assert is_fresh(concluded, after(hours)) is holds


@pytest.mark.parametrize(("more", "holds"), [(0.009, True), (0.011, False)])
def test_one_percent_more_incidents_end_them(
    concluded: Connected,
    after: After,
    more: float,
    holds: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    then = replace(after(2), analysed_incidents=1_000_000)
    monkeypatch.setattr(freshness, "count_rows", lambda *_: round(1_000_000 * (1 + more)))
    assert is_fresh(concluded, then) is holds


@pytest.mark.parametrize("frame", freshness.CONFIGURATION)
def test_another_configuration_ends_them(
    concluded: Connected, folder: Path, after: After, frame: str
) -> None:
    (file,) = after(2).files[frame].values()
    changed = folder / concluded.id / file
    changed.write_bytes(changed.read_bytes() + b"\0")
    assert not is_fresh(concluded, after(2))


def test_another_method_or_other_settings_end_them(concluded: Connected, after: After) -> None:
    assert not is_fresh(concluded, replace(after(2), concluded_by="another"))
    other = Basis(hours=Hours(sleep_start=time(23)))
    assert other.digest != DEFAULT_BASIS.digest
    assert not is_fresh(concluded, after(0.1), other)


def test_without_an_analysis_there_is_nothing_to_hold(concluded: Connected, after: After) -> None:
    assert not is_fresh(concluded, replace(after(0), analysed_as_of=None))


def test_what_is_compared_are_frames_of_a_version() -> None:
    assert set(freshness.CONFIGURATION) <= CONTRACTS.keys()


def test_a_version_that_was_replaced_meanwhile_is_said_to_be(
    concluded: Connected, folder: Path, after: After
) -> None:
    (file,) = after(2).files["rules"].values()
    (folder / concluded.id / file).unlink()
    with pytest.raises(VersionMissing):
        is_fresh(concluded, after(2))
