"""The order in which one incident's events happen.

Every active event has its own second. Passive events, the notifications, may share a second. A
turn is the time until status or assignees change. An event planned for one turn is cancelled when
the turn ends. Every event is cancelled when the incident is resolved or reopened.
"""

from collections.abc import Callable
from heapq import heappop, heappush

_Plan = tuple[int, int, int | None, int, bool, Callable[..., None], tuple[object, ...]]


class Timeline:
    """A heap of planned events, played from `start` to `end`, both included."""

    def __init__(self, start: int, end: int) -> None:
        self.turn = 0
        self.episode = 0
        self._now = start
        self._end = end
        self._plans: list[_Plan] = []
        self._planned = 0

    def begin(self) -> None:
        raise NotImplementedError

    def plan(self, at: int, act: Callable[..., None], *args: object, passive: bool = False) -> None:
        """Call `act` at that second, unless status or assignees change before."""
        self._push(at, self.turn, act, args, passive=passive)

    def plan_anyway(self, at: int, act: Callable[..., None], *args: object) -> None:
        """Call `act` at that second, unless the incident is resolved or reopened before."""
        self._push(at, None, act, args)

    def _push(
        self,
        at: int,
        turn: int | None,
        act: Callable[..., None],
        args: tuple[object, ...],
        *,
        passive: bool = False,
    ) -> None:
        self._planned += 1
        heappush(self._plans, (at, self._planned, turn, self.episode, passive, act, args))

    def play(self) -> None:
        self.begin()
        plans = self._plans
        while plans:
            at, _, turn, episode, passive, act, args = heappop(plans)
            if at > self._end:
                return
            if episode != self.episode or (turn is not None and turn != self.turn):
                continue
            if not passive:
                if at <= self._now:
                    self._push(self._now + 1, turn, act, args)
                    continue
                self._now = at
            act(at, *args)
