"""The what-if against an account whose delays are really changed: a small part of the benchmark."""

from collections.abc import Callable

import pandas as pd
import pytest

from benchmarks import bench_what_if
from benchmarks.bench_what_if import DISTANCES, lived, observed
from corvana.analysis.escalations.simulate import what_if
from corvana.sandbox.play.build import Otherwise


@pytest.mark.slow
@pytest.mark.parametrize("distance", ["half", "5 min everywhere"])
def test_what_really_happens_lies_within_the_interval(distance: str) -> None:
    present = lived("usual", 5, Otherwise())
    really = lived("usual", 5, Otherwise(delays=DISTANCES[distance]))
    told = what_if(
        observed(present),
        present.rules,
        present.repeats,
        really.rules,
        seed=1,
        experience=present.experience,
    )
    nothing = really.rules.iloc[:0]
    seen = what_if(observed(really), really.rules, really.repeats, nothing, seed=1)
    both = told.merge(
        seen[["escalation_policy_id", "p90_observed", "night_pages_observed"]],
        on="escalation_policy_id",
        suffixes=("", "_really"),
    )
    total = both.iloc[-1]
    assert total["p90_low"] <= total["p90_observed_really"] <= total["p90_high"]
    known = both.iloc[:-1].dropna(subset=["p90_low", "p90_observed_really"])
    within = known["p90_observed_really"].between(known["p90_low"], known["p90_high"])
    assert len(known) > 10
    assert within.mean() >= 0.9
    pages = known.dropna(subset=["night_pages"])[["night_pages", "night_pages_observed_really"]]
    assert pages["night_pages"].sum() == pytest.approx(
        pages["night_pages_observed_really"].sum(), rel=0.1
    )


def rows(held: float, accounts: int) -> pd.DataFrame:
    made = [
        {"kind": "usual", "seed": seed, "held": place < held * 20}
        for seed in range(accounts)
        for place in range(20)
    ]
    return pd.DataFrame(made)


def test_a_coverage_is_missed_only_when_its_interval_lies_below_the_promise() -> None:
    upper: Callable[[pd.DataFrame], float] = bench_what_if._upper
    assert upper(rows(0.85, 20)) == pytest.approx(0.85)
    assert upper(rows(1.0, 20)) == 1
