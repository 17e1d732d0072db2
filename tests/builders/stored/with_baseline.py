"""A stored account with a baseline of an earlier time."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlmodel import Session

from benchmarks.stored_account import VERSION, database_of, write_account
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.config import Settings
from corvana.questions import opened
from corvana.questions.view import View
from corvana.store.models import Baseline
from corvana.versions import baselines
from corvana.versions.manifest import read_manifest
from tests.builders.data_folder import connection_of


def as_known_at(account: Account, until: datetime) -> Account:
    """The account as it was collected up to an earlier time."""
    earlier = narrow(account, Filters(account.since, until))
    # A new object: what the narrowed one was told of its rows belongs to it alone.
    return replace(earlier, as_of=until, until=None)


def freeze_at(
    data_dir: Path, engagement: str, account: Account, until: datetime, name: str, **known: Any
) -> str:
    """Store a baseline of the account as of an earlier time; return its id.

    `known`: what its manifest says otherwise, such as another `concluded_by`.
    """
    connection, baseline_id = connection_of(data_dir, engagement), uuid4().hex
    folder, place = data_dir / "snapshots", baselines.place_of(connection.id, baseline_id)
    earlier = as_known_at(account, until)
    write_account(folder, place, connection.account_label, earlier, **known)
    manifest = read_manifest(folder, place, VERSION)
    with Session(database_of(data_dir)) as session:
        session.add(
            Baseline(
                engagement_id=engagement,
                id=baseline_id,
                revision=1,
                changed_at=until,
                changed_by="this computer",
                name=name,
                version=VERSION,
                as_of=manifest.as_of,
                covered_since=earlier.since,
                incidents=len(earlier.incidents),
                release="0.1.0",
                concluded_by=manifest.concluded_by,
                built_by=manifest.built_by,
            )
        )
        session.commit()
    return baseline_id


def opened_by_itself(data_dir: Path, engagement: str) -> View:
    """The view of a stored account with its baselines, and a cache of its own."""
    settings = Settings(data_dir=data_dir)
    connection = connection_of(data_dir, engagement)
    return opened.view_by_itself(settings, database_of(data_dir), connection)
