"""Quantiles and shares with their intervals, by their textbook definitions."""

import math
from collections.abc import Sequence


def quantile(values: Sequence[float], q: float) -> float:
    """The value at a share of the way from the smallest to the largest, between two if need be."""
    if not values:
        return math.nan
    place = (len(values) - 1) * q
    below = math.floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def quantile_bounds(values: Sequence[float], q: float) -> tuple[float, float]:
    """The l-th and the u-th smallest: fewer than l, or u and more, are below with 2.5 % each.

    Without one of the two, the other is that of 5 %; NaN for what does not exist.
    """
    n = len(values)
    lower, upper = _place(n, q, 0.025), _place(n, q, 0.975) + 1
    if lower < 1 and upper <= n:
        upper = _place(n, q, 0.95) + 1
    elif upper > n and lower >= 1:
        lower = _place(n, q, 0.05)
    return (
        values[lower - 1] if lower >= 1 else math.nan,
        values[upper - 1] if upper <= n else math.nan,
    )


def share_bounds(k: int, n: int) -> tuple[float, float]:
    """Wilson's score interval at 95 %."""
    z = 1.959963984540054
    share, wide = k / n, z**2 / n
    middle, half = share + wide / 2, z * math.sqrt(share * (1 - share) / n + wide / n / 4)
    low, high = (middle - half) / (1 + wide), (middle + half) / (1 + wide)
    return (0.0 if k == 0 else low, 1.0 if k == n else high)


def _place(n: int, q: float, tail: float) -> int:
    """The least k with P(B ≤ k) ≥ tail, of a binomial of n and q."""
    total = 0.0
    for k in range(n + 1):
        total += math.comb(n, k) * q**k * (1 - q) ** (n - k)
        if total >= tail - 1e-12:
            return k
    return n
