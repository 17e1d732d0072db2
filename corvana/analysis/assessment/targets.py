"""Response targets: within which time an incident is to be acknowledged and resolved.

A target is the client's. None is set beforehand, and without one nothing is judged. Targets are set
by priority; by urgency, if no incident of the account has a priority. An incident counts with the
priority and urgency that PagerDuty shows for it now, and those without a priority can have a target
of their own. A service may have its own target for a priority; where it leaves one of the two times
empty, the time of the priority holds.

- *Met*: acknowledged by a person, or resolved by anybody or anything, within the target (at exactly
  the target, too). Both times begin when the incident is created. An incident that was reopened
  counts by its first acknowledgement and its first resolve, as on *Response*; while it is open
  again, it is not resolved.
- *Missed*: later than that, or not yet although the target has passed. An incident that was
  resolved without an acknowledgement, by a person or by itself, missed its target of
  acknowledgement however soon that was: a resolve is no acknowledgement. So the share that met a
  target is that of the curve *acknowledged within* on *Response* at this time. How many these are
  stands beside it.
- *Not judged yet*: the target had not passed when the data was collected. This holds for all
  incidents that are younger than their target, also for those acknowledged or resolved already: of
  so young incidents only the quick ones are over, and counting these alone would make the newest
  days look better than they are.
- *Without a target*: nobody set one for this priority, or the priority is not known any more. They
  are counted, and not judged.

Merged incidents, and those created in a maintenance window, are left out. An incident of several
teams counts in each.

Shares have Wilson's 95 % interval of the effective number of incidents: those of one storm are
alike (see *Storms*, *Effective n*). The change against the period before has the interval for
independent incidents, as many times wider as weeks differ by more than chance (see *Weeks without a
change*); with too few weeks none is told. What is not covered: working hours. A target runs day and
night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.account.selection import NO_PRIORITY
from corvana.analysis.maintenance import is_counted
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import Estimate, Numbers

Level = Literal["priority", "urgency"]
"""By what targets are set."""

_ACK: Final[Measure] = "seconds_to_first_ack"
_RESOLVE: Final[Measure] = "seconds_to_resolve"
KEPT: Final = ("incident_id", "number", "service_id", "team_ids", "storm", "created_at")
"""The columns of INCIDENTS that `judged` keeps as they are."""


@dataclass(frozen=True, slots=True)
class Target:
    """The times for one priority or urgency, in whole seconds; None: no target.

    Attributes
    ----------
    by
        Whether `level` is a priority or an urgency.
    level
        The id of a priority, `NO_PRIORITY`, or an urgency.
    service
        The id of the service that has these times; empty for all services without their own.
    """

    by: Level
    level: str
    service: str = ""
    acknowledge: int | None = None
    resolve: int | None = None

    def seconds(self, measure: Measure) -> int | None:
        """Return the time for a duration."""
        return self.acknowledge if measure == "seconds_to_first_ack" else self.resolve


@dataclass(frozen=True, slots=True)
class Attained:
    """How often one of the two targets was met.

    `share` is that of the `n` judged incidents. Of these, `n_met` met the target, `n_late` did so
    too late, `n_open` have not yet although it passed, and `n_without_ack` were resolved without an
    acknowledgement (`n_early` of them before the target had passed). Not judged: `n_young` (the
    target has not passed yet), `n_without_target`, and `n_left_out` (merged, or created in a
    maintenance window). `is_set`: a target of this kind is set at all.
    """

    is_set: bool
    share: Estimate
    n: int
    n_met: int
    n_late: int
    n_open: int
    n_without_ack: int
    n_early: int
    n_young: int
    n_without_target: int
    n_left_out: int

    @property
    def n_missed(self) -> int:
        """How many judged incidents did not meet it."""
        return self.n - self.n_met


class Attainment(NamedTuple):
    """Both targets of one selection."""

    acknowledge: Attained
    resolve: Attained

    def of(self, measure: Measure) -> Attained:
        """Return the one of a duration."""
        return self.acknowledge if measure == "seconds_to_first_ack" else self.resolve

    @property
    def is_set(self) -> bool:
        """Whether any target is set."""
        return self.acknowledge.is_set or self.resolve.is_set


def by_what(incidents: pd.DataFrame) -> Level:
    """Return by what targets are set: urgency, if none of all INCIDENTS has a priority."""
    return "priority" if incidents["priority"].notna().any() else "urgency"


def seconds_of(
    incidents: pd.DataFrame, targets: Sequence[Target], measure: Measure, by: Level
) -> Numbers:
    """Return the target of each of INCIDENTS in seconds; NaN without one."""
    levels, level_names = pd.factorize(incidents[by])
    services, service_names = pd.factorize(incidents["service_id"])
    # A missing value has the code −1, which is the last place.
    level_of = {str(name): place for place, name in enumerate([*level_names, NO_PRIORITY])}
    service_of = {str(name): place for place, name in enumerate(service_names)}
    seconds = np.full((len(level_names) + 1, len(service_names) + 1), np.nan)
    # A service's own times come last and replace those of the priority.
    for target in sorted(targets, key=lambda each: bool(each.service)):
        own, place = target.seconds(measure), level_of.get(target.level)
        if target.by != by or own is None or place is None:
            continue
        if not target.service:
            seconds[place] = own
        elif target.service in service_of:
            seconds[place, service_of[target.service]] = own
    found: Numbers = seconds[levels, services]
    return found


def judged(
    incidents: pd.DataFrame,
    targets: Sequence[Target],
    measure: Measure,
    *,
    by: Level,
    as_of: datetime,
) -> pd.DataFrame:
    """Return the incidents that count, each held against its target.

    Parameters
    ----------
    incidents
        INCIDENTS, or rows of it.
    measure, by
        The duration; by what targets are set in this account (`by_what`).

    Returns
    -------
    DataFrame
        incident_id, number, service_id, team_ids, storm, created_at; level (`NO_PRIORITY` without a
        priority); target (seconds, NaN without one); waited (seconds until the event, NaN without
        it); is_judged; is_met; is_early (resolved before the target passed, and not acknowledged);
        is_open (the event can still come).
    """
    columns = list(dict.fromkeys((*KEPT, by, measure, "seconds_to_resolve")))
    counted = incidents.loc[is_counted(incidents), columns]
    target = seconds_of(counted, targets, measure, by)
    waited, resolved = counted[measure], counted["seconds_to_resolve"]
    age = (as_of - counted["created_at"]).dt.total_seconds()
    return counted[list(KEPT)].assign(
        level=_levels(counted[by]),
        target=target,
        waited=waited,
        is_judged=age > target,
        is_met=waited <= target,
        is_early=waited.isna() & (resolved <= target),
        is_open=waited.isna() & resolved.isna(),
    )


def outcomes(
    incidents: pd.DataFrame, targets: Sequence[Target], *, by: Level, as_of: datetime
) -> pd.DataFrame:
    """Return what became of both targets of each of INCIDENTS, in its order.

    Returns
    -------
    DataFrame
        For `acknowledge` and `resolve`: <target>_target_seconds (NaN without one), <target>_outcome
        (`met`, `missed`, `not judged yet`). Missing for incidents that are left out.
    """
    found = {}
    for name, measure in (("acknowledge", _ACK), ("resolve", _RESOLVE)):
        rows = judged(incidents, targets, measure, by=by, as_of=as_of)
        outcome = np.select(
            [rows["target"].isna(), ~rows["is_judged"], rows["is_met"]],
            ["", "not judged yet", "met"],
            "missed",
        )
        texts = pd.Series(outcome, rows.index, dtype="str")
        found[f"{name}_target_seconds"] = rows["target"].reindex(incidents.index)
        found[f"{name}_outcome"] = texts.where(texts.ne("")).reindex(incidents.index)
    return pd.DataFrame(found)


def _levels(keys: pd.Series) -> pd.Categorical:
    """Return the priority or urgency of each row, `NO_PRIORITY` where it is missing."""
    codes, names = pd.factorize(keys)
    every = pd.Index([*map(str, names), NO_PRIORITY], dtype="str")
    found: pd.Categorical = pd.Categorical.from_codes(
        np.where(codes < 0, len(names), codes).astype("int64"), every
    )
    return found


def attained(
    incidents: pd.DataFrame, rows: pd.DataFrame, targets: Sequence[Target], measure: Measure
) -> Attained:
    """Return how often the targets of a selection were met.

    Parameters
    ----------
    incidents, rows
        INCIDENTS of the selection, and `judged` of them.
    """
    known = rows.loc[rows["is_judged"]]
    met, is_open = known["is_met"], known["is_open"]
    without = known["waited"].isna() & ~is_open
    return Attained(
        is_set=any(each.seconds(measure) is not None for each in targets),
        share=estimates.share_of(met, known["storm"]),
        n=len(known),
        n_met=int(met.sum()),
        n_late=int((~met & known["waited"].notna()).sum()),
        n_open=int(is_open.sum()),
        n_without_ack=int(without.sum()),
        n_early=int(known["is_early"].sum()),
        n_young=int((rows["target"].notna() & ~rows["is_judged"]).sum()),
        n_without_target=int(rows["target"].isna().sum()),
        n_left_out=len(incidents) - len(rows),
    )
