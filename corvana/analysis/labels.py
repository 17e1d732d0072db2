"""What things are called: labels as they were given at PagerDuty, made distinct."""

import pandas as pd


def unique(labels: pd.DataFrame) -> pd.Series:
    """Return the label of each row of LABELS; equal ones of one kind get their id added."""
    is_twice = labels.duplicated(["kind", "label"], keep=False)
    return labels["label"].where(~is_twice, labels["label"] + " (" + labels["id"] + ")")


def by_id(labels: pd.DataFrame, *kinds: str) -> dict[str, str]:
    """Return the label of everything of the kinds in LABELS by its id, distinct within a kind.

    Without kinds, it is of all kinds. What has no label is left out.
    """
    wanted = labels[labels["kind"].isin(kinds)] if kinds else labels
    named = wanted.dropna(subset=["label"])
    return dict(zip(named["id"], unique(named), strict=True))
