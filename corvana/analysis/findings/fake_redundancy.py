"""Two levels of an escalation policy page the same person at the same time.

The effect is the share of the covered time in which the same person was on two levels of the policy
at once, by the final shifts of the period and the policy's present levels. It is read off the
configuration, so there is no test and no uncertainty. Only policies that a service or an incident
uses are examined. Floor: 10 % of the covered time, three days a month.

Whether escalating then reaches somebody new depends on who else is on the later level. The finding
names the two levels that shared a person longest and says whether the later one had others, who
were on no earlier level: never, at times, or always while the two were shared.

Avoidable minutes are the time that incidents spent on the later of the two levels while nobody new
was on it, if the stay ended without an acknowledgement; the reference is to page another person at
once. A wait counts for four hours at most. A policy whose levels all end in one person is included.
Other findings cover a policy of one level (single responder) and an empty level (coverage gap). A
policy with a schedule that was not collected is left out.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Timeline
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import cases, levels_then, present_settings
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.on_call.redundancy import double_duty, redundancy
from corvana.analysis.statistics import time_intervals
from corvana.analysis.wording import duration, percent, plural
from corvana.frames import TESTS, conform

_FLOOR: Final = 0.10
_POLICY: Final = "escalation_policy_id"
_PLACE: Final = [_POLICY, "level"]
_LEVELS: Final = ["level", "other_level"]
_BESIDE: Final = ", "
_REACHED: Final = {
    "": "Level {later} then has nobody else: escalating to it reaches nobody new.",
    "at times with others": "For part of that time level {later} has nobody else, and escalating "
    "to it reaches nobody new.",
    "with others": "Level {later} has others too: escalating to it reaches them and pages the same "
    "person again.",
}
"""What escalating to the later level means, by who else is on it."""


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of every policy of several levels that had somebody on call.

    `n` is the number of unbroken intervals with the same person on two levels, `detail` the two
    levels that shared a person longest, and whether the later one had others: "1 and 2", "1 and 2,
    at times with others" or "1 and 2, with others"; the interval is the effect itself.
    """
    table = redundancy(
        account.shifts,
        account.rules,
        schedules=set(account.schedules["schedule_id"]),
        since=account.start,
        until=account.end,
    )
    is_judged = (
        table["levels"].gt(1)
        & table["doubled_share"].notna()
        & table[_POLICY].isin(account.policies_in_use)
    )
    judged = table[is_judged]
    doubled = double_duty(account.cover)
    others = _others(account.cover, doubled)
    waited = _waited_again(account.stays, doubled, others)
    stretches = doubled.groupby(_POLICY).size().reindex(judged[_POLICY], fill_value=0)
    return judged.assign(
        subject_type="escalation_policy",
        subject_id=judged[_POLICY],
        detail=judged[_POLICY].map(_longest_pair(doubled, others)),
        effect=judged["doubled_share"],
        low=judged["doubled_share"],
        high=judged["doubled_share"],
        reference=0.0,
        n=stretches.to_numpy(),
        effective_n=float("nan"),
        p_value=float("nan"),
        is_material=judged["doubled_share"].ge(_FLOOR),
        avoidable_minutes_per_month=judged[_POLICY].map(waited).astype("float64").fillna(0.0)
        / 60
        / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the intervals with one person on two levels: `level, other_level, responder, start,
    end`."""
    doubled = double_duty(account.cover)
    return (
        doubled[doubled[_POLICY].eq(finding.subject_id)]
        .drop(columns=_POLICY)
        .sort_values(["start", *_LEVELS], ignore_index=True)
    )


def measured(account: Account, finding: Finding, date: pd.Timestamp) -> Cases:
    """Return the share of each week in which two levels of the policy had the same person, by the
    levels in force then."""
    spans = levels_then.pieces(account, finding.subject_id, lambda part: evidence(part, finding))
    return cases.weeks(spans, date, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the time in which two levels had the same person, and on who else was on
    the later one."""
    name = names.get(finding.subject_id, finding.subject_id)
    pair, _, with_others = (finding.detail or "").partition(_BESIDE)
    later = pair.rpartition(" ")[2]
    minutes = finding.avoidable_minutes_per_month
    again = (
        f" Incidents waited {duration(minutes * 60)} a month on a level with nobody new, in vain."
        if minutes
        else ""
    )
    return (
        f"For {percent(finding.effect)} of the time two levels of {name} page the same person, "
        f"such as levels {pair} ({plural(finding.n, 'time', 'times')}, in the schedules). "
        f"{_REACHED[with_others].format(later=later)}{again}"
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    pair = (finding.detail or "").partition(_BESIDE)[0]
    earlier, _, later = pair.partition(" and ")
    if not later:
        return "Put another person or schedule on the later level."
    paged = [
        f"level {level} pages {present_settings.targets(account, finding.subject_id, level, names)}"
        for level in (int(earlier), int(later))
    ]
    return f"Put another person or schedule on level {later}. Now {' and '.join(paged)}."


def _others(cover: pd.DataFrame, doubled: pd.DataFrame) -> pd.DataFrame:
    """The intervals in which a level had somebody who was on no earlier level: `policy`, `level`,
    `start, end`."""
    person = [*_PLACE, "responder"]
    again = doubled.drop(columns="level").rename(columns={"other_level": "level"})
    return time_intervals.union(time_intervals.without(cover, again, person), _PLACE)


def _waited_again(stays: pd.DataFrame, doubled: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Seconds of stays without an acknowledgement that began on a later level in double duty, while
    nobody new was on it, by policy."""
    again = doubled.drop(columns="level").rename(columns={"other_level": "level"})
    later = time_intervals.without(again, others, _PLACE)
    numbered = later.assign(number=later.groupby(_PLACE).ngroup())
    places = numbered[[*_PLACE, "number"]].drop_duplicates().astype({"level": "int16"})
    unanswered = stays.loc[stays["ended_by"].ne("ack"), [*_PLACE, "at", "seconds"]]
    reached = unanswered.merge(places, on=_PLACE)
    then = reached[time_intervals.found(reached, numbered, "number").notna()]
    waited: pd.Series = then["seconds"].clip(upper=LONGEST_WAIT).groupby(then[_POLICY]).sum()
    return waited


def _longest_pair(doubled: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """The two levels that shared a person longest, and whether the later one had others, in words,
    by policy."""
    by = [_POLICY, *_LEVELS]
    shared = time_intervals.union(doubled, by)
    beside = shared[by].drop_duplicates().merge(others.rename(columns={"level": "other_level"}))
    pairs = (
        pd.DataFrame(
            {
                "seconds": _seconds(shared, by),
                "beside": _seconds(time_intervals.overlap(shared, beside, by), by),
            }
        )
        .fillna({"beside": 0.0})
        .reset_index()
        .sort_values([_POLICY, "seconds", *_LEVELS], ascending=[True, False, True, True])
        .drop_duplicates(_POLICY)
        .set_index(_POLICY)
    )
    levels = pairs[_LEVELS].astype("str")
    is_always = pairs["beside"].ge(pairs["seconds"])
    company = is_always.map(
        {True: f"{_BESIDE}with others", False: f"{_BESIDE}at times with others"}
    )
    words: pd.Series = (
        levels["level"]
        + " and "
        + levels["other_level"]
        + company.where(pairs["beside"].gt(0), "").astype("str")
    )
    return words


def _seconds(spans: pd.DataFrame, by: list[str]) -> pd.Series:
    total: pd.Series = spans.assign(seconds=time_intervals.lengths).groupby(by)["seconds"].sum()
    return total


KIND: Final = Kind(
    name="fake_redundancy",
    title="Two levels page the same person",
    says="two levels page the same person",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Time in which two levels page the same person", "With different people"),
    unit="share",
    floor="10 % of the covered time, three days a month",
    against="paging somebody new at once",
    minutes="incidents wait",
    setting="The escalation policy's levels: put another person or schedule on the later one",
    advice=advice,
    assumes=None,
    probability_of="not tested",
    tells_of="single people",
    is_association=False,
    measure=Measure(
        words="the share of time in which two levels page the same person",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(Timeline(says="Two levels are the same person"),),
    sentence=sentence,
)
