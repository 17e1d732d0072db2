"""A service and one declared to depend on it fail within ten minutes of each other.

For every declared dependency between two technical services that both failed at least ten times,
the share of the supporting service's failures that came together with one of the dependent service
is tested against chance: the share expected of services that have nothing to do with each other but
fail in the same hours of the week, on the same minutes and on the same busy days (see "failing
together"). Which of the two fails first does not matter for the test: where both fail of one cause,
neither leads. The advice says which one was first how often. Time in which one of the two is in a
maintenance window is left out.

It is worth a change when that share is at least twenty percentage points above chance: then one in
five failures of the supporting service pages two groups of responders for one problem. The p-value
is that of exceeding chance plus these twenty points (binomial), so that most dependencies, which
fail together only a little more often than by chance, do not count as discoveries. Failures of one
day may be of one cause: test and interval count with their effective number over days. Avoidable
minutes are the durations of the later incident of each two (until resolved, or until the data
ends), times the share of them that chance does not explain. Failing together is an association: a
common cause outside both looks the same.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.dependencies import failures
from corvana.analysis.dependencies.declared_graph import BUSINESS
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import cases, meetings, present_settings
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.binomial import p_at_least
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, percent, share_interval
from corvana.frames import TESTS, conform

FLOOR: Final = 0.20
"""Least distance of the share together above chance."""


def tests(account: Account) -> pd.DataFrame:
    edges = account.dependencies
    is_technical = edges["supporting_type"].ne(BUSINESS) & edges["dependent_type"].ne(BUSINESS)
    declared = (
        edges.loc[is_technical, ["supporting_id", "dependent_id"]]
        .drop_duplicates()
        .set_axis(["first_id", "then_id"], axis=1)
    )
    return judged(account, often_failing(account).merge(declared, on=["first_id", "then_id"]))


@per_account
def often_failing(account: Account) -> pd.DataFrame:
    """Return the `failures.pairs` of services that failed at least ten times in the period.

    The rule uses each service by itself, before failures are paired, so it biases no p-value.
    """
    pairs = failures.pairs(
        account.incidents, account.maintenance_windows, start=account.start, end=account.end
    )
    return pairs[pairs["n_first"].ge(ENOUGH) & pairs["n_then"].ge(ENOUGH)]


def exceeding_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add to `pairs` the share together of the first one's failures (`effect`), the share by chance
    (`reference`), and whether the floor is reached (`is_material`)."""
    n = pairs["n_first"]
    chance = (pairs["expected"] / n).clip(upper=1.0)
    return pairs.assign(
        effect=pairs["together"] / n,
        reference=chance,
        is_material=(pairs["together"] / n).ge(chance + FLOOR),
    )


def judged(account: Account, pairs: pd.DataFrame, partners: int | pd.Series = 1) -> pd.DataFrame:
    """Return TESTS of ordered pairs, rows of `often_failing`.

    `partners` is the number of services from which the pair was picked; the p-value is multiplied
    by it (Bonferroni).
    """
    tested = exceeding_chance(pairs).reset_index(drop=True)
    own = _over_days(account, tested)
    worth = np.array([each.effective_n for each in own], dtype=np.float64)
    at_most = (tested["reference"] + FLOOR).clip(upper=1.0)
    p_value = p_at_least(tested["effect"] * worth, worth, at_most)
    return tested.assign(
        subject_type="service",
        subject_id=tested["first_id"],
        detail=tested["then_id"],
        low=[each.low for each in own],
        high=[each.high for each in own],
        n=tested["n_first"],
        effective_n=worth,
        p_value=np.minimum(p_value * np.asarray(partners), 1.0),
        avoidable_minutes_per_month=_minutes(account, tested)
        / account.months_observed(tested["first_id"], tested["then_id"]),
    ).pipe(conform, TESTS)


def _over_days(account: Account, tested: pd.DataFrame) -> list[Estimate]:
    """The share together of each pair. Failures of one day may be of one cause, so they count with
    their effective number; for pairs that reach the floor only, because no other can be a finding.
    """
    estimated = [
        estimates.share(int(some), int(of))
        for some, of in zip(tested["together"], tested["n_first"], strict=True)
    ]
    material = tested.loc[tested["is_material"], ["first_id", "then_id"]]
    if material.empty:
        return estimated
    met = meetings.together(account, material)[["first_id", "then_id", "first"]].drop_duplicates()
    trials = failures.openings(
        account.incidents,
        material,
        account.maintenance_windows,
        start=account.start,
        end=account.end,
    ).merge(met.assign(happened=True), how="left")
    by_pair = dict(list(trials.groupby(["first_id", "then_id"])))
    for place, *pair in material.itertuples(name=None):
        own = by_pair[tuple(pair)]
        estimated[place] = estimates.share_of(own["happened"].eq(True), own["day"])
    return estimated


def _minutes(account: Account, pairs: pd.DataFrame) -> pd.Series:
    """Minutes of the later incident of each two, times the share that chance does not explain."""
    found = meetings.together(account, pairs)
    lasted = meetings.lasted(account, found["later"]) / 60
    total = lasted.groupby([found["first_id"], found["then_id"]]).sum()
    keys = pd.MultiIndex.from_frame(pairs[["first_id", "then_id"]])
    unexplained = (1 - pairs["expected"] / pairs["together"].clip(lower=1)).clip(lower=0.0)
    minutes: pd.Series = unexplained * total.reindex(keys, fill_value=0.0).to_numpy()
    return minutes


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return every failure of the two services within ten minutes of each other, in order of time.

    Returns
    -------
    DataFrame
        at (the first service's failure); incident_id, then_incident_id (of the first and of the
        second service); lag (seconds from the first service's to the second's, negative when the
        second failed first); later_seconds (how long the later of the two lasted, until the data
        ends if it is open).
    """
    found = _of(account, finding)
    first = account.incidents.iloc[found["first"]]
    return (
        pd.DataFrame(
            {
                "at": first["created_at"].to_numpy(),
                "incident_id": first["incident_id"].to_numpy(),
                "then_incident_id": account.incidents["incident_id"].iloc[found["then"]].to_numpy(),
                "lag": found["lag"],
                "later_seconds": meetings.lasted(account, found["later"]),
            }
        )
        .astype({"at": first["created_at"].dtype})
        .sort_values("at", kind="stable", ignore_index=True)
    )


def _of(account: Account, finding: Finding) -> pd.DataFrame:
    return meetings.together(account, _pair(finding))


def _pair(finding: Finding) -> pd.DataFrame:
    pair = {"first_id": [finding.subject_id], "then_id": [finding.detail]}
    return pd.DataFrame(pair, dtype="str")


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the failures of the first service; no pair of services is similar."""
    pair = _pair(finding)
    met = meetings.together(account, pair)[["first"]].drop_duplicates()
    found = failures.openings(
        account.incidents, pair, account.maintenance_windows, start=account.start, end=account.end
    ).merge(met.assign(happened=1.0), how="left", on="first")
    at = account.incidents["created_at"].iloc[found["first"]].reset_index(drop=True)
    return cases.of_one(at, found["happened"].eq(1.0), found["day"], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    return (
        f"{coming_together(finding, names)} {_name(finding.detail, names)} is declared to depend "
        f"on {_name(finding.subject_id, names)}."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    general = (
        f"Group the alerts of {_name(finding.detail, names)} with those of "
        f"{_name(finding.subject_id, names)}, and work on the cause first."
    )
    order = order_of(account, finding, names)
    present = grouping_of_other(account, finding, names)
    return " ".join(part for part in (general, order, present) if part)


def order_of(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on which of the two services was first how often; empty if no failure of
    both is known."""
    lag = _of(account, finding)["lag"]
    if lag.empty:
        return ""
    ordered = lag[lag.ne(0)]
    first = int(ordered.gt(0).sum())
    one, other = (_name(each, names) for each in (finding.subject_id, finding.detail))
    if not len(ordered):
        return "Both began at the same instant each time."
    if 2 * first < len(ordered):
        one, first = other, len(ordered) - first
    known = estimates.share(first, len(ordered))
    if known.low <= 0.5:
        return "Neither of the two clearly fails first."
    return f"{one} failed first in {count(first)} of {count(len(ordered))} cases."


def grouping_of_other(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the alert grouping of the other service of the pair, and what to try."""
    if not finding.detail:
        return ""
    present = present_settings.grouping(account, finding.detail)
    if not present:
        return ""
    return (
        f"{_name(finding.detail, names)}: {present[:1].lower()}{present[1:]} Try one content-based "
        f"setting over both services, with a window of ten minutes."
    )


def coming_together(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on how often the two services failed together."""
    own = estimates.Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of the {count(finding.n)} failures of "
        f"{_name(finding.subject_id, names)} came within ten minutes of one of "
        f"{_name(finding.detail, names)}; by chance it would be {percent(finding.reference)}."
    )


def _name(service_id: str | None, names: Mapping[str, str]) -> str:
    return names.get(service_id or "", service_id or "")


KIND: Final = Kind(
    name="dependency_cascade",
    title="Services with a declared dependency fail together",
    says="fail together",
    after_subject="other subject",
    identified_by="subject and detail",
    comparison=Comparison("Failures within ten minutes of one of the other service", "By chance"),
    unit="share",
    floor="together in at least 20 percentage points more of its failures than by chance",
    against="the failures that chance alone would let come together",
    minutes="incidents wait",
    setting="Alert grouping over both services, and related incidents",
    advice=advice,
    assumes=None,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    measure=Measure(
        words="the share of failures within ten minutes of one of the other service",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
