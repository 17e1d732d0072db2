"""The baselines of an engagement: the names under which data versions are kept."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from corvana.errors import NotFound
from corvana.store.models import AssessmentSettings, Baseline


def listed(engine: Engine, engagement_id: str) -> Sequence[Baseline]:
    """Return the engagement's baselines, the oldest data first."""
    with Session(engine, expire_on_commit=False) as session:
        query = select(Baseline).where(Baseline.engagement_id == engagement_id)
        return session.exec(query.order_by(col(Baseline.as_of), col(Baseline.changed_at))).all()


def get(engine: Engine, engagement_id: str, baseline_id: str) -> Baseline:
    """Return a baseline of the engagement. Raises `NotFound`."""
    with Session(engine, expire_on_commit=False) as session:
        found = session.get(Baseline, (engagement_id, baseline_id))
    if found is None:
        raise NotFound("no such baseline")
    return found


def settings_now(engine: Engine, engagement_id: str) -> dict[str, object]:
    """Return what is chosen in the engagement's settings at present."""
    with Session(engine) as session:
        found = session.get(AssessmentSettings, engagement_id)
        return dict(found.chosen) if found else {}
