"""An error, or the end of the process, beside a commit or a step of a publication."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from unittest import mock

from sqlalchemy import Connection as SQLConnection
from sqlalchemy import event
from sqlmodel import Session

from corvana.versions import files, publish
from tests.soak.scene import Scene

_COMMITS: Final = 25
"""Fewer than a run has."""


def _once_after(calls: int, error: Callable[[], BaseException]) -> Callable[..., None]:
    """Raise the error once, at that call."""
    left = iter(range(calls, 0, -1))

    def raise_(*_: object) -> None:
        if next(left, 0) == 1:
            raise error()

    return raise_


@contextmanager
def before_commit(scene: Scene, error: Callable[[], BaseException]) -> Iterator[None]:
    failing = _once_after(scene.random.randint(1, _COMMITS), error)
    engine = scene.application.connected.engine

    def commit(connection: SQLConnection) -> None:
        try:
            failing()
        except BaseException:
            # A database gives up what it cannot commit, or whose process is gone.
            connection.connection.rollback()
            raise

    event.listen(engine, "commit", commit)
    try:
        yield
    finally:
        event.remove(engine, "commit", commit)


@contextmanager
def after_commit(scene: Scene, error: Callable[[], BaseException]) -> Iterator[None]:
    failing = _once_after(scene.random.randint(1, _COMMITS), error)
    event.listen(Session, "after_commit", failing)
    try:
        yield
    finally:
        event.remove(Session, "after_commit", failing)


@contextmanager
def around_publishing(scene: Scene, error: Callable[[], BaseException]) -> Iterator[None]:
    """In front of, or behind, one of the steps of a publication."""
    owner, name, most = scene.random.choice(
        (
            (files.Part, "write", 12),
            (publish, "publish_manifest", 2),
            (files, "prune_versions", 2),
        )
    )
    failing = _once_after(scene.random.randint(1, most), error)
    usual, is_behind = getattr(owner, name), scene.random.random() < 0.5

    def step(*arguments: Any) -> Any:
        if not is_behind:
            failing()
        outcome = usual(*arguments)
        if is_behind:
            failing()
        return outcome

    with mock.patch.object(owner, name, step):
        yield
