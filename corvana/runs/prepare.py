"""Have what pages will ask of a data version worked out, in a process of its own."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import structlog

from corvana.errors import VersionMissing
from corvana.versions.files import count_rows, prepared_file

WORTH_PREPARING: Final = 20_000
"""Pages of an account with fewer incidents answer at once."""
_LONGEST_SECONDS: Final = 900.0
"""A million incidents take 45 s; a run must end, whatever the command waits for."""
_log = structlog.get_logger()


async def prepare(folder: Path, connection_id: str, version: int) -> None:
    """Let the command `prepare` do it.

    Without its answers pages work everything out themselves: when it fails or hangs, that is all.
    When this is cancelled, or its own process is killed, so is the command.
    """
    try:
        incidents = count_rows(folder, connection_id, version, "incidents")
    except VersionMissing:
        return
    if incidents < WORTH_PREPARING or prepared_file(folder, connection_id, version).exists():
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
