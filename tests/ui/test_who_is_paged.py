"""*Who would be paged?* on Escalations, and stand-ins on On-call, as pages without a browser."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.questions import who_is_paged as asking
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from tests.builders.drawn_charts import texts
from tests.ui.conftest import ROUTER

END = datetime(2026, 11, 20, tzinfo=UTC)
"""A Friday."""


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("paged")
    made = account(build_world(seed=3, end=END, days=40, incidents=400))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def page(stored: tuple[Path, str], view: View) -> AppTest:
    router = AppTest.from_file(ROUTER, default_timeout=60)
    router.query_params["engagement"] = stored[1]
    return router.run().switch_page("../../pages/escalations.py").run()


def answers(shown: AppTest) -> list[str]:
    """The sentences of the answer."""
    told = texts(shown, "markdown")
    return [each for each in told if "(UTC):" in each]


def test_nothing_is_worked_out_before_a_service_is_chosen(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(view: View, services: object, policies: object) -> None:
        raise AssertionError("nobody asked")

    monkeypatch.setattr(asking, "known", refused)
    shown = page.run()
    assert not shown.exception
    assert answers(shown) == []
    assert any(each.value.startswith("Choose a service:") for each in shown.caption)
    assert not shown.table


def test_a_chosen_service_is_answered_for_next_sunday_at_three(page: AppTest) -> None:
    menu = page.selectbox(key="paged")
    shown = menu.select(menu.options[0]).run()
    assert not shown.exception
    (told,) = answers(shown)
    assert told.startswith(f"**{menu.options[0]}**, Sunday 22 Nov 2026, 03:00")
    assert any("Only today's settings are known." in each.value for each in shown.caption)


def test_the_only_service_of_the_filter_is_answered_for_until_another_is_chosen(
    page: AppTest,
) -> None:
    options = page.selectbox(key="paged").options
    filtered = page.multiselect(key="service")
    shown = filtered.select(filtered.options[1]).run()
    if shown.selectbox:
        (told,) = answers(shown)
        assert told.startswith(f"**{options[1]}**,")
        (told,) = answers(shown.selectbox(key="paged").select(options[2]).run())
        assert told.startswith(f"**{options[2]}**,")


def test_any_day_and_time_can_be_asked_for(page: AppTest) -> None:
    menu = page.selectbox(key="paged")
    menu.select(menu.options[0])
    shown = page.button_group(key="paged_at").set_value("Other time").run()
    assert not shown.exception
    assert shown.get("date_input"), texts(shown, "title", "info", "warning", "error", "markdown")
    assert shown.date_input(key="paged_day").value == datetime(2026, 11, 22, tzinfo=UTC).date()
    shown.date_input(key="paged_day").set_value(datetime(2026, 11, 3, tzinfo=UTC).date())
    shown = shown.time_input(key="paged_time").set_value(time(14, 30)).run()
    (told,) = answers(shown)
    assert "Tuesday 3 Nov 2026, 14:30" in told
    shown = shown.button_group(key="paged_at").set_value("Last collection").run()
    (told,) = answers(shown)
    assert "Friday 20 Nov 2026, 00:00" in told


def test_on_call_tells_of_stand_ins_and_of_pagerdutys_coverage(page: AppTest) -> None:
    shown = page.switch_page("../../pages/on_call.py").run()
    assert not shown.exception
    told = " ".join(texts(shown, "markdown"))
    assert "Nobody stood in for somebody else" in told
    assert "PagerDuty gave no coverage of its own" in told
