"""The scores of two times, of the checks that are known in both."""

import pandas as pd


def checks(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the checks of two scorecards side by side.

    Parameters
    ----------
    before, after
        SCORECARD.

    Returns
    -------
    DataFrame
        dimension, check, unit; before, after (values), points, points_after, n, n_after; is_known
        (on both sides). In the order of the later scorecard; a check of another release is left
        out.
    """
    names = {"value": "before", "points": "points", "n": "n", "is_known": "is_known"}
    earlier = before.rename(columns=names)[["dimension", "check", *names.values()]]
    later = after.rename(
        columns={
            "value": "after",
            "points": "points_after",
            "n": "n_after",
            "is_known": "known_after",
        }
    )
    both = later[
        ["dimension", "check", "unit", "after", "points_after", "n_after", "known_after"]
    ].merge(earlier, on=["dimension", "check"])
    return both.assign(is_known=both["is_known"] & both["known_after"])[
        [
            *("dimension", "check", "unit", "before", "after"),
            *("points", "points_after", "n", "n_after", "is_known"),
        ]
    ]


def dimensions(checked: pd.DataFrame) -> pd.DataFrame:
    """Return the scores of the checks that are known on both sides.

    Parameters
    ----------
    checked
        `checks`.

    Returns
    -------
    DataFrame
        dimension; before, after (mean points; missing where no check is known), known, checks.
    """
    by_dimension = checked.groupby("dimension", sort=False)
    known = checked[checked["is_known"]].groupby("dimension", sort=False)
    sizes = by_dimension.size()
    return pd.DataFrame(
        {
            "before": known["points"].mean().reindex(sizes.index),
            "after": known["points_after"].mean().reindex(sizes.index),
            "known": by_dimension["is_known"].sum().astype("int64"),
            "checks": sizes,
        }
    ).reset_index()
