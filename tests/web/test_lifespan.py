import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence

import pytest

from corvana import jobs
from corvana.config import Settings
from corvana.errors import ConfigError
from corvana.store import connections, purge
from corvana.web import lifespan
from corvana.web.lifespan import children, make_lifespan
from tests.builders.stored.rows import rows_left
from tests.conftest import Connected


def test_without_a_client_id_the_simulated_account_runs_beside_the_worker():
    assert children(Settings(sandbox_port=9001)) == [
        ("sandbox", "--port", "9001"),
        ("worker",),
    ]


def test_with_a_client_id_there_is_no_simulated_account():
    assert children(Settings(client_id_setting="abc")) == [("worker",)]


def test_in_hosting_the_worker_is_a_service_of_its_own():
    assert children(Settings(client_id_setting="abc", start_worker=False)) == []


@pytest.mark.parametrize(("child", "goes_on"), [("sandbox", True), ("worker", False)])
def test_only_the_simulated_account_goes_on_while_the_web_process_is_replaced(
    monkeypatch: pytest.MonkeyPatch, child: str, *, goes_on: bool
) -> None:
    started: list[Process] = []

    async def spawn(_arguments: Sequence[str]) -> Process:
        started.append(await asyncio.create_subprocess_exec("cat", stdin=PIPE, stdout=DEVNULL))
        return started[0]

    async def replaced() -> None:
        monkeypatch.setattr(lifespan, "_spawn", spawn)
        monkeypatch.setattr(lifespan, "_is_taken", free)
        keeping = asyncio.create_task(lifespan._keep_alive([child, "0"], lambda: True))
        while not started:  # noqa: ASYNC110 - a process is waited for
            await asyncio.sleep(0.01)
        await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        (process,) = started
        assert (process.returncode is None) == goes_on
        if goes_on and process.stdin is not None:
            pipe = process.stdin.transport.get_extra_info("pipe")
            assert os.get_inheritable(pipe.fileno())
            process.stdin.close()  # as when the new program ends
            assert await process.wait() == 0

    asyncio.run(replaced())


async def free(_port: int) -> bool:
    return False


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts no worker and no simulated account."""
    monkeypatch.setenv("CORVANA_START_WORKER", "false")
    monkeypatch.setattr(lifespan, "economise", lambda: None)
    monkeypatch.setattr(lifespan, "_DELETIONS_EVERY", 0.05)


async def served(until: Callable[[], bool]) -> None:
    """Run the server until something has happened."""
    async with asyncio.timeout(30), make_lifespan(lambda: "127.0.0.1")(None):
        while not until():  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.02)


@pytest.mark.usefixtures("alone")
def test_a_server_without_a_worker_finishes_the_deletions_it_finds(collected: Connected) -> None:
    purge.begin(collected.engine, collected.id, collected.connection.connected_at)
    asyncio.run(served(lambda: connections.listed(collected.engine) == []))
    assert rows_left(collected) == 0


@pytest.mark.usefixtures("alone")
def test_a_server_whose_database_was_away_carries_out_the_wish_later(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, fails = jobs.finish_deletions, [3]

    def away() -> None:
        if fails[0]:
            fails[0] -= 1
            raise ConnectionRefusedError
        finish()

    monkeypatch.setattr(jobs, "finish_deletions", away)
    purge.begin(collected.engine, collected.id, collected.connection.connected_at)
    asyncio.run(served(lambda: connections.listed(collected.engine) == []))


@pytest.mark.usefixtures("alone")
def test_a_damaged_key_file_stops_the_start_and_is_named(collected: Connected) -> None:
    (collected.settings.data_dir / "secret.key").write_bytes(b"cut off")
    with pytest.raises(ConfigError) as refused:
        asyncio.run(served(lambda: True))
    assert "secret.key is damaged" in str(refused.value)
