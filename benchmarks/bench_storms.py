"""Do intervals hold and tests keep quiet where incidents come together?

Every row has 1,000 simulated accounts whose truth is known (`storms.py`): 400 incidents of one
distribution, alone or in storms. Promises: a 95 % interval holds the truth in at least 92 %; the
breakdown calls a service different in at most 10 % of the accounts, where none is. `taken as
separate` is the same interval without storms, for comparison. Where incidents are independent,
intervals are at most 1.1 times as wide as that, those of rates 1.3 times. A promise is broken when
the 95 % interval of the measured share lies beyond it.

Rates: pages come in storms whose number is Poisson; an hour on call brings the same number of pages
on average in every account. Where weeks follow each other (their numbers vary by a quarter, with an
autocorrelation of 0.8), an interval of 17 weeks or more holds the truth in at least 85 %; of fewer
weeks it is said that they are too few.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from benchmarks.storms import MEDIAN, SPREAD, START, STORMS, UNCHANGED, account, storm
from corvana import frames
from corvana.analysis import storms as found_storms
from corvana.analysis.statistics import dispersion, estimates, survival
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.statistics.rank_tests import rank_test

REPLICATIONS: Final = 1_000
SEED: Final = 20_261_130
N: Final = 400
SERVICES: Final = 20
DAYS: Final = 56
HOLDS: Final = 0.92
FALSE: Final = 0.10
FOLLOWING: Final = 0.85
WEEKS: Final = (17, 26, 52)
A_WEEK: Final = 60.0
WIDER: Final = 1.1
WIDER_RATES: Final = 1.3
ACKNOWLEDGED: Final = 0.8
"""The share of incidents that are acknowledged at all, for the time until half are."""
PAGES: Final[Mapping[str, tuple[float, float]]] = {
    "independent": (0.0, 1.0),
    "some": (0.2, 5.0),
    "many": (0.4, 8.0),
    "large": (0.6, 15.0),
}
"""The share of pages in storms, and their mean size."""
_NO_EDGES: Final = frames.empty(frames.DEPENDENCIES)

Numbers = npt.NDArray[np.float64]


class Pair(NamedTuple):
    """An estimate with what comes together, the same with all taken as separate, and the truth."""

    robust: Estimate
    separate: Estimate
    truth: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=REPLICATIONS)
    replications = parser.parse_args().accounts
    began = time.perf_counter()
    seeds = np.random.SeedSequence(SEED).spawn(2 * len(STORMS))
    print(f"{'estimate':<18}{'storms':<13}{'holds':>7}{'separate':>10}{'wider':>7}{'n eff.':>8}")
    for name, seed in zip(STORMS, seeds, strict=False):
        _tell(name, replications, np.random.default_rng(seed))
    for name, seed in zip(PAGES, seeds[len(STORMS) :], strict=True):
        rng = np.random.default_rng(seed)
        pairs = [_rate(*PAGES[name], rng) for _ in range(replications)]
        _row("rate of pages", name, pairs, WIDER_RATES)
    for weeks in WEEKS:
        rng = np.random.default_rng((SEED, weeks))
        pairs = [_rate_of_weeks(weeks, rng) for _ in range(replications)]
        _row("rate of pages", f"{weeks} weeks", pairs, WIDER_RATES, FOLLOWING)
    print(f"{time.perf_counter() - began:.0f} s")


def _tell(name: str, replications: int, rng: np.random.Generator) -> None:
    rows: dict[str, list[Pair]] = {}
    for _ in range(replications):
        for estimate, pair in _estimates(_numbered(storm(N, *STORMS[name], rng)), rng):
            rows.setdefault(estimate, []).append(pair)
    for estimate, pairs in rows.items():
        _row(estimate, name, pairs, WIDER)
    different = [_is_one_different(*STORMS[name], rng) for _ in range(replications)]
    robust, separate = (sum(each) for each in zip(*different, strict=True))
    is_kept = _bounds(robust, replications)[0] <= FALSE
    print(
        f"{'service different':<18}{name:<13}{robust / replications:>7.1%}"
        f"{separate / replications:>10.1%}{'':>15}   at most {FALSE:.0%} {_kept(is_kept)}"
    )


def _row(estimate: str, name: str, pairs: list[Pair], wider: float, least: float = HOLDS) -> None:
    held = sum(_holds(pair.robust, pair.truth) for pair in pairs)
    separate = sum(_holds(pair.separate, pair.truth) for pair in pairs) / len(pairs)
    width = float(np.nanmedian([_width(pair.robust) / _width(pair.separate) for pair in pairs]))
    worth = float(np.median([pair.robust.effective_n for pair in pairs]))
    is_kept = _bounds(held, len(pairs))[1] >= least
    promise = f"at least {least:.0%}"
    if name == "independent":
        is_kept, promise = is_kept and width <= wider, f"{promise}, at most {wider} x"
    print(
        f"{estimate:<18}{name:<13}{held / len(pairs):>7.1%}{separate:>10.1%}{width:>7.2f}"
        f"{worth:>8.0f}   {promise} {_kept(is_kept)}"
    )


def _estimates(rows: pd.DataFrame, rng: np.random.Generator) -> Iterator[tuple[str, Pair]]:
    seconds, cluster = rows["seconds_to_first_ack"], rows["storm"]
    for label, q in (("median", 0.5), ("P90", 0.9)):
        robust, separate = (estimates.quantile(seconds, q, by) for by in (cluster, None))
        yield label, Pair(robust, separate, _at(q))
    late = (seconds <= _at(0.8)).to_numpy()
    yield (
        "share",
        Pair(estimates.share_of(late, cluster), estimates.share(float(late.sum()), N), 0.8),
    )
    cause = np.where(rng.random(N) < ACKNOWLEDGED, 1, 2)
    curves = (survival.cumulative_incidence(seconds, cause, by) for by in (cluster, None))
    robust, separate = (survival.time_until(curve, 0.5) for curve in curves)
    yield "half of a curve", Pair(robust, separate, _at(0.5 / ACKNOWLEDGED))


def _is_one_different(
    share: float, size: float, correlation: float, rng: np.random.Generator
) -> tuple[bool, bool]:
    """Whether a service is called different, with storms and with all taken as separate."""
    rows = _numbered(storm(N, share, size, correlation, rng, services=SERVICES))
    enough = rows[rows.groupby("service_id")["storm"].transform("size") >= ENOUGH]
    tests = (rank_test(enough, "service_id", "seconds_to_first_ack", by) for by in ("storm", None))
    robust, separate = (bool(test["q_value"].le(0.05).any()) for test in tests)
    return robust, separate


def _rate(share: float, size: float, rng: np.random.Generator) -> Pair:
    """Pages of storms and single ones over eight weeks; the truth is one an hour."""
    storms = 1 + rng.poisson(size - 1, rng.poisson(N * share / size))
    cluster = np.r_[
        np.repeat(np.arange(storms.size) + 1, storms),
        np.zeros(rng.poisson(N * (1 - share)), dtype=np.int64),
    ]
    begins = rng.integers(DAYS, size=storms.size)
    day = np.r_[np.repeat(begins, storms), rng.integers(DAYS, size=int((cluster == 0).sum()))]
    measured = dispersion.of_clusters(cluster), dispersion.of_days(day, DAYS)
    worth = float(dispersion.effective_events(cluster.size, *measured))
    return Pair(
        estimates.rate(cluster.size, float(N), worth), estimates.rate(cluster.size, float(N)), 1.0
    )


def _rate_of_weeks(weeks: int, rng: np.random.Generator) -> Pair:
    """Pages of weeks that follow each other; the truth is 60 a week."""
    rows = account(weeks, A_WEEK, rng, **UNCHANGED["volume follows itself"])
    day = ((rows["created_at"] - START) / pd.Timedelta(days=1)).astype("int64").to_numpy()
    measured = dispersion.of_days(day, 7 * weeks), dispersion.of_weeks(day // 7, weeks)
    worth = float(dispersion.effective_events(len(rows), *measured))
    return Pair(
        estimates.rate(len(rows), float(weeks), worth),
        estimates.rate(len(rows), float(weeks)),
        A_WEEK,
    )


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(storm=found_storms.numbered(rows, _NO_EDGES))


def _at(q: float) -> float:
    """The true quantile of the time to the first ack."""
    return float(MEDIAN * np.exp(SPREAD * stats.norm.ppf(q)))


def _holds(estimate: Estimate, truth: float) -> bool:
    return not (estimate.low > truth or estimate.high < truth)


def _width(estimate: Estimate) -> float:
    return estimate.high - estimate.low


def _bounds(successes: int, n: int) -> tuple[float, float]:
    found = estimates.share(successes, n)
    return found.low, found.high


def _kept(is_kept: bool) -> str:
    return "kept" if is_kept else "NOT KEPT"


if __name__ == "__main__":
    main()
