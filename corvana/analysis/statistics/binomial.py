"""Shares of cases whose number need not be whole: an effective number, for example."""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import special, stats

_Z: Final = float(stats.norm.isf(0.025))
_LEAST: Final = 1e-9

Numbers = npt.NDArray[np.float64]


def wilson(found: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """Return the bounds of Wilson's 95 % score interval of shares among n cases."""
    wide = _Z**2 / np.maximum(n, _LEAST)
    middle = (found + wide / 2) / (1 + wide)
    half = np.sqrt(wide * (found * (1 - found) + wide / 4)) / (1 + wide)
    # With no success or only successes, the bound is exactly 0 or 1; avoid rounding errors.
    return np.where(found > 0, middle - half, 0.0), np.where(found < 1, middle + half, 1.0)


def p_at_least(some: npt.ArrayLike, n: npt.ArrayLike, share: npt.ArrayLike) -> Numbers:
    """Return the probability of `some` of n cases or more, if each happens with that share.

    The binomial's tail, continued between whole numbers (Abramowitz & Stegun, 26.5.24). Without any
    it is 1.
    """
    happened, cases = np.asarray(some, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = special.betainc(np.maximum(happened, _LEAST), cases - happened + 1, share)
    found: Numbers = np.where(happened > 0, tail, 1.0)
    return found
