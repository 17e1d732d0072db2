"""The baselines of an engagement: the names under which data versions are kept."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.errors import NotFound
from corvana.store.models import AssessmentSettings, Baseline
from corvana.store.written import sealing


def listed(engine: Engine, engagement_id: str) -> Sequence[Baseline]:
    """Return the engagement's baselines, the oldest data first."""
    with Session(engine, expire_on_commit=False) as session:
        query = select(Baseline).where(Baseline.engagement_id == engagement_id)
        found = session.exec(query.order_by(col(Baseline.as_of), col(Baseline.changed_at))).all()
    return sealing.opened(engine, found)


def get(engine: Engine, engagement_id: str, baseline_id: str) -> Baseline:
    """Return a baseline of the engagement. Raises `NotFound`."""
    with Session(engine, expire_on_commit=False) as session:
        stored = session.get(Baseline, (engagement_id, baseline_id))
    found = sealing.opened_one(engine, stored)
    if found is None:
        raise NotFound("no such baseline")
    return found


def settings_now(engine: Engine, engagement_id: str) -> dict[str, object]:
    """Return what is chosen in the engagement's settings at present."""
    with Session(engine) as session:
        found = sealing.opened_one(engine, session.get(AssessmentSettings, engagement_id))
        return dict(found.chosen) if found else {}
