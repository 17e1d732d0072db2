"""What the dependencies page asks, kept by data version, period and services chosen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from corvana.analysis import blast_radius, cascades, dependencies, failures, wording
from corvana.analysis.answers import dependencies as answers
from corvana.analysis.selection import Filters
from corvana.charts.dependencies import by_evidence
from corvana.charts.dependency_graph import left_out
from corvana.ui import accounts, analyses
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView

RADIUS: Final = (
    "Incidents in brackets, merged ones left out, each counted for a day at most; fewer than ten "
    "pale and last. By declaration: most incidents stay where they are. Click one to choose it."
)
PAIRS: Final = (
    "Left: after how many of the first one's failures the second failed within ten minutes. Right: "
    "how much later, median; left of zero, the second fails first. A failure: an incident on a "
    "service that had none for an hour. Whisker: 95 % interval; fewer than ten failures pale, last."
)
LAGS: Final = (
    "Each failure with the other service's next one, within ten minutes. At the same instant "
    "counts for neither."
)
_BY_PERIOD_ONLY: Final = (
    "The period applies to all services: it takes two to fail together. Services chosen by any "
    "filter are highlighted, and pairs without them left out."
)

_MOST: Final = 200


def declared(snapshot: SnapshotView) -> pd.DataFrame:
    """Return the declared edges. They share memory with the snapshot: read only."""
    return snapshot.frame("dependencies")


@by_version
def names(snapshot: SnapshotView) -> dict[str, str]:
    """Return the label of every service and business service."""
    labels = snapshot.frame("labels")
    business = labels[labels["kind"].eq("business_service")].dropna(subset=["label"])
    return {
        **dict(zip(business["id"], business["label"], strict=True)),
        **analyses.names(snapshot, "service"),
    }


def selected(snapshot: SnapshotView, filters: Filters) -> int:
    """Return how many incidents the period has, whatever else is chosen."""
    return analyses.selected(snapshot, _whole(filters))


@by_version
def chosen(snapshot: SnapshotView, filters: Filters) -> tuple[str, ...]:
    """Return the services chosen by service, team or policy; none when nothing is."""
    if not (filters.services or filters.teams or filters.policies):
        return ()
    services = snapshot.frame("services")
    teams = services["team_ids"].fillna("").str.split()
    matches = pd.Series(True, index=services.index)
    if filters.services:
        matches &= services["service_id"].isin(filters.services)
    if filters.teams:
        matches &= teams.map(lambda ids: bool(set(ids) & set(filters.teams))).astype("bool")
    if filters.policies:
        matches &= services["escalation_policy_id"].isin(filters.policies)
    return tuple(services.loc[matches, "service_id"].tolist())


def pairs(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return cascades.cascades of the period, all services."""
    return _pairs(snapshot, _whole(filters))


@by_version
def _pairs(snapshot: SnapshotView, period: Filters) -> pd.DataFrame:
    account = accounts.narrowed(snapshot, period)
    return cascades.cascades(
        account.incidents, account.dependencies, start=account.start, end=account.end
    )


def of_chosen(pairs: pd.DataFrame, services: tuple[str, ...]) -> pd.DataFrame:
    """Return the pairs of which one is among the services; all when none is chosen."""
    if not services:
        return pairs
    return pairs[pairs["supporting_id"].isin(services) | pairs["dependent_id"].isin(services)]


def radius(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return blast_radius.blast_radius of the period."""
    return _radius(snapshot, _whole(filters))


@by_version
def _radius(snapshot: SnapshotView, period: Filters) -> pd.DataFrame:
    account = accounts.narrowed(snapshot, period)
    return blast_radius.blast_radius(account.incidents, account.dependencies, as_of=account.as_of)


@by_version
def circles(snapshot: SnapshotView) -> list[tuple[str, ...]]:
    """Return dependencies.cycles of the account."""
    return dependencies.cycles(declared(snapshot))


def lags(snapshot: SnapshotView, filters: Filters, key: str) -> pd.DataFrame:
    """Return when the second service of a pair failed, before or after the first, in the period.

    Returns
    -------
    DataFrame
        lag (seconds from the first's failure to the second's, negative when the second was first);
        at (the earlier failure).
    """
    return _lags(snapshot, _whole(filters), key)


@by_version
def _lags(snapshot: SnapshotView, period: Filters, key: str) -> pd.DataFrame:
    one, other = key.split(">")
    account = accounts.narrowed(snapshot, period)
    both_ways = pd.DataFrame({"first_id": [one, other], "then_id": [other, one]}, dtype="str")
    found = failures.sequences(account.incidents, both_ways, start=account.start, end=account.end)
    return pd.DataFrame(
        {
            "lag": found["lag"].where(found["first_id"].eq(one), -found["lag"]),
            "at": account.incidents["created_at"].iloc[found["first"]].to_numpy(),
        }
    )


@by_version
def answer(snapshot: SnapshotView, filters: Filters) -> str:
    """Return answers.dependencies.answer of the period and the services chosen."""
    some = chosen(snapshot, filters)
    found = of_chosen(pairs(snapshot, filters), some)
    return answers.answer(found, names(snapshot), of_chosen=bool(some))


@by_version
def choices(snapshot: SnapshotView, filters: Filters) -> dict[str, str]:
    """Return what to call the pairs that ever failed together, by a key, the surest `_MOST` first:
    every choice offered is sent to the reader."""
    return _keyed(of_chosen(pairs(snapshot, filters), chosen(snapshot, filters)), names(snapshot))


def _keyed(pairs: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    together = by_evidence(pairs[pairs["together"] > 0]).head(_MOST)
    ends = zip(together["supporting_id"], together["dependent_id"], strict=True)
    return {
        f"{one}>{other}": f"{names.get(one, 'unnamed')} → {names.get(other, 'unnamed')}"
        for one, other in ends
    }


def of_pair(pairs: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the row of one pair."""
    one, other = key.split(">")
    return pairs[pairs["supporting_id"].eq(one) & pairs["dependent_id"].eq(other)]


def named(frame: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table behind a chart with a name beside every id."""
    ends = {
        column.removesuffix("_id"): frame[column].map(names)
        for column in ("service_id", "supporting_id", "dependent_id")
        if column in frame
    }
    return frame.assign(**ends)[[*ends, *frame.columns]]


def graph_caption(snapshot: SnapshotView, filters: Filters) -> str:
    """Return how to read the graph, and what is not drawn."""
    n = _left_out(snapshot, _whole(filters))
    fewer = f" {wording.count(n)} of the least exposing services are not drawn." if n else ""
    return (
        "Left: what others need; right, squares: business services. Size: time of incidents in the "
        f"period; accent: chosen, else most at stake. Click a service to choose it.{fewer} "
        f"{_BY_PERIOD_ONLY}"
    )


@by_version
def _left_out(snapshot: SnapshotView, period: Filters) -> int:
    return left_out(declared(snapshot), pairs(snapshot, period))


def _whole(filters: Filters) -> Filters:
    return replace(filters, services=(), teams=(), policies=(), urgency="")
