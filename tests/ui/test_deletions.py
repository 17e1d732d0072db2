"""The administrator is told how long the oldest deletion waits, and what to do when it is late."""

import os
import time
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.jobs import wishes


def page() -> None:
    from corvana.ui.administration import deletions  # noqa: PLC0415 - a page is a text of its own

    deletions.draw()


@pytest.fixture
def drawn(router: AppTest) -> AppTest:
    """The part of the page, over the empty database of the pages."""
    assert router is not None
    return AppTest.from_function(page, default_timeout=20)


def wish(*, hours_ago: float) -> None:
    data_dir, wished = load_settings().data_dir, uuid4().hex
    wishes.keep(data_dir, wished, "somebody")
    at = time.time() - hours_ago * 3600
    os.utime(data_dir / "deletions" / wished, (at, at))


def test_without_a_deletion_that_waits_nothing_alarms(drawn: AppTest) -> None:
    drawn.run()
    assert [one.value for one in drawn.caption] == [
        "No deletion waits. Whatever is disconnected is deleted at once."
    ]
    assert (len(drawn.warning), len(drawn.error)) == (0, 0)


def test_a_deletion_that_waits_is_told_with_its_age(drawn: AppTest) -> None:
    wish(hours_ago=3)
    drawn.run()
    assert [one.value for one in drawn.warning] == [
        (
            "The oldest deletion has waited for 3 h; 24 hours are promised. "
            "It is tried again every few seconds."
        )
    ]
    assert len(drawn.error) == 0


def test_from_half_of_the_promised_time_on_it_is_an_alarm_that_says_what_to_do(
    drawn: AppTest,
) -> None:
    wish(hours_ago=13)
    drawn.run()
    (alarm,) = [one.value for one in drawn.error]
    assert alarm.startswith("**The oldest deletion has waited for 13 h; 24 hours are promised.**")
    for step in ("`/readyz`", "`not attended`", "`corvana purge --connection ID`"):
        assert step in alarm
