"""Failing together: exact counts by hand, chance by a second route, and what was planted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana.analysis.dependencies.cascades import cascades
from corvana.analysis.dependencies.chance import by_hours
from corvana.analysis.dependencies.exposure import absences
from corvana.analysis.dependencies.failures import onsets
from corvana.sandbox.play.build import build_world
from tests.builders.analysis.declared_edges import edges
from tests.builders.analysis.failing_services import MONDAY, TWO_WEEKS, failed
from tests.builders.analysis.maintained import NO_WINDOWS


def found(
    incidents: pd.DataFrame,
    *declared: str,
    end: datetime = TWO_WEEKS,
    away: pd.DataFrame = NO_WINDOWS,
) -> pd.DataFrame:
    return cascades(incidents, edges(*declared), away, start=MONDAY, end=end)


def test_one_failure_together_is_counted_against_the_same_hour_of_every_week() -> None:
    """One failure each in the stratum of two hours: 2 · 600 s · 1 · 1 / 7,200 s = 1/6. No two
    failures of different days are on the same minutes (of 13/14 · 1/3 to be expected), and no two
    of a day are apart (of 1/2 less those together)."""
    row = found(failed(db=[10.1, 30], api=[10.2, 50]), "db>api").iloc[0]
    assert (row["n_supporting"], row["n_dependent"], row["together"]) == (2, 2, 1)
    of_minutes = 1 / 6 * 15 / (15 + 13 / 42)
    expected = of_minutes * 15 / (15 + 1 / 2 - of_minutes)
    assert row["expected"] == pytest.approx(expected)
    assert row["lift"] == pytest.approx(1 / expected)
    # A gamma-distributed mean of shape 7.5: fifteen pairs of failures are lent to either factor.
    assert row["p_value"] == pytest.approx(1 - (7.5 / (7.5 + expected)) ** 7.5)
    assert (row["first"], row["direction"], row["lag"]) == (1.0, "unclear", 360.0)
    assert (row["followed"], round(row["followed_low"], 4)) == (0.5, 0.0945)
    assert not row["beyond_chance"]


def test_the_window_is_ten_minutes_wide_either_way() -> None:
    table = found(failed(db=[10, 50], api=[10 + 1 / 6, 50 - 1 / 6 - 0.001]), "db>api")
    assert table["together"].to_list() == [1]


def test_a_burst_counts_once_at_its_start() -> None:
    burst = failed(db=[10, 10.5, 11.4, 13], api=[10.6])
    begins = onsets(burst, NO_WINDOWS, MONDAY, TWO_WEEKS).query("service_id == 'db'")["at"]
    assert ((begins - MONDAY.timestamp()) / 3600).to_list() == [10, 13]
    assert found(burst, "db>api")["together"].to_list() == [0]


def test_only_the_period_counts() -> None:
    table = found(failed(db=[-1, 10], api=[10, 400]), "db>api")
    assert table[["n_supporting", "n_dependent"]].to_numpy().tolist() == [[1, 1]]


def test_the_share_of_who_is_first_leaves_simultaneous_failures_out() -> None:
    hours = [10, 40, 70, 100]
    later = [10.1, 40.1, 69.95, 100]
    row = found(failed(db=hours, api=later), "db>api").iloc[0]
    assert (row["together"], row["first"]) == (4, pytest.approx(2 / 3))


def test_the_declared_direction_is_kept_though_the_dependent_fails_first() -> None:
    hours = list(range(5, 300, 20))
    row = found(failed(db=[hour + 0.1 for hour in hours], api=hours), "db>api").iloc[0]
    assert (row["supporting_id"], row["dependent_id"]) == ("db", "api")
    assert (row["first"], row["direction"]) == (0.0, "dependent")
    assert (row["lag"], row["lag_low"], row["lag_high"]) == (-360.0, -360.0, -360.0)
    assert row["beyond_chance"]


def test_edges_both_ways_are_two_rows_that_mirror_each_other() -> None:
    hours = list(range(5, 300, 20))
    table: Any = found(failed(db=hours, api=[h + 0.1 for h in hours]), "db>api", "api>db", "db>api")
    by_first = table.set_index("supporting_id")[["together", "first", "lag"]]
    assert by_first.loc["db"].to_list() == [15, 1.0, 360.0]
    assert by_first.loc["api"].to_list() == [15, 0.0, -360.0]
    assert len(table) == 2


def test_an_undeclared_pair_beyond_chance_is_shown_first_one_first_with_its_distance() -> None:
    hours = list(range(5, 300, 20))
    later = [hour + 0.1 for hour in hours]
    table = found(failed(web=later, api=hours, quiet=[1]), "db>api", "db>web")
    assert table[["supporting_id", "dependent_id"]].to_numpy().tolist() == [["api", "web"]]
    row = table.iloc[0]
    assert (bool(row["is_declared"]), row["hops"]) == (False, 2)
    assert (row["direction"], row["lag"]) == ("supporting", 360.0)
    assert found(failed(web=later, api=hours))["hops"].isna().all()


def test_fewer_than_ten_together_are_never_beyond_chance() -> None:
    hours = list(range(5, 180, 20))
    table: Any = found(failed(db=hours, api=[hour + 0.1 for hour in hours]), "db>api")
    assert (table.loc[0, "together"], bool(table.loc[0, "beyond_chance"])) == (9, False)
    assert table.loc[0, "q_value"] < 0.001


@pytest.mark.parametrize("declared", [("db>db",), ("db>SHOP",), ("db>gone",), ()])
def test_what_cannot_be_seen_to_fail_together_has_no_row(declared: tuple[str, ...]) -> None:
    assert found(failed(db=[10], api=[90]), *declared).empty


def test_without_incidents_there_is_nothing_to_tell() -> None:
    table = found(failed(), "db>api")
    assert table.empty
    assert "q_value" in table.columns


def random_failures(services: int, weeks: int, seed: int) -> pd.DataFrame:
    """Independent services, three times as busy in working hours."""
    draws = np.random.default_rng(seed)
    hours = draws.uniform(0, weeks * 168, (services, 3000))
    at_work = ((hours % 24 > 9) & (hours % 24 < 17)) & (hours % 168 < 120)
    kept = draws.random(hours.shape) < np.where(at_work, 0.12, 0.04)
    return failed(**{f"S{n}": hours[n][kept[n]].tolist() for n in range(services)})


def test_chance_by_hours_is_the_mean_of_permutations_within_weekday_and_hour() -> None:
    incidents, end = random_failures(2, 4, seed=5), MONDAY + timedelta(weeks=4)
    draws = np.random.default_rng(6)
    failures = onsets(incidents, NO_WINDOWS, MONDAY, end)
    names = failures["service_id"].cat.categories.to_numpy(dtype=object)
    away = absences(NO_WINDOWS, names, pd.Timestamp(MONDAY), pd.Timestamp(end))
    expected = by_hours(failures, away, (MONDAY, end), 1_200)[1][0, 1]
    stratum = (failures["at"].to_numpy() - MONDAY.timestamp()) // 3600 % 168

    def moved(service: str) -> Any:
        hours = stratum[(failures["service_id"] == service).to_numpy()]
        week = draws.integers(0, 4, hours.size)
        return (week * 168 + hours + draws.random(hours.size)) * 3600

    together = [
        (np.abs(moved("S0")[:, None] - moved("S1")[None, :]) <= 600).sum() for _ in range(400)
    ]
    assert expected == pytest.approx(np.mean(together), rel=0.04)


def test_independent_services_with_the_same_rhythm_do_not_cascade() -> None:
    end = MONDAY + timedelta(weeks=12)
    assert found(random_failures(30, 12, seed=7), end=end).empty


def test_what_was_planted_leads_both_lists_and_only_cascades_have_an_order() -> None:
    world = build_world(seed=7, end=datetime(2026, 3, 1, tzinfo=UTC), days=120, incidents=4000)
    frames = account(world)
    table = cascades(
        frames.incidents,
        frames.dependencies,
        frames.maintenance_windows,
        start=frames.start,
        end=frames.end,
    )
    by_how = {
        each.detail.rsplit(", to ", 1)[0]: [each.subject_id, each.detail.split()[-1]]
        for each in world.planted
        if each.kind == "dependency_cascade"
    }
    declared, undeclared = table[table["is_declared"]], table[~table["is_declared"]]
    pair = ["supporting_id", "dependent_id"]
    assert declared[pair].to_numpy().tolist()[0] == by_how["declared"]
    first = {
        frozenset(row[:2]): row[2] for row in undeclared.head(2)[[*pair, "direction"]].to_numpy()
    }
    assert first == {
        frozenset(by_how["undeclared"]): "supporting",
        frozenset(by_how["undeclared, neither first"]): "unclear",
    }
    in_order = undeclared[undeclared["direction"].ne("unclear")]
    assert in_order[pair].to_numpy().tolist()[0] == by_how["undeclared"]
    assert declared["direction"].iloc[0] == "supporting"
    assert pd.concat([declared.head(1), undeclared.head(2)])["beyond_chance"].all()


def test_nightly_jobs_on_both_sides_of_a_full_hour_do_not_cascade() -> None:
    """Two jobs that have nothing to do with each other, at about 01:58 and 02:02."""
    for seed in range(6):
        draws = np.random.default_rng(seed)
        jobs = {
            name: [
                24 * day + 2 + (minute + draws.uniform(-1.5, 1.5)) / 60
                for day in range(119)
                if draws.random() < 0.4
            ]
            for name, minute in (("db", -2), ("api", 2))
        }
        end = MONDAY + timedelta(days=119)
        assert cascades(failed(**jobs), edges(), NO_WINDOWS, start=MONDAY, end=end).empty
