"""A policy that runs out: after its last repeat, nobody is paged any more for the incident.

For each policy, the share of incidents that ran out of people before the first acknowledgement is
tested against the incidents of all other policies (Fisher's exact test). An incident ran out of
people if the log marks it as exhausted and it was still unacknowledged when the delay of the last
paged level had passed. The instant of that log entry is not kept, so it is derived from the present
delay. Floor: one incident in five even at the low end of the interval, and a median wait after that
of at least 30 minutes, the delay of a level in PagerDuty's own example: shorter waits would mostly
have ended on one more level. Avoidable minutes: the number of such incidents a month times the
median time from running out to the first acknowledgement or resolve, against an immediate answer to
a further page. The median is used so that a forgotten incident has little weight; open incidents
wait until the data ends. Limits: a policy that was changed is judged by its present delays; an
exhaustion after the first acknowledgement does not count, so the share is below the one in the
policy summary.
"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import (
    Assumption,
    Cases,
    Comparison,
    Finding,
    Kind,
    Measure,
    always,
)
from corvana.analysis.findings.measures import cases, mattering, present_settings
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.wording import count, percent, plural, share_interval
from corvana.frames import TESTS, conform, empty

FLOOR: Final = 0.2
"""Least share of incidents that run out of people, at the low end of the interval."""
LONG_WAIT: Final = 30 * 60
"""Least median wait after that, in seconds: the delay of each level in the example of
https://support.pagerduty.com/docs/escalation-policies."""
_MOST_REPEATS: Final = 9
"""The most repeats that PagerDuty allows (support.pagerduty.com, Escalation Policies)."""
_POLICY: Final = "escalation_policy_id"


def tests(account: Account) -> pd.DataFrame:
    lasts = _last_stays(account)
    if lasts.empty:
        return empty(TESTS)
    alone = lasts[lasts["ran_out"]].groupby(_POLICY)["waited"].median()
    tested = shares_against_rest(
        lasts[[_POLICY, "ran_out", "storm"]].rename(
            columns={_POLICY: "subject_id", "ran_out": "happened"}
        )
    )
    waited = tested["subject_id"].map(alone)
    return tested.assign(
        subject_type="escalation_policy",
        detail=None,
        is_material=tested["low"].ge(FLOOR) & waited.ge(LONG_WAIT),
        avoidable_minutes_per_month=tested["happened"] * waited.fillna(0.0) / 60 / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the policy's incidents that ran out of people, in order of time.

    Returns
    -------
    DataFrame
        incident_id; exhausted_at; waited (seconds from there to the first ack, the resolve, or the
        end of the data); ended_by (`ack`, `resolved`, `open`); repeated (the policy started over
        before).
    """
    lasts = _last_stays(account)
    own = lasts[lasts["ran_out"] & lasts[_POLICY].eq(finding.subject_id)]
    told = account.incidents[["incident_id", "repeated"]].iloc[own["incident"]]
    columns = ["incident_id", "exhausted_at", "waited", "ended_by", "repeated"]
    return own.join(told.set_axis(own.index))[columns].sort_values(
        ["exhausted_at", "incident_id"], ignore_index=True
    )


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the incidents that stayed on the policy last, and those of other policies."""
    lasts = _last_stays(account)
    told = lasts.assign(value=lasts["ran_out"].astype("float64"))
    is_own = lasts[_POLICY].eq(finding.subject_id)
    return cases.split(told, is_own, lasts[_POLICY], account.end - cases.WAITS_KNOWN)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    own = Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of {count(finding.n)} incidents of "
        f"{names.get(finding.subject_id, finding.subject_id)} reached the end of the policy "
        f"without an acknowledgement, and nobody was paged any more; elsewhere it is "
        f"{percent(finding.reference)}."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    general = "Let the policy repeat, and put somebody on its last level who can always be reached."
    times = present_settings.repeats(account, finding.subject_id)
    if pd.isna(times):
        return general
    now = f"It repeats {plural(times, 'time', 'times')} now" if times else "It does not repeat now"
    last = present_settings.levels(account, finding.subject_id)
    paged = present_settings.targets(account, finding.subject_id, last, names)
    who = f" Its last level, level {last}, pages {paged}." if paged else ""
    if times >= _MOST_REPEATS:
        return f"{general} {now}, which is the most that PagerDuty allows.{who}"
    return f"{general} {now}: try {plural(times + 1, 'repeat', 'repeats')}.{who}"


def _last_stays(account: Account) -> pd.DataFrame:
    """The last stay of each incident, in which it was acknowledged, resolved or left open."""
    columns = ["incident", _POLICY, "level", "at", "seconds", "ended_by", "storm"]
    lasts = account.stays[columns].drop_duplicates("incident", keep="last")
    own = account.rules[account.rules[_POLICY].isin(lasts[_POLICY].unique())]
    levels = own.drop_duplicates([_POLICY, "level"])
    # Policies as categories: merged with texts, they would become a text a row.
    found = lasts.merge(
        levels[[_POLICY, "level", "escalation_delay_in_minutes"]].astype(
            {"level": "int16", _POLICY: lasts[_POLICY].dtype}
        ),
        on=[_POLICY, "level"],
        how="left",
    )
    is_exhausted = account.incidents["exhausted"].to_numpy()[found["incident"]]
    delay = found["escalation_delay_in_minutes"] * 60.0
    waited = found["seconds"] - delay
    was_left = found["ended_by"].isin(["ack", "resolved", "open"])
    return found.assign(
        waited=waited,
        exhausted_at=found["at"] + pd.to_timedelta(delay, unit="s"),
        ran_out=is_exhausted & was_left & waited.ge(0),
    )


_ASSUMES: Final = Assumption(
    asks=mattering.did_they_matter,
    holds_if="yes",
    said=mattering.SAID,
    otherwise=always(
        "Do not let the policy repeat: it would only page more people for what nobody needs. Stop "
        "paging for these incidents: remove their alerts, or give them low urgency."
    ),
    partly=always(
        "Tell the incidents that matter apart: give them a policy that repeats, with somebody on "
        "its last level who can always be reached. Stop paging for the others."
    ),
    spares_nothing=True,
)


KIND: Final = Kind(
    name="exhausted_policy",
    title="Policies that run out of people",
    says="runs out of people to page",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison("Incidents for which nobody was left to page", "Other policies"),
    unit="share",
    floor=(
        "at least 20 % run out of people, at the low end of the interval, and half of these wait "
        "30 minutes or more after that"
    ),
    against="an answer to a further page at once",
    minutes="incidents wait",
    setting="Escalation policy: how often it repeats, and who is on its last level",
    advice=advice,
    assumes=_ASSUMES,
    probability_of="no difference",
    tells_of="no single people",
    is_association=False,
    measure=Measure(
        words="the share of incidents for which nobody was left to page",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
