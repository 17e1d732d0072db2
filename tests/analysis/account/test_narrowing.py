"""An account narrowed to what a reader chose."""

from dataclasses import replace
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


@pytest.mark.parametrize("chosen", [{}, {"urgency": "high"}, {"policies": True}])
def test_whose_row_is_whose_is_carried_over(whole, chosen):
    if "policies" in chosen:
        chosen = {"policies": (whole.rules["escalation_policy_id"].iloc[0],)}
    got = narrow(whole, Filters(START, END, **chosen))
    anew = replace(got)  # knows nothing yet
    for name in ("step_incidents", "participation_incidents", "page_incidents"):
        np.testing.assert_array_equal(getattr(got, name), getattr(anew, name))
    assert (got.page_incidents >= 0).any()


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
