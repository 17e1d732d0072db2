"""Every type of error that a library can raise, as instances nobody can look into."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Final

import huey.consumer
import huey.exceptions
import psycopg
import psycopg.errors
import sqlalchemy.exc
import sqlalchemy.orm.exc


def _types_in(*modules: ModuleType) -> set[type[Exception]]:
    return {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Exception)
    }


def _below(base: type[Exception]) -> Iterator[type[Exception]]:
    yield base
    for one in base.__subclasses__():
        yield from _below(one)


def _uninitialised(types: set[type[Exception]]) -> list[Exception]:
    """Many need arguments; an attendance that looks at nothing but the type needs none."""
    return [one.__new__(one) for one in sorted(types, key=lambda one: one.__qualname__)]


def _of_the_file_system() -> list[Exception]:
    numbered = [OSError(number, name) for number, name in sorted(errno.errorcode.items())]
    known = {one for one in _below(OSError) if one.__module__ in {"builtins", "shutil"}}
    return [*numbered, *_uninitialised(known | {shutil.Error, UnicodeDecodeError})]


EVERY_ERROR: Final[Mapping[str, list[Exception]]] = {
    "SQLAlchemy": _uninitialised(
        _types_in(sqlalchemy.exc, sqlalchemy.orm.exc) | set(_below(sqlalchemy.exc.SQLAlchemyError))
    ),
    "psycopg": _uninitialised(_types_in(psycopg, psycopg.errors) | set(_below(psycopg.Error))),
    "huey": _uninitialised(_types_in(huey.exceptions, huey.consumer)),
    "SQLite": _uninitialised(set(_below(sqlite3.Error)) | {sqlite3.Warning}),
    "file system": _of_the_file_system(),
}
