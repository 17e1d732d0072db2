"""A level of an escalation policy that does not answer before its delay is over.

The test uses incidents that waited on the level until somebody acknowledged them or the timer paged
the next level. Incidents that were resolved, moved or escalated by hand meanwhile say nothing about
the level. For each policy and level, the share that the timer ended is tested against the same
level of all other policies (against all other levels if these have fewer than 30 such incidents),
by Fisher's exact test. Floor: the timer ends at least nine of ten, even at the low end of the
interval, so that paging the next level at once would lose one answer in ten at most. About 35
incidents are needed to reach it. Avoidable minutes: the time incidents spent there until the timer
ended it, against paging the next level at once. Limits: a level that answers later than its delay
looks the same as one that never does (see slow acknowledgement), and the last level of the last
round is never ended by a timer, so it counts only if the policy repeats (see exhausted policy).
Levels are inferred, because the log does not record them.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, duration, percent, share_interval
from corvana.frames import TESTS, conform, empty

FLOOR: Final = 0.9
"""Least share of waits that the timer ends, at the low end of the interval."""
ENOUGH_ELSEWHERE: Final = 30
"""With fewer incidents on the same level of other policies, all other levels are the reference."""
_SHORT: Final = 5
"""A delay to try on a level that does not answer, in minutes: the least that PagerDuty allows on a
level with several targets."""
_POLICY: Final = "escalation_policy_id"


@per_account
def tests(account: Account) -> pd.DataFrame:
    waits = _waits(account.stays)
    if waits.empty:
        return empty(TESTS)
    keyed = waits[["incident", "level", "ended_by", "seconds", "storm"]].assign(
        subject_id=_subjects(waits)
    )
    # An ack ends the escalation, so the last wait of an incident shows whether the level answered.
    last = keyed.drop_duplicates(["incident", "subject_id"], keep="last")
    is_timeout = keyed["ended_by"].eq("timeout")
    waited = keyed[is_timeout].groupby("subject_id")["seconds"].sum()
    tested = _compared(last.assign(happened=last["ended_by"].eq("timeout")))
    place = tested["subject_id"].str.rsplit(" ", n=1, expand=True)
    return tested.assign(
        subject_type="escalation_policy",
        subject_id=place[0],
        detail=place[1],
        is_material=tested["low"].ge(FLOOR),
        avoidable_minutes_per_month=tested["subject_id"].map(waited).fillna(0.0)
        / 60
        / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return every wait on the level, in order of time.

    Returns
    -------
    DataFrame
        incident_id; at (when the level was paged); seconds (until the ack or the timer); ended_by
        (`ack` or `timeout`). An incident that came back in a repeat has a row each time.
    """
    waits = _waits(account.stays)
    here = waits[_POLICY].eq(finding.subject_id) & waits["level"].eq(int(finding.detail or 0))
    columns = ["incident_id", "at", "seconds", "ended_by"]
    return waits.loc[here, columns].sort_values(["at", "incident_id"], ignore_index=True)


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the last waits of incidents on the level, and those on the same level elsewhere."""
    waits = _waits(account.stays)
    on_level = waits[waits["level"].eq(int(finding.detail or 0))]
    last = on_level.drop_duplicates(["incident_id", _POLICY], keep="last")
    told = last.assign(value=last["ended_by"].eq("timeout").astype("float64"))
    is_own = last[_POLICY].eq(finding.subject_id)
    return cases.split(told, is_own, last[_POLICY], account.end - cases.WAITS_KNOWN)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents that waited "
        f"on level {finding.detail} of {names.get(finding.subject_id, finding.subject_id)} were "
        f"not acknowledged before its delay was over; elsewhere it is "
        f"{percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    level = int(finding.detail or 0)
    general = (
        f"Put somebody on level {level} who answers, or remove the level: now it only adds its "
        f"delay."
    )
    paged = present_settings.targets(account, finding.subject_id, level, names)
    delay = present_settings.delay_minutes(account, finding.subject_id, level)
    if not paged:
        return general
    tried = f" Until then, try {duration(_SHORT * 60)}." if delay > _SHORT else ""
    return f"{general} It pages {paged} now and waits {duration(delay * 60)}.{tried}"


def _subjects(waits: pd.DataFrame) -> pd.Series:
    """The policy and the level of each wait, separated by a space, as categories in the order of
    their texts: a text for each of a million waits would be large."""
    places = waits.groupby([_POLICY, "level"], observed=True)
    names = [f"{policy} {level}" for policy, level in places.size().index]
    numbered = pd.Categorical.from_codes(places.ngroup().to_numpy(), pd.Index(names, dtype="str"))
    return pd.Series(numbered.reorder_categories(sorted(names)), waits.index)


def _waits(stays: pd.DataFrame) -> pd.DataFrame:
    """The stays that an answer or the timer ended."""
    return stays[stays["ended_by"].isin(["ack", "timeout"])]


def _compared(trials: pd.DataFrame) -> pd.DataFrame:
    """Shares against the same level of other policies, or with too few incidents there, against all
    other levels."""
    everywhere = shares_against_rest(trials).set_index("subject_id", drop=False)
    by_level = [shares_against_rest(own) for _, own in trials.groupby("level")]
    same = pd.concat(by_level).set_index("subject_id", drop=False).reindex(everywhere.index)
    places = trials.drop_duplicates("subject_id").astype({"subject_id": "str"})
    level = places.set_index("subject_id")["level"]
    on_level = level.map(trials.groupby("level").size()).reindex(everywhere.index)
    is_enough = (on_level - everywhere["n"]).ge(ENOUGH_ELSEWHERE)
    return pd.concat([same[is_enough], everywhere[~is_enough]]).sort_index()


def _should_it_answer(finding: Finding, names: Mapping[str, str]) -> str:
    policy = names.get(finding.subject_id, finding.subject_id)
    return f"Is level {finding.detail} of {policy} expected to answer?"


def _remove(_account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    return (
        f"Remove level {finding.detail} from the policy, and inform its people in another way, for "
        "example as subscribers: now it only adds its delay."
    )


_ASSUMES: Final = Assumption(
    asks=_should_it_answer,
    holds_if="yes",
    said={
        "yes": "this level is expected to answer",
        "no": "this level is not expected to answer",
        "partly": "this level is expected to answer a part of the incidents",
    },
    otherwise=_remove,
    partly=always(
        "Give the incidents that this level should not answer a policy without it, and put "
        "somebody on the level who answers the others."
    ),
    spares_nothing=False,
)


KIND: Final = Kind(
    name="level_never_answers",
    title="Levels that never answer",
    says="never answers",
    after_subject="level",
    identified_by="subject and detail",
    comparison=Comparison("Incidents not acknowledged in the level's time", "Elsewhere"),
    unit="share",
    floor="at least 90 % get no answer in the level's time, at the low end of the interval",
    against="paging the next level at once",
    minutes="incidents wait",
    setting="Escalation policy: that level's targets and its delay",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents not acknowledged in the level's time",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
