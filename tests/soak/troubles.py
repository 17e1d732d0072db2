"""What can go wrong: each kind of trouble lasts for a few turns and is then over."""

import errno
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from sqlite3 import OperationalError
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import Session, col

from corvana.store import connections
from corvana.store.models import Connection
from tests.soak.application import Died
from tests.soak.interrupted import after_commit, around_publishing, before_commit
from tests.soak.oddness import number_of
from tests.soak.scene import Scene

_HOUR: Final = timedelta(hours=1)
_PATHS: Final = (
    "/incidents",
    "/log_entries",
    "/services",
    "/escalation_policies",
    "/schedules",
    "/users/me",
    "/oncalls",
    "/service_dependencies",
    "/priorities",
)


def noise(scene: Scene) -> None:
    """A share of the requests is refused, broken off, cut short or answered twice."""
    rate = scene.random.choice((0.02, 0.05, 0.1, 0.25))
    scene.account.faults.update({"random_mix": rate, "seed": scene.random.randrange(10**6)})
    scene.turns()


def burst(scene: Scene) -> None:
    """From some request on, several in a row are refused or broken off."""
    fault, most = scene.random.choice((("rate_limited", 2), ("server_errors", 40), ("dropped", 20)))
    values: dict[str, Any] = {fault: scene.random.randint(1, most)}
    values["html_errors"] = scene.random.random() < 0.5
    values["server_error_status"] = scene.random.choice((500, 502, 503, 504))
    scene.account.moments.after(scene.some_requests(), lambda: scene.account.faults.update(values))
    scene.turns()


def endpoint_down(scene: Scene) -> None:
    """One endpoint does not work, for a while or all the time."""
    path, times = scene.random.choice(_PATHS), scene.random.choice((3, 9, 30, None))
    status = scene.random.choice((408, 500, 502, 503, 504))
    scene.account.faults.answer(f"^/us{path}", status=status, times=times)
    scene.turns()


def outage(scene: Scene) -> None:
    """From some request on nothing is answered for an hour."""
    faults, clock = scene.account.faults, scene.application.clock
    scene.account.moments.after(scene.some_requests(), lambda: faults.update({"outage": True}))
    ends = clock() + _HOUR
    while clock() < ends:
        scene.application.turn()
        clock.forward(timedelta(minutes=scene.random.randint(0, 15)))


def killed(scene: Scene) -> None:
    """The process is killed at any moment, several times."""
    for _ in range(scene.random.randint(1, 3)):
        if scene.random.random() < 0.3:
            scene.account.expiry()()
        if not scene.application.is_connected:
            return
        scene.application.turn_in_a_process(
            killed_after=scene.some_requests(), delay=scene.random.uniform(0.0, 0.2)
        )


def died(scene: Scene) -> None:
    """The process ends before or after it commits or publishes something."""
    place = scene.random.choice((before_commit, after_commit, around_publishing))
    with place(scene, Died), suppress(Died):
        scene.turns()


def storage_failed(scene: Scene) -> None:
    """The disk is full, or the database stays locked, for one moment."""
    if scene.random.random() < 0.5:
        error = partial(OperationalError, "locked")
        with before_commit(scene, error), suppress(OperationalError):
            scene.turns()
        return
    with around_publishing(scene, lambda: OSError(errno.ENOSPC, "full")), suppress(OSError):
        scene.turns()


def lease_taken(scene: Scene) -> None:
    """Another worker takes over in the middle of a run, and does nothing."""
    scene.account.moments.after(scene.some_requests(), lambda: _take_lease(scene))
    scene.turns()


def _take_lease(scene: Scene) -> None:
    connected = scene.application.connected
    until = scene.application.clock() + connections.LEASE
    with Session(connected.engine) as session:
        session.connection().execute(
            update(Connection)
            .where(col(Connection.id) == connected.id)
            .values(lease_holder="another", lease_until=until)
        )
        session.commit()


def expired(scene: Scene) -> None:
    """Access tokens live for ten minutes and expire between requests; nobody has to reconnect."""
    scene.account.faults.access_token_seconds = 600
    clock = scene.application.clock
    for _ in range(scene.random.randint(1, 3)):
        scene.account.moments.after(scene.some_requests(), scene.account.expiry())
        scene.account.moments.after(
            scene.some_requests(), lambda: clock.forward(timedelta(minutes=2))
        )
        scene.application.turn()
        scene.account.moments.forget()
        assert scene.application.is_connected


def refresh_down(scene: Scene) -> None:
    """The token has expired, and the identity server is down: that is no reason to disconnect."""
    times = scene.random.choice((1, 4, 12, None))
    if scene.random.random() < 0.5:
        scene.account.faults.answer("/oauth/token", status=503, times=times)
    else:
        scene.account.faults.hang_up("/oauth/token", times=times)
    scene.account.moments.after(scene.some_requests(), scene.account.expiry())
    scene.turns()
    assert scene.application.is_connected


def refresh_lost(scene: Scene) -> None:
    """The pair was renewed, but the answer with the new one never arrived."""
    scene.account.answers_lost = 1
    scene.account.moments.after(scene.some_requests(), scene.account.expiry())
    scene.turns()


def revoked(scene: Scene) -> None:
    """Somebody takes the application's access away in the middle of a run."""
    _disconnects(scene, scene.account.revoke_consent)


def refused(scene: Scene) -> None:
    """Tokens can be renewed, but are refused all the same."""
    faults = scene.account.faults
    _disconnects(scene, lambda: faults.update({"token_revoked": True}))


def _disconnects(scene: Scene, action: Callable[[], None]) -> None:
    """A run in the middle of which this happens ends with a connection that says so."""
    happened: list[bool] = []

    def happen() -> None:
        action()
        happened.append(True)

    scene.account.moments.after(scene.some_requests(), happen)
    scene.application.turn()
    connection = scene.application.connected.connection
    outcome = (connection.status, connection.status_reason)
    assert outcome == (("disconnected", "token_refused") if happened else ("connected", None))


def withheld(scene: Scene) -> None:
    """PagerDuty says how many rows there are, and keeps some of them to itself."""
    noun = scene.random.choice(("incidents", "log_entries"))
    share = scene.random.choice((7, 20, 50))
    rest = scene.random.randrange(share)

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return body | {noun: [row for row in body[noun] if number_of(row) % share != rest]}

    scene.account.faults.change(f"^/us/{noun}$", change)
    scene.turns()


def cut_off(scene: Scene) -> None:
    """Answers end in the middle of their JSON: once, several times, or of one endpoint always."""
    path, times = scene.random.choice(_PATHS), scene.random.choice((1, 3, 9, 30, None))
    body = '{"' + path.rsplit("/", maxsplit=1)[-1] + '": [{"id": "Q1'
    scene.account.faults.answer(f"^/us{path}", status=200, body=body, times=times)
    scene.turns()


KINDS: Final[tuple[Callable[[Scene], None], ...]] = (
    noise,
    burst,
    endpoint_down,
    outage,
    killed,
    died,
    storage_failed,
    lease_taken,
    expired,
    refresh_down,
    refresh_lost,
    revoked,
    refused,
    withheld,
    cut_off,
)
