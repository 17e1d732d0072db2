"""Positions in a layered drawing: supporting services on the left, business services on the right.

A layer is the longest declared path from a service that needs nothing; services in a cycle share a
layer. All business services are in the last layer. Within a layer, services are placed near the
services they are linked to (the barycentre heuristic: Sugiyama et al. 1981, IEEE Trans. SMC 11).
"""

from collections.abc import Sequence, Set
from typing import Final

import networkx as nx
import pandas as pd

from corvana.analysis.dependencies.declared_graph import BUSINESS, ends, with_pairs

MOST: Final = 60
"""The most services that can be drawn with readable names on one screen or two."""
_SWEEPS: Final = 8
_WIDEST_GAP: Final = 1.8


def positions(dependencies: pd.DataFrame, pairs: pd.DataFrame, kept: Set[str]) -> pd.DataFrame:
    """Return the positions of the kept services.

    Parameters
    ----------
    dependencies
        DEPENDENCIES.
    pairs
        supporting_id, dependent_id of undeclared pairs; services that occur only in these pairs are
        drawn, too.
    kept
        The services to draw.

    Returns
    -------
    DataFrame
        service_id, kind, x (the layer, from 0), y (rows from the top, from 0; layers are centred;
        layers of few services are spread out).
    """
    linked = with_pairs(dependencies, pairs).subgraph(kept)
    layers = _ordered(linked, _layers(linked))
    tallest = max(map(len, layers), default=0)
    rows = [
        {
            "service_id": node,
            "kind": linked.nodes[node]["kind"],
            "x": float(layer),
            "y": (place - (len(nodes) - 1) / 2) * min(tallest / len(nodes), _WIDEST_GAP),
        }
        for layer, nodes in enumerate(layers)
        for place, node in enumerate(nodes)
    ]
    dtypes = {"service_id": "str", "kind": "str", "x": "float64", "y": "float64"}
    placed = pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)
    return placed.assign(y=placed["y"] - placed["y"].min())


def shown(
    dependencies: pd.DataFrame, pairs: pd.DataFrame, ranked: Sequence[str], chosen: Sequence[str]
) -> frozenset[str]:
    """Return the services to draw: all that are linked, or at most `MOST`, chosen by importance.

    The order of importance is: the chosen services with all they need and all that need them; both
    ends of undeclared pairs; the rest in the order of `ranked`, each with those it is linked to.
    No service is drawn without any that it is linked to.
    """
    linked = with_pairs(dependencies, pairs)
    if len(linked) <= MOST:
        return frozenset(linked)
    joined = [end for pair in ends(pairs) for end in pair]
    both = nx.Graph(linked)
    both.add_edges_from(ends(pairs))
    beside = {node: set(both[node]) - {node} for node in linked}
    related_ones = [*chosen, *sorted(related(linked, chosen)), *joined]
    with_neighbours = (each for node in ranked if node in linked
                       for each in (node, *sorted(beside[node])))  # fmt: skip
    wanted = dict.fromkeys(
        node for node in (*related_ones, *with_neighbours, *sorted(linked)) if node in linked
    )
    kept = set(list(wanted)[:MOST])
    return frozenset(node for node in kept if beside[node] & kept or node in chosen)


def related(linked: "nx.DiGraph[str]", chosen: Sequence[str]) -> set[str]:
    """Return the chosen services, all services they need and all that need them, directly or
    not."""
    found: set[str] = set()
    for node in set(chosen) & set(linked):
        found |= {node} | nx.ancestors(linked, node) | nx.descendants(linked, node)
    return found


def _layers(linked: "nx.DiGraph[str]") -> list[list[str]]:
    """Technical services by longest path from a service that needs nothing, then business
    services."""
    is_business = {node: linked.nodes[node]["kind"] == BUSINESS for node in linked}
    technical = linked.subgraph([node for node in linked if not is_business[node]])
    condensed = nx.condensation(technical)
    layers = [
        sorted(node for circle in generation for node in condensed.nodes[circle]["members"])
        for generation in nx.topological_generations(condensed)
    ]
    business = sorted(node for node in linked if is_business[node])
    return [layer for layer in (*layers, business) if layer]


def _ordered(linked: "nx.DiGraph[str]", layers: list[list[str]]) -> list[list[str]]:
    """The layers; in each, services are sorted by the mean position of their neighbours."""
    ordered = [list(layer) for layer in layers]
    neighbours = {node: set(linked.pred[node]) | set(linked.succ[node]) for node in linked}
    place = _places(ordered)
    for sweep in range(_SWEEPS):
        turn = range(len(ordered)) if sweep % 2 == 0 else reversed(range(len(ordered)))
        for layer in turn:
            ordered[layer].sort(
                key=lambda node: _mean([place[each] for each in neighbours[node]], place[node])
            )
            place |= _places([ordered[layer]])
    return ordered


def _places(layers: Sequence[Sequence[str]]) -> dict[str, float]:
    """The vertical position of each service in its layer, measured from the layer's middle."""
    return {node: at - (len(layer) - 1) / 2 for layer in layers for at, node in enumerate(layer)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
