"""Who was on call, for how long, and on which level of a policy.

PagerDuty computes its on-calls from schedules and policies. We do the same, from the schedules'
final shifts and the policies' present rules, so a policy that was changed is judged by its present
rules. A responder named directly in a policy is on call permanently. That is counted separately and
never added as hours around the clock, because nobody is awake all that time.
"""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.statistics import time_intervals
from corvana.assessment.settings import DEFAULT_NORMS, Norms
from corvana.frames import INSTANT, LEVELLED_SHIFTS, conform

_KEYS: Final = ["schedule_id", "responder", "start", "end"]


def levelled(shifts: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return LEVELLED_SHIFTS: SHIFTS joined by schedule to RULES, one row a policy and level.

    The columns are those of the evidence pack's shifts.csv.
    """
    served = (
        rules.loc[rules["target_type"].eq("schedule"), ["target", "level", "escalation_policy_id"]]
        .drop_duplicates()
        .rename(columns={"target": "schedule_id"})
    )
    return (
        shifts.merge(served, on="schedule_id", how="left")
        .sort_values([*_KEYS, "escalation_policy_id", "level"])
        .pipe(conform, LEVELLED_SHIFTS)
    )


def permanent(rules: pd.DataFrame) -> pd.DataFrame:
    """Return the responders named directly in a policy: `responder, escalation_policy_id,
    level`."""
    return (
        rules.loc[rules["target_type"].eq("user"), ["target", "escalation_policy_id", "level"]]
        .rename(columns={"target": "responder"})
        .drop_duplicates()
        .sort_values(["responder", "escalation_policy_id", "level"], ignore_index=True)
    )


def cover(
    shifts: pd.DataFrame, rules: pd.DataFrame, *, since: pd.Timestamp, until: pd.Timestamp
) -> pd.DataFrame:
    """Return the intervals in which each responder covered a level of a policy, in [since, until).

    Returns `escalation_policy_id, level, responder, start, end`, one row for each unbroken
    interval. Here a person named directly does count, for the whole period: the level needs nobody
    else.
    """
    by = ["escalation_policy_id", "level", "responder"]
    served = levelled(time_intervals.clip(shifts, since, until), rules).dropna(subset=["level"])
    always = permanent(rules).assign(start=since, end=until)
    return time_intervals.union(
        pd.concat([frame[[*by, "start", "end"]] for frame in (served, always)]), by
    )


def on_call_seconds(
    shifts: pd.DataFrame, rules: pd.DataFrame, *, since: pd.Timestamp, until: pd.Timestamp
) -> pd.DataFrame:
    """Return on-call seconds in [since, until) per responder, indexed by responder.

    Each figure is the length of a union: overlapping shifts count once.

    Returns
    -------
    DataFrame
        `on_call_seconds` over all shifts · `on_call_seconds_level_1` and
        `on_call_seconds_level_2_plus` over the shifts serving such a level; time on both at once is
        in both, so they need not add up · `on_call_seconds_without_policy`, the part in which no
        policy could have paged them · `permanent_policy_count`, the policies naming them directly,
        whose hours are in none of these columns. Responders with a shift in the period or a
        permanent place have a row.

    Names are PagerDuty Analytics' (`total_seconds_on_call_level_1` …). It deviates where PagerDuty
    counts a direct target around the clock. SHIFTS includes coming shifts; `until` excludes them.
    """
    served = levelled(time_intervals.clip(shifts, since, until), rules)
    is_served = served["level"].notna()
    level = served["level"].fillna(0)
    everything = {
        "on_call_seconds": _by_responder(served),
        "on_call_seconds_level_1": _by_responder(served[level == 1]),
        "on_call_seconds_level_2_plus": _by_responder(served[level > 1]),
        "on_call_seconds_without_policy": time_intervals.seconds(
            time_intervals.without(served, served[is_served], ["responder"]), "responder"
        ),
    }
    places = permanent(rules).groupby("responder")["escalation_policy_id"].nunique()
    return (
        pd.DataFrame({**everything, "permanent_policy_count": places})
        .fillna(0)
        .astype({"permanent_policy_count": "int32", **dict.fromkeys(everything, "float64")})
        .rename_axis("responder")
        .sort_index()
    )


def _by_responder(served: pd.DataFrame) -> pd.Series:
    return time_intervals.seconds(time_intervals.union(served, ["responder"]), "responder")


def stretches(shifts: pd.DataFrame) -> pd.DataFrame:
    """Return each responder's unbroken time on call over all schedules: `responder, start, end`.

    Wherever shifts are counted, a shift is such a stretch: two schedules at the same time, or one
    directly after the other, are one stretch, so no page is counted twice.
    """
    return time_intervals.union(shifts, ["responder"])


def shift_loads(
    interruptions: pd.DataFrame,
    whole: pd.DataFrame,
    *,
    since: pd.Timestamp,
    until: pd.Timestamp,
    norms: Norms = DEFAULT_NORMS,
) -> pd.DataFrame:
    """Return the load of each stretch on call (`stretches`), clipped to [since, until).

    Returns
    -------
    DataFrame
        `responder, start, end` · `is_whole`, whether the stretch lies fully in the period: only
        whole stretches may be called quiet · `interruptions` · `incidents`, distinct, by the
        incident each interruption keeps · `incidents_per_shift`, in as many hours as the norm is
        of (12); a shorter stretch counts as so many, so that one page in an override of one hour is
        not twelve · `is_quiet`, no interruption · `over_norm`, above `Norms.incidents_per_shift`.

    Limits: a stretch of weeks without a break, as in a rotation of one person, is a single shift.
    """
    is_whole = whole["start"].ge(since) & whole["end"].le(until)
    loads = time_intervals.clip(whole.assign(is_whole=is_whole), since, until).reset_index(
        drop=True
    )
    # The stretches are clipped, so a page outside the period is in none of them.
    at_shift = interruptions["incident_id"].groupby(
        time_intervals.found(interruptions, loads, "responder")
    )
    hours = (time_intervals.lengths(loads) / 3600).clip(lower=norms.shift_hours)
    return loads.assign(
        interruptions=at_shift.size().reindex(loads.index, fill_value=0).astype("int32"),
        incidents=at_shift.nunique().reindex(loads.index, fill_value=0).astype("int32"),
        incidents_per_shift=lambda f: f["incidents"] * norms.shift_hours / hours,
        is_quiet=lambda f: f["interruptions"].eq(0),
        over_norm=lambda f: f["incidents_per_shift"].gt(norms.incidents_per_shift),
    )


def rests(
    interruptions: pd.DataFrame,
    whole: pd.DataFrame,
    *,
    until: pd.Timestamp,
    norms: Norms = DEFAULT_NORMS,
) -> pd.DataFrame:
    """Return the rest after each interruption in sleep hours: until the next page or shift.

    Parameters
    ----------
    interruptions
        INTERRUPTIONS with `hours_class` (`hours.with_hours`); those from `until` on are unknown.
    whole
        `stretches`, coming ones included: a shift that begins tomorrow ends tonight's rest. A shift
        that directly follows another shift of the same responder does not end a rest.

    Returns
    -------
    DataFrame
        `responder, at, next_at, next_is` (page or shift; null if neither is known), `rest_seconds`,
        `is_short` (under `Norms.rest_hours`, 11; null where fewer hours were observed and nothing
        came yet). A night with three pages has three rows; the first two rests are short.
    """
    pages = interruptions.loc[interruptions["at"] < until, ["responder", "at", "hours_class"]]
    asleep = pages.assign(next_page=_next(pages))[pages["hours_class"].eq("sleep")]
    rest = (
        asleep[["responder", "at", "next_page"]]
        .assign(next_shift=time_intervals.next_start(asleep, whole, "responder"))
        .sort_values(["responder", "at"], ignore_index=True)
    )
    coming = rest[["next_page", "next_shift"]].min(axis=1)
    seconds = (coming - rest["at"]).dt.total_seconds()
    is_short = seconds.lt(norms.rest_hours * 3600).astype("boolean")
    is_observed = (until - rest["at"]).dt.total_seconds().ge(norms.rest_hours * 3600)
    is_page = rest["next_page"].le(rest["next_shift"]) | rest["next_shift"].isna()
    return rest[["responder", "at"]].assign(
        next_at=coming.astype(INSTANT),
        next_is=pd.Series("shift", rest.index, dtype="str")
        .mask(is_page, "page")
        .mask(coming.isna()),
        rest_seconds=seconds,
        is_short=is_short.mask(~is_short.astype(bool) & ~is_observed),
    )


def _next(pages: pd.DataFrame) -> pd.Series:
    """The next page of each page's responder."""
    whose, _ = pd.factorize(pages["responder"])
    order = np.lexsort((pages["at"].astype("int64").to_numpy(), whose))
    later = pages["at"].iloc[order].shift(-1)
    is_last = np.append(whose[order][1:] != whose[order][:-1], True)[: len(order)]
    return later.mask(is_last).reindex(pages.index)
