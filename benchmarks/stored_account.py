"""Stored accounts for the pages, written without a collection."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import Engine
from sqlmodel import Session

from corvana.analysis.account.analysed import Account
from corvana.frames import empty
from corvana.store import connections, engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.versions import files
from corvana.versions.code_digest import BUILDING, CONCLUDING, code_digest
from corvana.versions.conclusions import CONCLUSIONS
from corvana.versions.manifest import Manifest, publish_manifest

VERSION = 1
_WHOLE = "all"


def database_of(data_dir: Path) -> Engine:
    """The application's default database in the data directory."""
    return open_database(f"sqlite:///{data_dir.resolve()}/corvana.db")


def store_engagement(data_dir: Path, name: str, account: Account) -> str:
    """Store the account in an engagement of this name, as after its first run; return its id.

    All objects of the account get the engagement's name as a prefix: `<name> service 12`.
    """
    now = datetime.now(UTC)
    engine = database_of(data_dir)
    engagement_id = engagements.create(engine, name, now)
    connection_id = connections.connect(
        engine,
        Vault.open(None, data_dir),
        engagement_id=engagement_id,
        account=connections.PagerDutyAccount(
            f"P{name.upper()}", name, "us", "https://localhost", "owner"
        ),
        tokens=Tokens("none", "none", now + timedelta(days=1)),
        now=now,
    )
    write_account(data_dir / "snapshots", connection_id, name, account)
    with Session(engine) as session:
        connection = session.get_one(Connection, connection_id)
        connection.data_version, connection.collected_at = VERSION, now
        connection.requested_at, connection.next_run_at = None, now + timedelta(days=1)
        session.add(connection)
        session.commit()
    return engagement_id


def labels(account: Account, name: str) -> pd.DataFrame:
    """LABELS of all objects of the account that have a name."""
    teams = account.services["team_ids"].dropna().str.split().explode().dropna()
    edges = account.dependencies
    business = pd.concat(
        [
            edges.loc[edges[f"{end}_type"].eq("business_service"), f"{end}_id"]
            for end in ("dependent", "supporting")
        ]
    )
    named = {
        "service": account.services["service_id"],
        "escalation_policy": account.rules["escalation_policy_id"],
        "schedule": account.schedules["schedule_id"],
        "team": teams,
        "business_service": business,
        "priority": account.incidents["priority"].dropna(),
    }
    return pd.DataFrame(
        [
            (kind, identity, f"{name} {kind.replace('_', ' ')} {number}")
            for kind, ids in named.items()
            for number, identity in enumerate(sorted(ids.unique()), start=1)
        ],
        columns=["kind", "id", "label"],
    )


def write_account(
    folder: Path, connection_id: str, name: str, account: Account, **known: Any
) -> None:
    """Write the account as a data version with all conclusions; `known`: more of its manifest."""
    written = {
        frame: _written(folder, connection_id, frame, rows, account)
        for frame, rows in _frames(account, name).items()
    }
    said: dict[str, Any] = {
        "analysed_as_of": account.as_of,
        "concluded_by": code_digest(*CONCLUDING),
        "built_by": code_digest(*BUILDING),
    }
    manifest = Manifest(VERSION, account.as_of, account.since, (), {}, **(said | known))
    publish_manifest(folder, connection_id, manifest, written)


def _frames(account: Account, name: str) -> Mapping[str, pd.DataFrame]:
    made = {
        "arrivals": account.interruptions,
        "labels": labels(account, name),
        **{concluded: make(account) for concluded, make in CONCLUSIONS.items()},
    }
    # What a version holds besides the account is empty here: nothing of it was collected.
    return {
        frame: made[frame] if frame in made else getattr(account, frame, empty(contract))
        for frame, contract in files.CONTRACTS.items()
    }


def _written(
    folder: Path, connection_id: str, frame: str, rows: pd.DataFrame, account: Account
) -> dict[str, str]:
    parts = {_WHOLE: rows}
    if frame in files.PARTITIONED:
        parts = dict(iter(rows.groupby(_months(account, rows))))
    return {
        part: files.Part(folder, connection_id, frame, part, VERSION).write(some)
        for part, some in parts.items()
    }


def _months(account: Account, rows: pd.DataFrame) -> pd.Series:
    """The month in which each row's incident was created, as `2026-10`."""
    created = account.incidents["created_at"].dt.tz_localize(None).dt.to_period("M").astype("str")
    by_incident = created.set_axis(account.incidents["incident_id"])
    return rows["incident_id"].map(by_incident).fillna(created.iloc[0])
