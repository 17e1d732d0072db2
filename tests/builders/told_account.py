"""Accounts made by hand, incident by incident, and the data collected from them over HTTP."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Literal, Self, TypeVar

import pandas as pd
import pytest
from sqlmodel import Session, SQLModel, col, select

from corvana.config import Settings
from corvana.pagerduty import cutting, paging
from corvana.sandbox.api import query
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import Incident, IncidentState, LogEntry, World
from corvana.store import connections, noun_statuses
from corvana.store.models import CollectionRun, NounStatus
from tests.conftest import Connected, collect_at, join

END = datetime.now(UTC).replace(hour=6, minute=30, second=0, microsecond=0) - timedelta(days=3)
DAYS = 30
T = TypeVar("T", bound=SQLModel)
Status = Literal["triggered", "acknowledged", "resolved"]
Urgency = Literal["high", "low"]


@cache
def account() -> World:
    """Two teams with people, schedules, policies and services, without incidents."""
    built = build_world(seed=7, end=END, days=DAYS, incidents=1, planted=False)
    teams = {team.id for team in built.teams[:2]}
    services = tuple(each for each in built.services if teams.intersection(each.team_ids))
    ids = {service.id for service in services}
    policies = tuple(each for each in built.escalation_policies if teams & set(each.team_ids))
    return replace(
        built,
        incidents=(),
        truth={},
        services=services,
        escalation_policies=policies,
        schedules=tuple(each for each in built.schedules if teams.intersection(each.team_ids)),
        business_services=built.business_services[:1],
        dependencies=tuple(
            each for each in built.dependencies if {each.supporting_id, each.dependent_id} <= ids
        ),
    )


def with_incidents(*stories: "Story", world: World | None = None) -> World:
    return replace(world or account(), incidents=tuple(story.incident() for story in stories))


def person(number: int) -> str:
    """The id of a person who works on the first service."""
    team = account().services[0].team_ids[0]
    return [user.id for user in account().users if team in user.team_ids][number]


@dataclass
class Story:
    """One incident of the first service, with events by minute since it was opened."""

    number: int
    opened: datetime = END - timedelta(hours=20)
    urgency: Urgency = "high"
    entries: list[LogEntry] = field(default_factory=list)
    states: list[IncidentState] = field(default_factory=list)
    silent: bool = False

    def __post_init__(self) -> None:
        self.state("triggered", 0)
        if not self.silent:
            self.log("trigger", 0)

    @property
    def id(self) -> str:
        return f"Q{self.number:013}"

    def at(self, minute: float) -> datetime:
        return self.opened + timedelta(minutes=minute)

    def log(self, kind: str, minute: float, by: str | None = None, **more: Any) -> Self:
        """Log an entry, by the person `by` if given, otherwise by the service."""
        entry = LogEntry(
            id=f"R{self.number:08}{len(self.entries):05}",
            type=kind,
            at=self.at(minute),
            agent_kind="user" if by else "service",
            agent_id=by or account().services[0].id,
            channel_type="website" if by else "auto",
        )
        self.entries.append(replace(entry, **more))
        return self

    def state(self, status: Status, minute: float, **more: Any) -> Self:
        policy = account().services[0].escalation_policy_id
        state = IncidentState(
            at=self.at(minute),
            status=status,
            urgency=self.urgency,
            escalation_policy_id=policy,
            assigned_via="escalation_policy",
            assignee_ids=() if status == "resolved" else (person(0),),
            acknowledger_ids=(person(0),) if status == "acknowledged" else (),
            last_changed_by=account().services[0].id,
            last_changed_by_kind="service",
            resolved_at=self.at(minute) if status == "resolved" else None,
            merged_into=None,
        )
        self.states.append(replace(state, **more))
        return self

    def acknowledged(self, minute: float, by: str) -> Self:
        return self.log("acknowledge", minute, by).state("acknowledged", minute)

    def resolved(self, minute: float, by: str | None = None) -> Self:
        return self.log("resolve", minute, by).state("resolved", minute)

    def incident(self) -> Incident:
        service = account().services[0]
        return Incident(
            id=self.id,
            number=self.number,
            title=f"Trouble {self.number}",
            description="Something is wrong",
            service_id=service.id,
            team_ids=service.team_ids,
            priority_id=None,
            created_at=self.opened,
            log_entries=tuple(sorted(self.entries, key=lambda entry: (entry.at, entry.id))),
            states=tuple(self.states),
        )


@dataclass(frozen=True, slots=True)
class Collected:
    """An account and the application that collects it."""

    connected: Connected
    sandbox: RunningSandbox

    def collect(self, *, later: timedelta = timedelta(0), days: int = DAYS) -> Self:
        """Run once, `later` after the account's end plus one settling minute."""
        collect_at(self.connected, clock=lambda: END + timedelta(minutes=1) + later, days=days)
        return self

    def incidents(self) -> pd.DataFrame:
        """The published lifecycles, by number."""
        return self.connected.data().frame("incidents").set_index("number").sort_index()

    def stored(self, model: type[T]) -> list[T]:
        with Session(self.connected.engine) as session:
            table: Any = model
            return list(
                session.exec(select(model).where(col(table.connection_id) == self.connected.id))
            )

    def statuses(self) -> dict[str, NounStatus]:
        with Session(self.connected.engine) as session:
            return {each.noun: each for each in noun_statuses.listed(session, self.connected.id)}

    def run(self) -> CollectionRun:
        run = connections.latest_run(self.connected.engine, self.connected.id)
        assert run is not None
        return run

    def pseudonym(self, user_id: str) -> str:
        return self.connected.pseudonyms.of(user_id)


@contextmanager
def watching(configure: Callable[..., Settings], world: World) -> Iterator[Collected]:
    """Connect to the account without collecting."""
    with RunningSandbox(world, requests_per_minute=1_000_000) as sandbox:
        yield Collected(join(configure(sandbox), sandbox), sandbox)


def lists_hold(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PagerDuty's lists hold so few rows instead of 10,000, for both sides of a request."""
    monkeypatch.setattr(query, "_ROW_LIMIT", rows)
    monkeypatch.setattr(paging, "ROW_LIMIT", rows)
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", rows - paging.PAGE_SIZE)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", rows // 2)


def rows_changed(
    key: str, changes: dict[str, Callable[[dict[str, Any]], Any]]
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A change of a page's body that replaces the rows with these ids."""

    def change(body: dict[str, Any]) -> dict[str, Any]:
        rows = [changes[row["id"]](row) if row["id"] in changes else row for row in body[key]]
        return body | {key: rows}

    return change
