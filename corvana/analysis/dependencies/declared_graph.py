"""The graph of declared dependencies between services.

Input is the DEPENDENCIES frame: the dependent service needs the supporting one. Edges point from
supporting to dependent, the direction in which a failure spreads. Repeated edges between the same
services count once. Undeclared dependencies are not in it; `analysis.cascades` looks for them.
"""

from typing import Final

import networkx as nx
import pandas as pd

BUSINESS: Final = "business_service"


def graph(dependencies: pd.DataFrame) -> "nx.DiGraph[str]":
    """Return the declared edges as a graph from supporting to dependent service.

    Nodes carry `kind`, `technical_service` or `business_service`. An edge of a service to itself
    stays in it and is reported by `cycles`.
    """
    declared: nx.DiGraph[str] = nx.DiGraph()
    for end in ("supporting", "dependent"):
        ids, kinds = dependencies[f"{end}_id"].tolist(), dependencies[f"{end}_type"].tolist()
        declared.add_nodes_from(
            (node, {"kind": kind}) for node, kind in zip(ids, kinds, strict=True)
        )
    declared.add_edges_from(ends(dependencies))
    return declared


def with_pairs(dependencies: pd.DataFrame, pairs: pd.DataFrame) -> "nx.DiGraph[str]":
    """Return the declared graph, with the services that occur only in undeclared pairs and the
    edges of these pairs added."""
    linked = graph(dependencies)
    declared = set(linked)
    for one, other in ends(pairs):
        if not {one, other} <= declared:
            linked.add_edge(one, other)
    for node in set(linked) - declared:
        linked.nodes[node]["kind"] = "technical_service"
    return linked


def ends(edges: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the supporting and the dependent service of each edge."""
    # Converting a whole column of texts is ten times faster than reading texts one by one.
    return list(zip(edges["supporting_id"].tolist(), edges["dependent_id"].tolist(), strict=True))


def reach(dependencies: pd.DataFrame) -> pd.DataFrame:
    """Return one row a service that is on any edge, largest blast radius first.

    Returns
    -------
    DataFrame
        service_id; type; supporting, dependents (direct neighbours); upstream (all services it
        needs, directly or not), downstream (all services that need it: the blast radius),
        business_downstream (the business services among these); steps_to_business (edges to the
        nearest one, null when none needs it). The service itself never counts. All from
        declarations: an edge does not say how often or how far failures spread.
    """
    declared = graph(dependencies)
    business = {node for node, kind in declared.nodes(data="kind") if kind == BUSINESS}
    rows = []
    for node, kind in declared.nodes(data="kind"):
        steps = nx.single_source_shortest_path_length(declared, node)
        downstream = set(steps) - {node}
        exposed = downstream & business
        rows.append(
            {
                "service_id": node,
                "type": kind,
                "supporting": len(set(declared.predecessors(node)) - {node}),
                "dependents": len(set(declared.successors(node)) - {node}),
                "upstream": len(nx.ancestors(declared, node)),
                "downstream": len(downstream),
                "business_downstream": len(exposed),
                "steps_to_business": min((steps[each] for each in exposed), default=None),
            }
        )
    counts = ("supporting", "dependents", "upstream", "downstream", "business_downstream")
    dtypes = {"service_id": "str", "type": "str", **dict.fromkeys(counts, "int64")}
    return (
        pd.DataFrame(rows, columns=[*dtypes, "steps_to_business"])
        .astype({**dtypes, "steps_to_business": "Int64"})
        .sort_values(["downstream", "service_id"], ascending=[False, True], ignore_index=True)
    )


def cycles(dependencies: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the sets of services that need each other in a cycle, largest first, ids sorted.

    A set is a strongly connected component: every member needs every other, directly or not. A
    service that is declared to need itself is a set of one.
    """
    declared = graph(dependencies)
    found = [
        tuple(sorted(members))
        for members in nx.strongly_connected_components(declared)
        if len(members) > 1 or declared.has_edge(*members, *members)
    ]
    return sorted(found, key=lambda members: (-len(members), members))
