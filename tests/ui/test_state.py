"""What a page says about the data: collecting, complete or still reaching back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corvana.questions.view import status_of
from corvana.store.models import CollectionRun, Connection

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def connection(**changed: Any) -> Connection:
    return Connection(
        **{
            "id": "c", "engagement_id": "e", "account_id": "a", "account_label": "acme",
            "region": "US", "audience": "https://api.pagerduty.com", "connected_role": "owner",
            "connected_at": NOW, **changed,
        }
    )  # fmt: skip


def run(status: str) -> CollectionRun:
    return CollectionRun(id="r", connection_id="c", status=status, started_at=NOW, until=NOW)


@pytest.mark.parametrize(
    ("changed", "last", "expected"),
    [
        ({}, None, "connected"),
        ({}, run("finished"), "connected"),
        ({"requested_at": NOW}, None, "collecting"),
        ({"lease_holder": "queued"}, None, "collecting"),
        ({"lease_holder": "queued"}, run("finished"), "collecting"),
        ({}, run("running"), "collecting"),
        ({"status": "disconnected", "requested_at": NOW}, run("running"), "disconnected"),
    ],
)
def test_collecting_from_the_request_to_the_end(
    changed: dict[str, Any], last: CollectionRun | None, expected: str
) -> None:
    assert status_of(connection(**changed), last) == expected


def banners(covered_since, requested_since):
    """Draw the banners of a run that goes on; runs as a script of its own."""
    from datetime import UTC, datetime  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from corvana.questions.view import View  # noqa: PLC0415
    from corvana.ui import components  # noqa: PLC0415
    from corvana.versions.files import DataVersion, open_version  # noqa: PLC0415

    nothing = open_version(Path(), "c", 0)
    now = datetime.now(UTC)
    data = DataVersion("c", 1, now, covered_since, (), nothing.frames)
    view = View(data, "c", 1, "collecting", 0.0, requested_since, now)
    components._banners(view)


@pytest.mark.parametrize(("missing_days", "shown"), [(0, 0), (0.9, 0), (30, 1)])
def test_older_weeks_are_announced_only_while_they_are_missing(
    missing_days: float, shown: int
) -> None:
    since = NOW - timedelta(days=90)
    page = AppTest.from_function(
        banners,
        kwargs={"covered_since": since + timedelta(days=missing_days), "requested_since": since},
    ).run()
    assert not page.exception
    assert len(page.info) == shown
