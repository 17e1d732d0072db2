"""One PagerDuty account as the analysis sees it: its frames, its period, shared results."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial, wraps
from threading import RLock
from typing import Any, Final, Self, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis import maintenance
from corvana.analysis.account.selection import rows
from corvana.analysis.escalations import climbing, simulate
from corvana.analysis.escalations.experience import Experience
from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import (
    DEFAULT_WINDOWS,
    HourWindows,
    TimeZones,
    usual_zones,
    with_hours,
)
from corvana.analysis.on_call.responder_load import Yardstick, responder_loads
from corvana.analysis.statistics.places import NUMBER, Places, places
from corvana.assessment.settings import DEFAULT_NORMS, SMALLEST_GROUP, Norms
from corvana.frames import CONFIGURATION_CHANGES, POLICY_HISTORY, empty

SECONDS_PER_MONTH: Final = 365.25 / 12 * 86_400
COMING: Final = pd.Timedelta(days=84)
"""How far ahead shifts are collected, from the start of the day of collection."""
_POLICY: Final = "escalation_policy_id"

Computed = TypeVar("Computed")


@dataclass(frozen=True, eq=False)
class Account:
    """Frames of `corvana.frames` under their own names; shared, so never change them.

    The period is [`since`, `until`): all time that was collected in full, unless the account is
    narrowed. `as_of` is the end of collection; an incident counts as open if it was open then.
    `time_zone` is used for responders whose own zone is unknown. `windows`, `norms` and
    `smallest_group` are the settings of the assessment.
    """

    incidents: pd.DataFrame
    escalation_steps: pd.DataFrame
    interruptions: pd.DataFrame
    participations: pd.DataFrame
    shifts: pd.DataFrame
    rules: pd.DataFrame
    repeats: pd.DataFrame
    services: pd.DataFrame
    support_hours: pd.DataFrame
    schedules: pd.DataFrame
    dependencies: pd.DataFrame
    responders: pd.DataFrame
    maintenance_windows: pd.DataFrame
    urgency_rules: pd.DataFrame
    alert_grouping: pd.DataFrame
    since: datetime
    as_of: datetime
    time_zone: str
    until: datetime | None = None
    windows: HourWindows = DEFAULT_WINDOWS
    norms: Norms = DEFAULT_NORMS
    smallest_group: int = SMALLEST_GROUP
    configuration_changes: pd.DataFrame = field(
        default_factory=partial(empty, CONFIGURATION_CHANGES)
    )
    policy_history: pd.DataFrame = field(default_factory=partial(empty, POLICY_HISTORY))

    @property
    def start(self) -> pd.Timestamp:
        return pd.Timestamp(self.since)

    @property
    def end(self) -> pd.Timestamp:
        return pd.Timestamp(self.until or self.as_of)

    @property
    def months(self) -> float:
        """Length of the period in mean calendar months."""
        return (self.end - self.start).total_seconds() / SECONDS_PER_MONTH

    def months_observed(self, *services: pd.Series) -> pd.Series:
        """Return, by row, the months of the period in which none of the row's services was in a
        maintenance window. The series hold ids of services, or nothing, and share an index."""
        rows = services[0].index
        members = pd.concat(
            [pd.DataFrame({"subject": rows, "service_id": each.to_numpy()}) for each in services]
        ).assign(since=self.start, until=self.end)
        shares = maintenance.observed_shares(members, self.maintenance_windows)
        return self.months * shares.reindex(rows)

    @property
    def planned_until(self) -> pd.Timestamp:
        """The end of the known shifts; the end of the period if no coming shift is known."""
        is_known = bool(self.shifts["end"].gt(self.end).any())
        return self.end.floor("D") + COMING if is_known else self.end

    @cached_property
    def policies_in_use(self) -> pd.Index:
        """The policies that an enabled service or an incident of the period uses."""
        enabled = self.services[self.services["status"].ne("disabled")]
        # A million texts would be large: take each policy of the incidents once.
        of_incidents = pd.Series(self.incidents[_POLICY].dropna().unique(), dtype="str")
        found: pd.Index = pd.Index(pd.concat([enabled[_POLICY].dropna(), of_incidents]).unique())
        return found

    @cached_property
    def interruption_incidents(self) -> Places:
        """The row in `incidents` of each of `interruptions`; -1 for one that is not in it."""
        return self._rows_of(self.interruptions)

    @cached_property
    def page_incidents(self) -> Places:
        """The row in `incidents` of each of `pages`; -1 for one that is not in it."""
        arrived = self._arrived
        every = self.interruption_incidents
        return every if arrived.all() else every[arrived]

    @cached_property
    def step_incidents(self) -> Places:
        """The row in `incidents` of each of `escalation_steps`; -1 for one that is not in it."""
        return self._rows_of(self.escalation_steps)

    @cached_property
    def participation_incidents(self) -> Places:
        """The row in `incidents` of each of `participations`; -1 for one that is not in it."""
        return self._rows_of(self.participations)

    @cached_property
    def page_storms(self) -> Places:
        """The cluster of each of `pages`: the storm of its incident, or else the incident itself; 0
        if the incident is not known."""
        storms = self.incidents["storm"].to_numpy(dtype=NUMBER)
        alone = storms.max(initial=0) + 1 + np.arange(storms.size, dtype=NUMBER)
        clusters = np.append(np.where(storms > 0, storms, alone), NUMBER(0))
        found: Places = clusters[self.page_incidents]
        return found

    @cached_property
    def zones(self) -> TimeZones:
        """The time zones to use: the responder's, else their schedule's, else the account's."""
        known = self.schedules.dropna(subset=["time_zone"]).set_index("schedule_id")["time_zone"]
        return TimeZones(self.responders, self.time_zone, usual_zones(self.shifts, known))

    @cached_property
    def stays(self) -> pd.DataFrame:
        """`climbing.stays`: every stay on a level before the first ack."""
        return climbing.stays(
            self.incidents, self.escalation_steps, as_of=self.as_of, rows=self.step_incidents
        )

    @cached_property
    def experience(self) -> Experience:
        """`simulate.experience_of`: what all policies say of a what-if of one of them."""
        known = self.incidents.assign(hours_class=self.hours_class)
        return simulate.experience_of(self.stays, known, self.rules, self.repeats)

    @cached_property
    def pages(self) -> pd.DataFrame:
        """INTERRUPTIONS of the period with `time_zone`, `time_zone_source`, `hours_class`,
        `days_class`."""
        return with_hours(rows(self.interruptions, self._arrived), self.zones, self.windows)

    @cached_property
    def first_pages(self) -> pd.DataFrame:
        """`hours_class` and `days_class` of each incident's first page, in order of `incidents`;
        null if nobody was paged in the period."""
        order = np.argsort(self.pages["at"].astype("int64").to_numpy(), kind="stable")
        known = order[self.page_incidents[order] >= 0]
        incident, first = np.unique(self.page_incidents[known], return_index=True)
        found = {}
        for name in ("hours_class", "days_class"):
            classes = self.pages[name].cat
            codes = np.full(len(self.incidents), -1, dtype=np.int8)
            codes[incident] = classes.codes.to_numpy()[known[first]]
            found[name] = pd.Categorical.from_codes(codes, categories=classes.categories)
        return pd.DataFrame(found, index=self.incidents.index)

    @property
    def hours_class(self) -> pd.Series:
        """`sleep`, `off` or `business` of each incident's first page (see `first_pages`)."""
        return self.first_pages["hours_class"]

    @cached_property
    def loads(self) -> pd.DataFrame:
        """RESPONDER_LOADS of the period."""
        return responder_loads(
            self.pages,
            self.shifts,
            self.rules,
            self.zones,
            since=self.start,
            until=self.end,
            against=Yardstick(self.windows, self.norms),
        )

    @cached_property
    def cover(self) -> pd.DataFrame:
        """`shift_time.cover`: the times in which each responder covered a level of a policy, in the
        period."""
        return shift_time.cover(self.shifts, self.rules, since=self.start, until=self.end)

    @property
    def _arrived(self) -> npt.NDArray[np.bool_]:
        """A flag for each interruption: whether it came in the period."""
        at = self.interruptions["at"]
        arrived: npt.NDArray[np.bool_] = (at.ge(self.start) & at.lt(self.end)).to_numpy()
        return arrived

    def with_known(
        self, zones: TimeZones, *, steps: Places, participations: Places, interruptions: Places
    ) -> Self:
        """Set `zones`, `step_incidents`, `participation_incidents` and `interruption_incidents` to
        known values, so that they are not computed; return the account."""
        vars(self).update(
            zones=zones,
            step_incidents=steps,
            participation_incidents=participations,
            interruption_incidents=interruptions,
        )
        return self

    def _rows_of(self, frame: pd.DataFrame) -> Places:
        # Match the ids of each frame once; later comparisons use row numbers.
        return places(frame["incident_id"], self.incidents["incident_id"])


def per_account(compute: Callable[[Account], Computed]) -> Callable[[Account], Computed]:
    """Decorator: compute the result once per account and keep it as long as the account. Callers
    must not change the result."""
    kept: WeakKeyDictionary[Account, Any] = WeakKeyDictionary()
    one_at_a_time = RLock()

    @wraps(compute)
    def shared(account: Account) -> Computed:
        with one_at_a_time:
            if account not in kept:
                kept[account] = compute(account)
            found: Computed = kept[account]
            return found

    return shared
