"""Maintenance windows of services that fail together: what counts, and chance by a second route."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.dependencies.cascades import cascades
from corvana.analysis.dependencies.chance import by_hours
from corvana.analysis.dependencies.exposure import absences, seconds_by_stratum
from corvana.analysis.dependencies.failures import onsets, pairs, sequences
from tests.builders.analysis.declared_edges import edges
from tests.builders.analysis.failing_services import MONDAY, TWO_WEEKS, failed
from tests.builders.analysis.maintained import NO_WINDOWS, windows

PERIOD: Any = {"start": MONDAY, "end": TWO_WEEKS}
STRATUM = 7_200.0
"""Seconds of one hour of the week in two weeks."""


def of_pair(incidents: pd.DataFrame, away: pd.DataFrame) -> pd.Series:
    """How often `api` followed `db`."""
    table: Any = pairs(incidents, away, **PERIOD).set_index(["first_id", "then_id"])
    row: pd.Series = table.loc[("db", "api")]
    return row


def by_hours_of(incidents: pd.DataFrame, away: pd.DataFrame, one: str, other: str) -> float:
    """The mean number together by chance of the hours of the week alone."""
    failures = onsets(incidents, away, MONDAY, TWO_WEEKS)
    names = failures["service_id"].cat.categories
    known = absences(
        away, names.to_numpy(dtype=object), pd.Timestamp(MONDAY), pd.Timestamp(TWO_WEEKS)
    )
    _, mean = by_hours(failures, known, (MONDAY, TWO_WEEKS), 1_200)
    return float(mean[names.get_loc(one), names.get_loc(other)])


def hours_of(failures: pd.DataFrame) -> list[tuple[str, float]]:
    since = (failures["at"] - MONDAY.timestamp()) / 3600
    return list(zip(failures["service_id"].astype("str"), since, strict=True))


def test_a_failure_in_maintenance_of_its_own_service_is_none():
    incidents = failed(db=[10, 30], api=[10.1, 50])
    found = onsets(incidents, windows(db=[(9, 11)], api=[(29, 31)]), MONDAY, TWO_WEEKS)
    assert hours_of(found) == [("api", 10.1), ("db", 30), ("api", 50)]


def test_a_burst_that_begins_in_maintenance_is_no_failure_when_the_window_ends():
    found = onsets(failed(db=[10.9, 11.4, 13]), windows(db=[(9, 11)]), MONDAY, TWO_WEEKS)
    assert hours_of(found) == [("db", 13)]


def test_a_service_that_fails_only_in_maintenance_is_in_no_pair():
    incidents = failed(db=[10, 30], api=[10.1, 50], web=[60])
    table = pairs(incidents, windows(db=[(0, 40)]), **PERIOD)
    assert set(table["first_id"]) == {"api", "web"}


def test_failures_while_the_other_service_is_in_maintenance_are_no_evidence():
    """Of three failures of `db` the one at 50 h comes while nobody could see `api` fail."""
    row = of_pair(failed(db=[10, 50, 90], api=[10.1, 90.1]), windows(api=[(49, 51)]))
    assert (row["n_first"], row["n_then"], row["followed"]) == (2, 2, 2)


def test_maintenance_takes_its_seconds_from_the_exposure_of_the_pair():
    """One failure of each in the hour of the week from 10 h on, of which half is left."""
    incidents = failed(db=[10.1], api=[10.2])
    by_chance = by_hours_of(incidents, NO_WINDOWS, "db", "api")
    assert by_chance == pytest.approx(1_200 / STRATUM)
    next_week = windows(db=[(178, 179)])
    assert by_hours_of(incidents, next_week, "db", "api") == pytest.approx(2 * by_chance)


def test_windows_of_both_services_that_overlap_count_once():
    incidents = failed(db=[10.1], api=[10.2])
    away = windows(db=[(178, 178.5), (178.25, 178.75)], api=[(178.5, 179), (178, 178.1)])
    assert by_hours_of(incidents, away, "db", "api") == pytest.approx(1_200 / 3_600)


def test_maintenance_in_another_hour_of_the_week_changes_no_chance():
    incidents = failed(db=[10.1], api=[10.2])
    away = windows(db=[(11, 12), (100, 150)], web=[(0, 300)])
    assert by_hours_of(incidents, away, "db", "api") == pytest.approx(1_200 / STRATUM)


def test_a_third_service_in_maintenance_changes_nothing_for_a_pair():
    incidents = failed(db=[10.1, 40], api=[10.2, 70], web=[200])
    away = windows(web=[(0, 100)])
    pd.testing.assert_series_equal(of_pair(incidents, away), of_pair(incidents, NO_WINDOWS))


def test_two_failures_on_either_side_of_a_border_are_not_seen_together():
    """`db` fails while `api` is in maintenance; `api` fails six minutes later, after its end."""
    incidents, away = failed(db=[10], api=[10.1]), windows(api=[(9, 10.05)])
    assert of_pair(incidents, away)["followed"] == 0
    pair = pd.DataFrame({"first_id": ["db"], "then_id": ["api"]}, dtype="str")
    assert sequences(incidents, pair, away, **PERIOD).empty
    assert len(sequences(incidents, pair, NO_WINDOWS, **PERIOD)) == 1


def test_the_sequences_are_as_many_as_were_counted():
    draws = np.random.default_rng(3)
    times = {name: np.sort(draws.uniform(0, 336, 150)).tolist() for name in ("db", "api", "web")}
    away = windows(db=[(20, 60), (200, 230)], api=[(50, 90)], web=[(300, 336)])
    incidents = failed(**times)
    counted = pairs(incidents, away, **PERIOD)
    found = sequences(incidents, counted, away, **PERIOD).groupby(["first_id", "then_id"]).size()
    keys = pd.MultiIndex.from_frame(counted[["first_id", "then_id"]])
    assert found.reindex(keys, fill_value=0).tolist() == counted["followed"].tolist()
    assert counted["followed"].sum() > 0


def test_chance_is_that_of_the_seconds_in_which_both_were_seen():
    """By a second route: minute by minute, for two services with windows and one without."""
    draws = np.random.default_rng(4)
    times = {name: draws.uniform(0, 336, 200) for name in ("a", "b", "c")}
    spans = {"a": [(3, 40.5), (180, 190)], "b": [(30, 60.25), (185, 186), (330, 400)]}
    minutes = np.arange(0, 336 * 60) / 60
    seen = {
        name: ~np.any(
            [(minutes >= s) & (minutes < e) for s, e in spans.get(name, [])] or [minutes < 0], 0
        )
        for name in times
    }
    away = windows(**spans)
    incidents = failed(**{name: each.tolist() for name, each in times.items()})
    failures = onsets(incidents, away, MONDAY, TWO_WEEKS)
    hour = ((failures["at"] - MONDAY.timestamp()) / 3600).to_numpy()
    stratum = (failures["at"].to_numpy() // 3600).astype(int) % 168
    of_minute = ((MONDAY.timestamp() / 3600 + minutes) // 1).astype(int) % 168
    table: Any = pairs(incidents, away, **PERIOD).set_index(["first_id", "then_id"])
    for one, other in (("a", "b"), ("a", "c"), ("c", "b")):
        both = seen[one] & seen[other]
        kept = both[(hour * 60).astype(int)]
        counts = [
            np.bincount(stratum[kept & failures["service_id"].eq(name)], minlength=168)
            for name in (one, other)
        ]
        seconds = 60 * np.bincount(of_minute[both], minlength=168)
        chance = 1_200 * (counts[0] * counts[1] / np.maximum(seconds, 1)).sum()
        assert table.loc[(one, other), "n_first"] == counts[0].sum()
        assert by_hours_of(incidents, away, one, other) == pytest.approx(chance)


def test_a_cascade_is_told_by_what_was_seen():
    hours = list(range(5, 300, 20))
    incidents = failed(db=hours, api=[hour + 0.1 for hour in hours])
    away = windows(api=[(0, 30)])
    row = cascades(incidents, edges("db>api"), away, **PERIOD).iloc[0]
    assert (row["n_supporting"], row["n_dependent"], row["together"]) == (13, 13, 13)
    assert (row["followed"], row["lag"]) == (1.0, 360.0)


def test_hours_of_the_week_are_cut_to_the_second():
    start, end = (MONDAY.timestamp() + np.array([hour]) * 3600 for hour in (9.5, 178.25))
    seconds = np.roll(seconds_by_stratum(start, end)[0], -int(MONDAY.timestamp() // 3600) % 168)
    assert seconds.sum() == (178.25 - 9.5) * 3600
    assert (seconds[9], seconds[10], seconds[11]) == (1800 + 3600, 3600 + 900, 3600)
