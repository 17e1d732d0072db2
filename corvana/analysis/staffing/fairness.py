"""Whether the burden of on-call is shared evenly, or less evenly than chance alone explains.

A Gini coefficient says nothing by itself: a few night pages over ten people are always uneven, also
in a fair rotation. So each coefficient is shown with the Gini expected by chance: if the loads of
the on-call turns had been dealt to other turns (`analysis.staffing.turn_loads`). A few bad weeks
fall on somebody, and this alone is not unfair. With fewer than ten turns, or fewer than two for
each person, nobody can tell a bad turn from an unfair share, and no value by chance is given.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.on_call.hours import local_clock
from corvana.analysis.staffing.turn_loads import dealt_anew, turn_loads
from corvana.analysis.statistics.estimates import CONFIDENCE, ENOUGH, UNKNOWN, Estimate, Numbers

DRAWS: Final = 1_000
_TURNS_A_PERSON: Final = 2
_TAIL: Final = (1 - CONFIDENCE) / 2
_HALF_A_DAY: Final = pd.Timedelta(hours=12)


@dataclass(frozen=True, slots=True, eq=False)
class Fairness:
    """How evenly one kind of burden is distributed over the responders who were on call.

    `events` with a sum of `total` (pages, seconds) fell on `responders` people; `left_out` is the
    part that fell on people without on-call hours; `turns` were looked at. `expected` is the mean
    Gini by chance with the band that holds 95 % of it; `p_value` the probability of a Gini at least
    this high by chance; `surplus` the load above the split by on-call time, summed over people,
    less its mean by chance (0 if it is smaller). The three are unknown with too few turns.
    `lorenz` has share_of_responders, share_of_load and, by chance, expected, low, high.
    """

    responders: int
    events: int
    total: float
    left_out: float
    turns: int
    gini: float
    expected: Estimate
    p_value: float
    surplus: float
    lorenz: pd.DataFrame

    @property
    def can_tell(self) -> bool:
        """Whether there are turns enough to tell an unfair share from a bad turn."""
        return self.turns >= max(ENOUGH, _TURNS_A_PERSON * self.responders)


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
    burden: pd.DataFrame,
    on_call: pd.DataFrame,
    turns: pd.DataFrame,
    *,
    seed: int,
    draws: int = DRAWS,
) -> Fairness:
    """Compare the distribution of a burden with its distribution by chance.

    Parameters
    ----------
    burden
        One row an event: `responder`, `at`, `size` (see `night_pages` and the like). Sizes are
        positive.
    on_call
        Exposure, `responder, start, end`, disjoint for each responder. Only responders with
        exposure take part. For night pages use time on call in sleep hours too
        (`responder_load.sleep_on_call`): against all hours, a rotation that follows the sun always
        looks unfair; against sleep hours, only an uneven share of pages does.
    turns
        All time on call, `responder, start, end`: what is on call without a break stays together.
    seed
        Of the simulation: the same seed gives the same result.

    By chance: each turn has the load per hour of another one (`turn_loads.dealt_anew`), with the
    turns of each person, and their hours, as they were. The p-value counts the observed value among
    the draws, so it is never 0.

    Limits: all hours have the same weight, also nights and hours on a busy schedule. So compare
    people of one rotation, by the events during its shifts. Source of the p-value: Phipson & Smyth
    (2010), Stat. Appl. Genet. Mol. Biol. 9, 39.
    """
    of_turns = turn_loads(burden, on_call, turns)
    by_responder = of_turns.groupby("responder")[["seconds", "load"]].sum()
    falls = burden[burden["responder"].isin(by_responder.index)]
    sizes = falls["size"].to_numpy(dtype=np.float64)
    loads = by_responder["load"].to_numpy(dtype=np.float64)
    curve = lorenz(loads)
    known = Fairness(
        responders=len(loads),
        events=len(falls),
        total=float(sizes.sum()),
        left_out=float(burden["size"].sum() - sizes.sum()),
        turns=len(of_turns),
        gini=gini(loads),
        expected=UNKNOWN,
        p_value=np.nan,
        surplus=np.nan,
        lorenz=curve.assign(expected=np.nan, low=np.nan, high=np.nan),
    )
    if np.isnan(known.gini) or not known.can_tell:
        return known
    generator = np.random.default_rng(seed)
    dealt = dealt_anew(of_turns, np.square(sizes).sum() / sizes.sum(), generator, draws)
    share = (by_responder["seconds"] / by_responder["seconds"].sum()).to_numpy(dtype=np.float64)
    return _beside_chance(known, loads, dealt, share)


def night_pages(interruptions: pd.DataFrame) -> pd.DataFrame:
    """Return each night with interruptions in sleep hours as an event; its size is their number,
    `at` the first of them.

    `interruptions` is what `hours.with_hours` returns. A night runs from noon to noon on the
    responder's own clock. The event is the night, not the page: one bad incident pages a person all
    night.
    """
    asleep = interruptions[interruptions["hours_class"].eq("sleep")]
    night = (local_clock(asleep["at"], asleep["time_zone"]) - _HALF_A_DAY).dt.floor("D")
    pages = asleep.groupby(["responder", night.rename("night")])["at"].agg(["min", "size"])
    return (
        pages.rename(columns={"min": "at"})
        .astype({"size": "float64"})
        .reset_index()[["responder", "at", "size"]]
    )


def weekend_seconds(weekends: pd.DataFrame) -> pd.DataFrame:
    """Return each weekend on call as an event; its size is its seconds:
    `responder_load.weekend_on_call`."""
    lasting = (weekends["end"] - weekends["start"]).dt.total_seconds()
    return (
        weekends[["responder", "start"]]
        .rename(columns={"start": "at"})
        .assign(size=lasting)
        .reset_index(drop=True)
    )


def engaged_seconds(participations: pd.DataFrame) -> pd.DataFrame:
    """Return each participation as an event: rows `responder, engaged_at, engaged_seconds`; 0 s are
    left out.

    One row is one responder's part in one incident.
    """
    known = participations[participations["engaged_seconds"] > 0]
    return (
        known[["responder", "engaged_at", "engaged_seconds"]]
        .rename(columns={"engaged_at": "at", "engaged_seconds": "size"})
        .reset_index(drop=True)
    )


def _beside_chance(known: Fairness, loads: Numbers, dealt: Numbers, share: Numbers) -> Fairness:
    """Add what the same turns give by chance; `dealt` are loads (draws, responders)."""
    ordered = np.sort(dealt, axis=1)
    ginis = _gini(ordered)
    middle, low, high = _band(_lorenz(ordered))
    above, above_by_chance = _above(loads, share), _above(dealt, share).mean()
    return replace(
        known,
        expected=Estimate(*(float(part) for part in _band(ginis))),
        p_value=float((1 + (ginis >= known.gini - 1e-12).sum()) / (len(dealt) + 1)),
        surplus=max(float(above - above_by_chance), 0.0),
        lorenz=known.lorenz.assign(expected=middle, low=low, high=high),
    )


def _above(loads: Numbers, share: Numbers) -> Numbers:
    """The load above the split by on-call time, summed over people (the last axis)."""
    above: Numbers = np.maximum(loads - loads.sum(axis=-1, keepdims=True) * share, 0).sum(axis=-1)
    return above


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
