"""An account narrowed to what a reader chose."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.sandbox.play.build import build_world

END = datetime(2026, 11, 20, tzinfo=UTC)
START = END - timedelta(days=14)


@pytest.fixture(scope="module")
def whole() -> Account:
    return account(build_world(seed=3, end=END, days=40, incidents=800))


def test_everything_selected_is_the_account_itself(whole):
    got = narrow(whole, Filters(whole.since, whole.as_of))
    for name in ("incidents", "escalation_steps", "participations", "rules", "shifts"):
        pd.testing.assert_frame_equal(
            getattr(got, name).reset_index(drop=True),
            getattr(whole, name).reset_index(drop=True),
        )
    assert got.months == whole.months


def test_a_period_is_no_copy_of_the_incidents(whole):
    got = narrow(whole, Filters(START, END))
    own, of = (one.incidents["number"].to_numpy() for one in (got, whole))
    assert np.shares_memory(own, of)


def test_pages_of_an_urgency_are_those_of_its_incidents_whenever_created(whole):
    urgency = whole.incidents.set_index("incident_id")["urgency"]
    got = narrow(whole, Filters(START, END, urgency="low"))
    inside = whole.interruptions["at"].ge(START) & whole.interruptions["at"].lt(END)
    low = whole.interruptions["incident_id"].map(urgency).eq("low")
    pd.testing.assert_frame_equal(got.interruptions, whole.interruptions[inside & low])


@pytest.mark.parametrize(
    "chosen", [{"hours": ("sleep",)}, {"days": "weekend"}, {"hours": ("off",), "days": "weekday"}]
)
def test_hours_are_those_of_an_incidents_first_page_and_of_each_interruption(whole, chosen):
    filters = Filters(START, END, **chosen)
    got = narrow(whole, filters)
    pages = whole.pages.assign(incident_id=whole.pages["incident_id"].astype("str"))
    first = pages.sort_values("at", kind="stable").drop_duplicates("incident_id")
    then = {page.incident_id for page in first.itertuples() if is_then(page, filters)}
    created = whole.incidents["created_at"].ge(START) & whole.incidents["created_at"].lt(END)
    expected = whole.incidents.loc[created, "incident_id"].tolist()
    assert got.incidents["incident_id"].tolist() == [one for one in expected if one in then]
    assert 0 < len(got.incidents) < len(expected)
    inside = [
        page.incident_id
        for page in pages.itertuples()
        if START <= page.at < END and is_then(page, filters)
    ]
    assert got.interruptions["incident_id"].astype("str").tolist() == inside
    assert set(inside) - set(got.incidents["incident_id"]), "some were first paged at other hours"
    # The incident of such a page is not selected, so the page is of no row.
    anew = replace(got)
    np.testing.assert_array_equal(got.page_incidents, anew.page_incidents)


def is_then(page, filters) -> bool:
    return (not filters.hours or page.hours_class in filters.hours) and (
        not filters.days or page.days_class == filters.days
    )


def test_an_incident_that_paged_nobody_has_no_hours(whole):
    every = Filters(whole.since, whole.as_of, hours=("sleep", "off", "business"))
    paged = set(whole.interruptions["incident_id"].astype("str"))
    ids = whole.incidents["incident_id"].tolist()
    assert narrow(whole, every).incidents["incident_id"].tolist() == [i for i in ids if i in paged]
    assert set(ids) - paged


def test_a_priority_narrows_incidents_and_their_pages(whole):
    first = whole.incidents["priority"].dropna().iloc[0]
    got = narrow(whole, Filters(START, END, priorities=(first,)))
    assert set(got.incidents["priority"]) == {first}
    of = whole.incidents.set_index("incident_id")["priority"]
    assert set(got.interruptions["incident_id"].map(of)) == {first}


@pytest.mark.parametrize("chosen", [{}, {"urgency": "high"}, {"policies": True}])
def test_whose_row_is_whose_is_carried_over(whole, chosen):
    if "policies" in chosen:
        chosen = {"policies": (whole.rules["escalation_policy_id"].iloc[0],)}
    got = narrow(whole, Filters(START, END, **chosen))
    anew = replace(got)  # knows nothing yet
    for name in ("step_incidents", "participation_incidents", "page_incidents"):
        np.testing.assert_array_equal(getattr(got, name), getattr(anew, name))
    assert (got.page_incidents >= 0).any()


@pytest.mark.parametrize("urgency", ["", "low"])
@pytest.mark.parametrize("what", ["services", "teams", "policies"])
def test_a_period_of_all_weeks_of_a_selection_is_the_period_of_the_selection(whole, what, urgency):
    such = whole.incidents[whole.incidents["urgency"].eq(urgency or "high")]
    known = {
        "services": such["service_id"],
        "teams": such["team_ids"].dropna().str.split().explode(),
        "policies": such["escalation_policy_id"],
    }
    most = known[what].mode().iloc[0]
    chosen = replace(Filters(START, END, urgency=urgency), **{what: (most,)})  # type: ignore[arg-type]
    all_weeks = narrow(whole, replace(chosen, start=whole.since, end=whole.as_of))
    got, at_once = narrow(all_weeks, chosen), narrow(whole, chosen)
    assert len(got.incidents)
    assert len(got.incidents) < len(all_weeks.incidents)
    for name in (each.name for each in fields(Account)):
        one, other = getattr(got, name), getattr(at_once, name)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other)
        else:
            assert one == other
    pd.testing.assert_frame_equal(got.pages, at_once.pages)
    for name in ("step_incidents", "participation_incidents", "page_incidents"):
        np.testing.assert_array_equal(getattr(got, name), getattr(at_once, name))


def test_the_period_bounds_incidents_by_creation_and_pages_by_arrival(whole):
    created = whole.incidents.set_index("incident_id")["created_at"]
    pages = whole.interruptions.assign(
        created=whole.interruptions["incident_id"].astype("str").map(created)
    )
    late = pages[pages["at"] > pages["created"] + timedelta(minutes=10)].iloc[0]
    between = (late["created"] + timedelta(minutes=5)).to_pydatetime()
    got = narrow(whole, Filters(between, END - timedelta(days=1)))
    assert got.incidents["created_at"].between(between, END - timedelta(days=1)).all()
    assert got.interruptions["at"].between(between, END - timedelta(days=1)).all()
    assert late["incident_id"] in set(got.interruptions["incident_id"])
    assert late["incident_id"] not in set(got.incidents["incident_id"])
    assert set(got.escalation_steps["incident_id"]) <= set(got.incidents["incident_id"])
    assert (got.start, got.end) == (pd.Timestamp(between), pd.Timestamp(END - timedelta(days=1)))
    assert got.as_of == whole.as_of, "what was open then is still open"


def test_a_policy_brings_its_rules_and_the_shifts_of_its_schedules_only(whole):
    policy = whole.rules.loc[whole.rules["target_type"].eq("schedule")].iloc[0]
    filters = Filters(START, END, policies=(policy["escalation_policy_id"],))
    got = narrow(whole, filters)
    assert set(got.rules["escalation_policy_id"]) == {policy["escalation_policy_id"]}
    assert policy["target"] in set(got.shifts["schedule_id"])
    assert len(got.shifts) < len(whole.shifts)
    paged = whole.incidents.set_index("incident_id")["escalation_policy_id"]
    assert set(got.interruptions["incident_id"].map(paged)) == {policy["escalation_policy_id"]}


def test_a_service_and_a_policy_it_does_not_use_leave_no_rules(whole):
    service = whole.services.iloc[0]
    other = next(
        each for each in whole.rules["escalation_policy_id"]
        if each != service["escalation_policy_id"]
    )  # fmt: skip
    filters = Filters(START, END, services=(service["service_id"],), policies=(other,))
    assert narrow(whole, filters).rules.empty
    assert not narrow(whole, replace(filters, policies=())).rules.empty


def test_a_team_selects_by_its_services(whole):
    team = whole.services["team_ids"].iloc[0].split()[0]
    got = narrow(whole, Filters(START, END, teams=(team,)))
    used = whole.services[whole.services["team_ids"].str.contains(team)]["escalation_policy_id"]
    assert set(got.rules["escalation_policy_id"]) == set(used)
