"""The same rows twice are the same rows once, and an older copy never wins."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from corvana.store.engine import open_database
from corvana.store.models import Incident, ResponderJoin, Shift
from corvana.store.upsert import upsert

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    with Session(open_database(database_url)) as opened:
        yield opened


def incident(number: int = 1, minutes: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "connection_id": "c",
        "id": f"Q{number}",
        "number": number,
        "status": "triggered",
        "urgency": "high",
        "assigned_via": "escalation_policy",
        "created_at": T0,
        "updated_at": T0 + timedelta(minutes=minutes),
    } | changes


def load(session: Session, *rows: dict[str, Any]) -> int:
    return upsert(session, Incident, rows, newest="updated_at")


def statuses(session: Session) -> dict[str, str]:
    session.expire_all()
    return {row.id: row.status for row in session.exec(select(Incident))}


def test_a_newer_copy_overwrites(session: Session) -> None:
    load(session, incident())
    load(session, incident(minutes=5, status="resolved"))
    assert statuses(session) == {"Q1": "resolved"}


def test_an_older_copy_never_overwrites_a_newer_one(session: Session) -> None:
    load(session, incident(minutes=5, status="resolved"))
    load(session, incident(minutes=4, status="acknowledged"), incident(2))
    assert statuses(session) == {"Q1": "resolved", "Q2": "triggered"}


def test_a_copy_of_the_same_instant_is_taken(session: Session) -> None:
    load(session, incident(status="triggered"))
    load(session, incident(status="acknowledged"))
    assert statuses(session) == {"Q1": "acknowledged"}


def test_it_is_idempotent_over_many_chunks(session: Session) -> None:
    rows = [incident(number) for number in range(12_000)]
    assert load(session, *rows) == 12_000
    assert load(session, *rows) == 12_000
    assert len(statuses(session)) == 12_000


def test_the_same_row_twice_in_one_load_is_one_row(session: Session) -> None:
    load(session, incident(minutes=1, status="resolved"), incident(minutes=0))
    assert statuses(session) == {"Q1": "resolved"}


def test_the_same_id_of_another_connection_is_another_row(session: Session) -> None:
    load(session, incident(), incident(connection_id="other", status="resolved"))
    assert {(row.connection_id, row.status) for row in session.exec(select(Incident))} == {
        ("c", "triggered"),
        ("other", "resolved"),
    }


def test_nothing_to_load_is_no_error(session: Session) -> None:
    assert upsert(session, Incident, []) == 0


def test_rows_without_a_version_are_replaced(session: Session) -> None:
    shift = {"connection_id": "c", "schedule_id": "S", "responder": "R", "start": T0}
    for hours in (8, 4):
        upsert(session, Shift, [shift | {"end": T0 + timedelta(hours=hours)}])
    assert [row.end for row in session.exec(select(Shift))] == [T0 + timedelta(hours=4)]


def test_an_error_never_shows_the_values(session: Session) -> None:
    row = {"connection_id": "c", "incident_id": "secret-id", "responder": "R", "joined_at": None}
    with pytest.raises(IntegrityError) as caught:
        upsert(session, ResponderJoin, [row])
    assert "secret-id" not in str(caught.value)


def test_a_naive_instant_is_refused(session: Session) -> None:
    with pytest.raises(Exception, match="naive"):
        load(session, incident(updated_at=datetime(2026, 3, 1)))  # noqa: DTZ001


def test_instants_come_back_to_the_microsecond_in_utc(session: Session) -> None:
    zone = timedelta(hours=5, minutes=30)
    moment = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    load(session, incident(created_at=(moment + zone).replace(tzinfo=timezone(zone))))
    session.expire_all()
    (row,) = session.exec(select(Incident)).all()
    assert (row.created_at, row.created_at.tzinfo) == (moment, UTC)
