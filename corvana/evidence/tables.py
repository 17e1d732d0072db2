"""The tables of the evidence pack, made from the account."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.targets import Target, by_what, outcomes
from corvana.analysis.on_call import coverage, shift_time
from corvana.analysis.response import durations
from corvana.analysis.statistics import estimates as statistics
from corvana.evidence.contracts import ESTIMATE, TABLES
from corvana.frames import conform
from corvana.pagerduty import kept_and_dropped

_MILLISECOND: Final = 3
_QUANTILES: Final = (("p50", 0.5, 1), ("p90", 0.9, statistics.ENOUGH_FOR_P90))


def incidents(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row an incident: the lifecycle."""
    return account.incidents


def escalation_steps(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row for each assignment of an incident."""
    return account.escalation_steps.rename(columns={"from_responders": "from_responder"})


def shifts(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row a shift, policy and level; coming shifts included."""
    return shift_time.levelled(account.shifts, account.rules)


def interruptions(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row an interruption of the period, by the responder's own clock."""
    return account.pages


def responders(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row a responder who was on call, was interrupted, or is named in a policy."""
    return account.loads


def services(account: Account, labels: pd.DataFrame) -> pd.DataFrame:
    """One row a service that exists or has incidents."""
    return _durations(account.incidents, account.services["service_id"], labels)


def escalation_policies(account: Account, labels: pd.DataFrame) -> pd.DataFrame:
    """One row a policy that exists or has incidents."""
    return _durations(account.incidents, account.repeats["escalation_policy_id"], labels)


def dependencies(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row a declared edge."""
    edges = account.dependencies
    return edges.assign(kinds=edges["dependent_type"] + " " + edges["supporting_type"])


def coverage_gaps(account: Account, _: pd.DataFrame) -> pd.DataFrame:
    """One row a gap of a level or a schedule, past and coming.

    Time in which each of the policy's services is outside its support hours, or in a maintenance
    window, is no gap. Coming gaps are included only if coming shifts are known.
    """
    until = account.planned_until
    not_needed = coverage.times_not_needed(
        account.services,
        account.support_hours,
        account.maintenance_windows,
        fallback=account.time_zone,
        since=account.start,
        until=until,
    )
    gaps = coverage.coverage_gaps(
        account.rules,
        account.shifts,
        not_needed,
        schedules=set(account.schedules["schedule_id"]),
        since=account.start,
        as_of=account.end,
        until=until,
    )
    return gaps[gaps["is_needed"]]


def privacy(_: Account, __: pd.DataFrame) -> pd.DataFrame:
    """One row for each field that is kept, then one for each content that is received and
    dropped."""
    kept = [("kept", row.object, row.field, row.kind, row.why) for row in kept_and_dropped.kept()]
    dropped = [
        ("dropped", row.endpoint, what, None, None)
        for row in kept_and_dropped.DROPPED
        for what in row.what
    ]
    return pd.DataFrame([*kept, *dropped], columns=list(TABLES["privacy"]))


MAKERS: Final[Mapping[str, Callable[[Account, pd.DataFrame], pd.DataFrame]]] = MappingProxyType(
    {
        "incidents": incidents,
        "escalation_steps": escalation_steps,
        "shifts": shifts,
        "interruptions": interruptions,
        "responders": responders,
        "services": services,
        "escalation_policies": escalation_policies,
        "dependencies": dependencies,
        "coverage_gaps": coverage_gaps,
        "privacy": privacy,
    }
)
"""The function that makes each table from the account and LABELS."""


def table(
    name: str, account: Account, labels: pd.DataFrame, targets: Sequence[Target] = ()
) -> pd.DataFrame:
    """Return one of TABLES, with its columns in its order. `targets` are the client's."""
    made = MAKERS[name](account, labels)
    if name == "incidents":
        by = by_what(account.incidents)
        made = made.join(outcomes(account.incidents, targets, by=by, as_of=account.as_of))
    return conform(made, TABLES[name])


def _durations(incidents: pd.DataFrame, known: pd.Series, labels: pd.DataFrame) -> pd.DataFrame:
    """n (that count), n_acked, n_open and quantiles by the column that `known` is named after.

    A subject without incidents has a row without quantiles. Two nouns may share an id, so the label
    is looked up by noun and id.
    """
    by = str(known.name)
    named = labels[labels["kind"].eq(by.removesuffix("_id"))]
    counted = durations.only_counted(incidents).dropna(subset=[by])
    subjects = pd.Index(sorted({*known, *counted[by]}), name=by, dtype="str")
    counts = (
        counted.assign(is_open=counted["resolution"].eq("open"))
        .groupby(by)
        .agg(n=(by, "size"), n_acked=("seconds_to_first_ack", "count"), n_open=("is_open", "sum"))
    )
    quantiles = [
        _quantiles(counted, by, measure, name, q, needs)
        for measure in ("seconds_to_first_ack", "seconds_to_resolve")
        for name, q, needs in _QUANTILES
    ]
    return (
        counts.reindex(subjects, fill_value=0)
        .join(pd.concat(quantiles, axis="columns"))
        .assign(label=subjects.map(dict(zip(named["id"], named["label"], strict=True))))
        .reset_index()
    )


def _quantiles(
    incidents: pd.DataFrame, by: str, measure: str, name: str, q: float, needs: int
) -> pd.DataFrame:
    """One quantile and its interval, if enough durations are known."""
    estimates = statistics.quantile_by(incidents, [by], measure, q, "storm")
    parts = (*statistics.BOUNDS, "effective_n")
    columns = dict(zip(parts, (f"{name}_{measure}{end}" for end in ESTIMATE), strict=True))
    known = estimates.loc[estimates["n"].ge(needs), list(columns)]
    return known.round(_MILLISECOND).rename(columns=columns)
