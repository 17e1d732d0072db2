"""What maintenance windows take from findings: incidents, and the time of a service's rates."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings import (
    ack_timeouts,
    auto_resolve_wall,
    coverage_gap,
    dependency_cascade,
    noisy_service,
    ping_pong_routing,
    regression,
    slow_ack,
)
from corvana.analysis.findings.kind import Kind
from tests.builders.analysis.following_failures import daily, declared, failing
from tests.builders.analysis.maintained import maintained
from tests.builders.analysis.rotations import rules, shifts
from tests.builders.analysis.written_account import (
    API,
    COMING,
    DAY,
    END,
    PERIOD,
    START,
    account,
    account_of,
    first_finding,
    incident,
    services,
    subjects,
)

FIRST = START.hour
MONTH = (END - START).total_seconds() / 3600
LATER_HALF = (FIRST + MONTH / 2, FIRST + MONTH)
MINUTES = "avoidable_minutes_per_month"


def gone(service: str, **more: Any) -> dict[str, Any]:
    return incident(service, resolved=5, resolution="auto", **more)


def answered(service: str, minutes: float = 4, **more: Any) -> dict[str, Any]:
    return incident(service, acked=minutes, resolved=minutes + 30, **more)


def timed_out(service: str, times: int) -> dict[str, Any]:
    return answered(service, ack_timeout_count=times)


NOISY = account(
    [gone("db")] * 18 + [answered("db")] * 2 + [gone("api")] * 2 + [answered("api")] * 18,
    db={},
    api={},
)
WALL = account(
    [incident("db", resolved=240, resolution="auto")] * 15 + [answered("db"), answered("api")] * 10,
    db={"auto_resolve_timeout": 14_400},
    api={"auto_resolve_timeout": 14_400},
)
TIMED = account(
    [timed_out("db", 3)] * 20 + [timed_out("api", 0)] * 20,
    db={"acknowledgement_timeout": 600},
    api={"acknowledgement_timeout": 600},
)
SLOW = account([answered("db", 60)] * 20 + [answered("api")] * 20, db={}, api={})
CASES = [
    (noisy_service.KIND, NOISY),
    (auto_resolve_wall.KIND, WALL),
    (ack_timeouts.KIND, TIMED),
    (slow_ack.KIND, SLOW),
]


@pytest.mark.parametrize(("kind", "known"), CASES, ids=[kind.name for kind, _ in CASES])
def test_maintenance_over_half_the_period_doubles_the_rate_of_a_service(
    kind: Kind, known: Account
) -> None:
    before = subjects(known, kind)[MINUTES]
    after = subjects(maintained(known, db=[LATER_HALF, LATER_HALF]), kind)[MINUTES]
    assert before["db"] > 0
    assert after["db"] == pytest.approx(2 * before["db"])
    assert after.drop("db").to_dict() == pytest.approx(before.drop("db").to_dict())


@pytest.mark.parametrize(("kind", "known"), CASES, ids=[kind.name for kind, _ in CASES])
def test_incidents_created_in_maintenance_are_not_tested(kind: Kind, known: Account) -> None:
    away = maintained(known, db=[(FIRST, FIRST + 1)])
    assert "db" not in subjects(away, kind).index
    assert "api" in subjects(away, kind).index


def test_once_a_week_means_a_week_outside_maintenance() -> None:
    """Four pages for nothing are less than one a week of a month, and two a week of half of it."""
    few = account([gone("db")] * 4 + [answered("api")] * 40, db={}, api={})
    assert not subjects(few, noisy_service.KIND).loc["db", "is_material"]
    assert subjects(maintained(few, db=[LATER_HALF]), noisy_service.KIND).loc["db", "is_material"]


def test_the_usual_duration_of_the_wall_is_that_of_incidents_outside_maintenance() -> None:
    slow = [incident("api", resolved=200, created_at=START + timedelta(hours=5))] * 40
    known = account(
        [incident("db", resolved=240, resolution="auto")] * 15 + [answered("api")] * 10 + slow,
        db={"auto_resolve_timeout": 14_400},
        api={"auto_resolve_timeout": 14_400},
    )
    away = maintained(known, api=[(FIRST + 5, FIRST + 6)])
    minutes = subjects(away, auto_resolve_wall.KIND).loc["db", MINUTES]
    assert minutes == pytest.approx(15 * (240 - 34))


def test_a_regression_counts_the_incidents_of_the_weeks_outside_maintenance() -> None:
    monday = pd.Timestamp("2026-08-31", tz="UTC")
    rows = [
        incident(
            "db",
            acked=wait,
            resolved=wait + 60,
            seconds_to_first_ack=wait * 60,
            created_at=monday + timedelta(weeks=week, hours=hour),
        )
        for week in range(12)
        for hour in range(10)
        for wait in [(4.0 if week < 6 else 8.0) * (1.5 if hour % 2 else 1 / 1.5)]
    ]
    known = replace(account(rows, db={}), since=monday, as_of=monday + timedelta(weeks=12))
    first = (monday - START).total_seconds() / 3600 + FIRST
    # The later half of each of the six weeks since the change.
    halves = [(first + 168 * week + 84, first + 168 * (week + 1)) for week in range(6, 12)]
    before = subjects(known, regression.KIND)[MINUTES]
    after = subjects(maintained(known, db=halves), regression.KIND)[MINUTES]
    assert after["db"] == pytest.approx(2 * before["db"])
    assert after["P1"] == pytest.approx(before["P1"])


def test_an_incident_sent_back_in_maintenance_is_not_counted() -> None:
    known = account([answered("db"), answered("api")], db={}, api={})
    tests = ping_pong_routing.KIND.tests
    assert tests(known)["n"].tolist() == [2]
    assert tests(maintained(known, db=[(FIRST, FIRST + 1)]))["n"].tolist() == [1]


CHAIN = rules(("P1", 1, "S1"))
EMPTY_AT_FIRST = shifts(("S1", "ann", 3 * DAY, COMING))


def test_time_in_which_every_service_of_a_policy_is_in_maintenance_is_no_gap() -> None:
    known = account_of(shifts=EMPTY_AT_FIRST, rules=CHAIN, services=API)
    whole = (PERIOD + 84 * DAY) / DAY
    assert coverage_gap.KIND.tests(known)["effect"].tolist() == [pytest.approx(3 / whole)]
    away = coverage_gap.KIND.tests(maintained(known, api=[(DAY, 2 * DAY), (DAY, 30)]))
    assert away["effect"].tolist() == [pytest.approx(2 / (whole - 1))]
    assert away["n"].tolist() == [2]
    assert coverage_gap.KIND.tests(maintained(known, api=[(0, 3 * DAY)])).empty


def test_a_service_that_is_not_in_maintenance_needs_its_policy() -> None:
    known = account_of(shifts=EMPTY_AT_FIRST, rules=CHAIN, services=services(api="P1", db="P1"))
    found = coverage_gap.KIND.tests(maintained(known, api=[(0, 3 * DAY)]))
    assert found["n"].tolist() == [1]


def test_of_a_cascade_only_the_days_count_on_which_both_services_were_seen() -> None:
    """Ten of thirty days are in maintenance of the one or of the other."""
    known = declared(failing(db=daily(5), api=daily(5.1)), "db>api")
    before = dependency_cascade.KIND.tests(known).iloc[0]
    away = maintained(known, db=[(0, 5 * DAY)], api=[(4 * DAY, 10 * DAY)])
    after = dependency_cascade.KIND.tests(away).iloc[0]
    assert (before["n"], after["n"], after["effect"]) == (30, 20, 1.0)
    # The failures of both leave with their time, so the minutes a month stay nearly the same.
    assert after[MINUTES] == pytest.approx(before[MINUTES], rel=0.03)
    finding = first_finding(dependency_cascade.KIND.tests(away))
    assert len(dependency_cascade.KIND.evidence(away, finding)) == 20
