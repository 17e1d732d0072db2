"""Arithmetic of spans of time: union, overlap, difference, length.

A span is a row with `start` (inclusive) and `end` (exclusive), UTC instants; `by` names the columns
that say whose span it is, and spans of different owners never meet. A span that ends before it
starts, or lasts no time, is none. Every function sorts once and sweeps over the borders.
"""

import numpy as np
import pandas as pd

from corvana.frames import INSTANT

_BORDERS = ("start", "end")
_LARGEST = 2**63 - 1


def segments(by: list[str], *sets: pd.DataFrame) -> pd.DataFrame:
    """Cut time at every border and count, for each stretch, the spans of each set covering it.

    Returns
    -------
    DataFrame
        `by`, start, end, depth_0, depth_1 …, one depth a set, sorted by `by` and start. Stretches
        between an owner's first and last border are all there, also those nothing covers.
    """
    spans = pd.concat(
        [one[[*by, *_BORDERS]].assign(which=number) for number, one in enumerate(sets)],
        ignore_index=True,
    ).astype(dict.fromkeys(_BORDERS, INSTANT))
    spans = spans[spans["start"] < spans["end"]].reset_index(drop=True)
    owner = np.tile(spans.groupby(by, sort=True, dropna=False).ngroup().to_numpy(np.int64), 2)
    at = np.concatenate([spans[border].astype("int64").to_numpy() for border in _BORDERS])
    order = np.lexsort((at, owner))
    at, owner = at[order], owner[order]
    step = np.where(order < len(spans), 1, -1)
    which = np.tile(spans["which"].to_numpy(), 2)[order]
    # An owner's depths are back at zero after its last border, so one running sum serves all.
    depths = {f"depth_{n}": np.cumsum(step * (which == n)) for n in range(len(sets))}
    last = np.flatnonzero((owner[:-1] == owner[1:]) & (at[:-1] < at[1:]))
    return (
        spans.loc[order[last] % max(len(spans), 1), by]
        .reset_index(drop=True)
        .assign(
            start=pd.Series(at[last]).astype(INSTANT),
            end=pd.Series(at[last + 1]).astype(INSTANT),
            **{name: depth[last] for name, depth in depths.items()},
        )
    )


def joined(stretches: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Join an owner's stretches that touch: `by`, start, end.

    `stretches` are disjoint and sorted by `by` and start, as `segments` returns them.
    """
    owner = stretches.groupby(by, sort=False, dropna=False).ngroup()
    follows = owner.eq(owner.shift()) & stretches["start"].eq(stretches["end"].shift())
    # Sorted and disjoint, so a span's first row starts it and its last row ends it.
    opens = ~follows.to_numpy()
    closes = np.append(opens[1:], True)[: len(opens)]
    return (
        stretches.loc[opens, [*by, "start"]]
        .reset_index(drop=True)
        .assign(end=stretches.loc[closes, "end"].reset_index(drop=True))
    )


def union(spans: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time covered by at least one span: `by`, start, end; overlaps count once."""
    cut = segments(by, spans)
    return joined(cut[cut["depth_0"] > 0], by)


def overlap(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that both cover: `by`, start, end."""
    cut = segments(by, left, right)
    return joined(cut[(cut["depth_0"] > 0) & (cut["depth_1"] > 0)], by)


def without(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that the left covers and the right does not: `by`, start, end."""
    cut = segments(by, left, right)
    return joined(cut[(cut["depth_0"] > 0) & (cut["depth_1"] == 0)], by)


def clip(spans: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the parts within [since, until), other columns kept; what lies outside is left out."""
    inside = spans[(spans["start"] < until) & (spans["end"] > since)]
    return inside.assign(
        start=inside["start"].mask(inside["start"] < since, since).astype(INSTANT),
        end=inside["end"].mask(inside["end"] > until, until).astype(INSTANT),
    )


def lengths(spans: pd.DataFrame) -> pd.Series:
    """Length of each span in seconds."""
    seconds: pd.Series = (spans["end"] - spans["start"]).dt.total_seconds()
    return seconds


def seconds(spans: pd.DataFrame, by: str) -> pd.Series:
    """Seconds per owner, indexed by `by`; spans are disjoint (see `union`)."""
    total: pd.Series = lengths(spans).groupby(spans[by]).sum()
    return total


def found(instants: pd.DataFrame, spans: pd.DataFrame, by: str) -> pd.Series:
    """Return, per row of `instants`, the index of the span it lies in, or null (`Int64`).

    `instants` has `by` and `at`; `spans` are disjoint per owner, with a unique index. Raises
    `OverflowError` beyond some ninety thousand owners in three years.
    """
    if instants.empty or spans.empty:
        return pd.Series(pd.NA, index=instants.index, dtype="Int64")
    owners = pd.Index(spans[by].unique())
    whose, wanted_by = owners.get_indexer(spans[by]), owners.get_indexer(instants[by])
    start, end, at = (
        times.astype(INSTANT).astype("int64").to_numpy()
        for times in (spans["start"], spans["end"], instants["at"])
    )
    # One number for owner and instant: a single search serves all owners.
    first = int(min(start.min(), at.min()))
    width = int(max(start.max(), at.max())) - first + 1
    if len(owners) * width > _LARGEST:
        raise OverflowError("too many owners over too long a time")
    begun = whose * width + (start - first)
    order = begun.argsort()
    last = order[np.searchsorted(begun[order], wanted_by * width + (at - first), side="right") - 1]
    inside = (wanted_by >= 0) & (whose[last] == wanted_by) & (start[last] <= at) & (at < end[last])
    index = pd.Series(spans.index.to_numpy()[last], index=instants.index, dtype="Int64")
    return index.where(inside)
