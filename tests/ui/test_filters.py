"""Every filter that is set is visible, can be cleared, and narrows what the page counts."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.questions.labels import names
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.ui import captions
from tests.builders.drawn_charts import texts

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
END = datetime(2026, 11, 20, tzinfo=UTC)
FILTERED = ("overview", "response", "escalations", "on_call", "dependencies")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("filters")
    made = account(build_world(seed=3, end=END, days=60, incidents=500))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def opened(stored: tuple[Path, str], view: View) -> AppTest:
    router = AppTest.from_file(str(ROUTER), default_timeout=60)
    router.query_params["engagement"] = stored[1]
    return router.run()


def page(shown: AppTest, name: str) -> AppTest:
    return shown.switch_page(f"../../pages/{name}.py").run()


def chips(shown: AppTest) -> list[str]:
    """The buttons that clear a filter, in their order."""
    return [
        one.label.replace("\\", "") for one in shown.button if str(one.key).startswith("clear_")
    ]


def set_all(shown: AppTest, view: View) -> AppTest:
    service, policy, team = (
        next(iter(names(view, each))) for each in ("service", "policy", "team")
    )
    shown.selectbox(key="period").select("90 days")
    shown.multiselect(key="service").set_value([service])
    shown.button_group(key="urgency").set_value("high")
    shown.button_group(key="hours").set_value(["sleep", "off"])
    shown.button_group(key="days").set_value("weekday")
    shown.multiselect(key="policy").set_value([policy])
    shown.multiselect(key="team").set_value([team])
    return shown.run()


@pytest.mark.parametrize("name", FILTERED)
def test_every_filter_is_a_chip_on_every_page_and_one_click_clears_all(
    opened: AppTest, view: View, name: str
) -> None:
    shown = page(opened, name)
    assert chips(shown) == []
    shown = set_all(shown, view)
    assert not shown.exception
    service, policy, team = (names(view, each) for each in ("service", "policy", "team"))
    assert chips(shown) == [
        "Period: 90 days",
        f"Service: {next(iter(service.values()))}",
        "Urgency: high",
        "Hours: off, sleep",
        "Days: weekday",
        f"Policy: {next(iter(policy.values()))}",
        f"Team: {next(iter(team.values()))}",
        "Clear all",
    ]
    shown = shown.button(key="clear_all").click().run()
    assert chips(shown) == []
    assert shown.selectbox(key="period").value == "28 days"


@pytest.mark.parametrize(
    ("key", "value"),
    [("urgency", "high"), ("hours", ["sleep"]), ("days", "weekend")],
)
def test_a_chip_clears_its_own_filter_only(opened: AppTest, key: str, value: Any) -> None:
    shown = page(opened, "response")
    before = answer(shown)
    other = "low" if key != "urgency" else ["business"]
    shown.button_group(key=key).set_value(value)
    shown = shown.run()
    alone = answer(shown)
    assert alone != before
    shown.button_group(key="urgency" if key != "urgency" else "hours").set_value(other)
    shown = shown.run()
    assert len(chips(shown)) == 3
    shown = shown.button(key=f"clear_{'urgency' if key != 'urgency' else 'hours'}").click().run()
    assert answer(shown) == alone
    shown = shown.button(key=f"clear_{key}").click().run()
    assert answer(shown) == before
    assert chips(shown) == []


@pytest.mark.parametrize("name", ["findings", "walkthrough"])
def test_a_page_of_all_that_was_collected_names_the_filters_it_does_not_follow(
    opened: AppTest, view: View, name: str
) -> None:
    set_all(page(opened, "response"), view)
    shown = page(opened, name)
    assert len(chips(shown)) > 1
    assert captions.FINDINGS_FILTERS in [one.value for one in shown.caption]
    shown = shown.button(key="clear_all").click().run()
    assert chips(shown) == []
    assert captions.FINDINGS_FILTERS not in [one.value for one in shown.caption]


def test_every_page_says_whose_data_it_shows(opened: AppTest, view: View) -> None:
    shown = page(opened, "response")
    whose = next(one.value for one in shown.caption if "dates in" in one.value)
    told = whose.replace("\\", "")
    assert told.startswith(f"Acme · Simulated PagerDuty {view.account} · dates in UTC")
    assert "incidents" in told
    assert "partial" not in told


def test_a_page_says_which_filters_it_does_not_honour(opened: AppTest) -> None:
    shown = page(opened, "dependencies")
    assert not [one for one in shown.caption if one.value == captions.DEPENDENCY_FILTERS]
    shown = shown.button_group(key="hours").set_value(["sleep"]).run()
    assert [one for one in shown.caption if one.value == captions.DEPENDENCY_FILTERS]


def test_many_chosen_are_one_chip(opened: AppTest, view: View) -> None:
    shown = page(opened, "response")
    shown = shown.multiselect(key="service").set_value([*names(view, "service")][:3]).run()
    assert chips(shown) == ["Service: 3 services", "Clear all"]


def test_hours_and_days_are_in_the_sentence_of_the_page(opened: AppTest) -> None:
    shown = page(opened, "response")
    shown.button_group(key="hours").set_value(["sleep"])
    shown.button_group(key="days").set_value("weekend")
    shown = shown.run()
    assert "in sleep hours at weekends" in answer(shown)
    shown = page(shown, "on_call")
    shown.button_group(key="hours").set_value(["sleep"])
    shown.button_group(key="days").set_value("weekend")
    shown = shown.run()
    assert "In sleep hours at weekends, from " in answer(shown)


def test_an_empty_result_names_the_filter_to_clear_and_how_many_are_then_there(
    opened: AppTest, view: View
) -> None:
    incidents = view.frame("incidents")
    service = incidents["service_id"].mode().iloc[0]
    of_service = incidents["service_id"].eq(service)
    policy = incidents.loc[~of_service, "escalation_policy_id"].mode().iloc[0]
    of_policy = incidents["escalation_policy_id"].eq(policy)
    assert not (of_service & of_policy).any()
    shown = page(opened, "response")
    shown.selectbox(key="period").select("Everything collected")
    shown.multiselect(key="service").set_value([service])
    shown.multiselect(key="policy").set_value([policy])
    shown = shown.run()
    assert "No incident matches" in shown.info[0].value
    ways = [
        (str(one.key), one.label.replace("\\", ""))
        for one in shown.button
        if str(one.key).startswith("instead_")
    ]
    expected = [
        (int(of_policy.sum()), "service", f"Clear Service: {names(view, 'service')[service]}"),
        (int(of_service.sum()), "policy", f"Clear Policy: {names(view, 'policy')[policy]}"),
    ]
    assert ways == [
        (f"instead_{key}", f"{words} ({n:,} incidents)")
        for n, key, words in sorted(expected, reverse=True)
    ], "a longer period would not help"
    shown = shown.button(key="instead_service").click().run()
    assert not shown.info
    assert len(chips(shown)) == 3


def test_where_no_single_filter_hides_all_they_are_cleared_together(
    opened: AppTest, view: View
) -> None:
    incidents = view.frame("incidents")
    service = incidents["service_id"].mode().iloc[0]
    others = incidents[incidents["service_id"].ne(service)]
    policy = others["escalation_policy_id"].mode().iloc[0]
    policies, teams = (
        incidents.groupby("service_id", observed=True)[name].agg(set)
        for name in ("escalation_policy_id", "team_ids")
    )
    team = next(
        each
        for each in names(view, "team")
        if all(
            each not in str(one)
            for one in (teams[service], *teams[policies.map(lambda of: policy in of)])
        )
    )
    shown = page(opened, "response")
    shown.multiselect(key="service").set_value([service])
    shown.multiselect(key="policy").set_value([policy])
    shown.multiselect(key="team").set_value([team])
    shown = shown.run()
    assert "clear them all" in shown.info[0].value
    shown = shown.button(key="instead_all").click().run()
    assert not shown.info
    assert chips(shown) == []


def answer(shown: AppTest) -> str:
    """The sentence of the page: the first text below the title."""
    return next(text for text in texts(shown, "markdown") if re.search(r"(?i)from \d", text))
