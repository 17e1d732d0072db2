"""One member of a rotation has most of its nights, while the days are shared.

Looked at are the schedules that are paged on one level of a policy together: a rotation of days and
a schedule of nights beside it are one. Of their members (a tenth of the busiest member's time or
more) the one with most nights with pages is judged: nights in which the member was paged in sleep
hours (of the assessment, on the own clock), during their own shift and through a policy that uses
the schedule. Where nobody else has night hours, there is nobody to compare rates with
(unfair_rotation), so the share of all these nights is compared with an equal split among the
members, whether or not they have night hours.

The p-value is the probability of a share at least this large if the nights of each week had fallen
on one member drawn at random, times the number of members (binomial, Bonferroni). All nights of a
week count as one draw, for the test and for the interval, because a turn lasts for days. Floor:
more than half of the nights with pages, and of the members' time on call in sleep hours, and at
least half more than an equal split of both; with the coming shifts, too; in at least four weeks;
and a share of the night hours at least a quarter above that of all hours on call: a person who has
most of the days as well is told as an overloaded_responder.

Avoidable minutes: pages in sleep hours above the equal split, 10 minutes each. They would move to
colleagues; they would not disappear. Limits: the schedule does not give the reasons (a person may
have chosen nights, or sleep by day); pages outside a shift are not counted.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.figures import Members
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure, always
from corvana.analysis.findings.measures import cases
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.findings.rotations import agreed, groups
from corvana.analysis.on_call.responder_load import sleep_on_call
from corvana.analysis.staffing import fairness
from corvana.analysis.staffing.turns import pages_on_shift, turns, turns_until
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import Estimate, share
from corvana.analysis.wording import count, percent, plural, share_interval
from corvana.frames import TESTS, conform

_MOST: Final = 0.5
_FLOOR: Final = 1.5
_BEYOND_ALL_HOURS: Final = 1.25
_LEAST_PART: Final = 0.10
_LEAST_WEEKS: Final = 4
_WEEK: Final = pd.Timedelta(days=7)
_PERSON: Final = ["group", "responder"]


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of the member with most nights of each rotation of several members.

    `detail` is the schedule on which they have most of their night hours, `n` the nights with
    pages, counted for each member.
    """
    people = _people(account)
    by_group = people.groupby("group")
    first = people.assign(
        members=by_group["responder"].transform("size"),
        all_nights=by_group["nights"].transform("sum"),
        equal_pages=by_group["pages"].transform("mean"),
    )
    first = first[first["members"].gt(1) & first["all_nights"].gt(0)]
    first = first.sort_values(
        ["group", "nights", "responder"], ascending=[True, False, True]
    ).drop_duplicates("group")
    effect, equal = first["nights"] / first["all_nights"], 1 / first["members"]
    own = (effect * first["weeks"]).round()
    bounds = [share(int(some), int(of)) for some, of in zip(own, first["weeks"], strict=True)]
    least = np.maximum(_MOST, _FLOOR * equal)
    is_material = (
        effect.gt(_MOST)
        & effect.ge(_FLOOR * equal)
        & first["night_share"].gt(_MOST)
        & first["night_share"].ge(least)
        & first["night_share"].ge(_BEYOND_ALL_HOURS * first["hours_share"])
        & first["weeks"].ge(_LEAST_WEEKS)
    )
    p_value = stats.binom.sf(own - 1, first["weeks"], equal) * first["members"]
    return first.assign(
        subject_type="responder",
        subject_id=first["responder"],
        detail=first["schedule_id"],
        effect=effect,
        low=np.minimum([each.low for each in bounds], effect),
        high=np.maximum([each.high for each in bounds], effect),
        reference=equal,
        n=first["all_nights"],
        effective_n=first["weeks"].astype("float64"),
        p_value=p_value.clip(upper=1.0),
        is_material=is_material,
        avoidable_minutes_per_month=(
            (first["pages"] - first["equal_pages"]) * INTERRUPTION_MINUTES / account.months
        ),
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the members of the rotation, most nights first.

    `responder, on_call_seconds, sleep_on_call_seconds` (of it, in sleep hours), `nights` (with
    pages), `pages` (in them).
    """
    people = _people(account)
    is_here = people["responder"].eq(finding.subject_id) & people["schedule_id"].eq(
        finding.detail or ""
    )
    columns = ["responder", "on_call_seconds", "sleep_on_call_seconds", "nights", "pages"]
    return (
        people.loc[people["group"].isin(people.loc[is_here, "group"]), columns]
        .sort_values(["nights", "responder"], ascending=[False, True])
        .reset_index(drop=True)
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return whether each night with pages of the rotation fell to the person."""
    nights = _nights(account, groups.with_group(turns(account), account))
    known = groups.groups(account)
    group = known.loc[known["schedule_id"].eq(finding.detail or ""), "group"]
    own = nights[nights["group"].isin(group)]
    return cases.of_one(own["at"], own["responder"].eq(finding.subject_id), 0, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on one person's share of the nights, beside an equal split."""
    name = names.get(finding.subject_id, finding.subject_id)
    schedule = names.get(finding.detail or "", finding.detail or "")
    own = Estimate(finding.effect, finding.low, finding.high)
    takes = "every night" if own.value == 1 else "most nights"
    times = finding.effect / finding.reference
    return (
        f"{name} takes {takes} of {schedule}: {percent(own.value)} ({share_interval(own)}) of the "
        f"{plural(finding.n, 'night', 'nights')} with pages, {times:.1f} times an equal split "
        f"among its {count(1 / finding.reference)} members."
    )


def taken(account: Account) -> frozenset[tuple[str, str]]:
    """Return responder and schedule of all whose load is their nights: those that reach the floor,
    with every schedule of the rotation."""
    found = tests(account)
    found = found[found["is_material"]]
    known = groups.groups(account)
    beside = found.merge(known, left_on="detail", right_on="schedule_id").merge(
        known, on="group", suffixes=("", "_beside")
    )
    return frozenset(zip(beside["subject_id"], beside["schedule_id_beside"], strict=True))


@per_account
def _people(account: Account) -> pd.DataFrame:
    """The members of each rotation: `group, responder, schedule_id` (of most night hours),
    `on_call_seconds, sleep_on_call_seconds, nights, pages`, `hours_share` and `night_share` (of all
    members' time, and of that in sleep hours, the smaller of without and with the coming shifts),
    `weeks` with nights with pages (of the rotation)."""
    worked = groups.with_group(turns(account), account)
    nights = _nights(account, worked)
    now, coming = (
        _shares(account, groups.with_group(turns_until(account, until), account), until)
        for until in (account.end, account.planned_until)
    )
    is_member = now["on_call_seconds"].ge(
        _LEAST_PART * now.groupby("group")["on_call_seconds"].transform("max")
    )
    by_person = nights.groupby(_PERSON)["size"]
    people = now[is_member].assign(nights=by_person.size(), pages=by_person.sum())
    return (
        people.assign(
            night_share=np.fmin(people["night_share"], coming["night_share"].reindex(people.index))
        )
        .fillna({"nights": 0, "pages": 0})
        .astype({"nights": "int64", "pages": "int64"})
        .reset_index()
        .merge(_weeks(nights), on="group", how="left")
        .fillna({"weeks": 0})
        .astype({"weeks": "int64"})
    )


def _weeks(nights: pd.DataFrame) -> pd.DataFrame:
    """The number of weeks with nights with pages, `group, weeks`."""
    monday = pd.Timestamp("1970-01-05", tz="UTC")
    week = (nights["at"] - monday) // _WEEK
    return week.groupby(nights["group"]).nunique().rename("weeks").reset_index()


def _shares(account: Account, worked: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """By group and responder: `on_call_seconds, sleep_on_call_seconds, schedule_id, hours_share,
    night_share`."""
    asleep = sleep_on_call(
        account.shifts, account.zones, since=account.start, until=until, windows=account.windows
    )
    served = time_intervals.union(worked, _PERSON)
    on_schedule = time_intervals.union(worked, [*_PERSON, "schedule_id"])
    night, of_schedule = (
        time_intervals.overlap(spans, _for_each(spans, by, asleep), by)
        for spans, by in ((served, _PERSON), (on_schedule, [*_PERSON, "schedule_id"]))
    )
    schedule = (
        _seconds(of_schedule, [*_PERSON, "schedule_id"])
        .reset_index()
        .sort_values("seconds", ascending=False, kind="stable")
        .drop_duplicates(_PERSON)
        .set_index(_PERSON)["schedule_id"]
    )
    hours, nights = _seconds(served, _PERSON), _seconds(night, _PERSON)
    people = pd.DataFrame(
        {
            "on_call_seconds": hours,
            "sleep_on_call_seconds": nights.reindex(hours.index, fill_value=0.0),
            "schedule_id": schedule.reindex(hours.index),
        }
    )
    by_group = people.groupby("group")
    return people.assign(
        hours_share=people["on_call_seconds"] / by_group["on_call_seconds"].transform("sum"),
        night_share=people["sleep_on_call_seconds"]
        / by_group["sleep_on_call_seconds"].transform("sum"),
    )


def _for_each(spans: pd.DataFrame, by: list[str], asleep: pd.DataFrame) -> pd.DataFrame:
    """The nights of each person, once for each of `by`."""
    return spans[by].drop_duplicates().merge(asleep, on="responder")


def _seconds(spans: pd.DataFrame, by: list[str]) -> pd.Series:
    total: pd.Series = (
        spans.assign(seconds=time_intervals.lengths(spans)).groupby(by)["seconds"].sum()
    )
    return total


def _nights(account: Account, worked: pd.DataFrame) -> pd.DataFrame:
    """The nights with pages of each person in each group: `group, responder, at, size`."""
    came = pages_on_shift(account)
    came = came[account.pages["hours_class"].eq("sleep").to_numpy()[came["page"]]]
    members = worked.dropna(subset="member").drop_duplicates("member").set_index("member")
    placed = came.join(members[_PERSON], on="member").drop_duplicates(["page", "group"])
    people = members[_PERSON].drop_duplicates(ignore_index=True)
    number = people.assign(number=np.arange(len(people))).set_index(_PERSON)["number"]
    theirs = account.pages[["at", "time_zone", "hours_class"]].iloc[placed["page"].to_numpy()]
    whose = number.reindex(pd.MultiIndex.from_frame(placed[_PERSON])).to_numpy()
    nights = fairness.night_pages(theirs.assign(responder=whose))
    return nights.rename(columns={"responder": "number"}).join(people, on="number")


KIND: Final = Kind(
    name="nights_on_one_person",
    title="One person takes the nights of a rotation",
    says="takes most nights",
    after_subject="other subject",
    identified_by="subject and detail",
    comparison=Comparison("One person's share of the nights with pages", "An equal split"),
    unit="share",
    floor=(
        "more than half of the nights with pages and of the night hours, and half more than an "
        "equal split, over four weeks or more"
    ),
    against="an equal split among the members of the rotation",
    minutes="responders work",
    setting="The schedule's layers: who has the sleep hours",
    advice=always(
        "Let the members of the rotation take turns at night too, or page level 1 at night in "
        "another time zone."
    ),
    assumes=agreed.NIGHTS,
    probability_of="no difference",
    tells_of="single people",
    is_association=False,
    measure=Measure(
        words="one person's share of the nights with pages", unit="share", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(
        Members(
            column="nights", what="nights with pages", expected=lambda rows: rows["nights"].mean()
        ),
    ),
    sentence=sentence,
)
