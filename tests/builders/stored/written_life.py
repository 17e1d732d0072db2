"""What assessors write during an assessment, in each table, and the words that they used."""

from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Engine

from corvana.assessment.logo import Picture
from corvana.assessment.settings import DEFAULTS, AssessmentSettings
from corvana.store.models import Baseline, RegisterEntry, ResponseTarget, TimelineDate
from corvana.store.written import dates, register, revised, settings, targets

WRITTEN_AT: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEN: Final = "interview:7Q2X"
PICTURE: Final = Picture("image/png", b"\x89PNG\r\n\x1a\n quillberry pixels", 1, 1)
CHOSEN: Final[AssessmentSettings] = DEFAULTS.with_client(
    name="Quillberry Trading",
    scope="Only the quillberry payments",
    assessors="Ottoline Marrowby\nFinch Tamsworth",
)
WORDS: Final = (
    "Quillberry Trading",
    "quillberry payments",
    "Ottoline Marrowby",
    "Finch Tamsworth",
    "Nobody answers at the harbour",
    "The harbour desk",
    "Give the harbour a rota",
    "Marrowby heard it twice",
    "Harbour wardens",
    "Marrowby was mistaken",
    "The wardens moved house",
    "Before the wardens moved",
    "quillberry pixels",
)
"""Parts of what is written. None is a word of PostgreSQL or of the simulated account."""


def write_settings(engine: Engine) -> None:
    """Write what may be there before any account is connected."""
    settings.save(engine, "first", CHOSEN, over=settings.Read(), by="p1")
    settings.save_logo(engine, "first", PICTURE, over=None, by="p1")


def write_about(engine: Engine, connection_id: str, *, service_id: str = "") -> None:
    """Write what is about the connected account. An entry is changed, so that it has a history."""
    seen: dict[str, Any] = {"title": "Nobody answers at the harbour", "place": "The harbour desk"}
    first = RegisterEntry(
        engagement_id="first", key=SEEN, status="confirmed", note="Marrowby heard it twice",
        owner="Harbour wardens", advice="Give the harbour a rota", **seen,
    )  # fmt: skip
    about: dict[str, Any] = {"by": "p1", "now": WRITTEN_AT, "connection_id": connection_id}
    register.save(engine, first, **about)
    second = RegisterEntry(
        engagement_id="first", key=SEEN, status="dismissed", reason="Marrowby was mistaken",
        revision=1, **seen,
    )  # fmt: skip
    register.save(engine, second, **about)
    moved = TimelineDate(
        engagement_id="first", id="d1", happened_on=date(2026, 2, 1), kind="other",
        name="The wardens moved house", subject_type="service" if service_id else "",
        subject_id=service_id,
    )  # fmt: skip
    dates.save(engine, moved, **about)
    target = ResponseTarget(
        engagement_id="first", by="urgency", level="high", service_id=service_id,
        acknowledge_seconds=900,
    )  # fmt: skip
    targets.write(engine, target, **about)


def write_baseline(engine: Engine, connection_id: str) -> None:
    """Write the name of a baseline, without any files."""
    row = Baseline(
        engagement_id="first", id="b" * 32, name="Before the wardens moved", version=1,
        as_of=WRITTEN_AT, covered_since=WRITTEN_AT, incidents=3, release="1", concluded_by="c",
        built_by="b", settings=CHOSEN.to_store(),
    )  # fmt: skip
    revised.save(engine, row, by="p1", now=WRITTEN_AT, connection_id=connection_id)
