"""A PostgreSQL server for the tests, and a new database for every test that needs one.

Migrations take a tenth of a second. They run once per process and database; new databases are
copies of what they made.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from corvana.store import address
from corvana.store.engine import open_database

GIVEN = "CORVANA_TEST_POSTGRESQL_URL"
START_WITHIN = 60.0
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server. `url` is the address of a database from which others can be created."""

    url: str

    @contextmanager
    def database(self, like: str = "template1") -> Iterator[str]:
        """The address of a copy of the database `like`, dropped afterwards. Empty by default."""
        name = f"corvana_{uuid4().hex}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, like)
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def copy(self, url: str, *, to: str) -> None:
        """Make the database at `to` a copy of the one at `url`. Nobody may be connected to that."""
        self._run("DROP DATABASE {} WITH (FORCE)", _name(to))
        self._run("CREATE DATABASE {} TEMPLATE {}", _name(to), _name(url))

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    name = make_url(url).database
    assert name is not None, "the address names a database"
    return name


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, of the newest version if several are installed."""
    found = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()
    ]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    return max(found, key=lambda path: float(path.parent.name), default=None)


@contextmanager
def private_server(binaries: Path) -> Iterator[Server]:
    """A cluster in its own folder, reached through a socket in it, deleted afterwards."""
    # The name is short: a socket's path may have 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="corvana-pg-"))
    try:
        with running(binaries, home) as process:
            server = Server(f"postgresql://postgres@/postgres?host={home}")
            wait_until_it_answers(server, process, home / "log")
            yield server
    finally:
        shutil.rmtree(home)


@contextmanager
def running(binaries: Path, home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running server. PostgreSQL refuses to run as root, so root gives the folder to its user."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        identity = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        os.chown(home, owner.pw_uid, owner.pw_gid)
    data, log = home / "data", home / "log"
    initialise: tuple[str | Path, ...] = (
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-sync",
    )
    settings = [f"-c{name}={value}" for name, value in FAST.items()]
    with log.open("wb") as output:
        channels: dict[str, Any] = {"stdout": output, "stderr": output, "cwd": home}
        subprocess.run([*initialise, "--locale=C"], check=True, **channels, **identity)
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, "-k", home, *settings], **channels, **identity
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def wait_until_it_answers(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            psycopg.connect(server.url).close()
        except psycopg.OperationalError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server at CORVANA_TEST_POSTGRESQL_URL, or a server started for these tests."""
    given, binaries = os.environ.get(GIVEN), programs()
    if given:
        yield Server(given)
    elif binaries:
        with private_server(binaries) as server:
            yield server
    else:
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        say(f"PostgreSQL is not installed: install it, or set {GIVEN}")


@pytest.fixture(scope="session")
def postgresql_tables(postgresql: Server) -> Iterator[str]:
    """The name of a database on PostgreSQL with today's tables and no rows."""
    with postgresql.database() as url:
        migrate(url)
        yield _name(url)


@pytest.fixture
def postgresql_url(postgresql: Server, postgresql_tables: str) -> Iterator[str]:
    """A new database on PostgreSQL with today's tables."""
    with postgresql.database(like=postgresql_tables) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new database file with today's tables."""
    (tmp_path / "corvana.db").write_bytes(sqlite_tables())
    return f"sqlite:///{tmp_path}/corvana.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database with today's tables, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without tables: a SQLite file that does not exist yet, and one on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/corvana.db"
        return
    server: Server = request.getfixturevalue("postgresql")
    with server.database() as url:
        yield url


def open_new(url: str) -> Engine:
    """`open_database`, where a SQLite file that does not exist yet gets its tables by copying."""
    parsed = address.parse(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        file = Path(parsed.database)
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(sqlite_tables())
    return open_database(url)


@cache
def sqlite_tables() -> bytes:
    """The content of a SQLite database with today's tables and no rows."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "corvana.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def migrate(url: str) -> None:
    """Create the tables, and leave no connection."""
    open_database.__wrapped__(url).dispose()
