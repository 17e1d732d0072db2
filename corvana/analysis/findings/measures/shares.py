"""The share of a subject's incidents with some event, against the incidents of all others."""

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.statistics import estimates


def shares_against_rest(trials: pd.DataFrame) -> pd.DataFrame:
    """Return one row a subject: its share, and a test against the share of all other subjects.

    Parameters
    ----------
    trials
        One row for each case: `subject_id` (rows without one are left out), `happened` (flag). All
        cases must be comparable.

    Returns
    -------
    DataFrame
        subject_id, in order; n; happened (count); effect, low, high (the subject's share with its
        Wilson interval); reference (the share of all other subjects' rows together; NaN when there
        are none); p_value (one-sided, of a share at least as large by chance: Fisher's exact test;
        1 when there is nothing to compare with). Fisher (1935), J. R. Stat. Soc. 98, 39-82.
    """
    counts = trials.groupby("subject_id", observed=True)["happened"].agg(["size", "sum"])
    n, happened = (counts[name].to_numpy(dtype=np.int64) for name in ("size", "sum"))
    rest = n.sum() - n
    own = [estimates.share(int(some), int(of)) for some, of in zip(happened, n, strict=True)]
    effect, low, high = np.array(own, dtype=np.float64).reshape(-1, 3).T
    return pd.DataFrame(
        {
            "subject_id": counts.index.astype("str"),
            "n": n,
            "happened": happened,
            "effect": effect,
            "low": low,
            "high": high,
            "reference": np.where(
                rest > 0, (happened.sum() - happened) / np.maximum(rest, 1), np.nan
            ),
            "p_value": stats.hypergeom.sf(happened - 1, n.sum(), happened.sum(), n).clip(0.0, 1.0),
        }
    )
