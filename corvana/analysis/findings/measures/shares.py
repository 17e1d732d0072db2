"""The share of a subject's incidents with some event, against the incidents of all others."""

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.statistics.estimates import shares_by


def shares_against_rest(trials: pd.DataFrame) -> pd.DataFrame:
    """Return one row a subject: its share, and a test against the share of all other subjects.

    Parameters
    ----------
    trials
        One row for each case: `subject_id` (rows without one are left out), `happened` (flag),
        `storm` (of INCIDENTS). All cases must be comparable.

    Returns
    -------
    DataFrame
        subject_id, in order; n, effective_n; happened (count); effect, low, high (the subject's
        share with its Wilson interval); reference (the share of all other subjects' rows together;
        NaN when there are none); p_value (one-sided, of a share at least as large by chance:
        Fisher's exact test of the effective numbers of cases; 1 when there is nothing to compare
        with). Fisher (1935), J. R. Stat. Soc. 98, 39-82; Rao & Scott (1992), Biometrics 48,
        577-585.
    """
    # Grouping by categories is several times faster than grouping by texts.
    known = trials.dropna(subset=["subject_id"])[["subject_id", "happened", "storm"]].astype(
        {"subject_id": "category"}
    )
    shares = shares_by(known, ["subject_id"], "happened", "storm")
    n, happened = (shares[name].to_numpy(dtype=np.int64) for name in ("n", "happened"))
    rest = n.sum() - n
    worth = np.maximum(shares["effective_n"].to_numpy().round(), 1).astype(np.int64)
    among = (shares["value"].to_numpy() * worth).round().astype(np.int64)
    return pd.DataFrame(
        {
            "subject_id": shares.index.astype("str"),
            "n": n,
            "happened": happened,
            "effect": shares["value"].to_numpy(),
            "low": shares["low"].to_numpy(),
            "high": shares["high"].to_numpy(),
            "effective_n": shares["effective_n"].to_numpy(),
            "reference": np.where(
                rest > 0, (happened.sum() - happened) / np.maximum(rest, 1), np.nan
            ),
            "p_value": stats.hypergeom.sf(among - 1, worth.sum(), among.sum(), worth).clip(
                0.0, 1.0
            ),
        }
    )
