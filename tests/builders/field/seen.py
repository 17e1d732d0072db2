"""Accounts of raw bodies, collected by whole runs, and what is then shown of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlmodel import SQLModel

from corvana.analysis.account.analysed import Account
from corvana.config import Settings
from corvana.evidence.tables import table
from corvana.sandbox.api.running import RunningSandbox
from corvana.versions.account_frames import account_of
from tests.builders import told_account
from tests.builders.field.life import Life, Place, Told, merged
from tests.builders.field.raw_account import Bodies, Row, raw_account
from tests.builders.hostile.lying_proxy import Lie, LyingProxy
from tests.builders.movable_clock import MovableClock
from tests.builders.one_collector import stored
from tests.conftest import Connected, collect_at, join

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = 30


@dataclass
class Seen:
    """A collected account: the tables of its evidence, and its rows in the database."""

    connected: Connected
    _tables: dict[str, list[Row]] = field(default_factory=dict, repr=False)

    @cached_property
    def _account(self) -> Account:
        return account_of(self.connected.data())

    def rows(self, name: str, **key: Any) -> list[Row]:
        """The rows of a table with this key. What is missing is None."""
        if name not in self._tables:
            made = table(name, self._account, self.connected.data().frame("labels"))
            plain: Any = made.astype("object").where(made.notna(), None)
            self._tables[name] = plain.to_dict("records")
        return [row for row in self._tables[name] if key.items() <= row.items()]

    def row(self, name: str, columns: Iterable[str], **key: Any) -> Row:
        """These columns of the only row with this key."""
        found = self.rows(name, **key)
        assert len(found) == 1, f"{len(found)} rows of {name} with {key}"
        return {column: found[0][column] for column in columns}

    def incident(self, life: Life, columns: Iterable[str]) -> Row:
        return self.row("incidents", columns, incident_id=life.id)

    def responder(self, place: Place, letter: str, columns: Iterable[str]) -> Row:
        return self.row("responders", columns, responder=self.pseudonym(place, letter))

    def pseudonym(self, place: Place, letter: str) -> str:
        return self.connected.pseudonyms.of(place.person(letter))

    def stored(self, model: type[SQLModel], **key: Any) -> list[Row]:
        return [row for row in stored(self.connected, model) if key.items() <= row.items()]


def collected(
    folder: Path,
    told: Sequence[Told],
    *,
    later: Sequence[Told] = (),
    lies: Mapping[str, Lie] | None = None,
) -> Seen:
    """Collect an account, and once more two days later when it is told otherwise `later`.

    With `lies`, a proxy answers instead, under the paths that match the keys.
    """
    clock = MovableClock(NOW)
    world = replace(told_account.account(), schedules=(), alert_groupings=())
    with RunningSandbox(world, clock=clock, requests_per_minute=1_000_000) as sandbox:
        usual = sandbox.app

        def collect(bodies: Bodies) -> None:
            account = raw_account(bodies, clock, otherwise=usual)
            sandbox.app = LyingProxy(account, lies or {})  # type: ignore[assignment]
            collect_at(connected, clock=clock, days=DAYS)

        connected = join(_settings(folder, sandbox), sandbox)
        collect(merged(told))
        if later:
            clock.now += timedelta(days=2)
            collect(merged(later))
    return Seen(connected)


def _settings(folder: Path, sandbox: RunningSandbox) -> Settings:
    return Settings(
        data_dir=folder,
        identity_url_setting=sandbox.url,
        api_url_setting=sandbox.api_url,
        eu_api_url_setting=sandbox.eu_api_url,
    )
