"""*Helped* is seldom said where nothing changed, and a planted change lies in its interval.

Forty accounts of a world; `benchmarks/bench_did_it_help.py` measures hundreds of each. The bounds
are far from what it measures.
"""

from typing import get_args

import numpy as np
import pandas as pd
import pytest

from benchmarks import bench_did_it_help as bench
from benchmarks.bench_did_it_help import A_WEEK, SERVICES, TIMES, WEEKS, WORLDS, Unit
from benchmarks.helped_or_not import Row, interval, share, told
from benchmarks.storms import START, account

ACCOUNTS = 40


@pytest.mark.slow
@pytest.mark.parametrize("world", ["independent", "storms", "weeks follow each other"])
@pytest.mark.parametrize("unit", get_args(Unit))
def test_where_nothing_changes_hardly_anything_is_said_to_have_helped(world, unit):
    rng = np.random.default_rng(1)
    made = (
        account(WEEKS, A_WEEK, rng, services=SERVICES, **WORLDS[world]) for _ in range(ACCOUNTS)
    )
    row = Row(world, [[bench._around(each, unit, rng)] for each in made])
    assert sum(own == ["helped"] for own in row.verdicts) <= 4
    assert share(row.held) >= 0.85


@pytest.mark.parametrize(
    ("so", "low", "high"), [([[True]] * 10, 1.0, 1.0), ([[False]] * 10, 0.0, 0.0)]
)
def test_the_interval_of_a_share_draws_accounts_anew(so, low, high):
    assert interval(so) == (low, high)


def test_a_planted_time_is_so_many_times_as_long_after_the_date():
    own = pd.DataFrame({"at": [START, START + pd.Timedelta(days=9)], "value": [100.0, 100.0]})
    date = START + pd.Timedelta(days=7)
    ((changed, truth),) = bench._planted(own, "seconds", date, TIMES, np.random.default_rng(1))
    assert changed["value"].tolist() == [100.0, 150.0]
    assert truth == TIMES


def test_a_share_that_cannot_grow_so_much_is_not_planted():
    own = pd.DataFrame({"at": [START] * 10, "value": [1.0] * 9 + [0.0]})
    assert not list(bench._planted(own, "share", START, TIMES, np.random.default_rng(1)))
    ((fewer, truth),) = bench._planted(own, "share", START, 1 / TIMES, np.random.default_rng(1))
    assert fewer["value"].sum() < 9
    assert truth == pytest.approx(0.9 * (1 / TIMES - 1))


def test_a_share_of_all_can_only_fall():
    own = pd.DataFrame({"at": [START] * 30, "value": [1.0] * 30})
    assert not list(bench._planted(own, "share", START, TIMES, np.random.default_rng(1)))
    ((fewer, truth),) = bench._planted(own, "share", START, 1 / TIMES, np.random.default_rng(1))
    assert 0 < fewer["value"].sum() < 30
    assert truth == pytest.approx(1 / TIMES - 1)


@pytest.mark.slow
def test_two_processes_measure_what_one_measures():
    with bench.mapping(2) as several:
        together = [told(row) for row in bench.rows(2, 0, several)]
    assert together == [told(row) for row in bench.rows(2, 0)]
    assert len(together) == 2 * len(WORLDS)


@pytest.mark.slow
def test_findings_of_a_simulated_account_have_a_row_by_kind_and_one_together():
    *by_kind, every = bench.rows(0, 1)
    assert len(by_kind) >= 10
    assert sum(len(row.verdicts[0]) for row in by_kind) == len(every.verdicts[0])
    assert not every.missed
