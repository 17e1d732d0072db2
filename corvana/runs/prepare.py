"""Work out the pages' usual questions about a data version, in a separate process."""

import asyncio
import sys
from typing import Final

import structlog
from sqlalchemy import Engine

from corvana import trace
from corvana.errors import VersionMissing
from corvana.questions.prepared import is_there
from corvana.snapshot_folder import Folder
from corvana.store import connections
from corvana.versions.announcing import drop_prepared
from corvana.versions.files import count_rows
from corvana.versions.manifest import read_manifest

WORTH_PREPARING: Final = 20_000
"""With fewer incidents, pages are fast without prepared results."""
_LONGEST_SECONDS: Final = 900.0
"""A million incidents take 45 s. The limit ends the run even if the command hangs."""
_log = structlog.get_logger()


async def prepare_for_pages(
    engine: Engine, folder: Folder, connection_id: str, version: int, settings: str
) -> None:
    """Work out what pages usually ask of the newest data version, unless the results that they show
    still hold and nobody asked for this run. Without good results pages show the newest version."""
    connection = connections.get(engine, connection_id)
    prepared = connection.prepared_version
    shown = prepared if connection.requested_at is None else 0
    if not await prepare(folder, connection_id, version, settings, shown=shown):
        drop_prepared(engine, connection_id, prepared)


async def prepare(
    folder: Folder, connection_id: str, version: int, settings: str = "", *, shown: int = 0
) -> bool:
    """Run the command `prepare` for the newest data version and wait until it ends.

    Nothing is run when its results under settings of that digest are there already, or those of the
    version `shown`, which pages show, while both versions have the same conclusions.

    Returns whether there are results to show. When the command fails or hangs, and for a small
    account, pages compute the results themselves. The command ends when this coroutine is
    cancelled, and when this process is killed.
    """
    try:
        incidents = count_rows(folder, connection_id, version, "incidents")
    except VersionMissing:
        return False
    if incidents < WORTH_PREPARING:
        return False
    if _is_there(folder, connection_id, version, settings, shown):
        return True
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "corvana", "prepare", "--connection", connection_id,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        env=trace.environment(),
    )  # fmt: skip
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            if await process.wait():
                _log.warning("not prepared", connection=connection_id, code=process.returncode)
                return False
    except TimeoutError:
        _log.warning("not prepared", connection=connection_id, after_seconds=_LONGEST_SECONDS)
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return True


def _is_there(folder: Folder, connection_id: str, version: int, settings: str, shown: int) -> bool:
    there = [each for each in {version, shown} if is_there(folder, connection_id, each, settings)]
    if version in there or not there:
        return version in there
    try:
        newest, former = (read_manifest(folder, connection_id, each) for each in (version, shown))
    except VersionMissing:
        return False
    return newest.analysed_as_of == former.analysed_as_of
