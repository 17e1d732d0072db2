"""Who would be paged, held against the simulated account's own list of who is on call."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
import pandas as pd
import pytest

from corvana.analysis.answers import who_is_paged as words
from corvana.analysis.on_call import who_is_paged as paging
from corvana.questions import who_is_paged as asking
from corvana.questions.view import View
from tests.conftest import Connected

POINTS = 500
LONGEST_CLIMB = pd.Timedelta(hours=12)


@pytest.fixture
def api(collected: Connected) -> Iterator[httpx.Client]:
    token = collected.sandbox.issue_tokens()[0]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=collected.sandbox.api_url, headers=headers, timeout=30) as client:
        yield client


def listed(api: httpx.Client, policy: str, at: pd.Timestamp) -> list[dict[str, Any]]:
    """PagerDuty's list for a policy from the instant on."""
    query = {
        "escalation_policy_ids[]": policy,
        "since": at.isoformat(),
        "until": (at + LONGEST_CLIMB).isoformat(),
        "time_zone": "UTC",
        "limit": "100",
    }
    response = api.get("/oncalls", params=query)
    assert response.status_code == 200, response.text
    assert not response.json()["more"]
    rows: list[dict[str, Any]] = response.json()["oncalls"]
    return rows


def is_on(row: dict[str, Any], at: pd.Timestamp) -> bool:
    if row["schedule"] is None:
        return True
    return bool(pd.Timestamp(row["start"]) <= at < pd.Timestamp(row["end"]))


def points(view: View) -> Iterator[tuple[str, datetime]]:
    """Services and instants, past and planned, whole seconds."""
    chance = Random(5)
    services = view.frame("services")["service_id"].tolist()
    since, until = view.since, asking.known_until(view)
    seconds = int((until - since).total_seconds())
    for _ in range(POINTS):
        yield chance.choice(services), since + timedelta(seconds=chance.randrange(seconds))


def test_the_answer_is_pagerdutys_own_list_at_500_points(
    collected: Connected, api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = View.of_version(collected.data())
    known = asking.known(view, everyone(view, "service"), everyone(view, "escalation_policy"))
    code = collected.pseudonyms.of
    named: list[pd.DataFrame] = []
    lettered = paging._with_letters

    def noted(rows: pd.DataFrame) -> pd.DataFrame:
        named.append(rows)
        return lettered(rows)

    monkeypatch.setattr(paging, "_with_letters", noted)
    outcomes = Counter[str]()
    planned = gaps = levels = 0
    for service, at in points(view):
        found = paging.who_is_paged(known, service, pd.Timestamp(at))
        outcomes[found.outcome] += 1
        if found.targets is None or found.policy is None:
            continue
        planned += at > view.as_of
        theirs = listed(api, found.policy, found.at)
        for level, own in named[-1].groupby("level"):
            reached = own["at"].iloc[0]
            if reached >= known.until:
                continue  # an incident just before the end reaches this level after it
            of_level = {
                (code(row["user"]["id"]), row["schedule"]["id"] if row["schedule"] else "")
                for row in theirs
                if row["escalation_level"] == level and is_on(row, reached)
            }
            people = own.dropna(subset=["responder"])
            schedules = people["target"].where(people["target_type"].eq("schedule"), "")
            ours = set(zip(people["responder"], schedules, strict=True))
            assert ours == of_level, (service, at, level)
            gaps += not of_level
            levels += 1
        letters = found.targets["person"].dropna().tolist()
        codes = named[-1]["responder"].dropna().tolist()
        assert len(set(zip(letters, codes, strict=True))) == len({*letters}) == len({*codes})
    assert outcomes.total() == POINTS
    assert outcomes["paged"] > POINTS / 2
    assert planned > POINTS / 4
    assert gaps > 5, "the simulated account has gaps"
    assert levels > POINTS


def everyone(view: View, kind: str) -> list[str]:
    labels = view.frame("labels")
    ids: list[str] = labels.loc[labels["kind"].eq(kind), "id"].tolist()
    return ids


def test_at_the_collection_pagerdutys_list_agrees_for_every_policy(collected: Connected) -> None:
    view = View.of_version(collected.data())
    policies = view.frame("rules")["escalation_policy_id"].unique()
    found = [asking.compared(view, policy) for policy in policies]
    assert len(found) > 10
    assert [each.differing for each in found if each] == [()] * len(policies)
    assert asking.compared(view, "none such") is None


def test_no_code_is_in_any_answer(collected: Connected) -> None:
    view = View.of_version(collected.data())
    codes = set(view.frame("responders")["responder"]) | set(view.frame("shifts")["responder"])
    for service, at in list(points(view))[:20]:
        found = asking.who_is_paged(view, service, at)
        text = f"{found!r} {words.answer(found, 'API', 'UTC')} {words.table(found, {}).to_csv()}"
        assert not [code for code in codes if code in text or code[:4].upper() in text.split()]


def test_shifts_are_known_as_far_as_pagerduty_rendered_them(collected: Connected) -> None:
    view = View.of_version(collected.data())
    until = asking.known_until(view)
    assert timedelta(days=83) < until - view.as_of <= timedelta(days=84)
    service = view.frame("services")["service_id"].iloc[0]
    last = asking.who_is_paged(view, service, until - timedelta(microseconds=1))
    assert last.outcome != "not known"
    assert asking.who_is_paged(view, service, until).reason == "not collected"
    before = view.since - timedelta(seconds=1)
    assert asking.who_is_paged(view, service, before).reason == "not collected"
