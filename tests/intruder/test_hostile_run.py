"""A whole run against an account that answers with more than fits: it ends, small, and says so."""

import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from time import monotonic, sleep
from typing import Final

import pytest
from sqlmodel import Session
from starlette.responses import Response, StreamingResponse

from corvana import jobs
from corvana.collectors.windows import incomplete
from corvana.runs import collection
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import models
from tests.builders.conclusions import conclude_nothing
from tests.builders.hostile.lying_proxy import Lie, LyingProxy
from tests.builders.hostile.measured_run import run_alone
from tests.builders.one_collector import stored
from tests.conftest import DAYS, Connected

MB: Final = 1_000_000
REFERENCES: Final = b",".join([b'{"id":"PTEAM1"}'] * 1_000)


@cache
def packed(megabytes: int) -> bytes:
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packing.compress(b'{"teams":[{"x":"')]
    parts += [packing.compress(b"a" * MB) for _ in range(megabytes)]
    return b"".join([*parts, packing.compress(b'"}]}'), packing.flush()])


def bomb(_: Mapping[str, str], __: bytes) -> Response:
    """1.5 MB that unpack to 1,500."""
    return Response(packed(1_500), headers={"content-encoding": "gzip"})


def flood(_: Mapping[str, str], __: bytes) -> Response:
    """700 MB."""

    def pieces() -> Iterator[bytes]:
        for _ in range(700):
            yield b"[" * MB

    return StreamingResponse(pieces())


def crowd(_: Mapping[str, str], __: bytes) -> bytes:
    """Small rows without a name, in millions."""
    return b'{"business_services":[%s0],"more":true}' % (b"0," * (3 * MB))


def fat(query: Mapping[str, str], _: bytes) -> bytes:
    """Rows with a thousand parts each, on pages without an end."""
    offset, limit = int(query["offset"]), int(query["limit"])
    row = b'{"id":"PFAT%d","start_time":"2026-01-01T00:00:00Z",%s"services":[%s]}'
    end = b'"end_time":"2026-01-02T00:00:00Z",'
    rows = [row % (number, end, REFERENCES) for number in range(offset, offset + limit)]
    return b'{"maintenance_windows":[%s],"more":true,"limit":%d}' % (b",".join(rows), limit)


LIES: Final[Mapping[str, Lie]] = {
    "^/us/teams$": bomb,
    "^/us/priorities$": flood,
    "^/us/business_services$": crowd,
    "^/us/maintenance_windows$": fat,
}


@pytest.fixture
def lying(sandbox: RunningSandbox) -> Iterator[Callable[[Mapping[str, Lie]], None]]:
    """Put a lying proxy before the account."""
    truthful = sandbox.app

    def begin(lies: Mapping[str, Lie]) -> None:
        sandbox.app = LyingProxy(truthful, lies)  # type: ignore[assignment]

    yield begin
    sandbox.app = truthful


@pytest.fixture
def memory(
    connected: Connected, lying: Callable[[Mapping[str, Lie]], None], tmp_path: Path
) -> float:
    lying(LIES)
    return run_alone(connected, dict(os.environ), tmp_path / "memory")


def test_a_run_that_is_sent_too_much_stays_small_and_has_every_good_row(
    memory: float, connected: Connected, sandbox: RunningSandbox
) -> None:
    assert memory < 500
    assert connected.latest_run.status == "finished"
    assert {row["id"] for row in stored(connected, models.Incident)} == {
        each.id for each in sandbox.world.incidents
    }
    with Session(connected.engine) as session:
        assert incomplete(session, connected.id) == []
    errors = {row["noun"]: row["error"] for row in stored(connected, models.NounStatus)}
    assert {noun: error for noun, error in errors.items() if error} == {
        "teams": "TooLarge",
        "priorities": "TooLarge",
        "business_services": "TooLarge",
        "maintenance_windows": "Incomplete",
        "service_dependencies": "Gone",
    }
    assert len(stored(connected, models.MaintenanceWindow)) == 200


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 31 Dec 1969 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "Mon, 32 Jan 99999 99:99:99 +9999",
        "yesterday",
    ],
)
def test_a_clock_that_lies_does_not_move_what_is_collected(
    connected: Connected, lying: Callable[[Mapping[str, Lie]], None], date: str
) -> None:
    lying({"^/us/users/me$": lambda _, body: Response(body, headers={"date": date})})
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    run = connected.latest_run
    assert run.status == "finished"
    assert abs(run.until - run.started_at) < timedelta(minutes=10)
    since = min(row["since"] for row in stored(connected, models.CollectionWindow))
    assert run.started_at - since < timedelta(days=DAYS + 1)


def test_a_run_against_an_account_that_is_slow_for_hours_is_ended_and_keeps_what_it_has(
    connected: Connected,
    lying: Callable[[Mapping[str, Lie]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collection, "_LONGEST", timedelta(seconds=3))

    def late(_: Mapping[str, str], body: bytes) -> Response:
        def pieces() -> Iterator[bytes]:
            for each in body:
                sleep(0.01)
                yield bytes([each])

        return StreamingResponse(pieces())

    lying({"^/us/log_entries$": late})
    began = monotonic()
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert monotonic() - began < 15
    run = connected.latest_run
    assert (run.status, run.error) == ("failed", "TimedOut")
    assert connected.connection.lease_holder is None
    assert stored(connected, models.Service)
    lying({})
    monkeypatch.setattr(collection, "_LONGEST", timedelta(hours=1))
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert connected.latest_run.status == "finished"
