"""The watch tells two workers at one connection from one that follows another."""

import time
from collections.abc import Iterable
from typing import Any, cast

import pytest

from tests.chaos import watch
from tests.chaos.watch import Watch

Progress = dict[str, tuple[str, int]]


def seen(monkeypatch: pytest.MonkeyPatch, looks: Iterable[Progress]) -> list[str]:
    """What the watch has found after these looks."""
    monkeypatch.setattr(watch, "_LOOKS_EVERY", 0.001)
    rest = list(looks)
    count = len(rest)
    watched = Watch(cast("Any", None))
    last = rest[-1]
    monkeypatch.setattr(watched, "_progress", lambda: rest.pop(0) if rest else last)
    with watched:
        while watched.looks < count:
            time.sleep(0.001)
    return watched.worked_twice


def test_two_runs_of_one_connection_that_both_go_on_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = [{"a": ("one", n), "b": ("one", n)} for n in range(5)]
    assert set(seen(monkeypatch, looks)) == {"one"}


def test_a_run_that_follows_another_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    first = [{"a": ("one", n)} for n in range(3)]
    second = [{"a": ("one", 3), "b": ("one", n)} for n in range(4)]
    assert seen(monkeypatch, [*first, *second]) == []


def test_runs_of_two_connections_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [{"a": ("one", n), "b": ("two", n)} for n in range(5)]
    assert seen(monkeypatch, looks) == []
