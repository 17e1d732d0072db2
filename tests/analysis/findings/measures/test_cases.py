"""The cases by which a finding is compared before and after a date."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings import ack_timeouts, auto_resolve_wall, slow_ack
from corvana.analysis.findings.kind import Cases, Finding
from corvana.analysis.findings.measures import cases, levels_then
from tests.builders.analysis.rotations import at, framed
from tests.builders.analysis.written_account import (
    DAY,
    START,
    account,
    account_of,
    incident,
)

WEEK = pd.Timedelta(days=7)
DATE = START.floor("D") + pd.Timedelta(days=14)


def stub(kind: str, subject_type: str, subject_id: str, detail: str | None = None) -> Finding:
    known = {
        "kind": kind,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "detail": detail,
    }
    return Finding.of(pd.Series(dict.fromkeys(Finding._fields) | known, dtype="object"))


def changes(*told: dict[str, Any]) -> pd.DataFrame:
    return framed(
        [{"object_type": "service", **each} for each in told], frames.CONFIGURATION_CHANGES
    )


def closed(service: str, after: float = 120) -> dict[str, Any]:
    return incident(service, resolved=after, resolution="auto")


def measured(module: Any, told: Account, finding: Finding) -> Cases:
    found: Cases = module.KIND.measure.cases(told, finding, DATE)
    return found


def test_a_timeout_that_was_turned_off_is_still_recognised_before() -> None:
    told = account([closed("db")] * 3 + [incident("db", acked=4, resolved=30)], db={})
    off = changes(
        {
            "object_id": "db",
            "at": START,
            "field": "auto_resolve_timeout",
            "before": "7200",
            "after": None,
        }
    )
    finding = stub("auto_resolve_wall", "service", "db")
    known = measured(auto_resolve_wall, replace(told, configuration_changes=off), finding)
    assert known.own["value"].tolist() == [1.0, 1.0, 1.0, 0.0]
    # Without what the collection saw, the service has no timeout and nothing to compare.
    assert measured(auto_resolve_wall, told, finding).own.empty


def test_of_an_ending_by_a_long_timeout_only_older_incidents_are_known() -> None:
    told = account([closed("db")], db={"auto_resolve_timeout": 3 * 86_400})
    found = measured(auto_resolve_wall, told, stub("auto_resolve_wall", "service", "db"))
    assert found.until == told.end - pd.Timedelta(days=3)


def test_acknowledgements_of_a_service_count_also_without_a_timeout_now() -> None:
    rows = [
        incident("db", acked=1, resolved=90, ack_timeout_count=2),
        incident("api", acked=1, resolved=90),
        incident("web", acked=1, resolved=90),
    ]
    told = account(rows, db={}, api={"acknowledgement_timeout": 1_800}, web={})
    found = measured(ack_timeouts, told, stub("ack_timeouts", "service", "db"))
    assert found.own["value"].tolist() == [1.0]
    assert found.others["place"].tolist() == ["api"]


def test_services_on_the_same_policy_are_not_similar_because_they_feel_the_change() -> None:
    rows = [
        incident("db", acked=60, resolved=90),
        incident("api", acked=5, resolved=9),
        incident("web", acked=5, resolved=9, escalation_policy_id="P2"),
    ]
    told = account(rows, db={}, api={}, web={})
    found = measured(slow_ack, told, stub("slow_ack", "service", "db"))
    assert found.own["value"].tolist() == [3_600.0]
    assert found.others["place"].tolist() == ["web"]


def test_a_wait_counts_for_four_hours_and_is_known_after_them() -> None:
    rows = [
        incident("db", acked=10 * 60, resolved=12 * 60),
        incident("db", created_at=account([]).end - pd.Timedelta(hours=3)),
    ]
    told = account(rows, db={})
    found = measured(slow_ack, told, stub("slow_ack", "escalation_policy", "P1"))
    # The open one of the last hours is not known yet.
    assert found.own["value"].tolist() == [4 * 3_600.0]


def test_the_share_of_weeks_is_counted_from_the_date_in_both_directions() -> None:
    told = account_of()
    date = at(15 * DAY)
    spans = pd.DataFrame(
        {
            "start": [date - WEEK, date + pd.Timedelta(days=1)],
            "end": [date - WEEK / 2, date + pd.Timedelta(days=1) + WEEK],
        }
    )
    found = cases.weeks(spans, date, told)
    assert found.own["at"].tolist() == [
        date - 2 * WEEK,
        date - WEEK,
        date + pd.Timedelta(days=1),
        date + pd.Timedelta(days=8),
    ]
    assert found.own["value"].tolist() == [0.0, 0.5, 1.0, 0.0]
    assert found.others.empty


def test_without_a_whole_week_there_is_no_case() -> None:
    told = replace(account_of(), until=at(3 * DAY))
    assert cases.weeks(pd.DataFrame({"start": [], "end": []}), at(DAY), told).own.empty


def rules(*levels: str, since: pd.Timestamp | None = None) -> list[dict[str, Any]]:
    rows = [
        {
            "escalation_policy_id": "P1",
            "level": level,
            "escalation_delay_in_minutes": 5,
            "target": target,
            "target_type": "schedule",
        }
        for level, target in enumerate(levels, start=1)
    ]
    return rows if since is None else [{**row, "since": since, "num_loops": 0} for row in rows]


@pytest.mark.parametrize(
    ("history", "read"),
    [
        ([], [("days", 0, 30)]),
        ([*rules("nights", since=at(10 * DAY))], [("nights", 0, 30)]),
        (
            [*rules("nights", since=at(-DAY)), *rules("days", since=at(10 * DAY))],
            [("nights", 0, 10), ("days", 10, 30)],
        ),
    ],
)
def test_what_is_read_off_levels_rests_on_those_in_force(
    history: list[dict[str, Any]], read: list[tuple[str, int, int]]
) -> None:
    told = replace(
        account_of(rules=framed(rules("days"), frames.RULES)),
        policy_history=framed(history, frames.POLICY_HISTORY),
    )
    seen: list[tuple[str, int, int]] = []

    def reader(part: Account) -> pd.DataFrame:
        days = [
            round((edge - told.start) / pd.Timedelta(days=1)) for edge in (part.start, part.end)
        ]
        (target,) = part.rules["target"]
        seen.append((str(target), days[0], days[1]))
        return pd.DataFrame({"start": [part.start], "end": [part.end]})

    levels_then.pieces(told, "P1", reader)
    assert seen == read
