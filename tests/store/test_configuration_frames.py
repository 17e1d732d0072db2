"""The present configuration: what exists, and nothing that is gone."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection
from sqlmodel import Session, SQLModel

from corvana import frames
from corvana.store import configuration_frames, models, queries, unknown_zones
from corvana.store.engine import open_database

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
GONE: dict[str, Any] = {"deleted_at": T0}
HOURS = {
    "support_time_zone": "Europe/Paris",
    "support_days": "1 2 3",
    "support_start": "09:00:00",
    "support_end": "17:00:00",
    "urgency_outside_support_hours": "low",
}
CONTRACTS = {
    "labels": frames.LABELS,
    "services": frames.SERVICES,
    "rules": frames.RULES,
    "repeats": frames.REPEATS,
    "support_hours": frames.SUPPORT_HOURS,
    "schedules": frames.SCHEDULES,
    "dependencies": frames.DEPENDENCIES,
    "maintenance_windows": frames.MAINTENANCE_WINDOWS,
    "urgency_rules": frames.URGENCY_RULES,
    "alert_grouping": frames.ALERT_GROUPING,
}
Read = Callable[..., pd.DataFrame]


@pytest.fixture
def read(database_url: str) -> Iterator[Read]:
    """Store the rows for connection `c`, and a like account for another; read one frame of `c`."""
    engine = open_database(database_url)

    def read(name: str, *rows: SQLModel) -> pd.DataFrame:
        with Session(engine) as session:
            session.add_all(
                type(row)(**row.model_dump() | {"connection_id": each})
                for row in rows
                for each in ("c", "other")
            )
            session.commit()
        with engine.connect() as connection:
            return frame(name, connection)

    yield read
    engine.dispose()


def frame(name: str, connection: Connection) -> pd.DataFrame:
    found: pd.DataFrame = getattr(configuration_frames, name)(connection, "c")
    assert dict(found.dtypes.astype("str")) == dict(
        frames.empty(CONTRACTS[name]).dtypes.astype("str")
    )
    return found


def service(service_id: str, **more: Any) -> models.Service:
    given = {"connection_id": "c", "id": service_id, "label": f"Service {service_id}"}
    return models.Service(**given | {"status": "active"} | more)


def policy(policy_id: str, num_loops: int = 0, **more: Any) -> models.EscalationPolicy:
    given = {"connection_id": "c", "id": policy_id, "label": f"Policy {policy_id}"}
    return models.EscalationPolicy(**given | {"num_loops": num_loops} | more)


def target(policy_id: str, level: int, name: str, kind: str = "schedule") -> SQLModel:
    return models.EscalationTarget(
        connection_id="c",
        escalation_policy_id=policy_id,
        level=level,
        target=name,
        target_type=kind,
        escalation_delay_in_minutes=5 * level,
    )


def schedule(schedule_id: str, time_zone: str | None, **more: Any) -> models.Schedule:
    given = {"connection_id": "c", "id": schedule_id, "label": f"Schedule {schedule_id}"}
    return models.Schedule(**given | {"time_zone": time_zone} | more)


def edge(edge_id: str, dependent: str, supporting: str, **more: Any) -> SQLModel:
    return models.ServiceDependency(
        connection_id="c",
        id=edge_id,
        dependent_id=dependent,
        dependent_type="business_service",
        supporting_id=supporting,
        supporting_type="technical_service",
        **more,
    )


def window(window_id: str, starts: int, service_ids: str, **more: Any) -> SQLModel:
    return models.MaintenanceWindow(
        connection_id="c",
        id=window_id,
        start=T0 + timedelta(hours=starts),
        end=T0 + timedelta(hours=starts + 1),
        service_ids=service_ids,
        **more,
    )


def records(found: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(found.astype(object).where(found.notna(), None).itertuples(index=False, name=None))


@pytest.mark.parametrize("name", CONTRACTS)
def test_an_account_without_anything_has_empty_frames_of_the_right_types(
    read: Read, name: str
) -> None:
    assert read(name).empty


def test_everything_with_a_name_is_labelled_also_what_is_gone(read: Read) -> None:
    found = read(
        "labels",
        service("S1"),
        service("S2", **GONE),
        policy("E1"),
        schedule("H1", None),
        models.Team(connection_id="c", id="T1", label="Team T1"),
        models.Priority(connection_id="c", id="P1", label="SEV-1", severity=1),
        models.BusinessService(connection_id="c", id="B1", label="Checkout"),
    )
    assert records(found) == [
        ("business_service", "B1", "Checkout"),
        ("escalation_policy", "E1", "Policy E1"),
        ("priority", "P1", "SEV-1"),
        ("schedule", "H1", "Schedule H1"),
        ("service", "S1", "Service S1"),
        ("service", "S2", "Service S2"),
        ("team", "T1", "Team T1"),
    ]


def test_a_deleted_service_uses_no_policy_any_more(read: Read) -> None:
    found = read(
        "services",
        service("S2", escalation_policy_id="E1", **GONE),
        service("S1", escalation_policy_id="E1", team_ids="T1 T2", auto_resolve_timeout=14400),
    )
    assert records(found) == [("S1", "Service S1", "active", "E1", "T1 T2", 14400.0, None)]


def test_rules_are_those_of_policies_that_exist_in_order_of_level(read: Read) -> None:
    found = read(
        "rules",
        policy("E1"),
        policy("E2", **GONE),
        target("E1", 2, "PERSON", "user"),
        target("E1", 1, "H1"),
        target("E2", 1, "H1"),
    )
    assert records(found) == [("E1", 1, 5, "H1", "schedule"), ("E1", 2, 10, "PERSON", "user")]


def test_repeats_are_those_of_policies_that_exist(read: Read) -> None:
    found = read("repeats", policy("E2", 9), policy("E1", 0), policy("E3", 2, **GONE))
    assert records(found) == [("E1", 0), ("E2", 9)]


def test_only_services_that_exist_and_have_support_hours_are_rows(read: Read) -> None:
    found = read(
        "support_hours", service("S1", **HOURS), service("S2"), service("S3", **HOURS, **GONE)
    )
    assert records(found) == [("S1", "low", "Europe/Paris", "1 2 3", "09:00:00", "17:00:00")]


def test_schedules_that_exist_may_have_no_zone(read: Read) -> None:
    found = read(
        "schedules",
        schedule("H2", None),
        schedule("H1", "Asia/Tokyo"),
        schedule("H3", "Asia/Tokyo", **GONE),
    )
    assert records(found) == [("H1", "Asia/Tokyo"), ("H2", None)]


def test_an_edge_lives_as_long_as_it_is_declared_and_both_its_services(read: Read) -> None:
    found = read(
        "dependencies",
        service("S1"),
        service("S2", **GONE),
        models.BusinessService(connection_id="c", id="B1", label="Shop", **GONE),
        models.BusinessService(connection_id="c", id="B2", label="Bank"),
        edge("1", "B2", "S1"),
        edge("2", "B2", "S2"),
        edge("3", "B1", "S1"),
        edge("4", "S1", "B2", **GONE),
        edge("5", "B2", "NEVER-LISTED"),
    )
    assert records(found[["dependent_id", "supporting_id"]]) == [
        ("B2", "S1"),
        ("B2", "NEVER-LISTED"),
    ]
    assert set(found["dependent_type"]) == {"business_service"}


def test_a_maintenance_window_is_a_row_for_each_of_its_services(read: Read) -> None:
    found = read(
        "maintenance_windows",
        window("W2", 5, "S1 S2"),
        window("W1", 1, "S1"),
        window("W3", 9, "S1", **GONE),
        window("W4", 9, ""),
    )
    hours = [
        (service_id, (start - T0) / timedelta(hours=1), (end - T0) / timedelta(hours=1))
        for service_id, start, end in records(found)
    ]
    assert hours == [("S1", 1.0, 2.0), ("S1", 5.0, 6.0), ("S2", 5.0, 6.0)]


def test_a_zone_that_is_not_known_is_counted_and_is_no_zone_in_the_frames(
    database_url: str,
) -> None:
    engine = open_database(database_url)
    rows = [
        models.Responder(connection_id="c", responder="ann", time_zone="unknown"),
        models.Responder(connection_id="c", responder="bob", time_zone="Europe/Paris"),
        models.Responder(connection_id="c", responder="cat", time_zone=None),
        models.Responder(connection_id="another", responder="dan", time_zone="unknown"),
        models.Schedule(connection_id="c", id="PS1", label="Web", time_zone="unknown"),
    ]
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()
    with engine.connect() as connection:
        assert unknown_zones.count(connection, "c") == 2
        people = queries.responders(connection, "c").set_index("responder")["time_zone"]
        assert people.dropna().to_dict() == {"bob": "Europe/Paris"}
        assert configuration_frames.schedules(connection, "c")["time_zone"].isna().all()


def test_an_urgency_rule_is_a_row_of_each_service_that_exists_and_has_one(read: Read) -> None:
    found = read(
        "urgency_rules",
        service("S1", urgency_rule="constant", urgency="high"),
        service(
            "S2",
            urgency_rule="use_support_hours",
            urgency_during_support_hours="high",
            urgency_outside_support_hours="low",
        ),
        service("S3"),
        service("S4", urgency_rule="constant", urgency="low", **GONE),
    )
    assert records(found) == [
        ("S1", "constant", "high", None, None),
        ("S2", "use_support_hours", None, "high", "low"),
    ]


def grouping(setting_id: str, kind: str, service_ids: str, **more: Any) -> SQLModel:
    return models.AlertGroupingSetting(
        connection_id="c", id=setting_id, type=kind, service_ids=service_ids, **more
    )


def test_an_alert_grouping_setting_is_a_row_for_each_of_its_services(read: Read) -> None:
    found = read(
        "alert_grouping",
        grouping("G2", "time", "S2", timeout=300),
        grouping("G1", "content_based", "S1 S3", time_window=3_600),
        grouping("G3", "time", "S4", timeout=60, **GONE),
        grouping("G4", "time", ""),
    )
    assert records(found) == [
        ("S1", "content_based", None, 3_600),
        ("S3", "content_based", None, 3_600),
        ("S2", "time", 300, None),
    ]
