"""How fast a data version is rebuilt from the store.

Promises: 1,000,000 incidents in under a minute, with less than 400 MB used by the worker and its
child processes together. An incremental run rebuilds only the touched months. The rows are those
of a simulated account, copied with new ids until there are enough.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect, text
from sqlmodel import Session

import corvana.worker  # noqa: F401 – what a worker has loaded counts
from benchmarks.resident import Memory
from corvana.collectors.windows import Window
from corvana.memory import economise
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from corvana.store import models
from corvana.store.engine import open_database
from corvana.store.upsert import upsert
from corvana.versions.files import month_parts
from corvana.versions.own_process import alone
from corvana.versions.rebuild import Month, rebuild

END = datetime(2026, 11, 1, tzinfo=UTC)
CONNECTION = "benchmark"
COPIED = ("incident", "logentry", "responderjoin")
AT_ONCE = 20_000
NAMES = {"id", "incident_id"}
KEYS = {"incident": "id", "logentry": "id", "responderjoin": "incident_id"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000, help="simulated")
    parser.add_argument("--copies", type=int, default=10, help="of every simulated incident")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/benchmark.db"
        # Build the account in another process, so that its memory is not measured.
        alone(store, url, arguments.incidents, arguments.copies)
        economise()
        report(open_database(url), Path(folder))


def store(url: str, incidents: int, copies: int) -> None:
    engine = open_database(url)
    fill(engine, build_world(seed=7, end=END, days=365, incidents=incidents))
    copy(engine, copies)
    # A real collection commits in small steps, so its log never grows as large as this log.
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


def report(engine: Engine, folder: Path) -> None:
    with engine.connect() as connection:
        incidents, entries = (
            connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in COPIED[:2]
        )
    first = (2025, 11)
    spans = {f"{year}-{month:02d}": month_of(year, month) for year, month in following(first, 12)}
    print(f"{incidents:,} incidents, {entries:,} log entries")
    for what, wanted in (("all twelve months", list(spans)), ("one touched month", ["2026-10"])):
        months = {
            name: Month(CONNECTION, spans[name], END, month_parts(folder, CONNECTION, name, 1))
            for name in wanted
        }
        with Memory() as memory:
            began, used = time.perf_counter(), processor_seconds()
            rebuild(engine, months)
            seconds, used = time.perf_counter() - began, processor_seconds() - used
        print(
            f"{what:<20} {seconds:>7.1f} s, {used:.1f} s of a processor, "
            f"{memory.together:,.0f} MB together"
        )


def processor_seconds() -> float:
    """Processor seconds of this process and of its ended child processes."""
    return sum(os.times()[:4])


def following(first: tuple[int, int], count: int) -> list[tuple[int, int]]:
    year, month = first
    return [(year + (month - 1 + n) // 12, (month - 1 + n) % 12 + 1) for n in range(count)]


def month_of(year: int, month: int) -> Window:
    (next_year, next_month) = following((year, month), 2)[1]
    return Window(
        datetime(year, month, 1, tzinfo=UTC), datetime(next_year, next_month, 1, tzinfo=UTC)
    )


def fill(engine: Engine, world: World) -> None:
    """Store the account as the collectors would."""
    with Session(engine) as session:
        upsert(session, models.Service, [service(each) for each in world.services])
        upsert(session, models.EscalationTarget, targets(world))
        upsert(session, models.Shift, shifts(world))
        for start in range(0, len(world.incidents), AT_ONCE):
            some = world.incidents[start : start + AT_ONCE]
            upsert(session, models.Incident, [incident(each) for each in some])
            entries = [entry(each, item.id) for item in some for each in item.log_entries]
            upsert(session, models.LogEntry, entries)
        session.commit()


def copy(engine: Engine, copies: int) -> None:
    """Multiply incidents and their log under new ids."""
    for number in range(1, copies):
        with engine.begin() as connection:
            for table in COPIED:
                columns = [column["name"] for column in inspect(engine).get_columns(table)]
                taken = [f"{name} || '-{number}'" if name in NAMES else name for name in columns]
                connection.execute(
                    text(
                        f"INSERT INTO {table} ({', '.join(columns)}) "
                        f"SELECT {', '.join(taken)} FROM {table} WHERE {KEYS[table]} NOT LIKE '%-%'"
                    )
                )


def service(each: Any) -> dict[str, Any]:
    return {
        "connection_id": CONNECTION,
        "id": each.id,
        "label": each.name,
        "status": each.status,
        "escalation_policy_id": each.escalation_policy_id,
        "team_ids": " ".join(each.team_ids),
    }


def targets(world: World) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": CONNECTION,
            "escalation_policy_id": policy.id,
            "level": level,
            "target": target.id,
            "target_type": "user" if target.kind == "user" else "schedule",
            "escalation_delay_in_minutes": rule.delay_minutes,
        }
        for policy in world.escalation_policies
        for level, rule in enumerate(policy.rules, start=1)
        for target in rule.targets
    ]


def shifts(world: World) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": CONNECTION,
            "schedule_id": schedule.id,
            "responder": shift.user_id,
            "start": shift.start,
            "end": shift.end,
        }
        for schedule in world.schedules
        for shift in schedule.shifts
    ]


def incident(each: Any) -> dict[str, Any]:
    state = each.states[-1]
    return {
        "connection_id": CONNECTION,
        "id": each.id,
        "number": each.number,
        "status": state.status,
        "urgency": state.urgency,
        "service_id": each.service_id,
        "escalation_policy_id": state.escalation_policy_id,
        "team_ids": " ".join(sorted(each.team_ids)),
        "priority": each.priority_id,
        "assigned_via": state.assigned_via,
        "merged": state.merged_into is not None,
        "created_at": each.created_at,
        "updated_at": state.at,
    }


def entry(each: Any, incident_id: str) -> dict[str, Any]:
    return {
        "connection_id": CONNECTION,
        "id": each.id,
        "incident_id": incident_id,
        "type": each.type,
        "at": each.at,
        "agent_type": each.agent_kind,
        "agent": each.agent_id if each.agent_kind == "user" else None,
        "channel_type": each.channel_type,
        "notification_type": each.notification_type,
        "responder": each.notified_user_id,
        "assignees": " ".join(sorted(each.assignee_ids)),
        "until": each.snoozed_until,
    }
