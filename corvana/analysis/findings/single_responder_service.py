"""A service that depends on one person, who acknowledges nearly everything and has no backup.

The effect is the share of the service's acknowledgements that its most frequent acknowledger made,
with its Wilson interval; the reference is one half, at which all others together answer as often.
The p-value is the probability of a share at least as large if the true share were one half (exact
binomial). Floor: the interval's low end is 80 % or more, and for at least half of the period nobody
else was on call on any level of the service's policy. Both are needed: the person on the first
level acknowledges most incidents also when others are available, and that is no bottleneck.

Avoidable minutes are that person's work for the service beyond one half of all work for it, which a
second person would take over: engaged time, and 10 minutes a page. Limits: the data shows who
answered, not who could have answered; levels are the policy's present ones; the interval ignores
that the person was selected for the largest share; a policy with a schedule that was not collected
is left out, because the other people on call are unknown. Incidents that a machine acknowledged do
not count.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Members
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.staffing.bus_factor import acknowledgement_shares, bus_factor
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.binomial import p_at_least
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.statistics.places import places
from corvana.analysis.wording import count, duration, percent, share_interval
from corvana.frames import TESTS, conform

_HALF: Final = 0.50
_SHARE_FLOOR: Final = 0.80
_ALONE_FLOOR: Final = 0.50
_SERVICE: Final = ["service_id"]


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of every service with an acknowledgement; `n` are its acknowledgements."""
    uncollected = account.rules["target_type"].eq("schedule") & ~account.rules["target"].isin(
        account.schedules["schedule_id"]
    )
    unknown = account.rules.loc[uncollected, "escalation_policy_id"]
    policies = account.services.dropna(subset=["escalation_policy_id"])
    known = policies.loc[
        ~policies["escalation_policy_id"].isin(unknown), ["service_id", "escalation_policy_id"]
    ]
    table = bus_factor(_by_people(account)).merge(known, on="service_id")
    alone = time_intervals.seconds(_alone(account.cover, table), "service_id")
    seconds = alone.reindex(table["service_id"]).fillna(0.0).set_axis(table.index)
    n, share, worth = (
        table[name] for name in ("acknowledgements", "uncovered_share", "effective_n")
    )
    is_alone = seconds.ge(_ALONE_FLOOR * (account.end - account.start).total_seconds())
    return table.assign(
        subject_type="service",
        subject_id=table["service_id"],
        detail=None,
        effect=share,
        low=table["uncovered_share_low"],
        high=table["uncovered_share_high"],
        reference=_HALF,
        n=n,
        effective_n=worth,
        p_value=p_at_least(share * worth, worth, _HALF),
        is_material=table["uncovered_share_low"].ge(_SHARE_FLOOR) & is_alone,
        avoidable_minutes_per_month=_beyond_half(account, table) / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return who acknowledged the service's incidents: `responder, acknowledgements, share`."""
    shares = acknowledgement_shares(_by_people(account))
    of_service = shares["service_id"].eq(finding.subject_id)
    return shares[of_service].drop(columns="service_id").reset_index(drop=True)


def measured(account: Account, finding: Finding, date: pd.Timestamp) -> Cases:
    """Return whether the acknowledgements of each service are by the person who made most of them
    before the date."""
    acks = _by_people(account).dropna(subset=["acknowledged_by", "service_id"])
    made = acks[acks["created_at"].lt(date)].groupby("service_id")["acknowledged_by"]
    most = made.agg(lambda people: people.mode().iloc[0])
    told = acks.assign(by_one=acks["acknowledged_by"].eq(acks["service_id"].map(most)))
    is_own = told["service_id"].eq(finding.subject_id)
    return cases.endings(told, "by_one", is_own, told["service_id"], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the share of one person, and on the work a second person would take
    over."""
    name = names.get(finding.subject_id, finding.subject_id)
    interval = share_interval(Estimate(finding.effect, finding.low, finding.high))
    return (
        f"One person acknowledges {percent(finding.effect)} of the {count(finding.n)} acknowledged "
        f"incidents of {name} (95 % interval {interval}), and nobody else is on call for at least "
        f"half of the time. A second person with an equal share would take over "
        f"{duration(finding.avoidable_minutes_per_month * 60)} of work a month."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    general = "Add a second person to the policy, and let them answer some of the next incidents."
    policy = present_settings.policy_of(account, finding.subject_id)
    depth = present_settings.levels(account, policy)
    if not depth:
        return general
    pages = [
        f"level {level} pages {present_settings.targets(account, policy, level, names)}"
        for level in range(1, depth + 1)
    ]
    return f"{general} Now {', '.join(pages)}."


def _by_people(account: Account) -> pd.DataFrame:
    """Who acknowledged INCIDENTS, without those that a machine acknowledged under a person's
    name."""
    columns = ["service_id", "acknowledged_by", "created_at", "storm"]
    return account.incidents.loc[~answered_by_machine(account), columns]


def _beyond_half(account: Account, services: pd.DataFrame) -> pd.Series:
    """Minutes that the top responder of each of the `services` worked beyond half of all."""
    work = _work(account).reindex(services["service_id"], fill_value=0.0)
    top = work.columns.get_indexer(pd.Index(services["top_responder"]))
    # A responder without pages and work has place -1 and indexes the appended zeros.
    own = work.assign(nobody=0.0).to_numpy()[np.arange(len(work)), top]
    beyond = own - _HALF * work.sum(axis=1).to_numpy()
    return pd.Series(beyond, index=services.index).clip(lower=0.0)


def _work(account: Account) -> pd.DataFrame:
    """Minutes of work (engaged time, what pages cost): a row a service, a column a responder."""
    pages, engaged = account.pages, account.participations
    service, services = pd.factorize(account.incidents["service_id"])
    known = [each["responder"].dropna().unique() for each in (pages, engaged)]
    people = pd.Index(pd.concat([pd.Series(each, dtype="str") for each in known]).unique())
    minutes = np.zeros((len(services), len(people)))
    for responder, incident, taken in (
        (pages["responder"], account.page_incidents, np.full(len(pages), INTERRUPTION_MINUTES)),
        (
            engaged["responder"],
            account.participation_incidents,
            engaged["engaged_seconds"].to_numpy() / 60,
        ),
    ):
        person = places(responder, people)
        # An unknown incident has row -1 and indexes the appended -1.
        of = np.append(service, -1)[incident]
        is_known = (of >= 0) & (person >= 0)
        np.add.at(minutes, (of[is_known], person[is_known]), taken[is_known])
    return pd.DataFrame(minutes, index=services, columns=people)


def _alone(cover: pd.DataFrame, services: pd.DataFrame) -> pd.DataFrame:
    """The intervals in which the top responder of a service was alone on call: `service_id, start,
    end`.

    `services` has service_id, escalation_policy_id and top_responder.
    """
    present = services[[*_SERVICE, "escalation_policy_id", "top_responder"]].merge(
        cover, on="escalation_policy_id"
    )
    is_top = present["responder"].eq(present["top_responder"])
    return time_intervals.without(present[is_top], present[~is_top], _SERVICE)


KIND: Final = Kind(
    name="single_responder_service",
    title="A service that depends on one person",
    says="depends on one person",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "Acknowledgements by one person", "If the others together answered as often"
    ),
    unit="share",
    floor=(
        "80 % of the acknowledgements, at the low end of the interval, and alone on call for half "
        "of the time"
    ),
    against="half of the work for the service, as one of two would have",
    minutes="responders work",
    setting="The escalation policy's targets: add a schedule or a second person to a level",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="single people",
    is_association=False,
    measure=Measure(
        words="the share of acknowledgements by one person", unit="share", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(Members(column="acknowledgements", what="acknowledgements", expected=None),),
    sentence=sentence,
)
