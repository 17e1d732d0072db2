"""One member of a rotation is paged for far more incidents than an equal part.

Each responder is compared with the other members of the same schedule, never with the account. An
incident counts if it paged a member during their own shift on the schedule, through a policy that
uses it. A member is a person with at least a tenth of the busiest member's time, so that a
substitute for a day is no member. The effect is a member's incidents as a multiple of an equal
split.

The p-value is the probability of a share at least this large if each incident fell on every member
with equal probability (binomial). Because incidents come in bursts, their number is first divided
by the dispersion, the variance of the schedule's weekly counts over their mean. The interval's n is
divided in the same way (design effect: Kish 1965, Survey Sampling, section 8.2). Floor: a quarter
more incidents than an equal split, five weeks' work in four; a quarter more of the schedule's time
too, in the period and also with the coming shifts; and more than 25 % of all time on call (a norm
that the assessment can set otherwise). A member whose load is the nights is no finding here but of
nights_on_one_person; where the nights are heavier than the whole load, the advice tells how much.

Avoidable minutes: engaged time, and 10 minutes a page, above the equal split. This work would move
to colleagues; it would not disappear. Limits: the schedule does not give the reasons for the
shifts; pages outside a shift (the person was named directly or asked for help) are not counted; an
incident counts for the policy it had last; and a person who joined late counts as a member for the
whole period.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Members
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import cases
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.findings.rotations import member_work, nights_on_one_person
from corvana.analysis.on_call import shift_time
from corvana.analysis.staffing.turns import pages_on_shift, turns, turns_until
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import ENOUGH, share
from corvana.analysis.wording import count
from corvana.frames import TESTS, conform

_FLOOR: Final = 1.25
_LEAST_PART: Final = 0.10
_NIGHTS_WEIGH: Final = 1.25
_MEMBER: Final = ["schedule_id", "responder"]
_SCHEDULE: Final = "schedule_id"
_WEEK: Final = pd.Timedelta(days=7)


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of each paged member of each schedule with several members.

    `detail` is the schedule, `n` the incidents that paged its members on shift.
    """
    members = _members(account)
    nights = nights_on_one_person.taken(account)
    is_told = pd.MultiIndex.from_frame(members[["responder", _SCHEDULE]]).isin(list(nights))
    by_schedule = members.groupby(_SCHEDULE)
    size = by_schedule["responder"].transform("size")
    n = by_schedule["incidents"].transform("sum")
    mean = by_schedule[["pages", "engaged_seconds"]].transform("mean")
    surplus = (members[["pages", "engaged_seconds"]] - mean).clip(lower=0)
    minutes = surplus["pages"] * INTERRUPTION_MINUTES + surplus["engaged_seconds"] / 60
    effective = (n / members["dispersion"]).round()
    own = (members["incidents"] / members["dispersion"]).round()
    intervals = [share(int(some), int(of)) for some, of in zip(own, effective, strict=True)]
    low, high = (np.array([getattr(one, end) for one in intervals]) for end in ("low", "high"))
    effect = members["incidents"] / n * size
    is_material = (
        effect.ge(_FLOOR)
        & members["hours_ratio"].ge(_FLOOR)
        & members["on_call_share"].gt(account.norms.on_call_share)
        & ~is_told
    )
    return (
        members.assign(
            subject_type="responder",
            subject_id=members["responder"],
            detail=members[_SCHEDULE],
            effect=effect,
            low=low * size,
            high=high * size,
            reference=1.0,
            n=n,
            effective_n=effective,
            p_value=stats.binom.sf(own - 1, effective, 1 / size),
            is_material=is_material,
            avoidable_minutes_per_month=minutes / account.months,
        )
        .loc[n.gt(0) & size.gt(1)]
        .pipe(conform, TESTS)
    )


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the members of the schedule, busiest first.

    `responder, on_call_seconds` on the schedule, `incidents`, `pages`, `engaged_seconds`,
    `on_call_share` (of all time, over all schedules), `sleep_incidents` (with pages in sleep
    hours).
    """
    members = _members(account)
    return (
        members.loc[
            members[_SCHEDULE].eq(finding.detail or ""),
            [
                "responder",
                "on_call_seconds",
                "incidents",
                "pages",
                "engaged_seconds",
                "on_call_share",
                "sleep_incidents",
            ],
        ]
        .sort_values(["incidents", "responder"], ascending=[False, True])
        .reset_index(drop=True)
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return whether each incident of the schedule paged the person."""
    members = turns(account).drop_duplicates("member").set_index("member")
    own = members[members[_SCHEDULE].eq(finding.detail or "")]
    once = pages_on_shift(account).drop_duplicates(["member", "incident"])
    once = once[once["member"].isin(own.index)]
    is_theirs = own["responder"].reindex(once["member"]).eq(finding.subject_id)
    storm = account.incidents["storm"].to_numpy()[once["incident"]]
    return cases.of_one(once["at"], is_theirs.set_axis(once.index), storm, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on a member's incidents as a multiple of an equal split."""
    name = names.get(finding.subject_id, finding.subject_id)
    schedule = names.get(finding.detail or "", finding.detail or "")
    return (
        f"{name} is paged for {finding.effect:.1f} times as many incidents as an equal split of "
        f"{schedule} would give (95 % interval {finding.low:.1f} to {finding.high:.1f}, "
        f"n = {count(finding.n)}), and has more of its hours than the other members."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    """Return what to do, and how heavy the nights are where they are heavier than the rest."""
    rows = evidence(account, finding)
    own = rows["responder"].eq(finding.subject_id)
    asleep = rows["sleep_incidents"]
    general = "Give the members of the rotation equal turns."
    if asleep.sum() < ENOUGH or not own.any():
        return general
    times = float(asleep[own].iloc[0] / asleep.mean())
    if times < _NIGHTS_WEIGH * finding.effect:
        return general
    return (
        f"{general} Begin with the nights: {times:.1f} times an equal split of the incidents that "
        "page in sleep hours."
    )


def _members(account: Account) -> pd.DataFrame:
    """The members of each schedule and their load, one row a schedule and responder.

    `schedule_id, responder, on_call_seconds, hours_ratio` (of an equal split of the time; the
    smaller of without and with the coming shifts), `incidents, pages, engaged_seconds,
    sleep_incidents, dispersion` (of the schedule), `on_call_share` (over all schedules).
    """
    worked = turns(account)
    pages = pages_on_shift(account)
    once = pages.drop_duplicates(["member", "incident"])
    numbers = worked.drop_duplicates("member").set_index("member")
    brought = {
        "incidents": once.groupby("member").size(),
        "pages": pages.groupby("member").size(),
        "engaged_seconds": member_work.engaged(account, once, numbers["responder"]),
        "sleep_incidents": member_work.asleep(account, pages),
        "dispersion": numbers[_SCHEDULE].map(_dispersion(once, numbers[_SCHEDULE], account)),
    }
    seconds = _seconds(worked)
    planned = _seconds(turns_until(account, account.planned_until))
    is_member = seconds.ge(_LEAST_PART * seconds.groupby(level=_SCHEDULE).transform("max"))
    by_name = pd.DataFrame(brought, index=numbers.index).set_axis(
        pd.MultiIndex.from_frame(numbers[_MEMBER])
    )
    members = (
        by_name.reindex(seconds[is_member].index)
        .astype("float64")
        .fillna(
            {
                "incidents": 0,
                "pages": 0,
                "engaged_seconds": 0,
                "sleep_incidents": 0,
                "dispersion": 1,
            }
        )
        .astype({"incidents": "int64", "pages": "int64", "sleep_incidents": "int64"})
        .assign(
            on_call_seconds=seconds,
            hours_ratio=lambda each: np.minimum(
                _of_equal_split(seconds.reindex(each.index)),
                _of_equal_split(planned.reindex(each.index)),
            ),
        )
        .reset_index()
    )
    everything = shift_time.on_call_seconds(
        account.shifts, account.rules, since=account.start, until=account.end
    )["on_call_seconds"]
    lasting = (account.end - account.start).total_seconds()
    return members.assign(
        on_call_share=members["responder"].map(everything).astype("float64") / lasting
    )


def _seconds(worked: pd.DataFrame) -> pd.Series:
    lasted: pd.Series = (
        worked.assign(seconds=time_intervals.lengths(worked)).groupby(_MEMBER)["seconds"].sum()
    )
    return lasted


def _of_equal_split(seconds: pd.Series) -> pd.Series:
    return seconds / seconds.groupby(level=_SCHEDULE).transform("mean")


def _dispersion(once: pd.DataFrame, schedules: pd.Series, account: Account) -> pd.Series:
    """Variance over mean of the weekly incidents of each schedule, at least 1, by schedule.

    Of whole weeks, quiet ones included; 1 with fewer than two weeks. `schedules` are by member.
    """
    weeks = (account.end - account.start) // _WEEK
    paged = (
        once.assign(
            schedule=schedules.reindex(once["member"]).to_numpy(),
            week=(once["at"] - account.start) // _WEEK,
        )
        .astype({"schedule": "category"})
        .drop_duplicates(["schedule", "incident"])
    )
    counts = pd.crosstab(paged["schedule"], paged["week"]).reindex(
        columns=range(weeks), fill_value=0
    )
    spread: pd.Series = counts.var(axis=1) / counts.mean(axis=1)
    return spread.fillna(1.0).clip(lower=1.0)


KIND: Final = Kind(
    name="overloaded_responder",
    title="One person carries most of a rotation",
    says="carries more than an equal share",
    after_subject="other subject",
    identified_by="subject and detail",
    comparison=Comparison(
        "Incidents of one person, as a multiple of an equal split", "An equal split"
    ),
    unit="times",
    floor="a quarter more incidents and hours than an equal split, over 25 % of all time on call "
    "(or the share that the assessment sets)",
    against="an equal split among the members of the schedule",
    minutes="responders work",
    setting="The schedule's rotation: give its members equal turns",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="single people",
    is_association=False,
    measure=Measure(
        words="one person's share of the incidents of the rotation", unit="share", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(
        Members(
            column="incidents",
            what="incidents paged for on this schedule",
            expected=lambda rows: rows["incidents"].mean(),
        ),
    ),
    sentence=sentence,
)
