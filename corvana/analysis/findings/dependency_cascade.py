"""A service fails, and a service declared to depend on it fails within ten minutes.

For every declared dependency between two technical services that both failed at least ten times,
the share of the supporting service's failures after which the dependent service began to fail
within ten minutes is tested against chance: the share expected if the failures of each service were
drawn anew within their hours of the week (see "failing together"). Time in which one of the two is
in a maintenance window is left out. It is worth a change when that
share is at least twenty percentage points above chance: then one in five failures of the supporting
service pages the responders of the dependent service for a problem that is not theirs. If two
failures begin at the same instant, neither follows the other. The p-value is that of exceeding
chance plus these twenty points (binomial), so that most dependencies, which follow only a little
more often than by chance, do not count as discoveries. Avoidable minutes are the durations of the
dependent service's incidents that followed (until resolved, or until the data ends), times the
share of them that chance does not explain. Following is an association: a common cause outside both
looks the same.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.dependencies.declared_graph import BUSINESS
from corvana.analysis.dependencies.failures import followings, sequences
from corvana.analysis.findings.kind import Comparison, Finding, Kind
from corvana.analysis.findings.measures import present_settings
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, percent, share_interval
from corvana.frames import TESTS, conform

FLOOR: Final = 0.20
"""Least distance of the share followed above chance."""


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
    """Return the `followings` of services that failed at least ten times in the period.

    The rule uses each service by itself, before failures are paired, so it biases no p-value.
    """
    pairs = followings(
        account.incidents, account.maintenance_windows, start=account.start, end=account.end
    )
    return pairs[pairs["n_first"].ge(ENOUGH) & pairs["n_then"].ge(ENOUGH)]


def exceeding_chance(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add to `followings` the share followed (`effect`), the share by chance (`reference`), whether
    the floor is reached (`is_material`), and the `p_value` of exceeding chance plus floor."""
    n = pairs["n_first"]
    chance = pairs["expected"] / n
    return pairs.assign(
        effect=pairs["followed"] / n,
        reference=chance,
        is_material=(pairs["followed"] / n).ge(chance + FLOOR),
        p_value=stats.binom.sf(pairs["followed"] - 1, n, (chance + FLOOR).clip(upper=1.0)),
    )


def judged(account: Account, pairs: pd.DataFrame, partners: int | pd.Series = 1) -> pd.DataFrame:
    """Return TESTS of ordered pairs, rows of `often_failing`.

    `partners` is the number of services from which the pair was picked; the p-value is multiplied
    by it (Bonferroni).
    """
    tested = exceeding_chance(pairs).reset_index(drop=True)
    own = [
        estimates.share(int(some), int(of))
        for some, of in zip(tested["followed"], tested["n_first"], strict=True)
    ]
    _, low, high = np.array([each.interval for each in own], dtype=np.float64).reshape(-1, 3).T
    return tested.assign(
        subject_type="service",
        subject_id=tested["first_id"],
        detail=tested["then_id"],
        low=low,
        high=high,
        n=tested["n_first"],
        effective_n=tested["n_first"],
        p_value=(tested["p_value"] * np.asarray(partners)).clip(upper=1.0),
        avoidable_minutes_per_month=_minutes(account, tested)
        / account.months_observed(tested["first_id"], tested["then_id"]),
    ).pipe(conform, TESTS)


def _minutes(account: Account, pairs: pd.DataFrame) -> pd.Series:
    """Minutes of the incidents that followed, times the share that chance does not explain."""
    found = _followed(account, pairs)
    lasted = _lasted(account, found["then"]) / 60
    total = lasted.groupby([found["first_id"], found["then_id"]]).sum()
    keys = pd.MultiIndex.from_frame(pairs[["first_id", "then_id"]])
    unexplained = (1 - pairs["expected"] / pairs["followed"].clip(lower=1)).clip(lower=0.0)
    minutes: pd.Series = unexplained * total.reindex(keys, fill_value=0.0).to_numpy()
    return minutes


def _followed(account: Account, pairs: pd.DataFrame) -> pd.DataFrame:
    return sequences(
        account.incidents,
        pairs,
        account.maintenance_windows,
        start=account.start,
        end=account.end,
    )


def _lasted(account: Account, positions: pd.Series) -> pd.Series:
    incidents = account.incidents.iloc[positions]
    so_far = (account.end - incidents["created_at"]).dt.total_seconds()
    lasted: pd.Series = incidents["seconds_to_resolve"].fillna(so_far)
    return lasted.set_axis(positions.index)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return every failure of the first service that the other one followed, in order of time.

    Returns
    -------
    DataFrame
        at (the first failure); incident_id, then_incident_id; lag (seconds between them);
        then_seconds (how long the second incident lasted, until the data ends if it is open).
    """
    pair = pd.DataFrame({"first_id": [finding.subject_id], "then_id": [finding.detail]})
    found = _followed(account, pair.astype("str"))
    first = account.incidents.iloc[found["first"]]
    return pd.DataFrame(
        {
            "at": first["created_at"].to_numpy(),
            "incident_id": first["incident_id"].to_numpy(),
            "then_incident_id": account.incidents["incident_id"].iloc[found["then"]].to_numpy(),
            "lag": found["lag"],
            "then_seconds": _lasted(account, found["then"]),
        }
    ).astype({"at": first["created_at"].dtype})


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    return (
        f"{following(finding, names)} {_name(finding.detail, names)} is declared to depend on it."
    )


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    general = (
        f"Group the alerts of {_name(finding.detail, names)} with those of "
        f"{_name(finding.subject_id, names)}, and work on {_name(finding.subject_id, names)} first."
    )
    return f"{general} {grouping_of_second(account, finding, names)}".strip()


def grouping_of_second(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on the alert grouping of the service that fails second, and what to try."""
    if not finding.detail:
        return ""
    present = present_settings.grouping(account, finding.detail)
    if not present:
        return ""
    return (
        f"{_name(finding.detail, names)}: {present[:1].lower()}{present[1:]} Try one content-based "
        f"setting over both services, with a window of ten minutes."
    )


def following(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on how often the second service followed the first."""
    own = estimates.Estimate(finding.effect, finding.low, finding.high)
    return (
        f"{percent(own.value)} ({share_interval(own)}) of the {count(finding.n)} failures of "
        f"{_name(finding.subject_id, names)} were followed by one of "
        f"{_name(finding.detail, names)} within ten minutes; "
        f"by chance it would be {percent(finding.reference)}."
    )


def _name(service_id: str | None, names: Mapping[str, str]) -> str:
    return names.get(service_id or "", service_id or "")


KIND: Final = Kind(
    name="dependency_cascade",
    title="Failures cascade along a declared dependency",
    says="failures cascade",
    after_subject="other subject",
    comparison=Comparison(
        "Failures followed by one of the other service within ten minutes", "By chance"
    ),
    unit="share",
    floor="followed in at least 20 percentage points more of its failures than by chance",
    against="the failures that chance alone would let follow",
    minutes="incidents wait",
    setting="Alert grouping over both services, and related incidents",
    advice=advice,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
