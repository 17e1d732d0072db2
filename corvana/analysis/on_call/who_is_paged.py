"""Who would be paged for an incident of one service at one instant, level by level.

An incident that nobody acknowledges waits on each level for the level's delay. So each level has
its own instant, and the people are those who are on call at that instant. PagerDuty passes over a
level that nobody is on call on without waiting, and creates no incident if nobody is on call on any
level (https://support.pagerduty.com/hc/en-us/articles/202830180-Scheduling-Gaps).

People are letters in the order of their appearance: A, B, C. The letters hold within one answer
only, because a responder's code and a rotation together would name the person.

The settings are those that were in force at the instant (`settings_then`). Urgency follows the
service's rule: the incident is low-urgency if the rule says so, with support hours as they are at
the instant. A low-urgency incident is assigned to the first level that has a person and does not
escalate. While a service is disabled or in a maintenance window, no incident is created.

Limits: all targets of a level are paged. PagerDuty can also page them by turns (round robin), which
is not collected. Coming shifts are as planned when they were collected, and rules may still change.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import time
from string import ascii_uppercase
from typing import Final, Literal, NamedTuple

import pandas as pd

from corvana.analysis.on_call.hours import weekly
from corvana.analysis.on_call.settings_then import Seen, then

Outcome = Literal["paged", "assigned", "nobody", "not known"]
"""`assigned`: a low-urgency incident, which goes to one level and does not escalate."""
Reason = Literal[
    "",
    "not collected",
    "service unknown",
    "service deleted",
    "service disabled",
    "maintenance",
    "no policy",
    "policy unknown",
    "policy deleted",
    "no levels",
    "nobody on call",
]
Urgency = Literal["high", "low", "severity_based", "not known"]
ON_CALL: Final = "on call"
NOBODY: Final = "nobody"
NOT_KNOWN: Final = "not known"

_LEVEL: Final = "level"
_POST: Final = ["level", "target", "responder"]


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of an account.

    `services` and `policies` are SERVICE_HISTORY and POLICY_HISTORY, completed. `schedules` are the
    ids of the collected schedules. Shifts are known in [`since`, `until`). `time_zone` is used for
    support hours without a zone.
    """

    services: pd.DataFrame
    policies: pd.DataFrame
    shifts: pd.DataFrame
    maintenance_windows: pd.DataFrame
    schedules: Collection[str]
    time_zone: str
    since: pd.Timestamp
    until: pd.Timestamp


class Paged(NamedTuple):
    """The answer for one service and instant.

    `targets` has a row for each person on call, and one for each target without anybody: `level`,
    `at` (when the level is paged if nobody acknowledges), `after_minutes` (since the incident),
    `schedule_id` (null for a person named in the policy directly), `person` (a letter, or null),
    `state` (ON_CALL, NOBODY, NOT_KNOWN) and `earlier_level` (the first earlier level with the same
    person, or null). `repeats` is how often the policy then starts over, `minutes` how long until
    nobody is paged any more. `service_seen`, `policy_seen`: see `settings_then.Seen`;
    `first_seen`: when the oldest of these settings was seen, NaT if that is not known.
    """

    at: pd.Timestamp
    outcome: Outcome
    reason: Reason
    urgency: Urgency = "not known"
    has_support_hours: bool = False
    policy: str | None = None
    repeats: int = 0
    minutes: int = 0
    targets: pd.DataFrame | None = None
    service_seen: Seen = "never"
    policy_seen: Seen = "never"
    first_seen: pd.Timestamp = pd.Timestamp("NaT")


def who_is_paged(known: Known, service_id: str, at: pd.Timestamp) -> Paged:
    """Return who would be paged if an incident of the service were created at `at` (UTC)."""
    if not known.since <= at < known.until:
        return Paged(at, "not known", "not collected")
    service = then(known.services, "service_id", service_id, at)
    if service.rows.empty:
        return Paged(at, "not known", "service unknown")
    settings = service.rows.iloc[0]
    urgency, has_support_hours = _urgency(settings, known.time_zone, at)
    found = Paged(
        at,
        "nobody",
        _no_incident(settings, known.maintenance_windows, service_id, at),
        urgency,
        has_support_hours,
        service_seen=service.seen,
        first_seen=service.first_seen,
    )
    if found.reason:
        return found
    return _through(found, str(settings["escalation_policy_id"]), known)


def _through(found: Paged, policy: str, known: Known) -> Paged:
    """The answer of an incident that the service gives to the policy."""
    rules = then(known.policies, "escalation_policy_id", policy, found.at)
    told = found._replace(policy=policy, policy_seen=rules.seen)
    if rules.rows.empty:
        return told._replace(outcome="not known", reason="policy unknown")
    if rules.rows["is_deleted"].any():
        return told._replace(reason="policy deleted")
    levels = rules.rows.dropna(subset=[_LEVEL])
    if levels.empty:
        return told._replace(reason="no levels")
    climbed, minutes = _climbed(levels, known, found.at)
    reached = _first_reached(climbed) if found.urgency == "low" else climbed
    repeats = int(levels["num_loops"].iloc[0])
    answered = told._replace(
        repeats=repeats,
        minutes=minutes * (repeats + 1),
        targets=_with_letters(reached),
        first_seen=max(found.first_seen, rules.first_seen),
    )
    if climbed["state"].eq(NOBODY).all():
        return answered._replace(reason="nobody on call")
    return answered._replace(outcome="assigned" if found.urgency == "low" else "paged")


def posts(levels: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Return who is on call for each target at the level's instant: `level, at, after_minutes,
    target, target_type, responder, state`.

    `levels` has `level, at, after_minutes, target, target_type`. The row of a target without
    anybody has no responder.
    """
    is_person = levels["target_type"].eq("user")
    named, rotas = levels[is_person], levels[~is_person]
    people = named.assign(responder=named["target"], state=ON_CALL)
    shifts = known.shifts[known.shifts["schedule_id"].isin(rotas["target"])]
    joined = rotas.merge(shifts, left_on="target", right_on="schedule_id")
    on = joined[joined["start"].le(joined["at"]) & joined["end"].gt(joined["at"])]
    covered = rotas.merge(on[["level", "target", "responder"]], on=["level", "target"], how="left")
    is_known = covered["target"].isin(list(known.schedules)) & covered["at"].lt(known.until)
    state = is_known.map({True: NOBODY, False: NOT_KNOWN}).mask(
        covered["responder"].notna(), ON_CALL
    )
    columns = ["level", "at", "after_minutes", "target", "target_type", "responder", "state"]
    return (
        pd.concat([people[columns], covered.assign(state=state)[columns]], ignore_index=True)
        .drop_duplicates(_POST)
        .sort_values(_POST, ignore_index=True)
    )


def by_level(targets: pd.DataFrame) -> pd.DataFrame:
    """Return one row per level of `Paged.targets`: `level`, `after_minutes`, `people` (letters, in
    order), `state` and `is_repeated` (nobody new is on it).

    A level has nobody if none of its targets has anybody; it is not known if one of these targets
    is not known.
    """
    rows = []
    for level, own in targets.groupby(_LEVEL):
        people = own.dropna(subset=["person"]).drop_duplicates("person")
        is_unknown = bool(own["state"].eq(NOT_KNOWN).any())
        empty_state = NOT_KNOWN if is_unknown else NOBODY
        rows.append(
            (
                level,
                int(own["after_minutes"].iloc[0]),
                people["person"].tolist(),
                ON_CALL if len(people) else empty_state,
                bool(len(people)) and bool(people["earlier_level"].notna().all()),
            )
        )
    columns = ["level", "after_minutes", "people", "state", "is_repeated"]
    return pd.DataFrame(rows, columns=columns)


def _no_incident(
    settings: pd.Series, windows: pd.DataFrame, service_id: str, at: pd.Timestamp
) -> Reason:
    """Why nobody can be paged for the service, whatever its policy."""
    own = windows[windows["service_id"].eq(service_id)]
    if settings["is_deleted"]:
        return "service deleted"
    if settings["status"] == "disabled":
        return "service disabled"
    if (own["start"].le(at) & own["end"].gt(at)).any():
        return "maintenance"
    return "no policy" if pd.isna(settings["escalation_policy_id"]) else ""


def _urgency(settings: pd.Series, fallback: str, at: pd.Timestamp) -> tuple[Urgency, bool]:
    """The urgency of an incident created at `at`, and whether support hours decided it."""
    if settings["urgency_rule"] != "use_support_hours":
        return _word(settings["urgency"]), False
    window = settings[["support_days", "support_start", "support_end"]]
    if window.isna().any():
        return "not known", True
    days, starts, ends = window
    zone = settings["support_time_zone"]
    inside = weekly(
        fallback if pd.isna(zone) else str(zone),
        [int(day) for day in str(days).split()],
        (time.fromisoformat(starts), time.fromisoformat(ends)),
        at,
        at + pd.Timedelta(microseconds=1),
    )
    which = "outside" if inside.empty else "during"
    return _word(settings[f"urgency_{which}_support_hours"]), True


def _word(urgency: object) -> Urgency:
    if urgency == "high":
        return "high"
    if urgency == "low":
        return "low"
    return "severity_based" if urgency == "severity_based" else "not known"


def _climbed(levels: pd.DataFrame, known: Known, at: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """`posts` of every level at the instant at which an incident reaches it, and the minutes until
    the last level's delay has passed. A level without anybody takes no time."""
    of_levels = known.shifts["schedule_id"].isin(levels["target"])
    near = replace(known, shifts=known.shifts[of_levels])
    parts, minutes = [], 0
    for _, own in levels.groupby(_LEVEL):
        reached = at + pd.Timedelta(minutes=minutes)
        parts.append(posts(own.assign(after_minutes=minutes, at=reached), near))
        if parts[-1]["state"].ne(NOBODY).any():
            minutes += int(own["escalation_delay_in_minutes"].max())
    return pd.concat(parts, ignore_index=True), minutes


def _first_reached(climbed: pd.DataFrame) -> pd.DataFrame:
    """The levels up to the first one that has a person, or that may have one."""
    first = climbed.loc[climbed["state"].ne(NOBODY), _LEVEL].min()
    return climbed if pd.isna(first) else climbed[climbed[_LEVEL].le(first)]


def _with_letters(found: pd.DataFrame) -> pd.DataFrame:
    """Replace responders by letters, and name the earlier level of a person."""
    codes, people = pd.factorize(found["responder"])
    letters = [*(_letter(number) for number in range(len(people))), None]
    first = found.groupby("responder")[_LEVEL].transform("min")
    return found.assign(
        person=pd.Series([letters[code] for code in codes], found.index, dtype="str"),
        schedule_id=found["target"].where(found["target_type"].eq("schedule")),
        earlier_level=first.where(first.lt(found[_LEVEL])).astype("Int16"),
    )[["level", "at", "after_minutes", "schedule_id", "person", "state", "earlier_level"]]


def _letter(number: int) -> str:
    """A, B … Z, AA, AB …"""
    rest, last = divmod(number, len(ascii_uppercase))
    return (_letter(rest - 1) if rest else "") + ascii_uppercase[last]
