"""Two applications on the same account with the same key, so that their rows can be compared."""

import shutil
from typing import Any

import pandas as pd
from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

from corvana.analysis.opening import opened_document
from corvana.config import Settings
from corvana.store import models
from tests.builders.databases import open_new
from tests.conftest import Connected

DATED = (models.Incident, models.LogEntry, models.ResponderJoin)


def twin(connected: Connected, settings: Settings) -> Connected:
    """The same connection, with the same key and tokens, in another data directory."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copy(connected.settings.data_dir / "secret.key", settings.data_dir / "secret.key")
    engine = open_new(settings.database_url)
    with Session(connected.engine) as source, Session(engine) as target:
        for model in (models.Engagement, models.Connection, models.Secret):
            for row in source.exec(select(model)):
                target.add(model(**row.model_dump()))
        target.commit()
    return Connected(settings, engine, connected.vault, connected.id, connected.sandbox)


def rows(connected: Connected, model: type[SQLModel]) -> list[dict[str, Any]]:
    """Every row of the connection, opened, in the order of the primary key."""
    key = [column.name for column in inspect(model).primary_key]
    with Session(connected.engine) as session:
        found = [row.model_dump() for row in session.exec(select(model))]
    found = [opened_document(row, connected.seal) for row in found]
    return sorted(found, key=lambda row: [str(row[name]) for name in key])


def live(connected: Connected, model: type[SQLModel]) -> list[dict[str, Any]]:
    """Rows of objects that exist at PagerDuty: no tombstones, and no rows that belong to them."""
    buried = {row["id"] for row in rows(connected, models.Incident) if row["deleted_at"]}
    return [
        row
        for row in rows(connected, model)
        if not row.get("deleted_at") and row.get("incident_id") not in buried
    ]


def lifecycles(connected: Connected) -> pd.DataFrame:
    """The published lifecycles, by number."""
    return connected.frame("incidents").sort_values("number", ignore_index=True)


def assert_same(one: Connected, other: Connected) -> None:
    """Assert that all live rows and all published lifecycles are equal in both."""
    for model in DATED:
        assert live(one, model) == live(other, model), model.__name__
    pd.testing.assert_frame_equal(lifecycles(one), lifecycles(other))
