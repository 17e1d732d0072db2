"""One run of the soak: troubles one after the other, then calm, then the comparison."""

import faulthandler
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic
from typing import Final, NamedTuple

from corvana.store import models
from corvana.versions.analyse import Analyse, analyse
from tests.builders.twins import rows
from tests.conftest import collect_at
from tests.soak import life, verdict
from tests.soak.account import Account
from tests.soak.application import Application, at_work
from tests.soak.scene import Scene
from tests.soak.troubles import KINDS, noise

_MOST_TROUBLES: Final = 3
_TURNS_TO_FINISH: Final = 3
_CALM_AT_FIRST: Final = 0.3
_NOISE_BESIDE: Final = 0.3
_STUCK_SECONDS: Final = 240.0
Trouble = Callable[[Scene], None]


class Outcome(NamedTuple):
    """What a run was like.

    `ended` counts how its collections ended. `missing` rows lie in windows shown as incomplete.
    """

    seed: int
    troubles: tuple[str, ...]
    seconds: float
    problem: str = ""
    ended: Mapping[str, int] = {}
    incomplete: bool = False
    missing: int = 0


def troubles_of(seed: int) -> tuple[Trouble, ...]:
    """The seed's first trouble goes through all kinds in turn, the others are drawn."""
    random = Random(seed)
    more = random.choices(KINDS, k=random.randint(0, _MOST_TROUBLES - 1))
    return (KINDS[seed % len(KINDS)], *more)


def run(seed: int, analyse: Analyse = analyse) -> Outcome:
    """One run, in which collections of this process end with what `analyse` concludes.

    Raises `AssertionError` when something is lost, repeated, told or left in disorder.
    """
    began, troubles = monotonic(), troubles_of(seed)
    random = Random(f"{seed}/what")
    with tempfile.TemporaryDirectory() as folder, Account() as account:
        log = Path(folder) / "log"
        with at_work(log, account.clock, seed):
            application = Application(
                account, Path(folder), concurrency=random.choice((1, 2, 4, 8)), analyse=analyse
            )
            wait = timedelta(0)
            if random.random() < _CALM_AT_FIRST:
                application.turn()
            for trouble in troubles:
                _suffer(Scene(random, account, application), trouble)
                wait = max(wait, life.go_on(account, random))
            _settle(application, wait)
            missing = _judge(application)
            mine = application.connected
            outcome = Outcome(
                seed,
                tuple(trouble.__name__ for trouble in troubles),
                monotonic() - began,
                ended=Counter(row["status"] for row in rows(mine, models.CollectionRun)),
                incomplete=bool(mine.data().incomplete),
                missing=missing,
            )
            mine.engine.dispose()
    return outcome


def attempt(seed: int) -> Outcome:
    """One run; a run that does not end says where it hangs and ends the process."""
    began = monotonic()
    faulthandler.dump_traceback_later(_STUCK_SECONDS, exit=True)
    try:
        return run(seed)
    except Exception:  # noqa: BLE001 - whatever it is, it is the run's outcome
        names = tuple(trouble.__name__ for trouble in troubles_of(seed))
        return Outcome(seed, names, monotonic() - began, traceback.format_exc())
    finally:
        faulthandler.cancel_dump_traceback_later()


def _suffer(scene: Scene, trouble: Trouble) -> None:
    if not scene.application.is_connected:
        scene.application.reconnect()
    if trouble is not noise and scene.random.random() < _NOISE_BESIDE:
        scene.account.faults.update({"random_mix": 0.03, "seed": scene.random.randrange(10**6)})
    trouble(scene)
    scene.account.calm()
    verdict.assert_the_ledger_is_true(scene.application.connected, scene.account.world)


def _settle(application: Application, wait: timedelta) -> None:
    """The troubles are over: reconnect if it was asked for, and go on until a run finishes."""
    application.clock.forward(wait)
    for _ in range(_TURNS_TO_FINISH):
        if not application.is_connected:
            application.reconnect()
        if application.turn() == "finished":
            return
    raise AssertionError(f"no run finishes: {application.last_status}")


def _judge(application: Application) -> int:
    """Compare with an application that saw no faults; return how many rows are missing."""
    verdict.assert_at_rest(application.connected)
    verdict.assert_the_ledger_is_true(application.connected, application.account.world)
    verdict.assert_nothing_is_told(application)
    twin = application.twin()
    since = min(
        row["since"]
        for row in rows(application.connected, models.CollectionWindow)
        if row["noun"] == "incidents"
    )
    until = application.clock() - timedelta(minutes=1)
    collect_at(twin, clock=application.clock, days=(until - since) / timedelta(days=1))
    try:
        return verdict.assert_nothing_is_lost(application, twin)
    finally:
        twin.engine.dispose()
