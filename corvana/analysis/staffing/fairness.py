"""Whether the burden of on-call is shared evenly, or less evenly than chance alone explains.

A Gini coefficient says nothing by itself: a few night pages over ten people are always uneven, also
in a fair rotation. So each coefficient is shown with the Gini expected if the same burden had
fallen at random, in proportion to on-call hours.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.on_call.hours import local_clock
from corvana.analysis.statistics.estimates import (
    BOUNDS,
    CONFIDENCE,
    UNKNOWN,
    Estimate,
    Numbers,
)

DRAWS: Final = 1_000
_THROWN_ONE_BY_ONE: Final = 1_000
_TAIL: Final = (1 - CONFIDENCE) / 2
_HALF_A_DAY: Final = pd.Timedelta(hours=12)


@dataclass(frozen=True, slots=True, eq=False)
class Fairness:
    """How evenly one kind of burden is distributed over the responders who were on call.

    `events` with a sum of `total` (pages, seconds) fell on `responders` people; `left_out` is the
    part that fell on people without on-call hours. `expected` is the mean Gini by chance with the
    band that holds 95 % of it; `p_value` the probability of a Gini at least this high by chance.
    `lorenz` has share_of_responders, share_of_load and, by chance, expected, low, high.
    """

    responders: int
    events: int
    total: float
    left_out: float
    gini: float
    expected: Estimate
    p_value: float
    lorenz: pd.DataFrame


def gini(loads: Numbers) -> float:
    """Return the Gini coefficient of non-negative loads: 0 if all are equal, (n − 1) / n if one
    responder has everything.

    Half the mean absolute difference relative to the mean, G = Σ (2i − n − 1) xᵢ / (n Σ x) over
    ascending x. NaN with fewer than two responders or without any load.

    Source: Gini (1912); this form: Dixon et al. (1987), Ecology 68, 1548-1551, equation 2, without
    the small-sample factor n / (n − 1).
    """
    return float(_gini(np.sort(np.asarray(loads, dtype=np.float64)))) if len(loads) else np.nan


def lorenz(loads: Numbers) -> pd.DataFrame:
    """Return the Lorenz curve from (0, 0) to (1, 1): share_of_responders, share_of_load.

    Responders in ascending order of load. The shares of load are NaN without any load.

    Source: Lorenz (1905), Publ. Am. Stat. Assoc. 9, 209-219.
    """
    ordered = np.sort(np.asarray(loads, dtype=np.float64))
    return pd.DataFrame(
        {
            "share_of_responders": np.linspace(0, 1, ordered.size + 1),
            "share_of_load": _lorenz(ordered),
        }
    )


def fairness(
    burden: pd.DataFrame, on_call_seconds: pd.Series, *, seed: int, draws: int = DRAWS
) -> Fairness:
    """Compare the distribution of a burden with its distribution by chance.

    Parameters
    ----------
    burden
        One row an event: `responder`, `size` (see `night_pages` and the like). Sizes are positive.
    on_call_seconds
        Exposure, indexed by responder. Only responders with exposure take part. For night pages use
        time on call in sleep hours too (`responder_load.sleep_on_call`): against all hours, a
        rotation that follows the sun always looks unfair; against sleep hours, only an uneven share
        of pages does.
    seed
        Of the simulation: the same seed gives the same result.

    By chance: each event keeps its size and goes to a responder drawn with probability on-call
    hours ÷ all on-call hours, independently. That is a compound Poisson process of one rate per
    on-call hour, given its events; where all sizes are equal, a Poisson process, drawn exactly as a
    multinomial. Otherwise the largest 1,000 events are drawn one by one and the rest together by
    their normal limit with the same mean and covariance. The p-value counts the observed value
    among the draws, so it is never 0.

    Limits: clusters of events (a bad week) still look like unfairness; all hours have the same
    weight, also nights and hours on a busy schedule. So compare people of one rotation, by the
    events during its shifts. Sources: Kingman (1993), Poisson Processes, sections 2.4 and 3.3;
    Phipson & Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9, 39 (p-value).
    """
    exposure = on_call_seconds[on_call_seconds > 0].sort_index()
    falls = burden[burden["responder"].isin(exposure.index)]
    sizes = falls["size"].to_numpy(dtype=np.float64)
    loads = falls.groupby("responder")["size"].sum().reindex(exposure.index, fill_value=0)
    observed = gini(loads.to_numpy())
    curve = lorenz(loads.to_numpy())
    expected, p_value = UNKNOWN, np.nan
    band = dict.fromkeys(BOUNDS, np.full(len(curve), np.nan))
    if not np.isnan(observed):
        share = (exposure / exposure.sum()).to_numpy(dtype=np.float64)
        chance = np.sort(_by_chance(sizes, share, np.random.default_rng(seed), draws), axis=1)
        ginis = _gini(chance)
        expected = Estimate(*(float(part) for part in _band(ginis)))
        p_value = float((1 + (ginis >= observed - 1e-12).sum()) / (draws + 1))
        band = dict(zip(BOUNDS, _band(_lorenz(chance)), strict=True))
    return Fairness(
        responders=len(exposure),
        events=len(falls),
        total=float(sizes.sum()),
        left_out=float(burden["size"].sum() - sizes.sum()),
        gini=observed,
        expected=expected,
        p_value=p_value,
        lorenz=curve.assign(expected=band["value"], low=band["low"], high=band["high"]),
    )


def night_pages(interruptions: pd.DataFrame) -> pd.DataFrame:
    """Return each night with interruptions in sleep hours as an event; its size is their number.

    `interruptions` is what `hours.with_hours` returns. A night runs from noon to noon on the
    responder's own clock. The event is the night, not the page: one bad incident pages a person all
    night, so with single pages nearly every fair rotation would look unfair.
    """
    asleep = interruptions[interruptions["hours_class"].eq("sleep")]
    night = (local_clock(asleep["at"], asleep["time_zone"]) - _HALF_A_DAY).dt.floor("D")
    pages = asleep.groupby(["responder", night.rename("night")]).size().astype("float64")
    return pages.rename("size").reset_index()[["responder", "size"]]


def weekend_seconds(weekends: pd.DataFrame) -> pd.DataFrame:
    """Return each weekend on call as an event; its size is its seconds:
    `responder_load.weekend_on_call`."""
    lasting = (weekends["end"] - weekends["start"]).dt.total_seconds()
    return weekends[["responder"]].assign(size=lasting).reset_index(drop=True)


def engaged_seconds(participations: pd.DataFrame) -> pd.DataFrame:
    """Return each participation as an event: rows `responder, engaged_seconds`; 0 s are left out.

    One row is one responder's part in one incident.
    """
    known = participations[participations["engaged_seconds"] > 0]
    return (
        known[["responder", "engaged_seconds"]]
        .rename(columns={"engaged_seconds": "size"})
        .reset_index(drop=True)
    )


def _by_chance(
    sizes: Numbers, share: Numbers, generator: np.random.Generator, draws: int
) -> Numbers:
    """Loads (draws, responders) if each size fell on one responder at random."""
    if np.all(sizes == sizes[0]):
        thrown: Numbers = generator.multinomial(sizes.size, share, size=draws) * sizes[0]
        return thrown
    ordered = np.sort(sizes)[::-1]
    large, small = ordered[:_THROWN_ONE_BY_ONE], ordered[_THROWN_ONE_BY_ONE:]
    fell_on = generator.choice(share.size, size=(draws, large.size), p=share)
    cell = (fell_on + np.arange(draws)[:, None] * share.size).ravel()
    loads = np.bincount(cell, np.tile(large, draws), minlength=draws * share.size)
    # Independent normals minus their common sum have exactly the multinomial's covariance.
    noise = np.sqrt(share * np.square(small).sum()) * generator.standard_normal((draws, share.size))
    rest = share * small.sum() + noise - share * noise.sum(axis=1, keepdims=True)
    total: Numbers = loads.reshape(draws, share.size) + np.maximum(rest, 0)
    return total


def _gini(ordered: Numbers) -> Numbers:
    """Gini along the last axis of ascending loads."""
    n = ordered.shape[-1]
    total = ordered.sum(axis=-1)
    weighted = (ordered * (2 * np.arange(1, n + 1) - n - 1)).sum(axis=-1)
    is_known = (total > 0) & (n > 1)
    value: Numbers = np.where(is_known, weighted / np.where(total > 0, n * total, 1), np.nan)
    return value


def _lorenz(ordered: Numbers) -> Numbers:
    """Cumulative shares, from 0, along the last axis of ascending loads."""
    start = np.zeros((*ordered.shape[:-1], 1))
    total = ordered.sum(axis=-1, keepdims=True)
    rising = np.cumsum(ordered, axis=-1) / np.where(total > 0, total, np.nan)
    return np.concatenate([start, rising], axis=-1)


def _band(simulated: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Mean and the band of 95 % over the draws (the first axis)."""
    low, high = np.quantile(simulated, [_TAIL, 1 - _TAIL], axis=0)
    return simulated.mean(axis=0), low, high
