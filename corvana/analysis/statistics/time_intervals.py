"""Arithmetic of intervals of time: union, overlap, difference, length.

An interval is a row with `start` (inclusive) and `end` (exclusive), UTC instants. `by` names the
columns that identify the interval's owner; intervals of different owners are never combined. Rows
that end at or before their start are ignored. Every function sorts the borders once and passes over
them in order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.frames import INSTANT

_BORDERS = ("start", "end")
_LARGEST = 2**63 - 1


def segments(by: list[str], *sets: pd.DataFrame) -> pd.DataFrame:
    """Cut time at every border and count, for each stretch, the intervals of each set that cover
    it.

    Returns
    -------
    DataFrame
        `by`, start, end, depth_0, depth_1 …, one depth a set, sorted by `by` and start. All
        stretches between an owner's first and last border are included, also uncovered ones.
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
    # An owner's depths return to zero after its last border, so one running sum serves all owners.
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
    # Rows are sorted and disjoint: an interval starts at its first row and ends at its last row.
    opens = ~follows.to_numpy()
    closes = np.append(opens[1:], True)[: len(opens)]
    return (
        stretches.loc[opens, [*by, "start"]]
        .reset_index(drop=True)
        .assign(end=stretches.loc[closes, "end"].reset_index(drop=True))
    )


def union(spans: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time covered by at least one interval: `by`, start, end; overlaps count once."""
    cut = segments(by, spans)
    return joined(cut[cut["depth_0"] > 0], by)


def overlap(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that both sets cover: `by`, start, end."""
    cut = segments(by, left, right)
    return joined(cut[(cut["depth_0"] > 0) & (cut["depth_1"] > 0)], by)


def without(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that the left set covers and the right set does not: `by`, start, end."""
    cut = segments(by, left, right)
    return joined(cut[(cut["depth_0"] > 0) & (cut["depth_1"] == 0)], by)


def clip(spans: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the parts of the intervals within [since, until); other columns are kept."""
    inside = spans[(spans["start"] < until) & (spans["end"] > since)]
    return inside.assign(
        start=inside["start"].mask(inside["start"] < since, since).astype(INSTANT),
        end=inside["end"].mask(inside["end"] > until, until).astype(INSTANT),
    )


def lengths(spans: pd.DataFrame) -> pd.Series:
    """The length of each interval in seconds."""
    seconds: pd.Series = (spans["end"] - spans["start"]).dt.total_seconds()
    return seconds


def seconds(spans: pd.DataFrame, by: str) -> pd.Series:
    """Seconds per owner, indexed by `by`; the intervals are disjoint (see `union`)."""
    total: pd.Series = lengths(spans).groupby(spans[by]).sum()
    return total


def found(instants: pd.DataFrame, spans: pd.DataFrame, by: str) -> pd.Series:
    """Return, per row of `instants`, the index of the interval that contains it, or null (`Int64`).

    `instants` has `by` and `at`; the intervals in `spans` are disjoint per owner, with a unique
    index. Raises `OverflowError` beyond some ninety thousand owners in three years.
    """
    if instants.empty or spans.empty:
        return pd.Series(pd.NA, index=instants.index, dtype="Int64")
    owned = _numbered(instants["at"], instants[by], spans, by)
    order = owned.start.argsort()
    last = order[np.searchsorted(owned.start[order], owned.at, side="right") - 1]
    inside = owned.is_known & (owned.start[last] <= owned.at) & (owned.at < owned.end[last])
    index = pd.Series(spans.index.to_numpy()[last], index=instants.index, dtype="Int64")
    return index.where(inside)


def next_start(instants: pd.DataFrame, spans: pd.DataFrame, by: str) -> pd.Series:
    """Return, per row of `instants`, the start of the owner's next interval: after it, not at it.

    `instants` has `by` and `at`. Null if there is none. Raises `OverflowError` as `found` does.
    """
    if instants.empty or spans.empty:
        return pd.Series(pd.NaT, index=instants.index, dtype=INSTANT)
    owned = _numbered(instants["at"], instants[by], spans, by)
    order = owned.start.argsort()
    place = np.searchsorted(owned.start[order], owned.at, side="right")
    following = order[np.minimum(place, len(order) - 1)]
    is_own = (place < len(order)) & owned.is_known & (owned.owner[following] == owned.wanted)
    starts = spans["start"].astype(INSTANT).iloc[following].set_axis(instants.index)
    return starts.where(is_own)


class _Numbered(NamedTuple):
    """Combine owner and instant into one number, so that one search serves all owners."""

    at: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    owner: npt.NDArray[np.intp]
    """The owner's number of each interval."""
    wanted: npt.NDArray[np.intp]
    """The owner's number of each instant; -1 for an owner without intervals."""

    @property
    def is_known(self) -> npt.NDArray[np.bool_]:
        known: npt.NDArray[np.bool_] = self.wanted >= 0
        return known


def _numbered(times: pd.Series, whose: pd.Series, spans: pd.DataFrame, by: str) -> _Numbered:
    owners = pd.Index(spans[by].unique())
    owner, wanted = owners.get_indexer(spans[by]), owners.get_indexer(whose)
    start, end, at = (
        each.astype(INSTANT).astype("int64").to_numpy()
        for each in (spans["start"], spans["end"], times)
    )
    first = int(min(start.min(), at.min()))
    # Leave a gap, so that one owner's end never equals the next owner's start.
    width = int(max(end.max(), at.max())) - first + 2
    if len(owners) * width > _LARGEST:
        raise OverflowError("too many owners over too long a time")
    return _Numbered(
        at=wanted * width + (at - first),
        start=owner * width + (start - first),
        end=owner * width + (end - first),
        owner=owner,
        wanted=wanted,
    )
