"""One PagerDuty account as the analysis sees it: the frames, the period, and what is shared."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

import pandas as pd

from corvana.analysis import escalations, hours, on_call
from corvana.analysis.hours import TimeZones, usual_zones, with_hours
from corvana.analysis.responder_load import responder_loads

SECONDS_PER_MONTH: Final = 365.25 / 12 * 86_400


@dataclass(frozen=True, eq=False)
class Account:
    """Frames of `corvana.frames` under their own names; shared, so never change them.

    The period is [`since`, `until`): all that was collected in full unless narrowed. `as_of` is when
    collection ended: what is open then is open. `time_zone` is the zone of those whose own is not
    known.
    """

    incidents: pd.DataFrame
    escalation_steps: pd.DataFrame
    interruptions: pd.DataFrame
    engagements: pd.DataFrame
    shifts: pd.DataFrame
    rules: pd.DataFrame
    repeats: pd.DataFrame
    services: pd.DataFrame
    support_hours: pd.DataFrame
    schedules: pd.DataFrame
    dependencies: pd.DataFrame
    responders: pd.DataFrame
    maintenance_windows: pd.DataFrame
    since: datetime
    as_of: datetime
    time_zone: str
    until: datetime | None = None

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

    @cached_property
    def zones(self) -> TimeZones:
        """Whose clock counts: the responder's, else their schedule's, else the account's."""
        known = self.schedules.dropna(subset=["time_zone"]).set_index("schedule_id")["time_zone"]
        return TimeZones(self.responders, self.time_zone, usual_zones(self.shifts, known))

    @cached_property
    def stays(self) -> pd.DataFrame:
        """`escalations.stays`: every stay on a level before the first ack."""
        return escalations.stays(self.incidents, self.escalation_steps, as_of=self.as_of)

    @cached_property
    def pages(self) -> pd.DataFrame:
        """INTERRUPTIONS of the period with `time_zone`, `time_zone_source`, `hours_class`."""
        at = self.interruptions["at"]
        inside = at.ge(self.start) & at.lt(self.end)
        return with_hours(self.interruptions[inside], self.zones)

    @cached_property
    def hours_class(self) -> pd.Series:
        """`sleep`, `off` or `business` of each incident's first page, in order of `incidents`; null
        where nobody was paged in the period."""
        first = self.pages.sort_values("at", kind="stable").drop_duplicates("incident_id")
        by_incident = first.set_index("incident_id")["hours_class"]
        return self.incidents["incident_id"].map(by_incident).rename("hours_class")

    @cached_property
    def loads(self) -> pd.DataFrame:
        """RESPONDER_LOADS of the period."""
        return responder_loads(
            self.interruptions,
            self.shifts,
            self.rules,
            self.zones,
            since=self.start,
            until=self.end,
            windows=hours.DEFAULT_WINDOWS,
        )

    @cached_property
    def cover(self) -> pd.DataFrame:
        """`on_call.cover`: who covered which level of which policy when, in the period."""
        return on_call.cover(self.shifts, self.rules, since=self.start, until=self.end)
