"""The account that is served: its world, its endpoints and its clock, and how it goes on."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, NamedTuple

from corvana.sandbox.api.all_endpoints import Api
from corvana.sandbox.api.endpoints import Call, View
from corvana.sandbox.api.lookup import Lookup
from corvana.sandbox.faults import Faults
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import MOST_WEEKS, Step, Wish, gone_by, weeks_of

Clock = Callable[[], datetime]
Play = Callable[[Sequence[Step]], World]
"""The account after these steps."""
_TIME_TO_PLAY: Final = timedelta(seconds=20)


class _Served(NamedTuple):
    world: World
    views: dict[str, View]
    steps: tuple[Step, ...]


class Account:
    """One account, which goes on as it is asked to.

    It has a clock of its own, ahead of `clock` by the weeks that went by. Consents and tokens are
    not part of the account: they expire by `clock`.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        faults: Faults,
        region: str,
        play: Play | None = None,
        steps: Sequence[Step] = (),
    ) -> None:
        self._clock, self._faults, self._region, self._play = clock, faults, region, play
        self._lock = Lock()
        self.kept: Callable[[tuple[Step, ...]], None] = _nowhere
        self._served = self._serving(world, tuple(steps))

    @property
    def world(self) -> World:
        """Everything in the account at present."""
        return self._served.world

    @property
    def steps(self) -> tuple[Step, ...]:
        """How it went on so far, the oldest step first."""
        return self._served.steps

    def now(self) -> datetime:
        """The account's present time."""
        return self._clock() + gone_by(self._served.steps)

    def paths(self) -> tuple[str, ...]:
        """Return the paths of all endpoints."""
        return tuple(self._served.views)

    def view(self, path: str) -> View:
        """Return the endpoint of the path, which always shows the present world."""

        def shown(call: Call) -> bytes:
            return self._served.views[path](call)

        return shown

    def go_on(self, wish: Wish) -> Step:
        """Make the changes now and let the weeks go by after them.

        The old account is served until the new one has been played, which takes seconds. Nothing
        that was served may become different meanwhile, so the changes hold from a later instant.
        Raises `ValueError` when the account cannot go on like this.
        """
        with self._lock:
            if self._play is None or not self._may(wish):
                raise ValueError("the account does not go on any further")
            margin = _TIME_TO_PLAY
            while True:
                step = Step(at=self.now() + margin, **wish.model_dump())
                steps = (*self.steps, step)
                served = self._serving(self._play(steps), steps)
                if self.now() <= step.at:
                    break
                margin *= 2
            self.kept(steps)
            self._served = served
            return step

    def _may(self, wish: Wish) -> bool:
        asked = Step(at=self.now(), **wish.model_dump())
        return weeks_of((*self.steps, asked)) <= MOST_WEEKS

    def _serving(self, world: World, steps: tuple[Step, ...]) -> _Served:
        return _Served(world, Api(Lookup(world), self._faults, region=self._region).views(), steps)


def _nowhere(steps: tuple[Step, ...]) -> None:
    """An account that is not kept ends with its program."""
