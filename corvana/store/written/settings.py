"""The settings of an assessment and the client's logo."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Update, update
from sqlmodel import Session, col

from corvana.assessment.logo import Picture
from corvana.assessment.settings import DEFAULTS, AssessmentSettings
from corvana.errors import ChangedMeanwhile
from corvana.store import clock, connections, models
from corvana.store.models import Connection
from corvana.store.models.written import Logo
from corvana.store.written import revised, sealing


@dataclass(frozen=True, slots=True)
class Read:
    """Settings as they were read, with what `save` needs to notice that they changed meanwhile."""

    settings: AssessmentSettings = DEFAULTS
    revision: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


def read(engine: Engine, engagement_id: str) -> Read:
    """Return the settings of the engagement; the defaults while nobody has set anything."""
    with Session(engine) as session:
        return _read(_stored(session, engagement_id))


def of(engine: Engine, engagement_id: str) -> AssessmentSettings:
    """Return the settings of the engagement; the defaults while nobody has set anything."""
    return read(engine, engagement_id).settings


def of_session(session: Session, engagement_id: str) -> AssessmentSettings:
    """The same, within a transaction."""
    return _read(_stored(session, engagement_id)).settings


def save(
    engine: Engine, engagement_id: str, settings: AssessmentSettings, *, over: Read, by: str
) -> Read:
    """Save the settings over those that were read, and have all that rests on them worked out anew.

    Raises
    ------
    ChangedMeanwhile
        Somebody else saved since; `theirs` is what they saved, as `Read`.
    NotFound
        The engagement's account is being disconnected, and the settings go with it.
    """
    now, connection = clock.now(engine), connections.of_engagement(engine, engagement_id)
    is_same = settings.digest == over.settings.digest
    row = models.AssessmentSettings(
        engagement_id=engagement_id,
        revision=over.revision,
        chosen=settings.to_store(),
    )
    try:
        revision = revised.save(
            engine,
            row,
            by=by,
            now=now,
            connection_id=connection.id if connection else None,
            then=None if is_same else analysis_wanted(engagement_id, now),
        )
    except ChangedMeanwhile as error:
        theirs = error.theirs
        present = theirs if isinstance(theirs, models.AssessmentSettings) else None
        raise ChangedMeanwhile(_read(present)) from None
    return Read(settings, revision, now, by)


def logo(engine: Engine, engagement_id: str) -> Logo | None:
    """Return the client's logo, if there is one. It is empty when its key is not here."""
    with Session(engine, expire_on_commit=False) as session:
        return sealing.opened_one(engine, session.get(Logo, engagement_id))


def save_logo(
    engine: Engine, engagement_id: str, picture: Picture, *, over: Logo | None, by: str
) -> None:
    """Save the logo over the one that was there. Raises `ChangedMeanwhile` and `NotFound`."""
    connection = connections.of_engagement(engine, engagement_id)
    row = Logo(
        engagement_id=engagement_id,
        revision=over.revision if over else 0,
        media_type=picture.media_type,
        content=picture.content,
    )
    revised.save(
        engine,
        row,
        by=by,
        now=clock.now(engine),
        connection_id=connection.id if connection else None,
    )


def analysis_wanted(engagement_id: str, now: datetime) -> Update:
    """Return the statement that has findings and usual results of the engagement's account worked
    out anew, as soon as a worker is free.

    PagerDuty is not asked, so it also happens while nothing can be collected.
    """
    return (
        update(Connection)
        .where(
            col(Connection.engagement_id) == engagement_id,
            col(Connection.data_version) > 0,
            col(Connection.status) != "deleting",
        )
        .values(analyse_at=now)
    )


def _stored(session: Session, engagement_id: str) -> models.AssessmentSettings | None:
    found = session.get(models.AssessmentSettings, engagement_id)
    return sealing.opened_one(session.get_bind().engine, found)


def _read(row: models.AssessmentSettings | None) -> Read:
    if row is None:
        return Read()
    settings = AssessmentSettings.stored(row.chosen)
    return Read(settings, row.revision, row.changed_at, row.changed_by)
