"""Do our 95 % intervals contain the true value in 95 of 100 cases?

Every row has 1,000 simulated samples with a known true value, and shows the share of samples whose
interval contains it. Promise: 92-98 % (with 1,000 samples, an exact 95 % shows as 93.6-96.4 %).

Rows judged "at least" use exact intervals for counts. Such an interval never covers less than 95 %.
With few events it covers more, because counts are whole numbers. Wilson's interval is close to 95 %
on average over all shares, but not for each share. A finding needs at least ten cases, so the worst
share for ten cases is shown and judged against 90 %. A bound that the data cannot give counts as
infinite; `open` is the share of samples with such a bound (P90 of 30 cases has no upper bound and
is judged as a one-sided interval).
"""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import estimates as statistics
from corvana.analysis.statistics import ratios as comparisons
from corvana.analysis.statistics import survival
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

REPLICATIONS = 1_000
SEED = 20_261_120
SPREAD = 1.2
"""Standard deviation of the logarithm of a duration; P90 is then 4.7 times P50."""
TYPICAL = 600.0
"""Seconds: a typical time to first ack."""
RATIO = 1.5

SHAPE = 0.6
"""Weibull shape of waiting: below 1, long waits grow longer."""
ACKNOWLEDGED = 0.75
"""Share of incidents that are acknowledged; the others resolve without an acknowledgement."""
SIGHT = 20_000
"""Seconds: the observation of each incident ends at a random time up to this one."""

Bounds = npt.NDArray[Any]
share = cache(statistics.share)
rate = cache(statistics.rate)


class Coverage(NamedTuple):
    estimate: str
    setting: str
    covered: float
    open: float
    lowest: float = 0.92
    highest: float = 0.98

    @property
    def is_kept(self) -> bool:
        return self.lowest <= self.covered <= self.highest


def main() -> None:
    began = time.perf_counter()
    rows = list(coverages())
    print(f"{'estimate':<26}{'setting':<34}{'covered':>9}{'open':>8}   promise")
    for row in rows:
        print(
            f"{row.estimate:<26}{row.setting:<34}{row.covered:>9.1%}{row.open:>8.1%}   "
            f"{row.lowest:.0%}-{row.highest:.0%} {'kept' if row.is_kept else 'NOT KEPT'}"
        )
    kept = sum(row.is_kept for row in rows)
    print(f"{kept} of {len(rows)} kept, {time.perf_counter() - began:.1f} s")


def coverages() -> Iterator[Coverage]:
    """All rows. Each row has its own generator, so that a new row changes no other row."""
    seeds = np.random.SeedSequence(SEED).spawn(8)
    makers = (
        quantiles,
        shares,
        rates,
        ratios_of_medians,
        differences_of_shares,
        ratios_of_rates,
        cumulative_incidences,
        times_to_event,
    )
    for make, seed in zip(makers, seeds, strict=True):
        yield from make(np.random.default_rng(seed))


def quantiles(rng: np.random.Generator) -> Iterator[Coverage]:
    for n in (30, 100, 400):
        values = rng.lognormal(np.log(TYPICAL), SPREAD, (REPLICATIONS, n))
        for q in (0.5, 0.9):
            truth = TYPICAL * np.exp(SPREAD * stats.norm.ppf(q))
            low, high = quantile_bounds(values, q)
            yield coverage(f"P{q * 100:.0f}", f"n = {n}", truth, low, high)


def shares(rng: np.random.Generator) -> Iterator[Coverage]:
    for n in (10, 30, 100, 400):
        for p in (0.05, 0.1, 0.3, 0.5, 0.7, 0.9):
            counts = rng.binomial(n, p, REPLICATIONS)
            row = coverage("share", f"p = {p}, n = {n}", p, *bounds(share(k, n) for k in counts))
            yield row if n > 10 else row._replace(lowest=0.90, highest=1.0)


def rates(rng: np.random.Generator) -> Iterator[Coverage]:
    exposure = 168.0
    for events in (1, 3, 10, 30, 100, 300):
        counts = rng.poisson(events, REPLICATIONS)
        found = bounds(rate(k, exposure) for k in counts)
        row = coverage("rate", f"{events} events expected", events / exposure, *found)
        yield row if events >= 10 else at_least(row)


def ratios_of_medians(rng: np.random.Generator) -> Iterator[Coverage]:
    for n, n_before in ((30, 60), (100, 100), (400, 200)):
        current, previous = (
            medians(rng.lognormal(np.log(typical), SPREAD, (REPLICATIONS, size)))
            for typical, size in ((TYPICAL * RATIO, n), (TYPICAL, n_before))
        )
        found = bounds(comparisons.ratio(a, b) for a, b in zip(current, previous, strict=True))
        yield coverage("ratio of medians", f"{RATIO}, n = {n} and {n_before}", RATIO, *found)


def differences_of_shares(rng: np.random.Generator) -> Iterator[Coverage]:
    for p, n, p_before, n_before in (
        (0.5, 30, 0.4, 60),
        (0.9, 100, 0.7, 100),
        (0.1, 400, 0.1, 200),
    ):
        pairs = zip(
            rng.binomial(n, p, REPLICATIONS),
            rng.binomial(n_before, p_before, REPLICATIONS),
            strict=True,
        )
        found = bounds(comparisons.difference(share(a, n), share(b, n_before)) for a, b in pairs)
        setting = f"{p} and {p_before}, n = {n} and {n_before}"
        yield coverage("difference of shares", setting, p - p_before, *found)


def ratios_of_rates(rng: np.random.Generator) -> Iterator[Coverage]:
    exposure, exposure_before = 4.0, 8.0
    for events, events_before in ((5, 5), (30, 50), (100, 150), (400, 300)):
        pairs = zip(
            rng.poisson(events, REPLICATIONS), rng.poisson(events_before, REPLICATIONS), strict=True
        )
        truth = (events / exposure) / (events_before / exposure_before)
        found = bounds(
            comparisons.ratio_of_rates(rate(a, exposure), rate(b, exposure_before))
            for a, b in pairs
        )
        row = coverage("rate ratio", f"{events} and {events_before} expected", truth, *found)
        yield row if events >= 30 else at_least(row)


def cumulative_incidences(rng: np.random.Generator) -> Iterator[Coverage]:
    """Waits are Weibull. The kind of end is independent of the wait, so the truth has a formula."""
    for n in (50, 200):
        waits, competes, sight = cases(rng, n)
        cause = np.where(waits > sight, 0, np.where(competes, 2, 1))
        seen = np.minimum(waits, sight)
        curves = [survival.cumulative_incidence(*case) for case in zip(seen, cause, strict=True)]
        yield from of_curves("cumulative incidence", n, curves, ACKNOWLEDGED)


def times_to_event(rng: np.random.Generator) -> Iterator[Coverage]:
    n = 100
    waits, _, sight = cases(rng, n)
    seen, happened = np.minimum(waits, sight), waits <= sight
    curves = [survival.time_to_event(*case) for case in zip(seen, happened, strict=True)]
    yield from of_curves("Kaplan-Meier", n, curves, 1.0)


def cases(rng: np.random.Generator, n: int) -> tuple[Bounds, Bounds, Bounds]:
    """Seconds waited, whether the competing end comes, and seconds observed; whole seconds."""
    shape = (REPLICATIONS, n)
    waits = np.ceil(TYPICAL * rng.weibull(SHAPE, shape))
    return waits, rng.random(shape) > ACKNOWLEDGED, rng.integers(1, SIGHT, shape)


def of_curves(
    estimate: str, n: int, curves: list[pd.DataFrame], final: float
) -> Iterator[Coverage]:
    """Rows for the curve at three times, and for the time at which it reaches one half."""
    for reached in (0.1, 0.4, 0.7):
        seconds = np.ceil(when(reached, final))
        truth = final * -np.expm1(-((seconds / TYPICAL) ** SHAPE))
        found = bounds(share_by(curve, seconds) for curve in curves)
        yield coverage(estimate, f"after {seconds:.0f} s ({truth:.0%}), n = {n}", truth, *found)
    found = bounds(survival.time_until(curve, 0.5) for curve in curves)
    yield coverage(estimate, f"time until half, n = {n}", np.ceil(when(0.5, final)), *found)


def share_by(curve: pd.DataFrame, seconds: float) -> Estimate:
    """Return the share a curve has reached at a time; before its first event, 0 without bounds."""
    reached = int(np.searchsorted(curve["seconds"].to_numpy(), seconds, side="right"))
    if not reached:
        return Estimate(0.0, np.nan, np.nan) if len(curve) else UNKNOWN
    return Estimate(
        *(float(curve[name].to_numpy()[reached - 1]) for name in ("share", "low", "high"))
    )


def when(level: float, final: float) -> float:
    return float(TYPICAL * (-np.log1p(-level / final)) ** (1 / SHAPE))


def quantile_bounds(values: Bounds, q: float) -> tuple[Bounds, Bounds]:
    found = quantiles_of_rows(values, q)
    return found["low"].to_numpy(), found["high"].to_numpy()


def medians(values: Bounds) -> list[Estimate]:
    found = quantiles_of_rows(values, 0.5)[["value", "low", "high"]]
    return [Estimate(*row) for row in found.itertuples(index=False)]


def quantiles_of_rows(values: Bounds, q: float) -> pd.DataFrame:
    samples = np.repeat(np.arange(len(values)), values.shape[1])
    frame = pd.DataFrame({"sample": samples, "seconds": values.ravel()})
    return statistics.quantile_by(frame, ["sample"], "seconds", q)


def bounds(estimates: Iterator[Estimate]) -> tuple[Bounds, Bounds]:
    table = np.array([(each.low, each.high) for each in estimates])
    return table[:, 0], table[:, 1]


def coverage(estimate: str, setting: str, truth: float, low: Bounds, high: Bounds) -> Coverage:
    inside = (np.nan_to_num(low, nan=-np.inf) <= truth) & (truth <= np.nan_to_num(high, nan=np.inf))
    unbounded = np.isnan(low) | np.isnan(high)
    return Coverage(estimate, setting, float(inside.mean()), float(unbounded.mean()))


def at_least(row: Coverage) -> Coverage:
    """The row with the lower bound of 1,000 samples of an exact 95 %, and no upper bound."""
    return row._replace(lowest=0.93, highest=1.0)


if __name__ == "__main__":
    main()
