"""The declared graph in layers, with the pairs that fail together. Layout: charts.layered."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import plotly.graph_objects as go

from corvana.analysis.answers.dependencies import TOO_FEW_FAILURES, have_enough
from corvana.analysis.dependencies.declared_graph import BUSINESS, with_pairs
from corvana.analysis.wording import count, duration, percent, plural
from corvana.charts.labels import rows, safe, short, top_of
from corvana.charts.layered import positions, related, shown
from corvana.charts.theme import ACCENT, CONTEXT, PALETTE, figure, lay_out, nothing, ribbon

TOGETHER: Final = PALETTE[1]
"""The colour of pairs that fail together beyond chance."""
_CRITICAL: Final = 3
_ROW: Final = 38
_SMALLEST, _LARGEST = 9.0, 30.0
_STEPS: Final = 14
_MOST_CURVES: Final = 300
"""With more edges than this, each edge is a straight line, which needs a seventh of the data."""
_MOST_HINTS: Final = 200
_BULGE: Final = 0.15
_NAME: Final = 0.7
"""Room beside a service for half its name, as a share of the distance between layers."""
_FIRST_NAME: Final = 28
"""Pixels at the left margin, for narrow screens such as a phone, where that share is too small."""
_MANY_LAYERS: Final = 7
_ENDS: Final = ["supporting_id", "dependent_id"]
_STYLES: Final = (
    ("declared", {"color": ribbon(CONTEXT, 0.45), "width": 1}),
    ("declared, fails together beyond chance", {"color": TOGETHER, "width": 3}),
    ("not declared, fails together", {"color": TOGETHER, "width": 3, "dash": "dot"}),
)

_Numbers = npt.NDArray[np.floating]


def plot_graph(
    dependencies: pd.DataFrame,
    pairs: pd.DataFrame,
    radius: pd.DataFrame,
    names: Mapping[str, str],
    chosen: Sequence[str] = (),
) -> go.Figure:
    """Draw the dependencies: supporting services on the left, business services on the right.

    Parameters
    ----------
    dependencies
        DEPENDENCIES.
    pairs
        cascades.cascades; undeclared pairs are drawn, too.
    radius
        blast_radius.blast_radius; its order says which services are critical.
    names
        Label of each service's id; only technical services with a label can be clicked.
    chosen
        Services whose neighbourhood stays visible; all other services fade.
    """
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    kept = drawn_services(dependencies, pairs, radius, chosen)
    if not kept:
        return nothing("No dependency is declared, and no pair is known to fail together")
    placed = _staggered(positions(dependencies, undeclared, kept))
    near = _near(dependencies, undeclared, chosen) or set(kept)
    edges = _edges(dependencies, pairs, kept).assign(
        is_near=lambda f: f["supporting_id"].isin(near) & f["dependent_id"].isin(near)
    )
    critical = radius.loc[radius["exposed_seconds"] > 0, "service_id"].head(_CRITICAL)
    nodes = _nodes(placed, radius, names).assign(
        is_near=lambda f: f["service_id"].isin(near),
        is_marked=lambda f: f["service_id"].isin(list(chosen) or critical.tolist()),
        is_told=lambda f: f["is_near"] & (_is_told(f, edges) | (f["x"].max() < _MANY_LAYERS)),
    )
    deepest = placed["y"].max()
    rest = top_of(len(kept), len(with_pairs(dependencies, undeclared)))
    drawn = figure(
        _title(edges, names, chosen, near) + (f"{rest} services" if rest else ""),
        int(max(170 + _ROW * deepest, 300)),
    )
    drawn.update_layout(
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "top"},
        clickmode="event+select",
        margin={"l": _FIRST_NAME},
    )
    where = placed.set_index("service_id")
    steps = _STEPS if len(edges) <= _MOST_CURVES else 2
    for (name, line), group in zip(_STYLES, _by_style(edges), strict=True):
        _add_edges(drawn, group, where, name, line, np.linspace(0.0, 1.0, steps))
    _add_hints(drawn, edges, where, names)
    _add_nodes(drawn, nodes, names)
    last = placed["x"].max()
    return lay_out(
        drawn,
        xaxis={"visible": False, "range": [-_NAME, last + (0.15 if last else _NAME)]},
        yaxis={"visible": False, "range": [deepest + 0.6, -1.0]},
    )


def drawn_services(
    dependencies: pd.DataFrame, pairs: pd.DataFrame, radius: pd.DataFrame, chosen: Sequence[str]
) -> frozenset[str]:
    """Return the services that `plot_graph` draws of these arguments."""
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    return shown(dependencies, undeclared, radius["service_id"].tolist(), chosen)


def _staggered(placed: pd.DataFrame) -> pd.DataFrame:
    """Every second layer half a row lower, so that on a phone names stand between names."""
    return placed.assign(y=np.floor(placed["y"] + 0.5) + 0.5 * (placed["x"] % 2))


def _near(dependencies: pd.DataFrame, undeclared: pd.DataFrame, chosen: Sequence[str]) -> set[str]:
    """The chosen services, all services they need, all that need them, and all that fail with
    them."""
    touching = undeclared[undeclared[_ENDS].isin(list(chosen)).any(axis=1)]
    ends: set[str] = set(touching[_ENDS].to_numpy().ravel().tolist())
    return related(with_pairs(dependencies, undeclared), chosen) | ends


def _edges(dependencies: pd.DataFrame, pairs: pd.DataFrame, kept: frozenset[str]) -> pd.DataFrame:
    """Every declared edge and every undeclared pair beyond chance between services kept."""
    declared = dependencies[_ENDS].drop_duplicates().merge(pairs, on=_ENDS, how="left")
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    every = pd.concat([declared.assign(is_declared=True), undeclared], ignore_index=True)
    # Null if one of the two services never failed.
    beyond = every["beyond_chance"].eq(True)
    inside = every["supporting_id"].isin(kept) & every["dependent_id"].isin(kept)
    return every.assign(beyond_chance=beyond)[inside]


def _nodes(placed: pd.DataFrame, radius: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    known = radius[["service_id", "n", "seconds", "downstream", "business_downstream"]]
    nodes = placed.merge(known, on="service_id", how="left").fillna(
        {"n": 0, "seconds": 0.0, "downstream": 0, "business_downstream": 0}
    )
    longest = max(float(nodes["seconds"].max()), 1.0)
    return nodes.assign(
        label=[names.get(each, "unnamed") for each in nodes["service_id"]],
        size=_SMALLEST + (_LARGEST - _SMALLEST) * np.sqrt(nodes["seconds"] / longest),
    )


def _is_told(nodes: pd.DataFrame, edges: pd.DataFrame) -> pd.Series:
    """Whether a service keeps its name if there is no room for every name."""
    ends = edges.loc[edges["beyond_chance"] & edges["is_near"], _ENDS].to_numpy().ravel()
    told: pd.Series = nodes["is_marked"] | nodes["service_id"].isin(ends)
    return told


def _by_style(edges: pd.DataFrame) -> Iterator[pd.DataFrame]:
    yield edges[edges["is_declared"] & ~(edges["beyond_chance"] & edges["is_near"])]
    yield edges[edges["is_declared"] & edges["beyond_chance"] & edges["is_near"]]
    yield edges[~edges["is_declared"] & edges["is_near"]]


def _add_edges(
    drawn: go.Figure,
    edges: pd.DataFrame,
    where: pd.DataFrame,
    name: str,
    line: dict[str, Any],
    steps: _Numbers,
) -> None:
    if edges.empty:
        return
    begin, end = where.loc[edges["supporting_id"]], where.loc[edges["dependent_id"]]
    # The curve is horizontal at both ends, so that edges into the same service join.
    eased = steps * steps * (3 - 2 * steps)
    # Within a layer, the curve passes around the services between its ends.
    around = np.outer(begin["x"].to_numpy() == end["x"].to_numpy(), 4 * steps * (steps - 1))
    drawn.add_scatter(
        x=_apart(_between(begin["x"], end["x"], steps) + _BULGE * around),
        y=_apart(_between(begin["y"], end["y"], eased)),
        mode="lines",
        line=line,
        name=name,
        hoverinfo="skip",
    )


def _between(begin: pd.Series, end: pd.Series, along: _Numbers) -> _Numbers:
    found: _Numbers = np.outer(begin, 1 - along) + np.outer(end, along)
    return found


def _apart(lines: _Numbers) -> _Numbers:
    """The lines joined in one array, with a gap after each, in single precision: less to send."""
    return np.hstack([lines, np.full((len(lines), 1), np.nan)]).ravel().astype(np.float32)


def _add_hints(
    drawn: go.Figure, edges: pd.DataFrame, where: pd.DataFrame, names: Mapping[str, str]
) -> None:
    """Invisible marks in the middle of edges; their hover text says how often both ends fail."""
    told = edges[edges["beyond_chance"]].nlargest(_MOST_HINTS, "together")
    begin, end = where.loc[told["supporting_id"]], where.loc[told["dependent_id"]]
    is_level = begin["x"].to_numpy() == end["x"].to_numpy()
    drawn.add_scatter(
        x=(begin["x"].to_numpy() + end["x"].to_numpy()) / 2 - _BULGE * is_level,
        y=(begin["y"].to_numpy() + end["y"].to_numpy()) / 2,
        mode="markers",
        marker={"size": 14, "opacity": 0},
        text=[_edge(row, names) for row in rows(told)],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


def _edge(row: Any, names: Mapping[str, str]) -> str:
    one, other = (
        safe(names.get(each, "unnamed")) for each in (row.supporting_id, row.dependent_id)
    )
    declared = "declared" if row.is_declared else "not declared"
    return (
        f"<b>{one} → {other}</b> ({declared})<br>"
        f"{count(row.together)} times together, {row.expected:.1f} by chance<br>"
        f"the second followed {percent(row.followed)} of {count(row.n_supporting)} failures"
    )


def _add_nodes(drawn: go.Figure, nodes: pd.DataFrame, names: Mapping[str, str]) -> None:
    last = nodes["x"].max()
    for kind, symbol in ((False, "circle"), (True, "square")):
        group = nodes[nodes["kind"].eq(BUSINESS) == kind]
        if group.empty:
            continue
        drawn.add_scatter(
            x=group["x"],
            y=group["y"],
            mode="markers+text",
            name="business service" if kind else "service",
            showlegend=False,
            # The filter offers only technical services that have a name.
            customdata=[
                None if kind or each not in names else each for each in group["service_id"]
            ],
            text=[short(row.label, 20) if row.is_told else "" for row in rows(group)],
            # A phone has no room for names on both sides.
            textposition=[
                "top left" if layer == last > 0 else "top center" for layer in group["x"]
            ],
            # The shadow takes the page's background, so that no line runs through a name.
            textfont={"size": 11, "shadow": "auto"},
            cliponaxis=False,
            hovertext=[_node(row) for row in rows(group)],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "symbol": symbol,
                "size": group["size"],
                "color": [ACCENT if marked else CONTEXT for marked in group["is_marked"]],
                "opacity": [1.0 if near else 0.3 for near in group["is_near"]],
                "line": {"width": 0},
            },
            # Keep marks opaque when another is selected: after a click, the page draws the figure
            # again.
            unselected={"marker": {"opacity": 1.0}},
        )


def _node(row: Any) -> str:
    if row.kind == BUSINESS:
        return f"<b>{safe(row.label)}</b><br>business service"
    return (
        f"<b>{safe(row.label)}</b><br>{plural(row.n, 'incident', 'incidents')}, "
        f"{duration(row.seconds)} in all<br>"
        f"{plural(row.downstream, 'service needs it', 'services need it')}, "
        f"{plural(row.business_downstream, 'business service', 'business services')} among them"
    )


def _title(
    edges: pd.DataFrame, names: Mapping[str, str], chosen: Sequence[str], near: set[str]
) -> str:
    if len(chosen) == 1:
        others = len(near - set(chosen))
        return (
            f"{short(names.get(chosen[0], 'unnamed'))} with what it needs and what needs it: "
            f"{plural(others, 'other service', 'other services')}"
        )
    declared = edges[edges["is_declared"] & edges["together"].notna()]
    undeclared = int((~edges["is_declared"]).sum())
    if declared.empty and not undeclared:
        edges_declared = plural(len(edges), "declared edge", "declared edges")
        return f"{edges_declared}; none joins two services that both failed"
    if declared.empty:
        return f"{plural(undeclared, 'pair fails', 'pairs fail')} together, not declared"
    if not undeclared and not have_enough(declared):
        return f"{plural(len(declared), 'declared edge', 'declared edges')}: {TOO_FEW_FAILURES}"
    together = int(declared["beyond_chance"].sum())
    more = plural(undeclared, "undeclared pair does", "undeclared pairs do")
    also = f"; {more}, too" if undeclared else ""
    fail = "fails" if 1 in (together, len(declared)) else "fail"
    known = plural(len(declared), "declared edge", "declared edges")
    return f"{count(together)} of {known} {fail} together beyond chance{also}"
