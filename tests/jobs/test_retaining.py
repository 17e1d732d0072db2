"""What an engagement has collected is deleted so many days after the engagement was closed."""

from datetime import UTC, datetime, timedelta

import pytest

from corvana import jobs
from corvana.store import connections, engagements
from corvana.store.people import audit
from tests.builders.stored.rows import rows_left
from tests.conftest import Connected

CLOSED = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def close(collected: Connected, days: int | None) -> None:
    engagements.delete_after(collected.engine, "first", days)
    engagements.close(collected.engine, "first", CLOSED)


def test_it_is_deleted_on_its_day_and_the_audit_trail_names_the_retention(
    collected: Connected,
) -> None:
    close(collected, 30)
    assert jobs.delete_past_retention(CLOSED + 30 * DAY - timedelta(seconds=1)) == []
    assert connections.get(collected.engine, collected.id).status == "connected"

    assert jobs.delete_past_retention(CLOSED + 30 * DAY) == [collected.id]
    assert rows_left(collected) == 0
    assert connections.listed(collected.engine) == []
    entry = next(one for one in audit.newest(collected.engine) if one.action == "disconnected")
    assert (entry.by, entry.engagement_id) == ("retention", "first")
    assert jobs.delete_past_retention(CLOSED + 31 * DAY) == []


def test_without_a_retention_or_with_an_open_engagement_nothing_is_deleted(
    collected: Connected,
) -> None:
    close(collected, None)
    assert jobs.delete_past_retention(CLOSED + 10_000 * DAY) == []
    engagements.delete_after(collected.engine, "first", 1)
    engagements.reopen(collected.engine, "first")
    assert jobs.delete_past_retention(CLOSED + 10_000 * DAY) == []


def test_the_day_is_counted_from_closing(collected: Connected) -> None:
    engagements.delete_after(collected.engine, "first", 90)
    still_open = engagements.get(collected.engine, "first")
    assert engagements.deletion_at(still_open) is None
    assert engagements.deletion_at(still_open, CLOSED) == datetime(2026, 5, 30, 12, tzinfo=UTC)
    engagements.close(collected.engine, "first", CLOSED)
    closed = engagements.get(collected.engine, "first")
    assert engagements.deletion_at(closed) == datetime(2026, 5, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, -1])
def test_less_than_a_day_is_refused(collected: Connected, days: int) -> None:
    with pytest.raises(ValueError, match="a day at least"):
        engagements.delete_after(collected.engine, "first", days)
