import asyncio
from collections.abc import Callable

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
