"""Times with nobody on call: gaps of policy levels and of schedules, past and coming.

A policy needs nobody while each of the services that use it is in a maintenance window, or outside
its support hours with low urgency then. Such time is no gap.

A level has a gap while none of its schedules has a person on call and no person is named in the
level directly: a person named there closes every gap of the level. (pd-utils counts that as no
coverage.) Levels are the policies' present ones.

Only what was collected can be judged. `schedules` are the ids of the schedules whose shifts were
collected over the whole period; a level that depends on any other schedule is unknown, not
uncovered, and `unknown_levels` lists it.
"""

from collections.abc import Collection
from datetime import time
from itertools import pairwise
from typing import Final

import pandas as pd

from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import weekly
from corvana.analysis.statistics import time_intervals
from corvana.frames import COVERAGE_GAPS, conform

Edges = tuple[pd.Timestamp, pd.Timestamp, pd.Timestamp]
_LEVEL_OF: Final = ["escalation_policy_id", "level"]
_POLICY: Final = ["escalation_policy_id"]
_SCHEDULE: Final = ["schedule_id"]
_SERVICE: Final = ["service_id"]
_WINDOW: Final = ["support_time_zone", "support_days", "support_start", "support_end"]


def coverage_gaps(
    rules: pd.DataFrame,
    shifts: pd.DataFrame,
    not_needed: pd.DataFrame,
    *,
    schedules: Collection[str],
    since: pd.Timestamp,
    as_of: pd.Timestamp,
    until: pd.Timestamp,
) -> pd.DataFrame:
    """Return COVERAGE_GAPS in [since, until): first of levels, then of schedules, each in order.

    Parameters
    ----------
    rules, shifts
        RULES and SHIFTS, coming shifts included.
    not_needed
        See `times_not_needed`.
    since, as_of, until
        A gap that reaches over `as_of` is two rows, so that past and coming ones can be summed.
        PagerDuty renders shifts for the next 90 days; time after that until `until` appears as one
        long gap.

    `is_needed` is False in the time in which the policy needs nobody: this is no gap, and it is
    counted separately. Of a schedule, it is False while that holds for every policy using it.
    """
    edges = (since, as_of, until)
    whole = pd.DataFrame({"start": [since], "end": [until]})
    covered = shift_time.cover(shifts, rules, since=since, until=until)
    names = pd.DataFrame({"schedule_id": sorted(schedules)}, dtype="str")
    of_schedules = time_intervals.without(names.merge(whole, how="cross"), shifts, _SCHEDULE)
    meant = _schedules_not_needed(rules, not_needed, whole)
    gaps = pd.concat(
        [
            level_gaps(rules, covered, not_needed, schedules=schedules, edges=edges),
            _judged(of_schedules, meant, _SCHEDULE, edges),
        ],
        ignore_index=True,
    )
    return gaps.reindex(columns=list(COVERAGE_GAPS)).pipe(conform, COVERAGE_GAPS)


def level_gaps(
    rules: pd.DataFrame,
    covered: pd.DataFrame,
    not_needed: pd.DataFrame,
    *,
    schedules: Collection[str],
    edges: Edges,
) -> pd.DataFrame:
    """Return the gaps of levels alone, as `coverage_gaps` does: `escalation_policy_id, level,
    start, end, is_needed`.

    `covered` is `shift_time.cover` of the rules from the first to the last of `edges`, which are
    `since`, `as_of` and `until`.
    """
    whole = pd.DataFrame({"start": [edges[0]], "end": [edges[-1]]})
    levels = _known_levels(rules, schedules)
    of_levels = time_intervals.without(levels.merge(whole, how="cross"), covered, _LEVEL_OF)
    apart = levels.merge(not_needed, on="escalation_policy_id")
    return _judged(of_levels, apart, _LEVEL_OF, edges)


def unknown_levels(rules: pd.DataFrame, *, schedules: Collection[str]) -> pd.DataFrame:
    """Return the levels whose coverage is unknown: `escalation_policy_id, level`.

    They depend on a schedule that was not collected, and no person is named in them directly.
    """
    levels = rules[_LEVEL_OF].drop_duplicates()
    known = levels.merge(_known_levels(rules, schedules), on=_LEVEL_OF, how="left", indicator=True)
    return (
        known.loc[known["_merge"].eq("left_only"), _LEVEL_OF]
        .sort_values(_LEVEL_OF)
        .reset_index(drop=True)
    )


def times_not_needed(
    services: pd.DataFrame,
    support_hours: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    fallback: str,
    since: pd.Timestamp,
    until: pd.Timestamp,
) -> pd.DataFrame:
    """Return the times at which a policy needs nobody: `escalation_policy_id, start, end`, in
    [since, until).

    Parameters
    ----------
    services, support_hours, windows
        SERVICES, SUPPORT_HOURS and MAINTENANCE_WINDOWS.
    fallback
        The account's zone, for support hours without one.

    A service needs nobody while it is in a maintenance window, and outside its support hours if its
    incidents are low-urgency then: these do not escalate. Support hours with high or severity-based
    urgency outside page around the clock. A policy needs nobody while no service using it needs
    anybody; a policy that no service uses has no such times.
    """
    kept = support_hours["urgency_outside_support_hours"].eq("low") & support_hours[
        _WINDOW[1:]
    ].notna().all(axis=1)
    excused = support_hours[kept].fillna({"support_time_zone": fallback})
    users = services.dropna(subset=_POLICY)[[*_SERVICE, *_POLICY]]
    spared = users["service_id"].isin([*excused["service_id"], *windows["service_id"]])
    limited = users[spared.groupby(users["escalation_policy_id"]).transform("all").astype(bool)]
    whole = limited[_POLICY].drop_duplicates().assign(start=since, end=until)
    if limited.empty:
        return whole
    timed = limited.merge(excused[[*_SERVICE, *_WINDOW]], on=_SERVICE)
    hours = timed[[*_SERVICE, *_WINDOW]].merge(_weeks(timed, since, until), on=_WINDOW)
    always = limited.loc[~limited["service_id"].isin(timed["service_id"]), _SERVICE]
    needing = pd.concat([hours, always.assign(start=since, end=until)], ignore_index=True)
    needed = time_intervals.without(needing, windows, _SERVICE).merge(limited, on=_SERVICE)
    return time_intervals.without(whole, needed, _POLICY)


def _known_levels(rules: pd.DataFrame, schedules: Collection[str]) -> pd.DataFrame:
    """Levels that name a person, and levels whose schedules were all collected."""
    is_person = rules["target_type"].eq("user")
    targets = rules[_LEVEL_OF].assign(
        person=is_person, collected=is_person | rules["target"].isin(list(schedules))
    )
    levels = targets.groupby(_LEVEL_OF, as_index=False).agg(
        person=("person", "any"), collected=("collected", "all")
    )
    return levels.loc[levels["person"] | levels["collected"], _LEVEL_OF].reset_index(drop=True)


def _judged(
    gaps: pd.DataFrame,
    not_needed: pd.DataFrame,
    by: list[str],
    edges: Edges,
) -> pd.DataFrame:
    """Cut gaps where somebody begins or ceases to be needed, and at the middle edge."""
    parts = [
        time_intervals.without(gaps, not_needed, by).assign(is_needed=True),
        time_intervals.overlap(gaps, not_needed, by).assign(is_needed=False),
    ]
    cut = pd.concat(parts, ignore_index=True)
    halves = [time_intervals.clip(cut, *half) for half in pairwise(edges)]
    return pd.concat(halves, ignore_index=True).sort_values([*by, "start"])


def _schedules_not_needed(
    rules: pd.DataFrame, not_needed: pd.DataFrame, whole: pd.DataFrame
) -> pd.DataFrame:
    """The times at which no policy needs its schedule: `schedule_id, start, end`."""
    by = ["schedule_id", "escalation_policy_id"]
    used = (
        rules.loc[rules["target_type"].eq("schedule"), ["target", "escalation_policy_id"]]
        .drop_duplicates()
        .rename(columns={"target": "schedule_id"})
    )
    needed = time_intervals.without(
        used.merge(whole, how="cross"), used.merge(not_needed, on="escalation_policy_id"), by
    )
    names = used[_SCHEDULE].drop_duplicates()
    return time_intervals.without(names.merge(whole, how="cross"), needed, _SCHEDULE)


def _weeks(hours: pd.DataFrame, since: pd.Timestamp, until: pd.Timestamp) -> pd.DataFrame:
    """The intervals of each distinct support window: its columns, start, end."""
    windows = hours[_WINDOW].drop_duplicates()
    spelled = [
        weekly(
            zone,
            [int(day) for day in days.split()],
            (time.fromisoformat(starts), time.fromisoformat(ends)),
            since,
            until,
        ).assign(**dict(zip(_WINDOW, (zone, days, starts, ends), strict=True)))
        for zone, days, starts, ends in windows.itertuples(index=False)
    ]
    blank = windows.iloc[:0].assign(start=since, end=until)
    return pd.concat([blank, *spelled], ignore_index=True)
