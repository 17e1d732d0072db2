"""Time in which a level of an escalation policy has nobody on call although it should have.

A level has a gap while none of its schedules has a person on call and the level names no person
directly. The finding covers the levels of policies that a service or an incident uses, and the
schedules that no policy uses. The gap of a schedule in use is reported once, for its level. Time is
not required while every service that uses the policy is in a maintenance window, or outside its
support hours with low urgency then.

The effect is the uncovered share of the required time, past and the coming 84 days. It is read off
the schedules, so there is no test and no uncertainty. Floor: 5 % of the required time, which is
about a shift of eight hours each week, so that late handoffs or a missed evening do not count; the
coming time must reach 5 % too, unless no coming shift is known. Avoidable minutes come from the
high-urgency incidents that entered by the policy and came to the level while it was empty: the sum
of their waits from then until they were acknowledged or over, minus that of as many incidents that
came to the level while somebody was on it. A wait counts for four hours at most. An incident that
was acknowledged before the level's turn says nothing about the level. The minutes are 0 if the
waits were no longer, with fewer than ten incidents on either side, and for a schedule that no
policy uses, because no incident pages through it. `n` counts the gaps; one that is going on at the
end of collection is one gap.

Limits: levels are the policies' present ones. If another level has a person on call, pages skip the
empty level and reach that person. A level with a schedule that was not collected is unknown and
left out. A schedule that no policy uses and that never has a person on call is left out too.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Timeline
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, levels_then, present_settings
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.findings.measures.reached_levels import reached_levels
from corvana.analysis.on_call import coverage
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent, plural
from corvana.frames import TESTS, conform

_FLOOR: Final = 0.05
_POLICY: Final = "escalation_policy_id"
_PLACE: Final = ["subject_id", "detail"]
_SUBJECT: Final = ["subject_type", *_PLACE]


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of every level and schedule with a gap; `detail` of a policy is its level.

    `n` is the number of gaps; the interval is the effect itself.
    """
    gaps = _gaps(account)
    seconds = time_intervals.lengths(gaps)
    is_past = gaps["end"].le(account.end)
    found = (
        gaps.assign(past=seconds.where(is_past, 0.0), coming=seconds.where(~is_past, 0.0))
        .groupby(_SUBJECT, dropna=False, as_index=False)
        .agg(past=("past", "sum"), coming=("coming", "sum"))
        .merge(_unbroken(gaps).groupby(_SUBJECT, dropna=False).size().rename("n").reset_index())
    )
    past, coming = _required_seconds(account)
    # Only policies have services; for a schedule, all time is required.
    required_past, required_coming = (
        required.reindex(found["subject_id"])
        .fillna((until - since).total_seconds())
        .set_axis(found.index)
        for required, (since, until) in zip((past, coming), _halves(account), strict=True)
    )
    effect = (found["past"] + found["coming"]) / (required_past + required_coming)
    waited = _waited_beyond(reached_levels(account), gaps[is_past])
    return found.assign(
        effect=effect,
        low=effect,
        high=effect,
        reference=0.0,
        effective_n=float("nan"),
        p_value=float("nan"),
        is_material=effect.ge(_FLOOR) & found["coming"].ge(_FLOOR * required_coming),
        avoidable_minutes_per_month=waited.reindex(
            pd.MultiIndex.from_frame(found[_PLACE]), fill_value=0.0
        ).to_numpy()
        / 60
        / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the required times with nobody on call: `start, end, seconds`, in order."""
    gaps = _unbroken(_gaps(account))
    of_subject = gaps["subject_id"].eq(finding.subject_id) & gaps["detail"].fillna("").eq(
        finding.detail or ""
    )
    return (
        gaps.loc[of_subject, ["start", "end"]]
        .assign(seconds=time_intervals.lengths)
        .sort_values("start", ignore_index=True)
    )


def measured(account: Account, finding: Finding, date: pd.Timestamp) -> Cases:
    """Return the share of each week in which nobody was on call, by the levels in force then."""
    gaps = levels_then.pieces(account, finding.subject_id, lambda part: evidence(part, finding))
    return cases.weeks(gaps, date, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the share of required time without coverage, and on the extra waits."""
    name = names.get(finding.subject_id, finding.subject_id)
    subject = f"level {finding.detail} of {name}" if finding.detail else name
    return (
        f"Nobody is on call on {subject} for {percent(finding.effect)} of the time it is needed "
        f"({plural(finding.n, 'gap', 'gaps')}, past and coming, in the schedules)."
        f"{_longer(finding)}"
    )


def _longer(finding: Finding) -> str:
    """A sentence on the waits of incidents; empty for a schedule, which no incident comes to."""
    if finding.detail is None:
        return ""
    minutes = finding.avoidable_minutes_per_month
    if minutes > 0:
        return (
            f" Incidents that came to the level then waited {duration(minutes * 60)} a month longer"
            " than as many others that came to it."
        )
    return (
        f" No extra waiting time is told: fewer than {ENOUGH} incidents came to the level in a gap "
        "or outside of one, or those in a gap did not wait longer."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    if finding.detail is None:
        return "Fill the gaps of the schedule."
    paged = present_settings.targets(account, finding.subject_id, int(finding.detail), names)
    now = f" It pages {paged} now." if paged else ""
    return f"Fill the gaps, or add a second schedule or person to level {finding.detail}.{now}"


def _waited_beyond(reached: pd.DataFrame, gaps: pd.DataFrame) -> pd.Series:
    """Seconds that incidents waited more, by policy and level (as `detail`).

    `reached` are `reached_levels`, `gaps` past ones. Incidents that came to the level in a gap are
    compared with as many that came to it while it had somebody.
    """
    empty = gaps[gaps["subject_type"].eq("escalation_policy")]
    numbered = empty.assign(number=empty.groupby(_PLACE).ngroup()).reset_index(drop=True)
    places = numbered.drop_duplicates("number")
    # Give the few places the types of the many rows: a text a row would be large.
    reachable = places[places["subject_id"].isin(reached[_POLICY].unique())]
    keys = reachable.rename(columns={"subject_id": _POLICY, "detail": "level"}).astype(
        {_POLICY: reached[_POLICY].dtype, "level": reached["level"].dtype}
    )
    each = reached[[_POLICY, "level", "at", "waited"]].merge(keys[[_POLICY, "level", "number"]])
    in_gap = time_intervals.found(each, numbered, "number").notna()
    waited = each["waited"].clip(upper=LONGEST_WAIT)
    inside, outside = (
        waited[side].groupby(each.loc[side, "number"]).agg(["size", "mean"])
        for side in (in_gap, ~in_gap)
    )
    longer = (inside["mean"] - outside["mean"]) * inside["size"]
    is_enough = inside["size"].ge(ENOUGH) & outside["size"].ge(ENOUGH).reindex(inside.index)
    total = longer.where(is_enough.eq(True), 0.0).clip(lower=0.0)
    return places.set_index(_PLACE)["number"].map(total).astype("float64").fillna(0.0)


def _halves(
    account: Account,
) -> tuple[tuple[pd.Timestamp, pd.Timestamp], tuple[pd.Timestamp, pd.Timestamp]]:
    """The period and the known future."""
    return (account.start, account.end), (account.end, account.planned_until)


def _not_needed(account: Account) -> pd.DataFrame:
    (since, _), (_, until) = _halves(account)
    return coverage.times_not_needed(
        account.services,
        account.support_hours,
        account.maintenance_windows,
        fallback=account.time_zone,
        since=since,
        until=until,
    )


def _gaps(account: Account) -> pd.DataFrame:
    """Gaps in required time with their subject: `subject_type, subject_id, detail, start, end`."""
    (since, as_of), (_, until) = _halves(account)
    used = account.rules.loc[account.rules["target_type"].eq("schedule"), "target"]
    gaps = coverage.coverage_gaps(
        account.rules[account.rules[_POLICY].isin(account.policies_in_use)],
        account.shifts,
        _not_needed(account),
        schedules=set(account.schedules["schedule_id"]),
        since=since,
        as_of=as_of,
        until=until,
    )
    alive = time_intervals.clip(account.shifts, since, until)["schedule_id"]
    is_level = gaps["level"].notna()
    is_own = gaps["schedule_id"].isin(alive) & ~gaps["schedule_id"].isin(used)
    return gaps.assign(
        subject_type=is_level.map({True: "escalation_policy", False: "schedule"}),
        subject_id=gaps[_POLICY].fillna(gaps["schedule_id"]),
        detail=gaps["level"].astype("string").astype("str"),
    ).loc[gaps["is_needed"] & (is_level | is_own), [*_SUBJECT, "start", "end"]]


def _unbroken(gaps: pd.DataFrame) -> pd.DataFrame:
    """Gaps that are not cut in two where the collection ended."""
    return time_intervals.union(gaps, _SUBJECT)


def _required_seconds(account: Account) -> tuple[pd.Series, pd.Series]:
    """Required seconds, past and coming, of each policy that needs nobody at times."""
    not_needed = _not_needed(account)
    past, coming = (
        (until - since).total_seconds()
        - time_intervals.seconds(time_intervals.clip(not_needed, since, until), _POLICY)
        for since, until in _halves(account)
    )
    return past, coming


def _should_somebody_be_on_call(finding: Finding, _names: Mapping[str, str]) -> str:
    if finding.n == 1:
        return "Should somebody be on call in this gap?"
    return f"Should somebody be on call in these {count(finding.n)} gaps?"


_ASSUMES: Final = Assumption(
    asks=_should_somebody_be_on_call,
    holds_if="yes",
    said={
        "yes": "somebody should be on call in these gaps",
        "no": "nobody needs to be on call in these gaps",
        "partly": "somebody should be on call in a part of these gaps",
    },
    otherwise=always(
        "Leave the schedule as it is. Enter support hours for the services, with low urgency "
        "outside of them, so that no incident waits there for somebody who is not on call."
    ),
    partly=always(
        "Fill the gaps in which somebody should be on call. For the others enter support hours for "
        "the services, with low urgency outside of them."
    ),
    spares_nothing=True,
)


KIND: Final = Kind(
    name="coverage_gap",
    title="Nobody is on call",
    says="nobody is on call",
    after_subject="level",
    identified_by="subject and detail",
    comparison=Comparison(
        "Time with nobody on call, of the time somebody is needed", "With no gap"
    ),
    unit="share",
    floor="5 % of the time a level is needed, as much as eight hours each week",
    against="the mean wait of incidents that come to the level while somebody is on it",
    minutes="incidents wait",
    setting="The schedules of this level: fill the gap, or name a second schedule or person on it",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="not tested",
    tells_of="no single people",
    is_association=False,
    measure=Measure(words="the share of time with nobody on call", unit="share", cases=measured),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(Timeline(says="Nobody is on call"),),
    sentence=sentence,
)
