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
    from corvana.ui.sections import page_header  # noqa: PLC0415
    from corvana.versions.files import DataVersion, open_version  # noqa: PLC0415

    nothing = open_version(Path(), "c", 0)
    now = datetime.now(UTC)
    data = DataVersion("c", 1, now, covered_since, (), nothing.frames)
    view = View(data, "c", 1, "collecting", 0.0, requested_since, now)
    page_header._banners(view)


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


def waiting():
    """Draw what a page shows before anything was collected; runs as a script of its own."""
    from datetime import UTC, datetime  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from corvana.questions.view import View  # noqa: PLC0415
    from corvana.ui.sections import page_header  # noqa: PLC0415
    from corvana.versions.files import open_version  # noqa: PLC0415

    now = datetime.now(UTC)
    view = View(open_version(Path(), "c", 0), "c", 0, "collecting", 0.25, now, now)
    page_header._nothing_yet(view)


def test_while_the_newest_week_is_collected_the_page_says_so_and_fetches_what_draws_charts() -> (
    None
):
    page = AppTest.from_function(waiting).run()
    assert not page.exception
    assert "Collecting the newest week" in page.info[0].value
    drawn = [one.proto.component_name for one in page.get("bidi_component")]
    assert drawn == ["corvana.charts_ahead"]


def resting(was_late: bool, is_late: bool, is_analysing: bool):
    """Draw on what findings rest, and how the header names the settings; a script of its own."""
    from datetime import UTC, datetime, time  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415

    from corvana.assessment.settings import DEFAULTS  # noqa: PLC0415
    from corvana.questions.view import View  # noqa: PLC0415
    from corvana.ui.sections import page_header, settings_state  # noqa: PLC0415
    from corvana.versions.files import DataVersion, open_version  # noqa: PLC0415

    late = DEFAULTS.with_hours(sleep_start=time(23))
    now = datetime.now(UTC)
    frames = open_version(Path(), "c", 0).frames
    data = DataVersion("c", 1, now, now, (), frames, now, 0, (late if was_late else DEFAULTS).basis)
    view = View(
        data, "c", 1, "connected", None, now, now,
        settings=late if is_late else DEFAULTS, is_analysing=is_analysing,
    )  # fmt: skip
    settings_state.findings(view)
    st.text(page_header.own_settings(view))


@pytest.mark.parametrize(
    ("was_late", "is_late", "is_analysing", "said", "header"),
    [
        (False, False, False, "", ""),
        (True, True, False, "", "settings: sleep 23:00–08:00"),
        (
            False,
            True,
            True,
            (
                "Findings and scores still rest on the usual hours and norms. Set now: sleep "
                "23:00–08:00. New ones are being worked out and appear here by themselves."
            ),
            "settings: sleep 23:00–08:00",
        ),
        (
            True,
            False,
            False,
            (
                "Findings and scores still rest on sleep 23:00–08:00. Set now: the usual hours and "
                "norms. The next collection works out new ones."
            ),
            "",
        ),
    ],
)
def test_a_page_says_on_which_settings_its_findings_rest(
    was_late: bool, is_late: bool, is_analysing: bool, said: str, header: str
) -> None:
    told = {"was_late": was_late, "is_late": is_late, "is_analysing": is_analysing}
    page = AppTest.from_function(resting, kwargs=told).run()
    assert not page.exception
    assert [one.value.replace("\\", "") for one in page.info] == ([said] if said else [])
    assert page.text[0].value.replace("\\", "") == header


def clock(set_to: str):
    """Draw the clock of the pages; a script of its own."""
    import streamlit as st  # noqa: PLC0415

    from corvana.ui import state  # noqa: PLC0415
    from corvana.ui.controls.period import time_zone  # noqa: PLC0415

    st.session_state[state.READING_ZONE] = set_to
    st.text(time_zone())


@pytest.mark.parametrize(("set_to", "shown"), [("Asia/Tokyo", "Asia/Tokyo"), ("", "UTC")])
def test_the_clock_of_the_pages_is_the_assessments_or_else_the_readers(
    set_to: str, shown: str
) -> None:
    assert AppTest.from_function(clock, kwargs={"set_to": set_to}).run().text[0].value == shown
