"""The cards of the dependencies page."""

from collections.abc import Mapping, Sequence

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.answers.dependencies import TOO_FEW_FAILURES, have_enough
from corvana.analysis.dependencies.declared_graph import BUSINESS
from corvana.ui.components import Card


def dependency_cards(
    radius: pd.DataFrame,
    pairs: pd.DataFrame,
    circles: Sequence[Sequence[str]],
    names: Mapping[str, str],
    *,
    can_tell: bool,
) -> list[Card]:
    """Return the account's numbers, from blast_radius, cascades and declared_graph.cycles.

    `can_tell`: any two services have enough failures to be told from chance.
    """
    technical = radius[radius["type"].ne(BUSINESS)]
    business = len(radius) - len(technical)
    shown = [
        Card(
            "Linked services",
            wording.count(len(technical)),
            f"and {wording.plural(business, 'business service', 'business services')}",
            "Technical services on at least one edge declared in PagerDuty.",
        ),
        _widest(radius, names),
        _declared(pairs),
        _undeclared(pairs, can_tell=can_tell),
    ]
    return [*shown, *([_circles(circles, names)] if circles else [])]


def _widest(radius: pd.DataFrame, names: Mapping[str, str]) -> Card:
    meaning = (
        "The number of services that are declared to need one service, directly or through others, "
        "business services included."
    )
    widest = radius.nlargest(1, "downstream")
    if widest.empty:
        return Card("Largest blast radius", "–", "nothing is declared", meaning)
    row = widest.iloc[0]
    name = wording.plain(names.get(row["service_id"], "unnamed"))
    return Card(
        "Largest blast radius",
        wording.plural(row["downstream"], "service", "services"),
        f"{'needs' if row['downstream'] == 1 else 'need'} {name}{_as_many(radius, row)}, "
        f"{wording.plural(row['business_downstream'], 'business service', 'business services')} "
        "among them",
        meaning,
    )


def _as_many(radius: pd.DataFrame, widest: pd.Series) -> str:
    others = int(radius["downstream"].eq(widest["downstream"]).sum()) - 1
    each = "another service" if others == 1 else f"each of {wording.count(others)} others"
    return f", as many {each}" if others else ""


def _declared(pairs: pd.DataFrame) -> Card:
    declared = pairs[pairs["is_declared"]]
    is_known = have_enough(declared)
    between = f"of {wording.plural(len(declared), 'edge', 'edges')} between services that failed"
    few = f"{between}; {TOO_FEW_FAILURES}" if not is_known else between
    return Card(
        "Failing together",
        wording.count(declared["beyond_chance"].sum()) if is_known else "–",
        few if len(declared) else "no declared edge between services that failed",
        "Declared edges whose two services fail within ten minutes of each other beyond chance; at "
        "most one in twenty of them is expected to be chance. Of all services, whatever is chosen.",
    )


def _undeclared(pairs: pd.DataFrame, *, can_tell: bool) -> Card:
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    near = int(undeclared["hops"].le(2).sum())
    none = "no pair fails together beyond chance" if can_tell else TOO_FEW_FAILURES
    none = "fail together" if len(undeclared) else none
    note = f"{wording.count(near)} of them linked through a third" if near else none
    return Card(
        "Undeclared pairs",
        wording.count(len(undeclared)) if can_tell or len(undeclared) else "–",
        note,
        "Pairs without a declared edge that fail together beyond chance: declare the dependency, "
        "or look for a common cause. Of all services, whatever is chosen.",
    )


def _circles(circles: Sequence[Sequence[str]], names: Mapping[str, str]) -> Card:
    largest = ", ".join(wording.plain(names.get(each, "unnamed")) for each in circles[0][:3])
    more = f" and {len(circles[0]) - 3} more" if len(circles[0]) > 3 else ""
    return Card(
        "Circles",
        wording.count(len(circles)),
        f"the largest: {largest}{more}",
        "Services that need each other, directly or not: a failure of one can reach the others.",
    )
