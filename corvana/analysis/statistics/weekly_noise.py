"""How much the weeks of an account differ without any change, and how much they follow each other.

A week's value is a level and noise of two kinds:

- *Chance within the week.* Its variance follows from the number of incidents, times a factor of 1
  or more, because incidents come together in storms.
- *What a whole week has in common*: who was on call, how busy it was. It has a variance of its own,
  and each week keeps a share of the week before (its *memory*; an autoregression of order one).

None of the three numbers (factor, variance, memory) is known, and a few weeks tell little of them.
So every combination on a grid is weighed by how likely it makes the weeks that were collected, and
an interval or a p-value is the average over all combinations by these weights. With few weeks many
combinations are likely, and intervals are wide. The levels on either side of a tested place are
fitted first (restricted likelihood), so a change is not taken for noise.

The grid has memories of 0 to 0.95, factors of 1 to 8, and variances of 0 to 16 times half the mean
square of the differences of neighbouring weeks. Before the weeks are seen, all combinations have
the same weight.

Assumed: noise is nearly normal; a week depends on earlier weeks only through the week before;
memory is not negative; weeks are as noisy after a change as before it; and the number of incidents
varies in every account by more than chance, so that variances below a quarter are left out for it.

Sources: Harville (1974), Biometrika 61, 383-385 (the restricted likelihood as a weight);
Box & Tiao (1973), Bayesian Inference in Statistical Analysis, chapter 2 (averaging over unknown
variances); de Jong (1991), Ann. Statist. 19, 1073-1083 (the filter that also removes levels).
"""

from itertools import product
from typing import Final, NamedTuple

import numpy as np
from scipy import optimize, special

from corvana.analysis.statistics.estimates import CONFIDENCE, Numbers

_MEMORY: Final = (0.0, 0.25, 0.5, 0.7, 0.8, 0.9, 0.95)
_FACTOR: Final = (1.0, 2.0, 4.0, 8.0)
_BETWEEN: Final = (0.0, *(2.0**power for power in range(-4, 5)))
"""The variance of whole weeks, as a multiple of half the mean square of successive differences."""
_VARIES: Final = 0.25
"""The least such multiple of a number that varies from week to week in every account."""
_GRID: Final = np.array(list(product(_MEMORY, _FACTOR, _BETWEEN))).T
_ROUNDING: Final = 1 + 1e-9
"""How far beyond a quantile a solution is looked for, so that rounding does not leave it out."""
_Z: Final = float(special.ndtri((1 + CONFIDENCE) / 2))


class Noise(NamedTuple):
    """Combinations of memory, factor and variance of whole weeks, with the weight of each.

    Arrays of one element a combination; weights add up to 1.
    """

    memory: Numbers
    factor: Numbers
    between: Numbers
    weight: Numbers


class Spread(NamedTuple):
    """The standard deviation of a comparison under each combination, with the weights.

    `by_chance` is what it would be if incidents were independent. `freedom` are the degrees of
    freedom with which the chance within weeks is known.
    """

    deviation: Numbers
    weight: Numbers
    by_chance: float
    freedom: float = np.inf

    def p_value(self, distance: float) -> float:
        """Return the two-sided p-value of a distance from no change."""
        return float(two_sided(np.abs(distance), self))

    def width(self, probability: float = 1 - CONFIDENCE) -> float:
        """Return the distance that noise alone exceeds with a probability, on either side."""
        top = float(self.deviation.max())
        if not top > 0:
            return 0.0
        spreads = self.deviation > 0
        times, weight = top / self.deviation[spreads], 2 * self.weight[spreads]
        if weight.sum() / 2 <= probability:
            return 0.0
        # No combination spreads wider than the widest one, of which the quantile is known.
        most = -float(special.stdtrit(self.freedom, probability / 2)) * _ROUNDING
        beyond = optimize.brentq(
            lambda of_top: weight @ special.stdtr(self.freedom, -of_top * times) - probability,
            0.0,
            most,
        )
        return float(beyond * top)

    def is_within(self, distance: float, probability: float = 1 - CONFIDENCE) -> bool:
        """Return whether noise alone exceeds the distance with this probability at most: whether
        `width` is no larger, without working it out."""
        return distance >= 0 and self.p_value(distance) <= probability

    @property
    def times_chance(self) -> float:
        """How many times as wide the interval is as one of independent incidents."""
        return self.width() / (_Z * self.by_chance)

    @property
    def worth(self) -> float:
        """The share of the values that tell as much if all are independent: the effective n over
        n."""
        return min((self.by_chance / self.typical) ** 2, 1.0) if self.typical > 0 else 1.0

    @property
    def typical(self) -> float:
        """The root of the mean variance."""
        return float(np.sqrt((self.weight * self.deviation**2).sum()))


class Products(NamedTuple):
    """Products of columns, by combination: `table` (combinations, columns, columns), each weighed
    by the inverse of the noise's covariance; `log_determinant` of that covariance."""

    table: Numbers
    log_determinant: Numbers


def every_noise(scale: float, *, varies: bool = False) -> Noise:
    """Return all combinations, each with the same weight. `scale`: see `scale_of`.

    `varies`: whether weeks are known to vary by more than chance.
    """
    memory, factor, between = _GRID[:, _GRID[2] >= (_VARIES if varies else 0.0)]
    return Noise(memory, factor, between * scale, np.full(memory.size, 1 / memory.size))


def scale_of(values: Numbers, variances: Numbers) -> float:
    """Return half the mean square of successive differences, weighed by how well they are known.

    `values` and `variances` are (subjects, weeks); a week without a value has an infinite variance.
    At least the variance of chance; 0 without two weeks in a row. A step adds to one difference
    only. Source: von Neumann, Kent, Bellinson & Hart (1941), Ann. Math. Stat. 12, 153-162.
    """
    both = variances[:, 1:] + variances[:, :-1]
    known = np.isfinite(both) & (both > 0)
    if not known.any():
        return 0.0
    weight = 1 / both[known]
    square = np.diff(np.where(np.isfinite(variances), values, 0.0), axis=1)[known] ** 2
    return float(max((weight * square).sum() / 2, known.sum() / 2) / weight.sum())


def products(columns: Numbers, variances: Numbers, noise: Noise) -> Products:
    """Return the products of columns (columns, weeks) under each combination of noise.

    A Kalman filter runs over the weeks: what it cannot foretell of a week is independent of all
    that came before, and its variance is known.
    """
    n_columns, n_weeks = columns.shape
    foretold = np.zeros((n_columns, noise.memory.size))
    unsure = noise.between
    surprises = np.zeros((n_weeks, n_columns, noise.memory.size))
    log_determinant = np.zeros(noise.memory.size)
    for week in range(n_weeks):
        if np.isfinite(variances[week]):
            variance = unsure + noise.factor * variances[week]
            surprise = columns[:, week, None] - foretold
            surprises[week] = surprise / np.sqrt(variance)
            log_determinant += np.log(variance)
            gain = unsure / variance
            foretold = foretold + gain * surprise
            unsure = unsure - gain * unsure
        foretold = noise.memory * foretold
        unsure = noise.memory**2 * unsure + noise.between * (1 - noise.memory**2)
    by_noise = surprises.transpose(2, 1, 0)
    return Products(by_noise @ by_noise.transpose(0, 2, 1), log_determinant)


def without_levels(found: Products, levels: int) -> tuple[Numbers, Numbers]:
    """Return the products of all but the last `levels` columns after these are fitted, and the
    logarithm of the restricted likelihood of the first column, by combination."""
    rest = found.table.shape[1] - levels
    mutual, cross = found.table[:, rest:, rest:], found.table[:, :rest, rest:]
    fitted = np.linalg.solve(mutual, cross.transpose(0, 2, 1))
    left = found.table[:, :rest, :rest] - cross @ fitted
    _, log_levels = np.linalg.slogdet(mutual)
    return left, -(found.log_determinant + log_levels + left[:, 0, 0]) / 2


def weighed(noise: Noise, log_likelihood: Numbers) -> Noise:
    """Return the noise with weights multiplied by the likelihood."""
    weight = noise.weight * np.exp(log_likelihood - log_likelihood.max())
    return noise._replace(weight=weight / weight.sum())


def noise_around(
    values: Numbers, variances: Numbers, levels: Numbers, *, varies: bool = False
) -> Noise:
    """Return the noise of one series around levels.

    Parameters
    ----------
    values, variances
        By week; a week without a value has an infinite variance.
    levels
        (levels, weeks): 1 in the weeks of a level, else 0. Each level has a week with a value.
    varies
        See `every_noise`.
    """
    seen = np.where(np.isfinite(variances), values, 0.0)
    known = levels / variances
    around = seen - ((known @ seen) / known.sum(axis=1)) @ levels
    noise = every_noise(scale_of(around[None], variances[None]), varies=varies)
    columns = np.vstack([seen, levels])
    _, likely = without_levels(products(columns, variances, noise), len(levels))
    return weighed(noise, likely)


def deviations(contrasts: Numbers, variances: Numbers, noise: Noise) -> Numbers:
    """Return the standard deviations of weighted sums of weeks: (contrasts, combinations).

    `contrasts` are (contrasts, weeks) of weights; a week without a value has weight 0.
    """
    known = np.where(np.isfinite(variances), variances, 0.0)
    chance = (contrasts**2 * known).sum(axis=1)
    apart = np.abs(np.subtract.outer(np.arange(len(known)), np.arange(len(known))))
    memories, of_noise = np.unique(noise.memory, return_inverse=True)
    shared = np.stack(
        [((contrasts @ memory**apart) * contrasts).sum(axis=1) for memory in memories], axis=1
    )
    variance = noise.factor * chance[:, None] + noise.between * shared[:, of_noise]
    found: Numbers = np.sqrt(np.maximum(variance, 0.0))
    return found


def two_sided(distance: Numbers | float, spread: Spread) -> Numbers:
    """Return the p-values of distances from no change, averaged over the combinations."""
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.nan_to_num(distance / spread.deviation, nan=0.0)
    tail = 2 * special.stdtr(spread.freedom, -np.abs(times))
    p: Numbers = (spread.weight * tail).sum(axis=-1)
    return p
