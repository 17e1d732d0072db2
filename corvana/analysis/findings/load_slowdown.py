"""Responders who are already busy with another incident acknowledge more slowly.

An incident is *under load* if each person who was paged first for it had been paged for another
incident in the hour before, or had acknowledged another incident that was still unresolved. For
each escalation policy, the waits for a first ack of incidents under load are ranked against the
waits of incidents without load. Only incidents that paged the same people in the same class of
hours on their clock (business, off, sleep) are compared with each other, because people, nights and
load are related. In each clock hour, only the first incident with load and the first without count,
so that a single burst of incidents does not decide. The floor is 1.5 times the wait without load
and at least a minute more, because PagerDuty has no setting below a minute; the p-value is that of
waits longer than 1.5 times those without load (van Elteren's stratified rank test). Avoidable
minutes are the difference of the medians for these incidents. Incidents never acknowledged,
acknowledged by a machine, merged, of low urgency or assigned directly are left out. An incident
that is open to this day does not count as load. Load and slow answers are associated; one need not
cause the other.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Waits
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import ack_waits, cases, present_settings
from corvana.analysis.on_call import hours
from corvana.analysis.statistics.places import places
from corvana.analysis.wording import plural
from corvana.frames import INSTANT

BEFORE: Final = pd.Timedelta(hours=1)
_STRATA: Final = ["paged", "hours_class"]

Numbers = npt.NDArray[Any]


def waits_under_load(account: Account) -> pd.DataFrame:
    """Return the waits, each with the load of the people paged first.

    Returns
    -------
    DataFrame
        subject_id (the policy); incident (its row in INCIDENTS), created_at,
        seconds_to_first_ack; paged (those paged first, separated by one space); hours_class on the
        clock of the first of them; pages, open (pages in the hour before, and acknowledged
        incidents at the creation, of the person with the fewest of each); is_marked (every person
        paged had at least one of both).
    """
    rows = (
        ack_waits.waits(account)
        .merge(_paged_first(account), on="incident")
        .rename(columns={"escalation_policy_id": "subject_id", "to_responders": "paged"})
        .sort_values("created_at", kind="stable", ignore_index=True)
    )
    # The same few people are paged repeatedly, so look up each of them once.
    code, groups = pd.factorize(rows["paged"])
    people = pd.Series(groups, dtype="str").str.split(" ")
    load = _load(account, people.explode().rename("responder"), code, rows["created_at"])
    zones = account.zones.of(people.str[0].astype("str"))["time_zone"].to_numpy()[code]
    hours_class = hours.classify(rows["created_at"], pd.Series(zones, rows.index), account.windows)
    return (
        rows.join(load)
        .assign(hours_class=hours_class, hour=rows["created_at"].dt.floor("h"))
        .drop_duplicates(["subject_id", "is_marked", "hour"])
        .drop(columns="hour")
    )


def _paged_first(account: Account) -> pd.DataFrame:
    """`incident` (its row in INCIDENTS) and `to_responders` of the first step of each incident."""
    steps = account.escalation_steps
    numbered = steps[["at", "to_responders"]].assign(incident=account.step_incidents)
    first = numbered[steps["cause"].eq("first")].sort_values("at", kind="stable")
    return first.drop_duplicates("incident")[["incident", "to_responders"]].dropna()


def _load(
    account: Account, people: pd.Series, code: Numbers, created_at: pd.Series
) -> pd.DataFrame:
    """`pages`, `open` and `is_marked` of incidents; the code of an incident is the index in
    `people` of the people it paged."""
    incident = np.arange(len(code))
    asked = pd.DataFrame({"code": code, "incident": incident, "at": created_at}).merge(
        people, left_on="code", right_index=True
    )
    pages, worked = account.interruptions, account.participations
    done = worked["engaged_at"] + pd.to_timedelta(worked["engaged_seconds"], unit="s")
    paged = _current(asked, pages["responder"], pages["at"], pages["at"] + BEFORE)
    at_work = _current(asked, worked["responder"], worked["engaged_at"], done)
    return (
        asked[["incident"]]
        .assign(pages=paged, open=at_work, is_marked=(paged > 0) | (at_work > 0))
        .groupby("incident")
        .min()
    )


def _current(asked: pd.DataFrame, owner: pd.Series, start: pd.Series, end: pd.Series) -> Numbers:
    """The number of a responder's intervals that contain `at`, per row of `responder` and `at`."""
    if asked.empty:
        return np.empty(0, dtype=np.int64)
    # All that are not asked for get -1: their intervals end before the first number looked for, so
    # that they count in neither.
    people = pd.Index(asked["responder"].unique())
    codes, codes_asked = (places(names, people) for names in (owner, asked["responder"]))
    begun, over, at = (
        times.astype(INSTANT).astype("int64").to_numpy() for times in (start, end, asked["at"])
    )
    # Combine owner and instant into one number, so that one search serves all owners.
    first = min(each.min() for each in (begun, over, at) if each.size)
    width = max(each.max() for each in (begun, over, at) if each.size) - first + 1
    wanted = codes_asked * width + (at - first)
    order = np.argsort(wanted)
    sorted_wanted = wanted[order]
    begins, ends = (
        np.searchsorted(np.sort(codes * width + (edge - first)), sorted_wanted)
        for edge in (begun, over)
    )
    count = np.empty(len(wanted), dtype=np.int64)
    count[order] = begins - ends
    return count


def tests(account: Account) -> pd.DataFrame:
    return ack_waits.tested(waits_under_load(account), "escalation_policy", _STRATA, account.months)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the rows of `waits_under_load` that were compared, with `incident_id`, in order of
    time."""
    return ack_waits.evidence(account, waits_under_load(account), finding, _STRATA)


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the waits under load of the policy, and of other policies."""
    waits = waits_under_load(account)
    busy = waits[waits["is_marked"]]
    is_own = busy["subject_id"].eq(finding.subject_id)
    return cases.waits(busy, ack_waits.WAIT, is_own, busy["subject_id"], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    name = names.get(finding.subject_id, finding.subject_id)
    return ack_waits.sentence(
        finding,
        f"on {name} that paged only people busy with another",
        "when the same people are free",
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    general = "Put a second person on the first level, or divide the services between two policies."
    paged = present_settings.targets(account, finding.subject_id, 1, names)
    users = account.services["escalation_policy_id"].eq(finding.subject_id).sum()
    many = plural(users, "service", "services")
    uses = f" and {many} {'uses' if users == 1 else 'use'} the policy" if users else ""
    return f"{general} Level 1 pages {paged} now{uses}." if paged else general


KIND: Final = Kind(
    name="load_slowdown",
    title="Slower acknowledgement while people are busy",
    says="slower while people are busy",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "Median time to first acknowledgement while people are busy", "When they are free"
    ),
    unit="seconds",
    floor=ack_waits.FLOOR,
    against="the median wait of incidents that paged the same people when they were free",
    minutes="incidents wait",
    setting=(
        "A second person on the policy's first level, grouping of alerts, or dividing the "
        "policy's services between two"
    ),
    advice=advice,
    assumes=None,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    measure=Measure(
        words="the typical time to first acknowledgement while people are busy",
        unit="seconds",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"paged": "several responders"},
    figures=(
        Waits(
            flag="is_marked",
            circumstance="when those paged are busy",
            otherwise="when the same people are free",
        ),
    ),
    sentence=sentence,
)
