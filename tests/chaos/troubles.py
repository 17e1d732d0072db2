"""What goes wrong on a running stack, one after the other, and how it is put right again."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final

from tests.stack import disks
from tests.stack.nodes import Node, faketime
from tests.stack.running import Stack

_AHEAD: Final = timedelta(seconds=90)
_BETWEEN_KILLS: Final = (1.0, 4.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of each trouble: the number of kills, and seconds for which something is away."""

    kills: int
    seconds: float


FULL: Final = Extent(kills=20, seconds=60.0)
SHORT: Final = Extent(kills=6, seconds=12.0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that goes wrong. `happen` returns when it is over."""

    name: str
    happen: Callable[[Stack], None]


def troubles(extent: Extent, chance: Random) -> Iterator[Trouble]:
    """Every trouble that can be made on this computer, in order."""
    yield Trouble(f"{extent.kills} kills of web processes and workers", _kills(extent, chance))
    yield Trouble("the database is restarted", _restart)
    yield Trouble("the database is killed", _kill_database)
    yield Trouble(f"the database is away for {extent.seconds:.0f} s", _cut(extent))
    yield Trouble(f"the links to it stall for {extent.seconds:.0f} s", _stall(extent))
    yield Trouble(f"the object store is away for {extent.seconds:.0f} s", _without_store(extent))
    yield Trouble(f"a worker stands still for {extent.seconds + 20:.0f} s", _still(extent))
    if disks.is_possible():
        yield Trouble(f"a worker's disk is full for {extent.seconds:.0f} s", _full_disk(extent))
    if faketime() is not None:
        yield Trouble("a worker's clock is 90 s ahead", _clock_ahead(extent))


def _kills(extent: Extent, chance: Random) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        for _ in range(extent.kills):
            time.sleep(chance.uniform(*_BETWEEN_KILLS))
            node = chance.choice(stack.nodes)
            node.kill()
            node.start()

    return happen


def _restart(stack: Stack) -> None:
    stack.database.stop()
    stack.database.start()


def _kill_database(stack: Stack) -> None:
    stack.database.kill()
    stack.database.start()


def _cut(extent: Extent) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        stack.database.link.cut()
        time.sleep(extent.seconds)
        stack.database.link.pass_on()

    return happen


def _stall(extent: Extent) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        stack.database.link.stall()
        time.sleep(extent.seconds)
        stack.database.link.pass_on()

    return happen


def _without_store(extent: Extent) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        stack.store.link.cut()
        time.sleep(extent.seconds)
        stack.store.link.pass_on()

    return happen


def _still(extent: Extent) -> Callable[[Stack], None]:
    """For longer than its lease: another worker takes over, and then it wakes up."""

    def happen(stack: Stack) -> None:
        with stack.workers[0].paused():
            time.sleep(extent.seconds + 20)

    return happen


def _full_disk(extent: Extent) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        node = stack.workers[1]
        node.fill_disk()
        time.sleep(extent.seconds)
        node.make_room()

    return happen


def _clock_ahead(extent: Extent) -> Callable[[Stack], None]:
    def happen(stack: Stack) -> None:
        node: Node = stack.workers[2]
        node.stop()
        node.start(ahead=_AHEAD)
        time.sleep(extent.seconds)
        node.stop()
        node.start()

    return happen
