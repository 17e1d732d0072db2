"""A stored account of one incident and one finding, whose advice assumes something."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from sqlmodel import Session

from corvana.config import load_settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.ui import process
from corvana.versions.manifest import Manifest
from tests.builders.analysis.ledger_of_findings import finding, ledger
from tests.builders.data_folder import read_from
from tests.builders.evidence.read_report import labels
from tests.builders.evidence.version import AS_OF, SINCE, incident, rows
from tests.builders.written_version import write_version

KEY = "exhausted_policy:P1"


def store_one_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch, more: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Store it in the first engagement, with more frames by name, and read it at its own time."""
    read_from(folder / "data", folder, monkeypatch)
    settings = load_settings()
    engine = open_database(settings.database_url)
    engagements.ensure_first(engine, AS_OF)
    with Session(engine) as session:
        session.add(
            Connection(
                id="C1", engagement_id="first", account_id="A1", account_label="Shop",
                region="us", audience="", connected_role="admin", connected_at=AS_OF,
                collected_at=AS_OF, data_version=1,
            )
        )  # fmt: skip
        session.commit()
    write_version(
        settings.versions_dir,
        "C1",
        Manifest(1, AS_OF, SINCE, (), {}, AS_OF),
        {
            "incidents": {"2026-02": rows("LIFECYCLES", incident(1, escalation_policy_id="P1"))},
            "findings": {"all": ledger(finding("exhausted_policy"))},
            "labels": {"all": labels(P1="Payments")},
            **{name: {"all": frame} for name, frame in (more or {}).items()},
        },
    )
    monkeypatch.setattr(process, "account_now", lambda: AS_OF)
