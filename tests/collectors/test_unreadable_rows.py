"""One rule for every noun: an unreadable row stays as it was known; the noun is incomplete."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana.collectors import schedules, services
from corvana.collectors.listed import Listed
from corvana.collectors.nouns import NOUNS
from corvana.collectors.windows import Window
from corvana.store import models, noun_statuses
from tests.builders.one_collector import read, stored
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LISTED = [noun for noun in NOUNS if isinstance(noun, Listed)]


def unreadable_first(key: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The first row of each page comes without what its contract needs."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        return body | {key: [{"summary": "Jane Doe"}, *body[key][1:]]}

    return change


def error_of(connected: Connected, noun: str) -> str | None:
    with Session(connected.engine) as session:
        status = session.get_one(models.NounStatus, (connected.id, noun))
        return status.error


@pytest.mark.parametrize("noun", LISTED, ids=[noun.name for noun in LISTED])
def test_a_row_that_cannot_be_read_is_kept_and_the_noun_is_incomplete(
    connected: Connected, noun: Listed[Any]
) -> None:
    read(connected, services.NOUN.sync, NOW)
    read(connected, noun.sync, NOW)
    known = [row["id"] for row in live(connected, noun)]
    assert known
    key = "relationships" if noun.name == "service_dependencies" else noun.name
    connected.sandbox.faults.change(f"^/us{noun.path}", unreadable_first(key))
    read(connected, noun.sync, NOW + DAY)
    assert [row["id"] for row in live(connected, noun)] == known
    assert error_of(connected, noun.name) == noun_statuses.INCOMPLETE
    connected.sandbox.faults.reset()
    read(connected, noun.sync, NOW + 2 * DAY)
    assert error_of(connected, noun.name) is None


def live(connected: Connected, noun: Listed[Any]) -> list[dict[str, Any]]:
    rows = stored(connected, noun.table)
    return [{"id": row.get("id", row.get("responder"))} for row in rows if not row["deleted_at"]]


def test_a_schedule_that_cannot_be_read_keeps_its_shifts(connected: Connected) -> None:
    world = connected.sandbox.world
    window = Window(world.end - 2 * DAY, world.end)

    def collect() -> list[dict[str, Any]]:
        async def sync(context: Any, now: datetime) -> int:
            return await schedules.sync(context, window, now)

        read(connected, sync, NOW)
        return stored(connected, models.Shift)

    known = collect()
    assert known
    connected.sandbox.faults.change("^/us/schedules$", unreadable_first("schedules"))
    assert collect() == known
    assert error_of(connected, schedules.LISTED.name) == noun_statuses.INCOMPLETE
