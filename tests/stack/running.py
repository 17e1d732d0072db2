"""The whole stack: what it consists of, brought up in order and ended in reverse."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from corvana.config import Settings
from corvana.store import connections, engagements
from corvana.store.people import members
from corvana.store.vault import Vault
from tests.builders.browsers.certificates import certificate
from tests.builders.connected import join_engagement
from tests.stack.database import Database
from tests.stack.disks import small_disk
from tests.stack.identity import PEOPLE, Provider
from tests.stack.links import Network
from tests.stack.nodes import Kind, Node
from tests.stack.pagerduty import PagerDuty
from tests.stack.parts import Ground, Part
from tests.stack.place import Place
from tests.stack.programs import wait_until
from tests.stack.proxy import Proxy
from tests.stack.store import Store

FIRST: Final = "first"
"""The engagement that every installation begins with."""

_WORKERS_WITHIN: Final = 60.0
_DAYS: Final = 30


@dataclass
class Stack:
    """A running stack, and all its parts."""

    place: Place
    settings: Settings
    database: Database
    store: Store
    provider: Provider
    pagerduty: PagerDuty
    proxy: Proxy
    web: list[Node]
    workers: list[Node]

    @property
    def url(self) -> str:
        """Where browsers come to."""
        return self.proxy.url

    @property
    def nodes(self) -> list[Node]:
        """All processes of Corvana."""
        return [*self.web, *self.workers]

    @property
    def parts(self) -> list[Part]:
        """All programs, in the order in which they start."""
        around: list[Part] = [self.database, self.store, self.provider, self.pagerduty]
        return [*around, *self.nodes, self.proxy]

    @cached_property
    def engine(self) -> Engine:
        """The database, seen past all links."""
        return self.database.engine

    @cached_property
    def vault(self) -> Vault:
        """The keys, as nodes have them."""
        return Vault.of(self.settings)

    def connect(self, accounts: int) -> list[str]:
        """Connect so many engagements of their own through OAuth; return their connections.

        Each is asked for and allowed as a browser does it, and has tokens of its own. The people
        who can sign in have their roles in all of them.
        """
        return [self._connect_one(number) for number in range(1, accounts + 1)]

    def _connect_one(self, number: int) -> str:
        engagement = engagements.create(self.engine, f"Client {number}", datetime.now(UTC))
        self.let_in(engagement)
        return self.join(engagement)

    def join(self, engagement_id: str) -> str:
        """Connect this engagement, unless it is; return its connection."""
        found = connections.of_engagement(self.engine, engagement_id)
        if found is not None:
            return found.id
        return join_engagement(
            self.settings, self.engine, self.vault, engagement_id, datetime.now(UTC)
        )

    def let_in(self, engagement_id: str) -> None:
        """Give the people who can sign in their roles in this engagement."""
        now = datetime.now(UTC)
        for each in PEOPLE:
            person = members.invite(
                self.engine, each.email, now, administrator=each.is_administrator
            )
            members.set_role(self.engine, engagement_id, person, each.role)


@contextmanager
def stack(
    folder: Path,
    *,
    web: int = 2,
    workers: int = 3,
    incidents: int = 1500,
    requests_per_minute: int = 60_000,
    settings: Mapping[str, str] | None = None,
    disk_mb: int | None = None,
) -> Iterator[Stack]:
    """Bring everything up in this folder, and end it after the `with` block.

    A folder that was used before goes on with its data. `settings` are further ones of all nodes;
    with `disk_mb`, the data folder of each node is a disk of that size.

    Raises
    ------
    Missing
        Something is not installed, or another stack runs in the folder.
    NotStarted
        A part did not start.
    """
    place, network = Place(folder), Network()
    with place.alone(), ExitStack() as running:
        running.callback(network.close)
        ground = Ground(place, certificate(place.below("certificates")), network)
        around = Database(ground), Store(ground), Provider(ground)
        database, store, provider = around
        pagerduty = PagerDuty(
            ground, incidents=incidents, days=_DAYS, requests_per_minute=requests_per_minute
        )
        _bring_up(running, *around, pagerduty)
        database.make()
        proxy = Proxy(ground, [place.port(f"web-{number}") for number in range(web)])
        shared = {
            "CORVANA_BASE_URL": proxy.url,
            "CORVANA_KEYS_DIR": str(place.below("keys")),
            "CORVANA_SECRET_KEY": place.fernet_key(),
            "CORVANA_BACKFILL_DAYS": str(_DAYS),
            "CORVANA_REQUESTS_PER_MINUTE": str(min(requests_per_minute, 100_000)),
            **pagerduty.settings,
            **(settings or {}),
        }

        def nodes(kind: Kind, count: int) -> list[Node]:
            return [
                Node(ground, kind, number, settings=shared, database=database, store=store)
                for number in range(count)
            ]

        made = Stack(
            place=place,
            settings=_as_settings(shared, place, database),
            database=database,
            store=store,
            provider=provider,
            pagerduty=pagerduty,
            proxy=proxy,
            web=nodes("web", web),
            workers=nodes("worker", workers),
        )
        running.callback(made.engine.dispose)
        engagements.ensure_first(made.engine, datetime.now(UTC))
        made.let_in(FIRST)
        for node in made.nodes:
            node.configure(provider, proxy.url)
            if disk_mb is not None:
                running.enter_context(small_disk(node.data, disk_mb))
        since = datetime.now(UTC)
        _bring_up(running, *made.nodes, proxy)
        wait_until(
            lambda: database.workers_since(since) >= workers, _WORKERS_WITHIN, "all workers attend"
        )
        yield made


def _bring_up(running: ExitStack, *parts: Part) -> None:
    """Start these at the same time, and wait for all of them."""
    for part in parts:
        running.callback(part.stop)
        part.begin()
    for part in parts:
        part.wait_until_ready()


def _as_settings(shared: Mapping[str, str], place: Place, database: Database) -> Settings:
    """The settings of a node of its own for whoever brought the stack up, past all links."""
    return Settings.model_validate(
        {
            **shared,
            "CORVANA_DATABASE_URL": database.url,
            "CORVANA_DATA_DIR": str(place.below("outside")),
        }
    )
