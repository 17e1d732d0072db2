"""The simulated account goes on, and runs collect it as they would have collected it in time."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from corvana.config import Settings
from corvana.runs.work import SETTLED
from corvana.sandbox.api.account import Account
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.sandbox.world.steps import Change, Step, Wish
from corvana.store import models
from tests.builders.movable_clock import NOW, MovableClock
from tests.builders.twins import lifecycles, rows
from tests.conftest import Connected, collect_at, join

DAYS = 21


def play(steps: Sequence[Step]) -> World:
    return build_world(end=NOW + timedelta(days=7), days=DAYS + 7, incidents=700, steps=steps)


@pytest.fixture
def living(configure: Callable[..., Settings]) -> Iterator[Connected]:
    """Connected, and collected once."""
    with RunningSandbox(
        play(()), clock=MovableClock(), requests_per_minute=1_000_000, play=play
    ) as running:
        connected = join(configure(running), running)
        collect(connected)
        yield connected


def account(connected: Connected) -> Account:
    found = connected.sandbox.app.state.account
    assert isinstance(found, Account)
    return found


def collect(connected: Connected) -> None:
    collect_at(connected, clock=account(connected).now, days=DAYS)


def go_on(connected: Connected, *changes: Change, weeks: int = 0, hours: int = 0) -> None:
    account(connected).go_on(Wish(changes=changes, weeks=weeks, hours=hours))
    collect(connected)


def stored(connected: Connected) -> set[str]:
    return {row["id"] for row in rows(connected, models.Incident)}


def planted(connected: Connected, kind: str) -> str:
    return next(each.subject_id for each in play(()).planted if each.kind == kind)


def test_two_weeks_go_by_and_a_run_collects_exactly_them(living: Connected) -> None:
    before = stored(living)
    go_on(living, weeks=2)
    until = NOW + timedelta(weeks=2) - SETTLED
    came = {
        each.id
        for each in account(living).world.incidents
        if NOW - SETTLED <= each.created_at < until
    }
    assert len(came) > 250
    assert stored(living) - before == came
    assert before <= stored(living)
    run = living.latest_run
    assert run.until == until
    assert living.connection.collected_at is not None
    assert living.connection.collected_at >= until


def test_what_was_collected_in_two_visits_is_what_one_would_have_collected(
    living: Connected, configure: Callable[..., Settings]
) -> None:
    go_on(living, weeks=1)
    go_on(living, weeks=1)
    fresh = join(configure(living.sandbox, folder="fresh"), living.sandbox)
    collect_at(fresh, clock=account(living).now, days=DAYS + 14)
    columns = ["number", "created_at", "resolved_at", "seconds_to_first_ack", "resolution"]
    ours, theirs = lifecycles(living)[columns], lifecycles(fresh)[columns]
    assert ours.equals(theirs)


def delays(connected: Connected, policy_id: str) -> list[tuple[datetime, int]]:
    """When which delay of the first level was seen."""
    version = models.ConfigurationVersion
    with Session(connected.engine) as session:
        found = session.exec(
            select(version)
            .where(version.noun == "escalation_policies", version.object_id == policy_id)
            .order_by(version.seen_at)  # type: ignore[arg-type]
        ).all()
    return [(each.seen_at, each.state["details"][0][3]) for each in found if each.state]


def test_a_changed_delay_is_in_the_policy_and_later_incidents_escalate_by_it(
    living: Connected,
) -> None:
    policy_id = planted(living, "slow_ack")
    ((_, old),) = delays(living, policy_id)
    go_on(living, Change(setting="first_level_delay", of=policy_id, minutes=3), hours=1)
    go_on(living, weeks=2)
    (_, first), (seen_at, second) = delays(living, policy_id)
    assert (first, second) == (old, 3)
    assert NOW < seen_at <= NOW + timedelta(hours=1)

    waited = minutes_until_escalated(living, policy_id)
    assert {minutes for at, minutes in waited if at > NOW + timedelta(hours=1)} == {3.0}
    assert {minutes for at, minutes in waited if at <= NOW} == {float(old)}


def minutes_until_escalated(connected: Connected, policy_id: str) -> list[tuple[datetime, float]]:
    """When incidents of the policy were opened, and after how long their first level escalated."""
    told: dict[str, list[dict[str, Any]]] = {}
    for entry in rows(connected, models.LogEntry):
        if entry["type"] not in {"notify", "annotate"}:
            told.setdefault(entry["incident_id"], []).append(entry)
    of = {
        row["id"]
        for row in rows(connected, models.Incident)
        if row["escalation_policy_id"] == policy_id
    }
    found = []
    for entries in (told[name] for name in of if name in told):
        first = sorted(entries, key=lambda entry: (entry["at"], entry["id"]))[:3]
        if [each["type"] for each in first][1:] == ["assign", "escalate"]:
            began, ended = first[1]["at"], first[2]["at"]
            if first[2]["channel_type"] == "timeout":
                found.append((began, (ended - began).total_seconds() / 60))
    return found
