"""Changes are told where there are some, and seldom where there are none.

Forty accounts of a world; `benchmarks/bench_changes.py` measures a thousand of each. The bounds are
far from what it measures.
"""

import numpy as np
import pytest

from benchmarks.bench_changes import A_WEEK, HALF, SLOWER, WEEKS, Told, change, claims
from benchmarks.storms import UNCHANGED, account
from corvana.analysis.statistics.estimates import Estimate

pytestmark = pytest.mark.slow

ACCOUNTS = 40


@pytest.mark.parametrize("world", ["independent", "storms", "rotations", "busy weeks"])
def test_where_nothing_changes_hardly_a_change_is_told(world):
    rng = np.random.default_rng(1)
    found = [claims(account(WEEKS, A_WEEK, rng, **UNCHANGED[world])) for _ in range(ACCOUNTS)]
    for claim in found[0]:
        every = [each[claim] for each in found]
        told = [
            not each.low <= 1 <= each.high if isinstance(each, Estimate) else each for each in every
        ]
        assert sum(told) <= 4, claim


@pytest.mark.parametrize("world", SLOWER)
def test_times_half_as_long_again_are_told_of_most_accounts(world):
    rng = np.random.default_rng(1)
    options = {**SLOWER[world][0], "slower": 1.5, "since_week": 9}
    halves = [change(account(WEEKS, A_WEEK, rng, **options), HALF).half for _ in range(ACCOUNTS)]
    assert sum(half.low > 1 for half in halves) >= ACCOUNTS // 2


@pytest.mark.parametrize(
    ("told", "promised", "is_kept"),
    [
        (60, {"most": 0.07}, True),
        # With a thousand accounts, 8.5 % may still be 7 %.
        (85, {"most": 0.07}, True),
        (90, {"most": 0.07}, False),
        (785, {"least": 0.80}, True),
        (770, {"least": 0.80}, False),
    ],
)
def test_a_row_is_missed_when_the_interval_of_what_was_measured_lies_beyond(
    told, promised, is_kept
):
    assert Told("world", "claim", told, 1_000, 0.0, **promised).is_kept == is_kept
