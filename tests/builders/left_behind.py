"""All data that the application leaves, place by place, for a search byte by byte."""

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import psycopg
import pytest
from psycopg import sql
from pydantic import ValidationError

from corvana.store import address
from tests.conftest import Connected

MARKER = "CANARY-7f3e9d51"


@dataclass(slots=True)
class LeftBehind:
    """The data, files and output of one application. The test fills `errors` and `reports`."""

    connected: Connected
    exports: Path
    caplog: pytest.LogCaptureFixture
    capfd: pytest.CaptureFixture[str]
    errors: list[BaseException] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    _output: list[str] = field(default_factory=lambda: ["", ""])

    def places(self) -> dict[str, bytes]:
        """All data by its place."""
        out, err = self.capfd.readouterr()
        self._output = [self._output[0] + out, self._output[1] + err]
        settings = self.connected.settings
        stored = kept_in(settings.data_dir)
        if address.is_postgresql(settings.database_url):
            stored["tables"] = tables(settings.database_url)
        return {
            **stored,
            "decoded snapshots": parquet_text(settings.versions_dir).encode(),
            "exports": b"\n".join(files_of(self.exports).values()),
            "log": self.caplog.text.encode(),
            "standard output": self._output[0].encode(),
            "standard error": self._output[1].encode(),
            "errors": "\n".join(printable(*self.errors)).encode(),
            "reports": "\n".join(self.reports).encode(),
        }

    def holding(self, *texts: str) -> list[str]:
        """The places that contain any of the texts. Without texts, search for the marker."""
        wanted = [text.encode() for text in texts or (MARKER,)]
        return [
            place
            for place, content in self.places().items()
            if any(text in content for text in wanted)
        ]


def visible(error: BaseException) -> Iterator[str]:
    """The texts of an error that a log or a terminal would show."""
    yield from (str(error), repr(error), repr(error.args))
    yield "".join(traceback.format_exception(error))


def printable(*errors: BaseException) -> Iterator[str]:
    """All texts that code could print of errors and their causes, suppressed causes included."""
    seen: set[int] = set()
    waiting = list(errors)
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield repr(vars(current))
        if isinstance(current, ValidationError):
            yield repr(current.errors())
        yield from visible(current)
        waiting += [e for e in (current.__cause__, current.__context__) if e is not None]


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kept_in(folder: Path) -> dict[str, bytes]:
    """Every file by its name. Files of data versions are joined."""
    found: dict[str, bytes] = {}
    for path, content in files_of(folder).items():
        name = path.name if path.parent == folder else "snapshot files"
        found[name] = found.get(name, b"") + str(path).encode() + content
    return found


def parquet_text(folder: Path) -> str:
    """The decoded values of every Parquet file, because compressed bytes would hide them."""
    return "\n".join(
        pd.read_parquet(path).to_csv(index=False) for path in sorted(folder.rglob("*.parquet"))
    )


def tables(url: str) -> bytes:
    """Every value of every table of a PostgreSQL database, with the tables of the task queue."""
    with psycopg.connect(address.libpq(url)) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return repr(
            {
                name: connection.execute(
                    sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
                ).fetchall()
                for (name,) in names.fetchall()
            }
        ).encode()


def personal(connected: Connected) -> set[str]:
    """The texts that identify a person of the account."""
    users = connected.sandbox.world.users
    return {part for user in users for part in (user.name, user.email, user.phone, user.id)}


def told(connected: Connected) -> set[str]:
    """The texts of the account's incidents and services."""
    world = connected.sandbox.world
    texts = {text for each in world.incidents for text in (each.title, each.description)}
    return texts | {each.description for each in world.services if each.description}


def without_trace(places: Mapping[str, bytes], texts: set[str]) -> list[str]:
    """The texts that no place contains."""
    kept = b"\n".join(places.values())
    return sorted(text for text in texts if text.encode() not in kept)
