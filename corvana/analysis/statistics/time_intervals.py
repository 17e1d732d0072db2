"""Arithmetic of intervals of time: union, overlap, difference, length.

An interval is a row with `start` (inclusive) and `end` (exclusive), UTC instants. `by` names the
columns that identify the interval's owner; intervals of different owners are never combined. Rows
that end at or before their start are ignored. Every function sorts the borders once and passes over
them in order.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.frames import INSTANT

_BORDERS = ("start", "end")
Numbers = npt.NDArray[np.integer[Any]]
_LARGEST = 2**63 - 1
_MISSING = np.iinfo(np.int64).min
"""A missing instant as a number."""


def segments(by: list[str], *sets: pd.DataFrame) -> pd.DataFrame:
    """Cut time at every border and count, for each stretch, the intervals of each set that cover
    it.

    Returns
    -------
    DataFrame
        `by`, start, end, depth_0, depth_1 …, one depth a set, sorted by `by` and start. All
        stretches between an owner's first and last border are included, also uncovered ones.
    """
    cut = _cut(by, sets)
    depths = {f"depth_{n}": depth for n, depth in enumerate(cut.depths)}
    found: pd.DataFrame = _told(cut, cut.start, cut.end).assign(**depths)
    return found


class _Cut(NamedTuple):
    """Stretches as arrays, in the order of owners and time. Frames of a few hundred rows cost
    mostly the calls that handle them, so nothing but the result is a frame."""

    owners: pd.DataFrame
    row: Numbers
    """Of each stretch, a row of `owners` that has its owner."""
    owner: Numbers
    start: Numbers
    end: Numbers
    depths: list[Numbers]

    def where(self, kept: npt.NDArray[np.bool_]) -> "_Cut":
        """Only the kept stretches."""
        return _Cut(
            self.owners,
            self.row[kept],
            self.owner[kept],
            self.start[kept],
            self.end[kept],
            [depth[kept] for depth in self.depths],
        )


def _cut(by: list[str], sets: Sequence[pd.DataFrame]) -> _Cut:
    start, end = (np.concatenate([_instants(one[border]) for one in sets]) for border in _BORDERS)
    lasting = (start < end) & (start != _MISSING)
    whose = [one[by] for one in sets]
    owners = (whose[0] if len(sets) == 1 else pd.concat(whose, ignore_index=True))[lasting]
    number = _owner_numbers(owners, by)
    rows = len(owners)
    owner = np.tile(number, 2)
    at = np.concatenate([start[lasting], end[lasting]])
    order = np.lexsort((at, owner))
    at, owner = at[order], owner[order]
    step = np.where(order < rows, 1, -1)
    members = np.repeat(np.arange(len(sets)), [len(one) for one in sets])
    which = np.tile(members[lasting], 2)[order]
    # An owner's depths return to zero after its last border, so one running sum serves all owners.
    depths = [np.cumsum(step * (which == n)) for n in range(len(sets))]
    last = np.flatnonzero((owner[:-1] == owner[1:]) & (at[:-1] < at[1:]))
    return _Cut(
        owners,
        order[last] % max(rows, 1),
        owner[last],
        at[last],
        at[last + 1],
        [depth[last] for depth in depths],
    )


def _owner_numbers(owners: pd.DataFrame, by: list[str]) -> Numbers:
    """Numbers in the order of the owners; a missing name is an owner, the last one."""
    if len(by) == 1 and not isinstance(owners[by[0]].dtype, pd.CategoricalDtype):
        codes, _ = pd.factorize(owners[by[0]], sort=True, use_na_sentinel=False)
        return codes.astype(np.int64)
    return owners.groupby(by, sort=True, dropna=False).ngroup().to_numpy(np.int64)


def _told(cut: _Cut, start: Numbers, end: Numbers) -> pd.DataFrame:
    """The owners of the stretches, with these borders."""
    named = cut.owners.take(cut.row).reset_index(drop=True)
    found: pd.DataFrame = named.assign(start=_times(start), end=_times(end))
    return found


def _together(cut: _Cut) -> pd.DataFrame:
    """Join an owner's stretches that touch: `by`, start, end."""
    opens = np.ones(len(cut.owner), dtype=np.bool_)
    opens[1:] = (cut.owner[1:] != cut.owner[:-1]) | (cut.start[1:] != cut.end[:-1])
    # Stretches are in order and disjoint: an interval ends where its last stretch does.
    closes = np.append(opens[1:], True)[: len(opens)]
    return _told(cut.where(opens), cut.start[opens], cut.end[closes])


def _instants(times: pd.Series) -> Numbers:
    """The instants as numbers; a missing one is `_MISSING`."""
    numbers: Numbers = times.astype(INSTANT).astype("int64").to_numpy()
    return numbers


def _times(numbers: Numbers) -> pd.DatetimeIndex:
    """The instants of these numbers."""
    return pd.DatetimeIndex(numbers.view("datetime64[us]")).tz_localize("UTC")


def joined(stretches: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Join an owner's stretches that touch: `by`, start, end.

    `stretches` are disjoint and sorted by `by` and start, as `segments` returns them.
    """
    owner = stretches.groupby(by, sort=False, dropna=False).ngroup().to_numpy(np.int64)
    start, end = (_instants(stretches[border]) for border in _BORDERS)
    return _together(_Cut(stretches[by], np.arange(len(stretches)), owner, start, end, []))


def union(spans: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time covered by at least one interval: `by`, start, end; overlaps count once."""
    cut = _cut(by, [spans])
    return _together(cut.where(cut.depths[0] > 0))


def overlap(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that both sets cover: `by`, start, end."""
    cut = _cut(by, [left, right])
    return _together(cut.where((cut.depths[0] > 0) & (cut.depths[1] > 0)))


def without(left: pd.DataFrame, right: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return the time that the left set covers and the right set does not: `by`, start, end."""
    cut = _cut(by, [left, right])
    return _together(cut.where((cut.depths[0] > 0) & (cut.depths[1] == 0)))


def clip(spans: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the parts of the intervals within [since, until); other columns are kept."""
    first, last = (
        int(pd.Timestamp(edge).as_unit("us").asm8.astype(np.int64)) for edge in (since, until)
    )
    start, end = (_instants(spans[border]) for border in _BORDERS)
    inside = (start < last) & (end > first) & (start != _MISSING)
    kept: pd.DataFrame = spans[inside].assign(
        start=_times(np.maximum(start[inside], first)), end=_times(np.minimum(end[inside], last))
    )
    return kept


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
    # Made at once: `where` would make two more copies of millions of rows.
    which = pd.arrays.IntegerArray(spans.index.to_numpy(dtype="int64")[last], ~inside)
    return pd.Series(which, index=instants.index)


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
