"""Child processes of the app: the worker, and the simulated account if no client is configured."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from corvana import jobs, logs
from corvana.config import Settings, load_settings
from corvana.errors import ConfigError
from corvana.jobs.attendance import Attendance
from corvana.jobs.forgetting import Forget
from corvana.memory import economise
from corvana.private_files import keep_private
from corvana.store import clock, connections, engagements
from corvana.store.engine import open_database
from corvana.store.vault import Vault
from corvana.web import sign_in
from corvana.web.processes import forgetting
from corvana.web.processes.replacing import Replacing

ROOT: Final = Path(__file__).resolve().parents[2]
_STOP_WITHIN: Final = 5.0
_DELETIONS_EVERY: Final = 5.0
_COPIES_EVERY: Final = 2.0
_STORE_EVERY: Final = 5.0
_LONGEST_PAUSE: Final = 30.0
_STEADY_AFTER: Final = 60.0
_LOOK_AGAIN_AFTER: Final = 2.0
_left: Final[list[Process]] = []
_log = structlog.get_logger(__name__)

Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


@contextmanager
def _refusal_told() -> Iterator[None]:
    """Say why the start is refused: lines about other errors have no message, which could quote
    data. Messages of these two never show a value."""
    try:
        yield
    except (ConfigError, ValidationError) as error:
        _log.critical("the application cannot start", because=str(error))
        raise


def make_lifespan(
    address: Callable[[], str | None],
    load: Callable[[], None] = lambda: None,
    forget: Forget = lambda _engagement_ids: None,
) -> Lifespan:
    """Return the application's lifespan.

    `address` returns the address where the server listens. `load` loads the pages' modules; the
    server starts after it has ended. `forget` empties memory and screens of what is deleted.
    """

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        with _refusal_told():
            settings = load_settings()
            logs.configure(settings.log_level, settings.log_format)
            sign_in.check_exposure(address(), settings.base_url, sign_in.auth_configured())
            keep_private(settings.data_dir)
            economise()
            await run_in_threadpool(_prepare, settings)
        replacing = Replacing(settings)
        watchers = [
            asyncio.create_task(_keep_alive(child, lambda: replacing.is_asked))
            for child in children(settings)
        ]
        watchers.append(asyncio.create_task(_finish_deletions(settings)))
        forgetting.start(settings, forget)
        attendances = [Attendance({"replace this process": replacing.look}), *_of_store(settings)]
        for one in attendances:
            one.start()
        try:
            await run_in_threadpool(load)
            economise()  # the loaded objects stay, so garbage collection skips them
            yield
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            forgetting.stop()
            if replacing.is_asked:
                replacing.carry_out()
            for one in attendances:
                one.stop(within=0)

    return lifespan


def _of_store(settings: Settings) -> list[Attendance]:
    """What a process attends to when data versions lie in an object store: this node's copies, and
    whether the store is there. A store that does not answer delays no deletion of copies."""
    if settings.snapshot_url is None:
        return []
    return [
        Attendance({"remove copies": jobs.remove_copies}, every=_COPIES_EVERY),
        Attendance({"look at the store of data versions": jobs.look_at_store}, every=_STORE_EVERY),
    ]


def _prepare(settings: Settings) -> None:
    Vault.of(settings)
    engagements.ensure_first(open_database(settings.database_url), datetime.now(UTC))


async def _finish_deletions(settings: Settings) -> None:
    """Finish the deletions that were begun or wished for, where no worker does it."""
    while True:
        try:
            await run_in_threadpool(_finish_deletions_alone, settings)
        except Exception as error:  # noqa: BLE001 - a wish to disconnect is tried until it is done
            _log.warning("deletions not finished", error=type(error).__name__)
        await asyncio.sleep(_DELETIONS_EVERY)


def _finish_deletions_alone(settings: Settings) -> None:
    engine = open_database(settings.database_url)
    if not connections.worker_alive(engine, clock.now(engine)):
        jobs.finish_deletions()


def children(settings: Settings) -> list[Sequence[str]]:
    """Return the arguments of `python -m corvana` for every child process."""
    wanted: list[Sequence[str]] = []
    if settings.uses_sandbox:
        wanted.append(("sandbox", "--port", str(settings.sandbox_port)))
    if settings.start_worker:
        wanted.append(("worker",))
    return wanted


async def _keep_alive(
    arguments: Sequence[str], is_replaced: Callable[[], bool] = lambda: False
) -> None:
    """Run the child until cancelled. Restart it when it dies, with a growing delay.

    The simulated account goes on while this process is replaced (`is_replaced`): somebody may be on
    its consent page, and it holds nothing that Corvana has read.
    """
    pause = 1.0
    loop = asyncio.get_running_loop()
    while True:
        await _until_needed(arguments)
        started = loop.time()
        process = await _spawn(arguments)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            if arguments[0] == "sandbox" and is_replaced():
                _leave(process)
            else:
                await _stop(process)
            raise
        if loop.time() - started > _STEADY_AFTER:
            pause = 1.0
        _log.warning("child ended", child=arguments[0], code=code, restart_in=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _until_needed(arguments: Sequence[str]) -> None:
    """Wait while another web process of this computer runs the simulated account: one is enough."""
    if arguments[0] != "sandbox":
        return
    port, told = int(arguments[-1]), False
    while await _is_taken(port):
        if not told:
            _log.warning(
                "another program listens on the port of the simulated account",
                port=port,
                unless_it_is_corvana_too="choose another one with CORVANA_SANDBOX_PORT",
            )
            told = True
        await asyncio.sleep(_LOOK_AGAIN_AFTER)


async def _is_taken(port: int) -> bool:
    """Whether something listens on this port of this computer."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


async def _spawn(arguments: Sequence[str]) -> Process:
    """Start the child with a pipe as standard input. The pipe ends when this process dies."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "corvana",
        *arguments,
        stdin=PIPE,
        stdout=DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )


def _leave(process: Process) -> None:
    """Let a child go on. Its standard input stays open in the new program, and ends with that."""
    if process.stdin is not None:
        pipe = process.stdin.transport.get_extra_info("pipe")
        os.set_inheritable(pipe.fileno(), True)
    _left.append(process)  # otherwise it would be ended when nobody refers to it


async def _stop(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_WITHIN)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
