"""Findings and usual results of a large account are made anew together, or when asked for."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from corvana.assessment.settings import Basis
from corvana.runs import prepare
from corvana.snapshot_folder import Folder
from corvana.store import connections
from corvana.versions import files, freshness, publish
from corvana.versions.conclusions import CONCLUSIONS
from corvana.versions.manifest import Manifest
from tests.builders.stored.held_alone import HeldAlone
from tests.builders.written_version import prepared_file
from tests.conftest import Connected

Later = Callable[[float], Manifest]


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

    def analyse(_folder: Folder, _id: str, version: int, _basis: Basis) -> dict[str, pd.DataFrame]:
        made.append(version)
        return {name: data.frame(name) for name in CONCLUSIONS}

    version = publish.publish_analysis(HeldAlone(concluded), folder, analyse)
    assert made == [first + 1] * is_asked_for
    assert version == first + 1 + is_asked_for
    # Nobody asks twice for what is there.
    assert publish.publish_analysis(HeldAlone(concluded), folder, analyse) == version
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


@pytest.mark.parametrize("why", ["fails", "is small", "was asked for"])
def test_without_new_results_pages_show_the_newest_version(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    monkeypatch.setattr(prepare, "WORTH_PREPARING", 10**6 if why == "is small" else 1)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    newest = later(0.25)
    if why == "was asked for":
        # Its findings could not be made anew, so it has the former ones.
        prepared_file(folder, concluded.id, first).touch()
        connections.request_run(concluded.engine, concluded.id, datetime.now(UTC))
    else:
        newest = replace(newest, analysed_as_of=newest.as_of)
        connections.release(
            concluded.engine, concluded.id, "test", started_at=datetime.now(UTC), next_run_at=None
        )
    assert announce(newest) == first
    asyncio.run(prepare.prepare_for_pages(concluded.engine, folder, concluded.id, first + 1, ""))
    assert concluded.connection.shown_version == first + 1


def test_results_of_another_release_are_made_anew(
    concluded: Connected,
    folder: Path,
    first: int,
    later: Later,
    announce: Callable[[Manifest], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "WORTH_PREPARING", 1)
    monkeypatch.setattr(sys, "executable", "/nowhere")
    prepared_file(folder, concluded.id, first).touch()
    announce(later(0.25))
    again = partial(prepare.prepare, folder, concluded.id, first + 1, shown=first)
    assert asyncio.run(again())
    monkeypatch.setattr(files, "code_digest", lambda *_: "f" * 64)
    with pytest.raises(FileNotFoundError):
        asyncio.run(again())
