"""The findings of two times, told apart by their key."""

from collections.abc import Iterable
from typing import Final, Literal

import pandas as pd

from corvana.analysis.assessment.gone_and_back import observed

State = Literal["new", "gone", "stays", "cannot tell"]
STATES: Final[tuple[State, ...]] = ("new", "gone", "stays", "cannot tell")
_SAID: Final = ("kind", "subject_type", "subject_id", "detail")
_SIZE: Final = ("effect", "low", "high", "n")


def told(
    before: pd.DataFrame,
    after: pd.DataFrame,
    places_before: Iterable[str],
    places_after: Iterable[str],
) -> pd.DataFrame:
    """Return the findings of either side, and what became of each.

    Parameters
    ----------
    before, after
        TESTED of the two sides.
    places_before, places_after
        The ids of services, policies and schedules that exist on either side.

    Returns
    -------
    DataFrame
        key; kind, subject_type, subject_id, detail; state; found_before, found_after;
        effect, low, high, n and effect_after, low_after, high_after, n_after (missing where the
        place was not tested, or with too little data); avoidable_minutes_per_month (of the side on
        which it is found, the later one first). New ones first, then those gone, those that stay
        and those of which nothing can be told; within a state the most avoidable minutes first.
    """
    ours, theirs = (_once(each) for each in (before, after))
    found, found_after = (set(each.loc[each["is_finding"], "key"]) for each in (ours, theirs))
    gone = _not_seen(after, ours, found - found_after, places_after)
    new = _not_seen(before, theirs, found_after - found, places_before)
    every = pd.concat([theirs[theirs["is_finding"]], ours[ours["is_finding"]]])
    rows = every.drop_duplicates("key")[["key", *_SAID, "avoidable_minutes_per_month"]]
    keys = rows["key"]
    state = pd.Series("cannot tell", rows.index, dtype="object")
    state = state.mask(keys.isin(found & found_after), "stays")
    state = state.mask(keys.isin(gone), "gone").mask(keys.isin(new), "new")
    sizes = ours[["key", *_SIZE]].merge(
        theirs[["key", *_SIZE]], on="key", how="outer", suffixes=("", "_after")
    )
    place = {name: number for number, name in enumerate(STATES)}
    return (
        rows.assign(
            state=state.astype("str"),
            found_before=keys.isin(found),
            found_after=keys.isin(found_after),
            order=state.map(place),
        )
        .merge(sizes, on="key", how="left")
        .sort_values(
            ["order", "avoidable_minutes_per_month", "key"],
            ascending=[True, False, True],
            ignore_index=True,
        )
        .drop(columns="order")
    )


def _once(tested: pd.DataFrame) -> pd.DataFrame:
    """One test a key: of two with one key, the finding counts."""
    known = tested.dropna(subset=["key"]).sort_values("is_finding", ascending=False, kind="stable")
    return known.drop_duplicates("key")


def _not_seen(
    tested: pd.DataFrame, found: pd.DataFrame, keys: set[str], places: Iterable[str]
) -> set[str]:
    """The keys of findings of one side that the other could have shown and does not."""
    own = found[found["key"].isin(keys)]
    known = own[["key", "effect"]].assign(since=0, is_read_off=own["p_value"].isna())
    seen = observed(tested, known, places)
    return set(seen.loc[seen["seen"].eq("not found") & seen["key"].isin(keys), "key"])
