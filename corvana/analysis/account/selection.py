"""Which incidents a question is about: period, services, teams, policies, urgency, hours, days,
priorities."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]
NO_PRIORITY: Final = "none"
"""Stands for incidents without a priority among the chosen priorities."""


@dataclass(frozen=True, slots=True)
class Filters:
    """A reader's selection. Instants are UTC, `end` is exclusive; an empty tuple means all.

    `hours` are classes of `hours.HOURS_CLASSES` and `days` is one of `hours.DAYS_CLASSES`, both on
    the responder's clock: of an incident, those of its first page; of an interruption, its own. An
    incident that paged nobody has neither. `priorities` are ids, and `NO_PRIORITY`.

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
    hours: tuple[str, ...] = ()
    days: str = ""
    priorities: tuple[str, ...] = ()

    @property
    def of_places(self) -> bool:
        """Whether services, teams or policies are chosen."""
        return bool(self.services or self.teams or self.policies)

    @property
    def of_times(self) -> bool:
        """Whether hours or days are chosen."""
        return bool(self.hours or self.days)

    @property
    def narrows(self) -> bool:
        """Whether anything but the period is chosen."""
        return self.of_places or self.of_times or bool(self.urgency or self.priorities)

    @property
    def period(self) -> "Filters":
        """The period alone, with nothing else chosen."""
        return Filters(self.start, self.end, compare=self.compare)

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
        Lifecycle rows (frames.INCIDENTS), with `hours_class` and `days_class` of the first page
        where the filters name hours or days. An incident belongs to several teams; one match
        counts.
    """
    kept = (frame["created_at"] >= filters.start) & (frame["created_at"] < filters.end)
    if filters.services:
        kept &= frame["service_id"].isin(filters.services)
    if filters.policies:
        kept &= frame["escalation_policy_id"].isin(filters.policies)
    if filters.urgency:
        kept &= frame["urgency"] == filters.urgency
    if filters.teams:
        kept &= of_teams(frame, filters.teams)
    if filters.priorities:
        named = frame["priority"].isin(filters.priorities)
        kept &= named | frame["priority"].isna() if NO_PRIORITY in filters.priorities else named
    return kept & of_times(frame, filters) if filters.of_times else kept


def of_teams(frame: pd.DataFrame, teams: Collection[str]) -> pd.Series:
    """Return a flag for each of INCIDENTS: whether it belongs to one of the teams, alone or with
    others."""
    # There are few distinct sets of teams and many incidents: split each set once.
    sets, wanted = frame["team_ids"].dropna().unique(), set(teams)
    return frame["team_ids"].isin([text for text in sets if wanted & set(text.split())])


def of_times(frame: pd.DataFrame, filters: Filters) -> pd.Series:
    """Return a flag for each row: within the chosen hours and days, if any are chosen.

    Parameters
    ----------
    frame
        Rows with `hours_class` and `days_class`, such as `Account.pages`.
    """
    kept = pd.Series(True, index=frame.index)
    if filters.hours:
        kept &= frame["hours_class"].isin(filters.hours)
    if filters.days:
        kept &= frame["days_class"].eq(filters.days)
    return kept
