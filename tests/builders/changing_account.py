"""An account that changes while it is collected."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from tests.builders.twins import twin
from tests.conftest import Connected, collect_at, join

START = datetime(2026, 10, 3, 9, 0, tzinfo=UTC)
DAYS = 12


class Account:
    """An account whose clock and world a test can change, and the application connected to it.

    `begin` connects the application: without a collection, or with a kept one.
    """

    def __init__(
        self,
        world: World,
        configure: Callable[..., Settings],
        url: str,
        begin: Callable[[Settings, RunningSandbox], Connected] = join,
    ) -> None:
        self.now = START
        self.sandbox = RunningSandbox(world, clock=lambda: self.now, requests_per_minute=1_000_000)
        self._configure, self._url, self._begin = configure, url, begin

    def __enter__(self) -> "Account":
        self.sandbox.__enter__()
        settings = self._configure(self.sandbox, CORVANA_DATABASE_URL=self._url)
        self.connected = self._begin(settings, self.sandbox)
        return self

    def __exit__(self, *problem: object) -> None:
        self.sandbox.__exit__(None, None, None)

    def change(self, change: Callable[..., World], *arguments: object) -> None:
        self.sandbox.replace(change(self.sandbox.world, *arguments))

    def collect(self, connected: Connected | None = None, days: float = DAYS) -> None:
        """One run at this account's time, without conclusions."""
        collect_at(connected or self.connected, clock=lambda: self.now, days=days)

    def fresh(self) -> Connected:
        """Another application that collects everything now, as far back as the first one."""
        folder = f"fresh-{self.now:%d%H%M}"
        database = self.connected.settings.data_dir.parent / folder / "corvana.db"
        settings = self._configure(
            self.sandbox, folder, CORVANA_DATABASE_URL=f"sqlite:///{database}"
        )
        connected = twin(self.connected, settings)
        self.collect(connected, days=DAYS + (self.now - START) / timedelta(days=1))
        return connected
