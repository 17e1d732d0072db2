"""What is worked out on a shorter way has the numbers of the longer one."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.analysis.on_call import coverage
from corvana.analysis.staffing import burden, covered_levels
from corvana.analysis.statistics import time_intervals
from corvana.sandbox.play.build import build_world

END = datetime(2026, 11, 20, tzinfo=UTC)
DAYS = 60


@pytest.fixture(scope="module")
def whole() -> Account:
    return account(build_world(seed=3, end=END, days=DAYS, incidents=900))


def filters(days: int = DAYS, **chosen: object) -> Filters:
    return Filters(start=END - timedelta(days=days), end=END, **chosen)  # type: ignore[arg-type]


def parts(whole: Account) -> list[Account]:
    services = whole.services["service_id"].tolist()
    return [
        whole,
        narrow(whole, filters(28)),
        *(narrow(whole, filters(28, services=(each,))) for each in services[::9]),
        narrow(whole, filters(services=(services[3],), urgency="high")),
        narrow(whole, filters(1, services=(services[0],))),
    ]


def test_totals_are_the_sums_of_the_responders_loads(whole: Account) -> None:
    for part in parts(whole):
        loads, found = part.loads, burden.totals(part)
        on_call = loads["on_call_seconds"] > 0
        assert found.responders == on_call.sum()
        assert found.named_only == (~on_call & loads["permanent_policy_count"].gt(0)).sum()
        assert found.interruptions == loads["interruptions"].sum()
        assert found.shifts == loads["shifts"].sum()
        night, over = loads["sleep_hour_interruptions"].sum(), loads["shifts_over_norm"].sum()
        if found.interruptions:
            assert found.asleep.value == night / found.interruptions
        if found.shifts:
            assert found.over_norm.value == over / found.shifts


def test_gaps_of_covered_levels_are_those_of_the_whole_list_of_gaps(whole: Account) -> None:
    for part in parts(whole):
        found = covered_levels.covered_levels(part)
        times = {"since": found.since, "until": found.until}
        apart = coverage.times_not_needed(
            part.services,
            part.support_hours,
            part.maintenance_windows,
            fallback=part.time_zone,
            **times,
        )
        rules = part.rules[part.rules["escalation_policy_id"].isin(part.policies_in_use)]
        schedules = set(part.schedules["schedule_id"])
        gaps = coverage.coverage_gaps(
            rules, part.shifts, apart, schedules=schedules, as_of=found.as_of, **times
        )
        of_levels = gaps[gaps["level"].notna()]
        shown = found.stretches[found.stretches["state"].ne(covered_levels.SAME_PERSON)]
        columns = ["escalation_policy_id", "level", "start", "end"]
        assert shown[columns].astype(str).to_numpy().tolist() == (
            of_levels[columns].astype(str).to_numpy().tolist()
        )
        assert shown["state"].eq(covered_levels.GAP).tolist() == of_levels["is_needed"].tolist()


def test_a_team_of_chosen_services_is_the_same_found_among_their_rows(whole: Account) -> None:
    teams = sorted({each for ids in whole.services["team_ids"] for each in ids.split()})
    services = whole.services["service_id"].tolist()
    chosen = tuple(services[1:8])
    among = narrow(whole, filters(services=chosen))
    for team in teams[:3]:
        wanted = filters(services=chosen, teams=(team,))
        one, other = narrow(whole, wanted), narrow(whole, wanted, among)
        for name in (
            "incidents", "escalation_steps", "participations", "interruptions", "rules", "shifts",
        ):  # fmt: skip
            pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
        for name in ("step_incidents", "participation_incidents", "interruption_incidents"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert (one.start, one.end) == (other.start, other.end)


def minutes(frame: pd.DataFrame) -> set[tuple[str, int]]:
    """Every minute of every owner."""
    zero = pd.Timestamp("2026-01-01", tz="UTC")
    spans = zip(frame["who"], frame["start"], frame["end"], strict=True)
    return {
        (who, at)
        for who, start, end in spans
        for at in range(
            int((start - zero).total_seconds() // 60), int((end - zero).total_seconds() // 60)
        )
    }


@pytest.mark.parametrize("seed", range(20))
def test_sets_of_time_are_those_of_their_minutes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    zero = pd.Timestamp("2026-01-01", tz="UTC")

    def drawn(n: int) -> pd.DataFrame:
        start = rng.integers(0, 60, n)
        times = {"start": start, "end": start + rng.integers(-2, 12, n)}
        return pd.DataFrame(
            {"who": rng.choice(["ann", "bob", "cat"], n)}
            | {name: zero + pd.to_timedelta(at, unit="min") for name, at in times.items()}
        ).astype({"who": "str", **dict.fromkeys(times, "datetime64[us, UTC]")})

    left, right = drawn(int(rng.integers(0, 15))), drawn(int(rng.integers(0, 15)))
    one, other = minutes(left), minutes(right)
    for found, expected in (
        (time_intervals.union(left, ["who"]), one),
        (time_intervals.overlap(left, right, ["who"]), one & other),
        (time_intervals.without(left, right, ["who"]), one - other),
    ):
        assert minutes(found) == expected
        assert found["who"].is_monotonic_increasing
        assert [str(dtype) for dtype in found.dtypes] == ["str", *["datetime64[us, UTC]"] * 2]
        apart = found["start"].gt(found["end"].shift()) | found["who"].ne(found["who"].shift())
        assert apart.all(), "what touches is joined"
