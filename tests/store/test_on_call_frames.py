"""Who is on call by PagerDuty's own account, and the settings as they were."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from corvana import frames
from corvana.store import history_frames, models, on_call_frames
from corvana.store.engine import open_database

T0 = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_database(database_url)
    yield opened
    opened.dispose()


def stored(engine: Engine, *rows: Any) -> None:
    """Store the rows for connection `c`."""
    with Session(engine) as session:
        session.add_all(rows)
        session.commit()


def read(engine: Engine, reader: Any, contract: Any) -> pd.DataFrame:
    with engine.connect() as connection:
        found: pd.DataFrame = reader(connection, "c")
        assert reader(connection, "nobody's").empty
    assert dict(found.dtypes) == dict(frames.empty(contract).dtypes)
    return found


def on_call(who: str, taken_at: datetime, connection: str = "c") -> models.OnCall:
    return models.OnCall(
        connection_id=connection,
        taken_at=taken_at,
        escalation_policy_id="P1",
        level=1,
        responder=who,
        schedule_id="",
    )


def test_only_pagerdutys_newest_list_of_the_connection_is_read(engine: Engine) -> None:
    later = T0 + HOUR
    stored(
        engine,
        on_call("ann", T0),
        on_call("bob", later),
        on_call("cleo", later),
        on_call("dan", later + HOUR, "other"),
    )
    found = read(engine, on_call_frames.on_call_snapshot, frames.SNAPSHOT)
    assert found["responder"].tolist() == ["bob", "cleo"]
    assert set(found["taken_at"]) == {pd.Timestamp(later)}


def test_parts_of_one_override_are_one_row(engine: Engine) -> None:
    spans = [("ann", 0, 2), ("ann", 2, 3), ("ann", 5, 6), ("bob", 3, 4)]
    stored(
        engine,
        *(
            models.ScheduleOverride(
                connection_id="c",
                schedule_id="S1",
                responder=who,
                start=T0 + start * HOUR,
                end=T0 + end * HOUR,
            )
            for who, start, end in spans
        ),
    )
    found = read(engine, on_call_frames.overrides, frames.OVERRIDES)
    hours = ((found["end"] - found["start"]).dt.total_seconds() / 3600).tolist()
    assert list(zip(found["responder"], hours, strict=True)) == [
        ("ann", 3.0),
        ("ann", 1.0),
        ("bob", 1.0),
    ]


def test_pagerdutys_coverage_is_read_by_schedule_and_span(engine: Engine) -> None:
    stored(
        engine,
        *(
            models.ScheduleCoverage(
                connection_id="c",
                schedule_id=schedule,
                since=T0 + start * HOUR,
                until=T0 + (start + 1) * HOUR,
                percentage=percentage,
            )
            for schedule, start, percentage in (("S2", 0, 50.0), ("S1", 1, 99.5), ("S1", 0, 100.0))
        ),
    )
    found = read(engine, on_call_frames.schedule_coverage, frames.SCHEDULE_COVERAGE)
    assert found["percentage"].tolist() == [100.0, 99.5, 50.0]


def version(noun: str, object_id: str, hours: int, state: Any) -> models.ConfigurationVersion:
    return models.ConfigurationVersion(
        connection_id="c", noun=noun, object_id=object_id, seen_at=T0 + hours * HOUR, state=state
    )


def test_every_state_of_a_policy_is_read_with_its_delays_and_its_end(engine: Engine) -> None:
    stored(
        engine,
        version(
            "escalation_policies",
            "P1",
            0,
            {"num_loops": 2, "details": [[1, "schedule", "S1", 5], [2, "user", "ann", 30]]},
        ),
        version("escalation_policies", "P1", 1, {"num_loops": 0}),
        version("escalation_policies", "P1", 2, None),
        version("services", "P1", 2, {"status": "active"}),
    )
    found = read(engine, history_frames.policy_history, frames.POLICY_HISTORY)
    told = found.astype("object").where(found.notna(), None).drop(columns="escalation_policy_id")
    assert [tuple(row)[1:] for row in told.itertuples(index=False)] == [
        (False, 2, 1, 5, "S1", "schedule"),
        (False, 2, 2, 30, "ann", "user"),
        (False, 0, None, 0, None, None),
        (True, 0, None, 0, None, None),
    ]
    assert [(each - pd.Timestamp(T0)) // HOUR for each in found["since"]] == [0, 0, 1, 2]


def test_every_state_of_a_service_is_read_and_an_unknown_zone_is_none(engine: Engine) -> None:
    settings = {"status": "active", "escalation_policy_id": "P1", "urgency_rule": "constant"}
    hours = {"support_days": "1 2", "support_time_zone": "unknown", "urgency": "low"}
    stored(
        engine,
        version("services", "api", 0, settings | hours),
        version("services", "api", 1, None),
        version("escalation_policies", "api", 1, {"num_loops": 1}),
    )
    found = read(engine, history_frames.service_history, frames.SERVICE_HISTORY)
    assert found["is_deleted"].tolist() == [False, True]
    first = found.iloc[0]
    assert (first["escalation_policy_id"], first["urgency"], first["support_days"]) == (
        "P1",
        "low",
        "1 2",
    )
    assert pd.isna(first["support_time_zone"])
    assert found.iloc[1][3:].isna().all()


def changed(engine: Engine) -> list[tuple[Any, ...]]:
    """Hours since T0, object, setting, level, before and after, in order."""
    found = read(engine, history_frames.configuration_changes, frames.CONFIGURATION_CHANGES)
    hours = (found["at"] - pd.Timestamp(T0)) // HOUR
    columns = ["object_id", "field", "level", "before", "after"]
    told = found[columns].astype("object").where(found[columns].notna(), None)
    rows = told.itertuples(index=False, name=None)
    return [(hour, *row) for hour, row in zip(hours, rows, strict=True)]


def test_a_change_of_a_policy_tells_each_setting_before_and_after(engine: Engine) -> None:
    before = {"label": "Ops", "num_loops": 0, "details": [[1, "schedule", "S1", 5]]}
    rules = [[1, "schedule", "S1", 10], [2, "schedule", "S2", 30], [2, "user", "ann", 30]]
    stored(
        engine,
        version("escalation_policies", "P1", 0, before),
        version("escalation_policies", "P1", 3, {**before, "num_loops": 2, "details": rules}),
    )
    assert changed(engine) == [
        (3, "P1", "escalation_delay_in_minutes", 1, "5", "10"),
        (3, "P1", "escalation_delay_in_minutes", 2, None, "30"),
        (3, "P1", "num_loops", None, "0", "2"),
        (3, "P1", "targets", 2, None, "S2 ann"),
    ]


def test_what_was_there_at_the_first_collection_is_no_change(engine: Engine) -> None:
    settings = {"label": "API", "status": "active", "auto_resolve_timeout": None}
    stored(
        engine,
        version("services", "api", 0, settings),
        version("services", "new", 2, settings),
        version("services", "api", 3, {**settings, "auto_resolve_timeout": 14400}),
        version("services", "api", 4, None),
        version("users", "ann", 4, {"time_zone": "Etc/UTC"}),
    )
    assert changed(engine) == [
        (2, "new", "added", None, None, None),
        (3, "api", "auto_resolve_timeout", None, None, "14400"),
        (4, "api", "deleted", None, None, None),
    ]


def test_a_setting_of_alert_grouping_is_told_of_each_of_its_services(engine: Engine) -> None:
    def grouping(services: str, seconds: int | None) -> dict[str, Any]:
        return {"type": "time", "service_ids": services, "timeout": seconds, "time_window": None}

    stored(
        engine,
        version("alert_grouping_settings", "G1", 0, grouping("api", 300)),
        version("alert_grouping_settings", "G1", 1, grouping("api web", 600)),
        version("alert_grouping_settings", "G2", 2, grouping("db", None)),
        version("alert_grouping_settings", "G1", 3, None),
    )
    assert changed(engine) == [
        (1, "api", "alert_grouping", None, "time 300", "time 600"),
        (1, "web", "alert_grouping", None, None, "time 600"),
        (2, "db", "alert_grouping", None, None, "time"),
        (3, "api", "alert_grouping", None, "time 600", None),
        (3, "web", "alert_grouping", None, "time 600", None),
    ]


def test_without_a_version_nothing_changed(engine: Engine) -> None:
    assert changed(engine) == []
