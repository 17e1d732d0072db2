"""What an assessor wrote, as the analysis takes it."""

from dataclasses import replace

from sqlalchemy import Engine

from corvana.analysis.assessment import gone_and_back
from corvana.analysis.assessment.gone_and_back import Trace
from corvana.analysis.assessment.targets import Level, Target
from corvana.analysis.assessment.timeline import KINDS, OwnDate
from corvana.questions.assessment.baselines import KeptBaselines
from corvana.questions.assessment.kept_register import kept_register
from corvana.questions.cache import Key
from corvana.questions.view import View
from corvana.snapshot_folder import Folder
from corvana.store import history_frames
from corvana.store.models import TimelineDate
from corvana.store.written import dates, settings, targets


def added_to(view: View, engine: Engine, engagement_id: str, folder: Folder) -> View:
    """Return the view with what assessors wrote in the engagement, what became of findings, and the
    baselines in the folder of data versions."""
    return replace(
        view,
        settings=settings.of(engine, engagement_id),
        targets=targets_of(engine, engagement_id),
        dates=dates_of(engine, engagement_id),
        register=kept_register(engine, engagement_id),
        traces=traces_of(view, engine),
        baselines=KeptBaselines(folder, engine, view.cache, view.connection_id, engagement_id),
    )


def traces_of(view: View, engine: Engine) -> dict[str, Trace]:
    """Return what became of each finding by key. It is noted with each analysis, which makes a new
    data version, so it is kept as long as the version."""

    def read() -> dict[str, Trace]:
        with engine.connect() as connection:
            seen = history_frames.finding_seen(connection, view.connection_id)
        return gone_and_back.traces(seen)

    kept: dict[str, Trace] = view.cache.results.get(
        Key(view.connection_id, view.version, "traces"), read
    )
    return kept


def dates_of(engine: Engine, engagement_id: str) -> tuple[OwnDate, ...]:
    """Return the dates of an engagement's timeline that assessors wrote, the oldest first."""
    return tuple(map(own_date, dates.of_engagement(engine, engagement_id)))


def own_date(row: TimelineDate) -> OwnDate:
    """Return a stored date; a kind that is not known becomes `other`."""
    return OwnDate(
        id=row.id,
        happened_on=row.happened_on,
        name=row.name,
        kind=next((kind for kind in KINDS if kind == row.kind), "other"),
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        revision=row.revision,
    )


def targets_of(engine: Engine, engagement_id: str) -> tuple[Target, ...]:
    """Return the response targets of an engagement."""
    return tuple(
        Target(
            by=_level(row.by),
            level=row.level,
            service=row.service_id,
            acknowledge=row.acknowledge_seconds,
            resolve=row.resolve_seconds,
        )
        for row in targets.of_engagement(engine, engagement_id)
    )


def _level(by: str) -> Level:
    return "priority" if by == "priority" else "urgency"
