"""Maintenance windows: while a service is worked on, PagerDuty opens no incidents on it.

What happens in such a time says nothing about how a service usually fails or how people usually
answer. So the time is left out wherever something is measured per time, and so are the incidents:

- An incident that was created while its own service was in a window is left out of times, shares,
  curves and comparisons, like a merged one, and counted apart. It keeps its interruptions, because
  these reached a person.
- A rate of a service (incidents, pages or avoidable minutes a week or a month) is divided by the
  time in which the service was in no window. A rate of several services together counts each
  incident by the time its own service was in no window.
- Nobody needs to be on call for a policy while every service that uses it is in a window.
- Two services cannot be seen failing together while one of them is in a window: this time, and the
  failures in it, are left out of what is counted and of what chance would bring.

A window holds its start and not its end. Windows of one service that overlap count once, and a
window counts only as far as it lies in the period. A window that was deleted before its end was
cancelled, and is not known any more.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.statistics import time_intervals

_SERVICE: Final = "service_id"
_INSTANT: Final = pd.Timedelta(microseconds=1)
_WEEK: Final = 604_800


def flagged(incidents: pd.DataFrame, windows: pd.DataFrame) -> pd.DataFrame:
    """Return INCIDENTS: the rows of LIFECYCLES with `in_maintenance`, whether the incident was
    created while its service was in one of MAINTENANCE_WINDOWS."""
    inside = np.zeros(len(incidents), dtype=bool)
    if len(windows) and len(incidents):
        inside = _is_inside(incidents[_SERVICE], incidents["created_at"], windows)
    return incidents.assign(in_maintenance=inside)


def is_counted(incidents: pd.DataFrame) -> pd.Series:
    """Return whether each of INCIDENTS counts in times, shares, curves and comparisons: neither
    merged nor created in maintenance."""
    counted: pd.Series = incidents["resolution"].ne("merged") & ~incidents["in_maintenance"]
    return counted


def within(windows: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """Return the time of MAINTENANCE_WINDOWS in [since, until): service_id, start, end. A service's
    rows are disjoint and in order."""
    if windows.empty:
        return windows[[_SERVICE, "start", "end"]]
    return time_intervals.union(time_intervals.clip(windows, since, until), [_SERVICE])


def observed_shares(members: pd.DataFrame, windows: pd.DataFrame) -> pd.Series:
    """Return, by subject, the share of its time in which none of its services is in a window.

    Parameters
    ----------
    members
        subject, service_id, since, until: one row for each service of a subject.
    windows
        MAINTENANCE_WINDOWS.
    """
    time = members.drop_duplicates("subject").set_index("subject")
    lasting = (time["until"] - time["since"]).dt.total_seconds()
    own = windows.merge(members, on=_SERVICE)
    cut = own.assign(
        start=own["start"].where(own["start"].gt(own["since"]), own["since"]),
        end=own["end"].where(own["end"].lt(own["until"]), own["until"]),
    )
    taken = time_intervals.seconds(time_intervals.union(cut, ["subject"]), "subject")
    shares: pd.Series = 1 - taken.reindex(lasting.index).fillna(0.0) / lasting
    return shares.where(lasting.gt(0), 1.0)


def observed_weeks(
    incidents: pd.DataFrame, windows: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp
) -> float:
    """Return the weeks by which the number of incidents that count is divided to get their rate.

    Each of INCIDENTS stands for more than one if its service was in maintenance for a part of
    [since, until): for the inverse of the share in which it was not. Of one service this is the
    time outside its windows; without windows, or without an incident, it is the whole period.
    """
    weeks = (until - since).total_seconds() / _WEEK
    if windows.empty:
        return weeks
    own = incidents.loc[is_counted(incidents), _SERVICE]
    every = own.value_counts()
    # As texts: pandas cannot align an empty index of categories with one of more than 127.
    named = every.set_axis(every.index.astype("str"))
    n = named[named.index.isin(windows[_SERVICE].unique())]
    members = pd.DataFrame({"subject": n.index, _SERVICE: n.index, "since": since, "until": until})
    stands_for = n / observed_shares(members, windows)
    in_full = len(own) - int(n.sum()) + float(stands_for.sum())
    return weeks * len(own) / in_full if in_full else weeks


def _is_inside(
    services: pd.Series, created: pd.Series, windows: pd.DataFrame
) -> npt.NDArray[np.bool_]:
    """A flag for each row: whether the service was in a window then."""
    inside = np.zeros(len(services), dtype=bool)
    # There are few windows and many incidents: compare numbers, of services that have windows.
    number, names = pd.factorize(services)
    own = windows.assign(**{_SERVICE: pd.Index(names).get_indexer(pd.Index(windows[_SERVICE]))})
    known = own[own[_SERVICE] >= 0]
    place = np.flatnonzero(np.isin(number, known[_SERVICE].unique()))
    if place.size:
        at = created.iloc[place]
        # Some windows last for centuries. The instants to look at lie close together.
        spans = within(known, at.min(), at.max() + _INSTANT)
        of_service = pd.DataFrame({_SERVICE: number[place], "at": at})
        inside[place] = time_intervals.found(of_service, spans, _SERVICE).notna()
    return inside
