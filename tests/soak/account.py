"""The account of the soak: small, with a clock that is moved and moments at which things happen.

What it is asked for runs over real HTTP. A moment is counted in requests, not in seconds, so that
it comes at the same place however busy the machine is.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from starlette.types import Message, Receive, Scope, Send

from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from tests.soak import oddness
from tests.soak.oddness import odd_world

START: Final = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
"""Of the first run: the days before it lie in two months."""

BACKFILL: Final = timedelta(days=6)

_AHEAD: Final = timedelta(days=4)
_INCIDENTS: Final = 380
_TEAMS: Final = 3


@cache
def small_world() -> World:
    """Three teams with about two hundred incidents, half a week of them still to come."""
    days = (BACKFILL + _AHEAD) // timedelta(days=1) + 1
    built = build_world(seed=11, end=START + _AHEAD, days=days, incidents=_INCIDENTS)
    teams = {team.id for team in built.teams[:_TEAMS]}
    services = tuple(each for each in built.services if teams.intersection(each.team_ids))
    ids = {service.id for service in services} | {each.id for each in built.business_services}
    chosen = replace(
        built,
        services=services,
        escalation_policies=tuple(
            each for each in built.escalation_policies if teams.intersection(each.team_ids)
        ),
        schedules=tuple(each for each in built.schedules if teams.intersection(each.team_ids)),
        dependencies=tuple(
            each for each in built.dependencies if {each.supporting_id, each.dependent_id} <= ids
        ),
        incidents=tuple(each for each in built.incidents if each.service_id in ids),
    )
    return odd_world(chosen, before=START)


@dataclass(slots=True)
class Clock:
    """Stands still until it is moved; the account's, and the application's."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, by: timedelta) -> None:
        self.now += by


@dataclass(slots=True)
class Moments:
    """What happens when so many more requests have come."""

    requests: int = 0
    _waiting: list[tuple[int, Callable[[], object]]] = field(default_factory=list)

    def after(self, requests: int, action: Callable[[], object]) -> None:
        self._waiting.append((self.requests + requests, action))

    def forget(self) -> None:
        self._waiting.clear()

    def pass_by(self) -> None:
        """One more request has come."""
        self.requests += 1
        due = [each for each in self._waiting if each[0] <= self.requests]
        self._waiting = [each for each in self._waiting if each[0] > self.requests]
        for _, action in due:
            action()


class Account(RunningSandbox):
    """The account while the `with` block runs."""

    clock: Clock

    def __init__(self) -> None:
        self.moments = Moments()
        self.answers_lost = 0
        super().__init__(
            small_world(),
            clock=Clock(),
            requests_per_minute=1_000_000,
        )
        self._be_odd()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.moments.pass_by()
        if self.answers_lost and scope.get("path") == "/oauth/token":
            self.answers_lost -= 1
            send = _losing(send)
        await super()._serve(scope, receive, send)

    def calm(self) -> None:
        """Behave again."""
        self.moments.forget()
        self.answers_lost = 0
        self.faults.reset()
        self._be_odd()

    def _be_odd(self) -> None:
        """Odd parts are no trouble that ends: the account has them always."""
        self.faults.change("^/us/incidents$", oddness.odd_incidents)
        self.faults.change("^/us/log_entries$", oddness.odd_log_entries)

    def change(self, change: Callable[..., World], *arguments: object, **more: object) -> None:
        """Raises `ValueError` where the change is not possible."""
        self.replace(change(self.world, *arguments, **more))

    def expiry(self) -> Callable[[], None]:
        """What lets the access tokens handed out until now expire; later ones stay good."""
        access, names = self.identity.tokens.access, list(self.identity.tokens.access)

        def expire() -> None:
            for name in names:
                access[name] = replace(access[name], expires_at=self.clock())

        return expire

    def revoke_consent(self) -> None:
        """Somebody took the application's access away."""
        for token in list(self.identity.tokens.access.values()):
            token.family.revoked = True

    def secrets(self) -> set[str]:
        """Every token handed out so far, and all that is written or known about people."""
        store, world = self.identity.tokens, self.world
        labelled: tuple[Any, ...] = (
            *world.services,
            *world.escalation_policies,
            *world.schedules,
            *world.teams,
        )
        texts = {each.name for each in labelled}
        texts |= {text for each in world.incidents for text in (each.title, each.description)}
        texts |= {text for each in world.users for text in (each.id, each.name, each.email)}
        tokens = (*store.access, *store.refresh, *store.spent)
        return texts | {token for token in tokens if isinstance(token, str)}


def _losing(send: Send) -> Send:
    """The request takes effect, but a gateway answers in its place."""

    async def lost(message: Message) -> None:
        changed: Any = dict(message)
        if changed["type"] == "http.response.start":
            changed |= {"status": 502, "headers": [(b"content-length", b"0")]}
        else:
            changed["body"] = b""
        await send(changed)

    return lost
