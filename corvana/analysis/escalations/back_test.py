"""How far predictions of other delays are off, tested on delays whose result is known.

The busiest policies of the account are split into their earlier and their later incidents. One half
is used to predict; the interval has to hold the P90 of the other half, which is left out. The
*distance* says how many times as long as now the new delays are.

- Longer delays are tried by pretending that the present ones had been asked for. The incidents of a
  half are replayed with shorter delays, and every answer that came later than these is forgotten.
  From what is left the present delays are predicted, with which the half was observed.
- Shorter delays are predicted from one half and from the other half. Both predictions rest on
  answers that were observed, so that this tells how much two periods differ, and how much rests on
  a few incidents; it does not tell an error that both predictions share.
- Distance 1 predicts one half from the other.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.escalations.model import Chain, Elsewhere, Model, learn
from corvana.analysis.escalations.observed import Observed
from corvana.analysis.escalations.prediction import PREDICTORS, Bounds, bounds, predictions
from corvana.analysis.escalations.pretended import pretended
from corvana.analysis.escalations.replay import replay
from corvana.analysis.statistics.estimates import ENOUGH, ENOUGH_FOR_P90

DISTANCES: Final = (1 / 8, 1 / 4, 1 / 2, 1.0, 2.0, 4.0)
_SHORTEST: Final = 60.0
"""The shortest delay that PagerDuty offers, in seconds."""
_POLICIES: Final = 24
"""The busiest policies are tried; more would take longer and say little more."""
_INCIDENTS: Final = 2_000
_REPLAYS: Final = 1_000
_COVERED: Final = 0.95
_BEYOND_CHANCE: Final = 1.64
"""Standard errors: one-sided, at 5 %."""
_COLUMNS: Final = ("distance", "escalation_policy_id", "predictor", "error", "beyond")


class Calibration(NamedTuple):
    """For a distance: the predictor to use, the logarithm by which its interval is widened at both
    ends, how far it was off in the back-tests (median, as a share), and their number."""

    distance: float
    predictor: str
    widened: float
    error: float
    n: int


def back_tests(
    observed: Mapping[str, Observed],
    chains: Mapping[str, Chain],
    elsewhere: Mapping[str, Elsewhere],
) -> pd.DataFrame:
    """Return one row per distance, policy, half and predictor.

    Returns
    -------
    DataFrame
        distance, escalation_policy_id, predictor; error (logarithm of the predicted P90 over the
        true one), beyond (by how much the P90 of the half left out lies outside of the interval,
        as a logarithm; negative within it).
    """
    busiest = sorted(observed, key=lambda each: (-observed[each].n_acked, each))[:_POLICIES]
    rows = [
        (distance, policy, *found)
        for place, policy in enumerate(busiest)
        for distance, *found in _of_policy(
            observed[policy], chains[policy], elsewhere[policy], place
        )
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


def calibrate(tests: pd.DataFrame, policy: str | None, distance: float) -> Calibration:
    """Return what the back-tests on the other policies say of a prediction so far away.

    The distance of the back-tests is the next one that is at least as far. The replay is used
    unless another predictor was better beyond chance (mean absolute error, differences paired by
    policy, one-sided at 5 %). Its interval is widened at both ends until it holds 95 % of the
    halves left out (conformal prediction: Romano, Patterson & Candès (2019), Advances in Neural
    Information Processing Systems 32). With fewer than ten back-tests on other policies, those on
    the policy itself count too.
    """
    here = tests[tests["distance"].eq(_at_least(distance))]
    others = here[here["escalation_policy_id"].ne(policy or "")]
    used = others if len(others) >= ENOUGH * len(PREDICTORS) else here
    if used.empty:
        return Calibration(distance, PREDICTORS[0], 0.0, np.nan, 0)
    best = _best(used)
    own = used[used["predictor"].eq(best)]
    beyond = np.sort(own["beyond"].to_numpy())
    rank = min(int(np.ceil((beyond.size + 1) * _COVERED)), beyond.size)
    error = float(np.expm1(own["error"].abs().median()))
    return Calibration(distance, best, max(float(beyond[rank - 1]), 0.0), error, beyond.size)


def distance(observed: Observed, now: Chain, new: Chain) -> float:
    """Return how many times as long the new delays are, on the level where it matters most: the one
    with the largest change (as a logarithm) times the number of its stays."""
    level = observed.stays.level
    # There is no ratio to a delay of 0: it counts as the shortest one.
    ratios = {
        each: max(new.delay(each), _SHORTEST) / max(now.delay(each), _SHORTEST)
        for each in now.delays
        if new.delay(each) < np.inf and now.delay(each) < np.inf
    }
    weights = {each: abs(np.log(ratio)) * (level == each).sum() for each, ratio in ratios.items()}
    most = max(weights, key=lambda each: weights[each], default=None)
    return 1.0 if most is None or not weights[most] else float(ratios[most])


def _at_least(wanted: float) -> float:
    """The distance tried that is at least as far from 1; the farthest one if none is."""
    if wanted < 1:
        return max((each for each in DISTANCES if each <= wanted), default=DISTANCES[0])
    return min((each for each in DISTANCES if each >= wanted), default=DISTANCES[-1])


def _best(tests: pd.DataFrame) -> str:
    errors = tests.assign(error=tests["error"].abs()).pivot_table(
        index="escalation_policy_id", columns="predictor", values="error"
    )
    worse = errors.rsub(errors[PREDICTORS[0]], axis=0)
    lead = worse.mean() - _BEYOND_CHANCE * worse.sem()
    return str(lead.idxmax()) if len(errors) >= ENOUGH and lead.max() > 0 else PREDICTORS[0]


def _of_policy(
    observed: Observed, chain: Chain, elsewhere: Elsewhere, place: int
) -> Iterator[tuple[float, str, float, float]]:
    halves = [observed.half(late=late, most=_INCIDENTS) for late in (False, True)]
    if not chain.delays or min(half.n_acked for half in halves) < ENOUGH_FOR_P90:
        return
    models = [learn(half, chain, elsewhere) for half in halves]
    for number, each in enumerate(DISTANCES):
        draws = [np.random.default_rng((place, number, which)) for which in (0, 1)]
        tried = (
            [_from_shorter(*one, chain, each, elsewhere) for one in zip(models, draws, strict=True)]
            if each > 1
            else [_from_present(*one, chain, each) for one in zip(models, draws, strict=True)]
        )
        # Longer delays are judged by the half itself: what was forgotten of it is known. What is
        # predicted of shorter ones is known of no half.
        is_known = each >= 1
        truths = [
            _observed(half) if is_known else found["replay"].value
            for half, found in zip(halves, tried, strict=True)
        ]
        for found, own, left_out in zip(tried, truths, truths[::-1], strict=True):
            truth = own if each > 1 else left_out
            for name, at in found.items():
                beyond = max(at.low - left_out, left_out - at.high)
                yield each, name, at.value - truth, beyond


def _from_present(
    model: Model, draws: np.random.Generator, chain: Chain, distance: float
) -> dict[str, Bounds]:
    """New delays, predicted from a half with the present ones."""
    observed, new = model.observed, _scaled(chain, distance)
    found = predictions(observed, chain, new, replay(model, new, draws, _REPLAYS))
    return {name: bounds(sample, observed.n_acked) for name, sample in found.items()}


def _from_shorter(
    model: Model, draws: np.random.Generator, chain: Chain, distance: float, elsewhere: Elsewhere
) -> dict[str, Bounds]:
    """The present delays, predicted from a half that had shorter ones."""
    shorter = _scaled(chain, 1 / distance)
    seen = pretended(model, shorter, draws)
    replayed = replay(learn(seen, shorter, elsewhere), chain, draws, _REPLAYS)
    found = predictions(seen, shorter, chain, replayed)
    return {name: bounds(sample, seen.n_acked) for name, sample in found.items()}


def _observed(half: Observed) -> float:
    """Logarithm of the observed P90 of a half."""
    seconds = np.quantile(half.paths.to_ack, 0.9, method="inverted_cdf")
    return float(np.log1p(seconds))


def _scaled(chain: Chain, factor: float) -> Chain:
    delays = {level: delay * factor for level, delay in chain.delays.items()}
    return Chain(delays, chain.loops)
