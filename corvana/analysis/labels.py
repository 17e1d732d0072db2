"""Labels of services, policies and other nouns: as given in PagerDuty, made distinct."""

import pandas as pd


def unique(labels: pd.DataFrame) -> pd.Series:
    """Return the label of each row of LABELS; equal ones of one kind get their id added: that of
    the column `shown_id` where ids are sealed."""
    ids = labels["shown_id"] if "shown_id" in labels else labels["id"]
    is_twice = labels.duplicated(["kind", "label"], keep=False)
    return labels["label"].where(~is_twice, labels["label"] + " (" + ids + ")")


def by_id(labels: pd.DataFrame, *kinds: str) -> dict[str, str]:
    """Return the labels of these kinds in LABELS by id, distinct within a kind.

    Without kinds, labels of all kinds are returned. Ids without a label are left out.
    """
    wanted = labels[labels["kind"].isin(kinds)] if kinds else labels
    named = wanted.dropna(subset=["label"])
    return dict(zip(named["id"], unique(named), strict=True))
