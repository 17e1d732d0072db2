"""Two levels of an escalation policy page the same person, so the second level adds nobody.

The effect is the share of the covered time in which the same person was on two levels of the policy
at once, by the final shifts of the period and the policy's present levels. It is read off the
configuration, so there is no test and no uncertainty. Only policies that a service or an incident
uses are examined. Floor: 10 % of the covered time, three days a month.

Avoidable minutes are the time that incidents spent on the later of the two levels while it paged
the same person again, if the stay ended without an acknowledgement; the reference is to page
another person at once. A wait counts for four hours at most. A level counts also if it has other
people besides that person. A policy whose levels all end in one person is included. Other findings
cover a policy of one level (single responder) and an empty level (coverage gap). A policy with a
schedule that was not collected is left out.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Timeline
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.analysis.findings.measures.cost import LONGEST_WAIT
from corvana.analysis.on_call.redundancy import double_duty, redundancy
from corvana.analysis.statistics import time_intervals
from corvana.analysis.wording import count, duration, percent
from corvana.frames import TESTS, conform

_FLOOR: Final = 0.10
_POLICY: Final = "escalation_policy_id"
_LEVELS: Final = ["level", "other_level"]


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of every policy of several levels that had somebody on call.

    `n` is the number of unbroken intervals with the same person on two levels, `detail` the two
    levels that shared a person longest, as "1 and 2"; the interval is the effect itself.
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
    waited = _waited_again(account.stays, doubled)
    stretches = doubled.groupby(_POLICY).size().reindex(judged[_POLICY], fill_value=0)
    return judged.assign(
        subject_type="escalation_policy",
        subject_id=judged[_POLICY],
        detail=judged[_POLICY].map(_longest_pair(doubled)),
        effect=judged["doubled_share"],
        low=judged["doubled_share"],
        high=judged["doubled_share"],
        reference=0.0,
        n=stretches.to_numpy(),
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


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the share of time in which two levels were the same person."""
    name = names.get(finding.subject_id, finding.subject_id)
    levels = f"levels {finding.detail}" if finding.detail else "two levels"
    minutes = finding.avoidable_minutes_per_month
    again = (
        f" Incidents waited {duration(minutes * 60)} a month for that person again, in vain."
        if minutes
        else ""
    )
    return (
        f"For {percent(finding.effect)} of the time two levels of {name} lead to the same person, "
        f"mostly {levels}, so that escalating reaches nobody new (read off the schedules; "
        f"times it happened: {count(finding.n)}).{again}"
    )


def _waited_again(stays: pd.DataFrame, doubled: pd.DataFrame) -> pd.Series:
    """Seconds of stays without an answer on the later level that began in double duty, by
    policy."""
    later = time_intervals.union(
        doubled.drop(columns="level").rename(columns={"other_level": "level"}), [_POLICY, "level"]
    )
    numbered = later.assign(number=later.groupby([_POLICY, "level"]).ngroup())
    places = numbered[[_POLICY, "level", "number"]].drop_duplicates().astype({"level": "int16"})
    unanswered = stays.loc[stays["ended_by"].ne("ack"), [_POLICY, "level", "at", "seconds"]]
    reached = unanswered.merge(places, on=[_POLICY, "level"])
    again = reached[time_intervals.found(reached, numbered, "number").notna()]
    waited: pd.Series = again["seconds"].clip(upper=LONGEST_WAIT).groupby(again[_POLICY]).sum()
    return waited


def _longest_pair(doubled: pd.DataFrame) -> pd.Series:
    """The two levels that shared a person longest, in words, by policy."""
    pairs = (
        doubled.assign(seconds=time_intervals.lengths)
        .groupby([_POLICY, *_LEVELS], as_index=False)
        .agg(seconds=("seconds", "sum"))
        .sort_values([_POLICY, "seconds", *_LEVELS], ascending=[True, False, True, True])
        .drop_duplicates(_POLICY)
        .set_index(_POLICY)
    )
    levels = pairs[_LEVELS].astype("str")
    words: pd.Series = levels["level"] + " and " + levels["other_level"]
    return words


KIND: Final = Kind(
    name="fake_redundancy",
    title="A second level that is the same person",
    says="its second level is the same person",
    after_subject="nothing",
    comparison=Comparison(
        "Time in which two levels lead to the same person", "With different people"
    ),
    unit="share",
    floor="10 % of the covered time, three days a month",
    against="paging somebody new at once",
    minutes="incidents wait",
    setting="The escalation policy's levels: put another person or schedule on the later one",
    advice="Put another person or schedule on the later level",
    tells_of="single people",
    is_association=False,
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(Timeline(says="Two levels are the same person"),),
    sentence=sentence,
)
