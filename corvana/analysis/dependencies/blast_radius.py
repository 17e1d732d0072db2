"""The exposure to a service's incidents: its reach times the time its incidents lasted.

Reach is taken from the declared dependencies (`analysis.dependencies`). The time of an incident is
from its creation to the first resolve, or to the end of the data if it is open. An incident counts
for one day at most: an incident that stays open longer was probably forgotten, and a single one
would outweigh hundreds. Merged incidents, and those created in a maintenance window, are left out.
If two incidents overlap, both count in
full. The product is an upper bound, because most incidents do not spread to other services. It
ranks services by their possible effect; `analysis.cascades` says how often failures did spread.
"""

from datetime import datetime, timedelta
from typing import Final

import networkx as nx
import pandas as pd

from corvana.analysis.dependencies.declared_graph import BUSINESS, graph, reach
from corvana.analysis.response.stages import stages

LONGEST: Final = timedelta(days=1)
"""The longest time counted for one incident."""


def blast_radius(
    incidents: pd.DataFrame, dependencies: pd.DataFrame, *, as_of: datetime
) -> pd.DataFrame:
    """Return one row for each service on a declared edge, largest exposure first.

    Parameters
    ----------
    incidents
        INCIDENTS, or rows of it.
    dependencies
        DEPENDENCIES.
    as_of
        When the data ends.

    Returns
    -------
    DataFrame
        `declared_graph.reach`'s columns; n (incidents that count); seconds (their time,
        at most a day each; zero without any); exposed_seconds (seconds · downstream);
        nearest_business (ids of the business services at the smallest distance, separated by one
        space; null when none needs it).
    """
    each = stages(incidents, as_of=as_of)
    time = each["total"].clip(upper=LONGEST.total_seconds())
    lasted = time.groupby(each["service_id"], observed=True)
    reached = reach(dependencies)
    ids = reached["service_id"]
    return (
        reached.assign(
            n=ids.map(lasted.size()).fillna(0).astype("int64"),
            seconds=ids.map(lasted.sum()).fillna(0.0).astype("float64"),
            nearest_business=_nearest(dependencies, ids),
        )
        .assign(exposed_seconds=lambda f: f["seconds"] * f["downstream"])
        .sort_values(
            ["exposed_seconds", "downstream", "service_id"],
            ascending=[False, False, True],
            ignore_index=True,
        )
    )


def _nearest(dependencies: pd.DataFrame, ids: pd.Series) -> pd.Series:
    declared = graph(dependencies)
    business = {node for node, kind in declared.nodes(data="kind") if kind == BUSINESS}
    found = []
    for node in ids:
        steps = nx.single_source_shortest_path_length(declared, node)
        exposed = {each: steps[each] for each in steps if each in business and each != node}
        closest = min(exposed.values(), default=0)
        found.append(" ".join(sorted(each for each in exposed if exposed[each] == closest)))
    nearest: pd.Series = pd.Series(found, index=ids.index, dtype="str").replace("", None)
    return nearest
