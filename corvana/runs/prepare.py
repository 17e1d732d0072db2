"""Work out the pages' usual questions about a data version, in a separate process."""

import asyncio
import sys
from typing import Final

import structlog

from corvana.errors import VersionMissing
from corvana.questions.prepared import is_there
from corvana.snapshot_folder import Folder
from corvana.versions.files import count_rows
from corvana.versions.manifest import read_manifest

WORTH_PREPARING: Final = 20_000
"""With fewer incidents, pages are fast without prepared results."""
_LONGEST_SECONDS: Final = 900.0
"""A million incidents take 45 s. The limit ends the run even if the command hangs."""
_log = structlog.get_logger()


async def prepare(
    folder: Folder, connection_id: str, version: int, settings: str = "", *, shown: int = 0
) -> None:
    """Run the command `prepare` for the newest data version and wait until it ends.

    Nothing is run when its results under settings of that digest are there already, or those of the
    version `shown`, which pages show, while both versions have the same conclusions.

    When the command fails or hangs, pages compute the results themselves. The command ends when
    this coroutine is cancelled, and when this process is killed.
    """
    try:
        incidents = count_rows(folder, connection_id, version, "incidents")
    except VersionMissing:
        return
    if incidents < WORTH_PREPARING or _is_there(folder, connection_id, version, settings, shown):
        return
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "corvana", "prepare", "--connection", connection_id,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            if await process.wait():
                _log.warning("not prepared", connection=connection_id, code=process.returncode)
    except TimeoutError:
        _log.warning("not prepared", connection=connection_id, after_seconds=_LONGEST_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _is_there(folder: Folder, connection_id: str, version: int, settings: str, shown: int) -> bool:
    there = [each for each in {version, shown} if is_there(folder, connection_id, each, settings)]
    if version in there or not there:
        return version in there
    try:
        newest, former = (read_manifest(folder, connection_id, each) for each in (version, shown))
    except VersionMissing:
        return False
    return newest.analysed_as_of == former.analysed_as_of
