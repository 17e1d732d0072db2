"""Failures of two services within ten minutes of each other."""

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.dependencies import failures


def together(account: Account, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the failures of each pair within the window of each other.

    `first_id, then_id, first, then` (positions of the two incidents), `later` (of the one that
    began later), `lag` (seconds from the first service's to the second's, negative when it began
    later).
    """
    turned = pairs[["then_id", "first_id"]].set_axis(["first_id", "then_id"], axis=1)
    ahead, behind = (
        failures.sequences(
            account.incidents,
            each,
            account.maintenance_windows,
            start=account.start,
            end=account.end,
            at_once=at_once,
        )
        for each, at_once in ((pairs, True), (turned, False))
    )
    back = {"first_id": "then_id", "then_id": "first_id", "first": "then", "then": "first"}
    both = [
        ahead.assign(later=ahead["then"]),
        behind.assign(later=behind["then"], lag=-behind["lag"]).rename(columns=back),
    ]
    return pd.concat(both, ignore_index=True)


def lasted(account: Account, positions: pd.Series) -> pd.Series:
    """Return how long incidents lasted, in seconds, open ones until the end of the data.

    `positions` are their rows in INCIDENTS.
    """
    incidents = account.incidents.iloc[positions]
    so_far = (account.end - incidents["created_at"]).dt.total_seconds()
    seconds: pd.Series = incidents["seconds_to_resolve"].fillna(so_far)
    return seconds.set_axis(positions.index)
