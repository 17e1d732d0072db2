"""The memory of running processes, searched byte by byte as a dump of it would be."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

_PROC: Final = Path("/proc")
_CHUNK: Final = 1 << 24
_REGION: Final = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r")
_NOT_READ: Final = ("[vvar", "[vsyscall]")


def with_setting(value: str) -> dict[int, str]:
    """The processes of the application that were started with this setting: number, command."""
    found = {}
    for home in _PROC.glob("[0-9]*"):
        try:
            environment = (home / "environ").read_bytes()
            started_as = (home / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:  # ended meanwhile
            continue
        if value.encode() in environment and ("streamlit" in started_as or "corvana" in started_as):
            found[int(home.name)] = started_as
    return found


def texts_in(process: int, texts: Iterable[str]) -> set[str]:
    """Those of the texts that stand anywhere in the memory of the process, also within others."""
    with tempfile.NamedTemporaryFile("w", suffix=".texts") as wanted:
        wanted.write("".join(f"{text}\n" for text in sorted(set(texts))))
        wanted.flush()
        with tempfile.TemporaryFile() as dump, tempfile.TemporaryFile() as found:
            for piece in _memory(process):
                dump.write(piece)
            dump.seek(0)
            subprocess.run(
                ["grep", "-a", "-o", "-F", "-f", wanted.name],
                stdin=dump,
                stdout=found,
                env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
                check=False,  # 1: nothing is found
            )
            found.seek(0)
            return {line.decode() for line in set(found.read().splitlines())}


def _memory(process: int) -> Iterator[bytes]:
    """What the process can read of its own memory, in pieces of 16 MiB."""
    home = _PROC / str(process)
    try:
        memory = (home / "mem").open("rb", buffering=0)
    except PermissionError:
        pytest.skip("the memory of other processes cannot be read here")
    with memory:
        for line in (home / "maps").read_text().splitlines():
            region = _REGION.match(line)
            if region is None or any(name in line for name in _NOT_READ):
                continue
            start, end = (int(one, 16) for one in region.groups())
            for at in range(start, end, _CHUNK):
                try:
                    memory.seek(at)
                    yield memory.read(min(_CHUNK, end - at))
                except OSError:  # released meanwhile
                    continue
