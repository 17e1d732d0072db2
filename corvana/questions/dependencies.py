"""Questions about services that fail together in a period, declared or not, and their exposure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import dependencies as answers
from corvana.analysis.dependencies import blast_radius, cascades, declared_graph, failures
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.charts.dependency_graph import drawn_services
from corvana.questions import accounts
from corvana.questions.labels import services
from corvana.questions.question import question
from corvana.questions.response import selected as selected_incidents
from corvana.questions.view import View

_MOST_CHOICES: Final = 200
_ENDS: Final = ("service_id", "supporting_id", "dependent_id")


@dataclass(frozen=True, slots=True)
class Folded:
    """What the drawing of dependencies leaves out: ids of linked services, those with most exposure
    first, and of services without a declared dependency; `drawn` is the number of the others."""

    drawn: int
    linked: tuple[str, ...]
    alone: tuple[str, ...]


def _period_only(_: View, filters: Filters, *__: object) -> Filters:
    """The period alone: pairs need the failures of all services."""
    return filters.period


def declared(view: View) -> pd.DataFrame:
    """Return the declared edges. They share memory with the data version: read only."""
    return view.frame("dependencies")


def selected(view: View, filters: Filters) -> int:
    """Return the number of incidents in the period; other filters are ignored."""
    return selected_incidents(view, _period_only(view, filters))


@question()
def chosen(view: View, filters: Filters) -> tuple[str, ...]:
    """Return the services chosen by service, team or policy; none if no filter is set."""
    if not filters.of_places:
        return ()
    known = view.frame("services")
    teams = known["team_ids"].fillna("").str.split()
    matches = pd.Series(True, index=known.index)
    if filters.services:
        matches &= known["service_id"].isin(filters.services)
    if filters.teams:
        matches &= teams.map(lambda ids: bool(set(ids) & set(filters.teams))).astype("bool")
    if filters.policies:
        matches &= known["escalation_policy_id"].isin(filters.policies)
    return tuple(known.loc[matches, "service_id"].tolist())


@question(depends_on=_period_only)
def pairs(view: View, filters: Filters) -> pd.DataFrame:
    """Return cascades.cascades of the period, all services."""
    account = accounts.narrowed(view, filters)
    return cascades.cascades(
        account.incidents,
        account.dependencies,
        account.maintenance_windows,
        start=account.start,
        end=account.end,
    )


def of_chosen(pairs: pd.DataFrame, services: tuple[str, ...]) -> pd.DataFrame:
    """Return the pairs with at least one of the services; all pairs if none is chosen."""
    if not services:
        return pairs
    return pairs[pairs["supporting_id"].isin(services) | pairs["dependent_id"].isin(services)]


@question(depends_on=_period_only)
def often(view: View, filters: Filters) -> tuple[str, ...]:
    """Return the services with ten failures in the period: two of them can have ten together."""
    account = accounts.narrowed(view, filters)
    onsets = failures.onsets(
        account.incidents, account.maintenance_windows, account.start, account.end
    )
    n = onsets["service_id"].astype("str").value_counts()
    return tuple(sorted(n.index[n >= ENOUGH]))


def can_tell(often: Sequence[str], chosen: Sequence[str] = ()) -> bool:
    """Return whether a pair, with a chosen service if any is, has enough failures to be told from
    chance."""
    return len(often) > 1 and (not chosen or bool(set(often) & set(chosen)))


@question(depends_on=_period_only)
def radius(view: View, filters: Filters) -> pd.DataFrame:
    """Return blast_radius.blast_radius of the period."""
    account = accounts.narrowed(view, filters)
    return blast_radius.blast_radius(account.incidents, account.dependencies, as_of=account.as_of)


@question()
def circles(view: View) -> list[tuple[str, ...]]:
    """Return declared_graph.cycles of the account."""
    return declared_graph.cycles(declared(view))


@question()
def folded(view: View, filters: Filters) -> Folded:
    """Return the services that the drawing leaves out."""
    every, found = radius(view, filters), pairs(view, filters)
    undeclared = found[~found["is_declared"] & found["beyond_chance"]]
    linked = set(declared_graph.with_pairs(declared(view), undeclared))
    drawn = drawn_services(declared(view), found, every, chosen(view, filters))
    order = [*every["service_id"], *sorted(linked)]
    known = view.frame("services")["service_id"]
    return Folded(
        len(drawn),
        tuple(dict.fromkeys(each for each in order if each in linked - drawn)),
        tuple(sorted(set(known) - linked)),
    )


@question(depends_on=_period_only)
def lags(view: View, filters: Filters, pair: str) -> pd.DataFrame:
    """Return when the second service of a pair failed, before or after the first, in the period.

    Returns
    -------
    DataFrame
        lag (seconds from the first's failure to the second's, negative when the second was first);
        at (the earlier failure).
    """
    one, other = pair.split(">")
    account = accounts.narrowed(view, filters)
    both_ways = pd.DataFrame({"first_id": [one, other], "then_id": [other, one]}, dtype="str")
    found = failures.sequences(
        account.incidents,
        both_ways,
        account.maintenance_windows,
        start=account.start,
        end=account.end,
    )
    return pd.DataFrame(
        {
            "lag": found["lag"].where(found["first_id"].eq(one), -found["lag"]),
            "at": account.incidents["created_at"].iloc[found["first"]].to_numpy(),
        }
    )


@question()
def answer(view: View, filters: Filters) -> str:
    """Return answers.dependencies.answer of the period and the services chosen."""
    some = chosen(view, filters)
    found = of_chosen(pairs(view, filters), some)
    enough = can_tell(often(view, filters), some)
    return answers.answer(found, services(view), of_chosen=bool(some), can_tell=enough)


@question()
def choices(view: View, filters: Filters) -> dict[str, str]:
    """Return the names of pairs that failed together, by key, the surest first. At most
    `_MOST_CHOICES`, because the page sends all choices to the browser."""
    return _keyed(of_chosen(pairs(view, filters), chosen(view, filters)), services(view))


def _keyed(pairs: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    together = cascades.by_evidence(pairs[pairs["together"] > 0]).head(_MOST_CHOICES)
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
    """Return the table of a chart with a name beside every id."""
    ends = {
        column.removesuffix("_id"): frame[column].map(names) for column in _ENDS if column in frame
    }
    return frame.assign(**ends)[[*ends, *frame.columns]]
