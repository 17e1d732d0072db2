"""Which incidents a question is about: period, services, teams, policies, urgency."""

from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filters:
    """A reader's selection. Instants are UTC, `end` is exclusive; an empty tuple means all.

    `compare` says whether the period before is shown beside it. It does not change which incidents
    are selected, so cached results stay valid.
    """

    start: datetime
    end: datetime
    compare: bool = field(default=True, compare=False, repr=False, kw_only=True)
    services: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    urgency: str = ""

    @property
    def weeks(self) -> float:
        """Length of the period in weeks."""
        return (self.end - self.start).total_seconds() / 604_800


def previous(filters: Filters) -> Filters:
    """Return the same selection over the period of equal length that ends where this starts."""
    return replace(filters, start=filters.start - (filters.end - filters.start), end=filters.start)


def select(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return the incidents that match; a view without a copy if the rows are adjacent.

    Parameters
    ----------
    frame
        Lifecycle rows (frames.INCIDENTS).
    """
    within = _of_period(frame, filters)
    return rows(within, matches(within, filters).to_numpy())


def rows(frame: pd.DataFrame, kept: Mask) -> pd.DataFrame:
    """Return the kept rows; a view without a copy if they are adjacent, because a large account
    fits into memory only once."""
    count = int(kept.sum())
    first = int(kept.argmax()) if count else 0
    if kept[first : first + count].all():
        return frame.iloc[first : first + count]
    return frame[kept]


def _of_period(frame: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """Return rows that include all incidents created in the period: nearly always only these. No
    copy is made then, because incidents are sorted by number.

    Parameters
    ----------
    frame
        Lifecycle rows (frames.INCIDENTS).
    """
    created = frame["created_at"]
    if not created.is_monotonic_increasing:
        return frame
    first, end = created.searchsorted(pd.DatetimeIndex([filters.start, filters.end]))
    return frame.iloc[int(first) : int(end)]


def matches(frame: pd.DataFrame, filters: Filters) -> pd.Series:
    """Return a flag for each incident: created in the period, and matches every filter that is set.

    Parameters
    ----------
    frame
        Lifecycle rows (frames.INCIDENTS). An incident belongs to several teams; one match counts.
    """
    kept = (frame["created_at"] >= filters.start) & (frame["created_at"] < filters.end)
    if filters.services:
        kept &= frame["service_id"].isin(filters.services)
    if filters.policies:
        kept &= frame["escalation_policy_id"].isin(filters.policies)
    if filters.urgency:
        kept &= frame["urgency"] == filters.urgency
    if filters.teams:
        # There are few distinct sets of teams and many incidents: split each set once.
        sets = set(frame["team_ids"].dropna().unique())
        wanted = set(filters.teams)
        kept &= frame["team_ids"].isin([text for text in sets if wanted & set(text.split())])
    return kept
