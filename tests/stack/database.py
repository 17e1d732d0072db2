"""PostgreSQL as a company would run it: over TLS only, with a password, in a folder of its own."""

import os
import pwd
import shutil
import signal
import subprocess
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
from sqlalchemy import Engine, func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from corvana.store.engine import open_database
from corvana.store.models import WorkerHeartbeat
from tests.builders.databases import programs
from tests.stack.links import Link, Links
from tests.stack.parts import Ground, Part
from tests.stack.programs import MARK, Missing, Program, inherited

NAME: Final = "corvana"
_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "ssl": "on",
    "ssl_cert_file": "server.pem",
    "ssl_key_file": "server.key",
    # What docs/hosting.md asks for: otherwise the server's log quotes rows that it refuses.
    "log_error_verbosity": "terse",
    # Programs of the stack crash, the computer does not: waiting for the disk shows nothing.
    "fsync": "off",
}
_WHO_MAY: Final = "hostssl all all 127.0.0.1/32 scram-sha-256\n"


class Database(Part):
    """The server, and the links that nodes reach it through.

    `kill` ends it without any cleaning up (SIGQUIT); the next start then recovers from its log.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.port = ground.place.port("postgresql")
        self.link = Links()
        home = ground.place.folder / "postgresql"
        binaries = programs()
        if binaries is None:
            raise Missing("PostgreSQL is not installed: make postgresql")
        self._binaries, self._data = binaries, home / "data"
        self._identity = _identity()
        self.program = Program(
            name="PostgreSQL",
            command=[
                binaries / "postgres",
                "-D",
                self._data,
                *(f"-c{name}={value}" for name, value in _SETTINGS.items()),
                f"-cport={self.port}",
            ],
            home=home,
            log=ground.place.log("postgresql"),
            environment={MARK: str(ground.place.folder)},
            answers=self._takes_connections,
            stop_signal=signal.SIGINT,
            kill_signal=signal.SIGQUIT,
            user=self._identity.get("user"),
            group=self._identity.get("group"),
        )
        self._initialise(home)

    @property
    def data(self) -> Path:
        """Its folder: tables, indexes, write-ahead log, statistics."""
        return self._data

    @property
    def url(self) -> str:
        """Its address without a link, for whoever looks at it from outside."""
        return self._address(NAME, self.port, "corvana")

    def linked(self) -> Link:
        """A link of its own to the server, for a node."""
        link = self._ground.network.link(self.port)
        self.link.each.append(link)
        return link

    def address(self, link: Link) -> str:
        """Its address through the link, as a setting of Corvana."""
        return self._address(NAME, link.port, "corvana")

    def make(self) -> None:
        """Make user and database as docs/hosting.md says, if they are not there yet."""
        with psycopg.connect(
            self._address("postgres", self.port, "postgres"), autocommit=True
        ) as server:
            if server.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{NAME}'").fetchone():
                return
            password = self._ground.place.password("corvana")
            server.execute(f"CREATE ROLE {NAME} LOGIN PASSWORD '{password}'")
            server.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    @cached_property
    def engine(self) -> Engine:
        """The database as Corvana opens it, past all links."""
        return open_database(self.url)

    def workers_since(self, instant: datetime) -> int:
        """How many workers have started since then and attend; none while it is away."""
        started = select(func.count()).where(col(WorkerHeartbeat.started_at) >= instant)
        try:
            with Session(self.engine) as session:
                return session.scalar(started) or 0
        except SQLAlchemyError:
            return 0

    def _address(self, database: str, port: int, user: str) -> str:
        password = self._ground.place.password(user)
        authority = quote(str(self._ground.certificate.authority), safe="")
        trusted = f"sslmode=verify-full&sslrootcert={authority}"
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}?{trusted}"

    def _takes_connections(self) -> bool:
        try:
            psycopg.connect(self._address("postgres", self.port, "postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, home: Path) -> None:
        """Make the data folder once, of the user who runs the server."""
        if (self._data / "PG_VERSION").exists():
            return
        home.mkdir(mode=0o700, exist_ok=True)
        password = home / "password"
        password.touch(mode=0o600)
        password.write_text(self._ground.place.password("postgres"))
        self._give_away(home, password)
        command: list[str | Path] = [
            *(self._binaries / "initdb", "-D", self._data, "-U", "postgres", "-E", "UTF8"),
            *("-A", "scram-sha-256", f"--pwfile={password}", "--locale=C", "--no-sync"),
        ]
        with self.program.log.open("ab") as output:
            made = subprocess.run(
                command,
                cwd=home,
                env=inherited(),
                stdout=output,
                stderr=output,
                check=False,
                **self._identity,
            )
        if made.returncode:
            shutil.rmtree(self._data, ignore_errors=True)
            raise Missing(
                f"PostgreSQL could not make its folder in {home}. Run by root, it works as the "
                "user postgres, who has to be able to enter all folders above: choose another "
                f"place with STACK=/var/tmp/stack. It said:\n{self.program.last_lines()}"
            )
        password.unlink()
        certificate, key = self._data / "server.pem", self._data / "server.key"
        shutil.copy(self._ground.certificate.chain, certificate)
        shutil.copy(self._ground.certificate.key, key)
        (self._data / "pg_hba.conf").write_text(_WHO_MAY)
        self._give_away(certificate, key)

    def _give_away(self, *paths: Path) -> None:
        for path in paths:
            if self._identity:
                os.chown(path, self._identity["user"], self._identity["group"])


def _identity() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root runs it as its own user."""
    if os.geteuid() != 0:
        return {}
    owner = pwd.getpwnam("postgres")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
