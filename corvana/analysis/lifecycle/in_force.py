"""Which version of a policy or service was in force when an incident was created."""

from typing import Literal

import pandas as pd

from corvana.frames import INSTANT


def in_force(
    rows: pd.DataFrame,
    versions: pd.DataFrame,
    key: str,
    direction: Literal["backward", "forward"] = "backward",
) -> pd.DataFrame:
    """Return, for each row, the version of its object that was the last one seen before
    `created_at`, or (`forward`) the next one. The oldest version counts from the beginning of time.

    Parameters
    ----------
    rows
        `created_at` and the column `key`, an object's id.
    versions
        `key`, `since` (null: always) and further columns, one row per version.

    Returns
    -------
    DataFrame
        The columns of `versions` by the index of `rows`; null for an object without a version.
    """
    ordered = versions.sort_values("since", na_position="first")
    is_oldest = ~ordered.duplicated(key)
    begins = ordered["since"].mask(is_oldest, pd.Timestamp.min.tz_localize("UTC"))
    found = pd.merge_asof(
        rows[[key, "created_at"]]
        .astype({"created_at": INSTANT, key: "str"})
        .rename_axis("row")
        .reset_index()
        .dropna(subset=key)
        .sort_values("created_at"),
        ordered.assign(begins=begins.astype(INSTANT)).sort_values("begins"),
        left_on="created_at",
        right_on="begins",
        by=key,
        direction=direction,
        allow_exact_matches=direction == "backward",
    )
    return found.set_index("row")[list(versions.columns)].reindex(rows.index)
