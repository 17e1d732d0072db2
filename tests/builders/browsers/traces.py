"""What of an account can be recognised in files, and a search for it byte by byte."""

import sqlite3
from pathlib import Path


def traces_of_the_account(database: Path) -> list[bytes]:
    """Return what must be nowhere after a disconnect: whose account it is, and its labels."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        account = opened.execute("SELECT account_id, account_label FROM connection").fetchone()
        services = opened.execute("SELECT id, label FROM service").fetchall()
        schedules = opened.execute("SELECT id, label FROM schedule").fetchall()
        people = opened.execute("SELECT responder FROM responder").fetchall()
    opened.close()
    assert len(services) > 10
    return [str(text).encode() for row in (account, *services, *schedules, *people) for text in row]


def found_in(folder: Path, traces: list[bytes]) -> set[tuple[str, str]]:
    """Return which files below the folder hold which traces, byte for byte."""
    return {
        (str(path.relative_to(folder)), trace.decode())
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for trace in traces
        if trace in content
    }
