"""The simulated account goes on when it is asked to, over HTTP; nobody else can ask."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from corvana.sandbox.api.endpoints import dump
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import MOST_WEEKS, Step
from tests.builders.movable_clock import NOW, MovableClock

ACCOUNT = "/_sandbox/account"
TWO_WEEKS = timedelta(weeks=2)


def play(steps: Sequence[Step]) -> World:
    return build_world(end=NOW + timedelta(days=14), days=34, incidents=600, steps=steps)


@pytest.fixture
def living() -> Iterator[RunningSandbox]:
    with RunningSandbox(
        play(()), clock=MovableClock(), requests_per_minute=100_000, play=play
    ) as running:
        yield running


@pytest.fixture
def reader(living: RunningSandbox) -> Iterator[httpx.Client]:
    access, _, _ = living.issue_tokens()
    headers = {"Authorization": f"Bearer {access}"}
    with httpx.Client(base_url=living.api_url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def control(living: RunningSandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=living.url, timeout=60) as client:
        yield client


def go_on(control: httpx.Client, **wish: object) -> dict[str, Any]:
    answer = control.put(ACCOUNT, json=wish)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


def everything(reader: httpx.Client, path: str, **parameters: str) -> bytes:
    """All pages of a list, as they came."""
    pages, offset = [], 0
    while True:
        answer = reader.get(path, params={**parameters, "limit": "100", "offset": str(offset)})
        assert answer.status_code == 200, answer.text
        pages.append(answer.content)
        if not answer.json()["more"]:
            return b"\n".join(pages)
        offset += 100


PAST = {
    "since": (NOW - timedelta(days=19)).isoformat(),
    "until": (NOW - timedelta(minutes=1)).isoformat(),
}


def incidents(reader: httpx.Client) -> dict[str, dict[str, Any]]:
    """The incidents of the past as they are now, by id."""
    pages = everything(reader, "/incidents", **PAST).split(b"\n")
    return {row["id"]: row for page in pages for row in json.loads(page)["incidents"]}


def shifts(reader: httpx.Client) -> dict[str, list[Any]]:
    """Who was on call in the past, by schedule."""
    asked = {"include[]": "final_schedule", "limit": "100", **PAST}
    rows = reader.get("/schedules", params=asked).json()["schedules"]
    return {row["id"]: row["final_schedule"]["rendered_schedule_entries"] for row in rows}


def test_two_weeks_go_by_and_the_account_has_what_happened_in_them(
    reader: httpx.Client, control: httpx.Client
) -> None:
    coming = {"since": NOW.isoformat(), "until": (NOW + TWO_WEEKS).isoformat(), "total": "true"}
    assert reader.get("/incidents", params=coming).json()["total"] == 0
    shown = go_on(control, weeks=2)
    assert shown["hours_gone_by"] == 2 * 168
    assert datetime.fromisoformat(shown["now"]) == NOW + TWO_WEEKS
    total = reader.get("/incidents", params=coming).json()["total"]
    assert 180 < total < 310


def test_the_past_is_the_same_to_the_byte(
    reader: httpx.Client, control: httpx.Client, living: RunningSandbox
) -> None:
    log, opened, on_call = (
        everything(reader, "/log_entries", **PAST),
        incidents(reader),
        shifts(reader),
    )
    policy = living.world.escalation_policies[0].id
    schedule = go_on(control)["rotation"][0]["id"]
    service = living.world.services[0].id
    go_on(
        control,
        weeks=1,
        changes=[
            {"setting": "first_level_delay", "of": policy, "minutes": 1},
            {"setting": "rotation", "of": schedule},
            {"setting": "auto_pause", "of": service, "minutes": 15},
            {"setting": "auto_resolve", "of": service, "minutes": 60},
        ],
    )
    go_on(control, weeks=1)
    assert len(log) > 100_000
    assert everything(reader, "/log_entries", **PAST) == log
    assert shifts(reader) == on_call
    later = incidents(reader)
    went_on = {
        name for name, row in later.items() if datetime.fromisoformat(row["updated_at"]) > NOW
    }
    assert 0 < len(went_on) < 40, "those that were open, and a few that were opened again"
    assert later.keys() == opened.keys()
    assert {name: dump(later[name]) for name in later.keys() - went_on} == {
        name: dump(opened[name]) for name in opened.keys() - went_on
    }


def test_what_is_changed_is_shown_where_pagerduty_shows_it(
    reader: httpx.Client, control: httpx.Client, living: RunningSandbox
) -> None:
    policy, service = living.world.escalation_policies[0].id, living.world.services[0].id
    go_on(
        control,
        changes=[
            {"setting": "first_level_delay", "of": policy, "minutes": 7},
            {"setting": "auto_pause", "of": service, "minutes": 5},
            {"setting": "auto_resolve", "of": service, "minutes": 90},
        ],
    )
    policies = reader.get("/escalation_policies", params={"limit": 100}).json()
    (rules,) = [
        each["escalation_rules"] for each in policies["escalation_policies"] if each["id"] == policy
    ]
    assert rules[0]["escalation_delay_in_minutes"] == 7
    services = reader.get("/services", params={"limit": 100}).json()["services"]
    (shown,) = [each for each in services if each["id"] == service]
    assert shown["auto_pause_notifications_parameters"] == {"enabled": True, "timeout": 300}
    assert shown["auto_resolve_timeout"] == 5400


def test_the_responses_are_dated_by_the_accounts_clock(
    reader: httpx.Client, control: httpx.Client
) -> None:
    go_on(control, weeks=3)
    date = parsedate_to_datetime(reader.get("/abilities").headers["date"])
    assert date == NOW + timedelta(weeks=3)


def test_shifts_are_known_eighty_four_days_ahead_of_the_accounts_time(
    reader: httpx.Client, control: httpx.Client
) -> None:
    go_on(control, weeks=30)
    now = NOW + timedelta(weeks=30)
    last = {"since": now + timedelta(days=77), "until": now + timedelta(days=84)}
    window = {name: at.isoformat() for name, at in last.items()}
    rows = reader.get(
        "/schedules", params={"include[]": "final_schedule", "limit": "100", **window}
    )
    empty = [
        each["name"]
        for each in rows.json()["schedules"]
        if not each["final_schedule"]["rendered_schedule_entries"]
    ]
    assert empty == []


def test_consents_and_tokens_do_not_grow_older(
    reader: httpx.Client, control: httpx.Client, living: RunningSandbox
) -> None:
    _, _, seconds = living.issue_tokens()
    assert timedelta(seconds=seconds) < timedelta(weeks=60)
    go_on(control, weeks=60)
    assert reader.get("/users/me").status_code == 200
    clock = living.clock
    assert isinstance(clock, MovableClock)
    clock.advance(seconds=seconds + 1)
    assert reader.get("/users/me").status_code == 401


def test_what_can_be_changed_is_told_with_its_present_value(
    control: httpx.Client, living: RunningSandbox
) -> None:
    shown = control.get(ACCOUNT).json()
    assert (shown["hours_gone_by"], shown["weeks_left"]) == (0, MOST_WEEKS)
    policy = living.world.escalation_policies[0]
    assert shown["first_level_delay"][0] == {
        "id": policy.id,
        "name": policy.name,
        "minutes": policy.rules[0].delay_minutes,
    }
    assert len(shown["auto_pause"]) == len(shown["auto_resolve"]) == len(living.world.services)
    assert {each["minutes"] for each in shown["auto_pause"]} == {None}
    assert {each["minutes"] for each in shown["auto_resolve"]} == {None, 240, 1440}
    names = {each["name"] for each in shown["rotation"]}
    assert "Search front line" in names
    assert "Search secondary" not in names, "it is not asked first"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{", b'{"weeks": -1}', b'{"weeks": 1.5}', b'{"weeks": "2"}', b'{"weeks": 105}',
        b'{"hours": 168}',
        b'{"weeks": 1, "at": "2026-01-01T00:00:00Z"}',
        b'{"changes": [{"setting": "auto_pause", "of": "PNONE", "minutes": 5}]}',
        b'{"changes": [{"setting": "urgency", "of": "PNONE", "minutes": 5}]}',
    ],
)  # fmt: skip
def test_what_is_no_way_to_go_on_is_refused_and_changes_nothing(
    control: httpx.Client, body: bytes
) -> None:
    before = control.get(ACCOUNT).json()
    assert control.put(ACCOUNT, content=body).status_code == 400
    assert control.get(ACCOUNT).json() == before


def test_single_hours_go_by_too(reader: httpx.Client, control: httpx.Client) -> None:
    shown = go_on(control, hours=30)
    assert datetime.fromisoformat(shown["now"]) == NOW + timedelta(hours=30)
    assert shown["weeks_left"] == MOST_WEEKS - 1, "the begun week is played"
    coming = {"since": NOW.isoformat(), "until": (NOW + TWO_WEEKS).isoformat(), "total": "true"}
    assert 5 < reader.get("/incidents", params=coming).json()["total"] < 60


def test_an_endless_body_is_refused(control: httpx.Client) -> None:
    assert control.put(ACCOUNT, content=b" " * 20_000).status_code == 413


def test_the_weeks_of_all_steps_together_have_an_end(control: httpx.Client) -> None:
    go_on(control, weeks=1)
    answer = control.put(ACCOUNT, json={"weeks": MOST_WEEKS})
    assert answer.status_code == 400
    assert "further" in answer.json()["error"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://127.0.0.1:8501"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "evil.example:8650"},
    ],
)
def test_a_web_page_cannot_ask(control: httpx.Client, headers: dict[str, str]) -> None:
    assert control.put(ACCOUNT, json={"weeks": 1}, headers=headers).status_code == 403
    assert control.get(ACCOUNT, headers=headers).status_code == 403
    assert control.get(ACCOUNT).json()["hours_gone_by"] == 0


def test_a_form_cannot_ask(control: httpx.Client) -> None:
    assert control.post(ACCOUNT, data={"weeks": "1"}).status_code == 405


def test_an_account_that_was_not_asked_to_live_has_no_control(module_sandbox: Any) -> None:
    with httpx.Client(base_url=module_sandbox.url) as client:
        assert client.get(ACCOUNT).status_code == 404
        assert client.put(ACCOUNT, json={"weeks": 1}).status_code == 404


def test_a_settings_change_holds_after_the_moment_at_which_it_is_served(
    control: httpx.Client, living: RunningSandbox
) -> None:
    """Playing takes seconds, in which the old account is served: nothing of them may change."""
    go_on(control, weeks=1)
    (step,) = living.app.state.account.steps
    assert step.at > NOW
    assert step.at - NOW < timedelta(minutes=1)
    assert step.at.tzinfo is UTC
