"""Which services fail together more often than by chance, and which of the two fails first.

A *failure* of a service is an incident on it with no other incident on it in the hour before. So a
burst of incidents counts once, at its start, and does not look like many cascades. Merged and
low-urgency incidents are failures too; a burst that begins in a maintenance window of its service
is none. Two services fail *together* when their failures begin within `WINDOW` of each other, while
neither is in a maintenance window.

Chance is defined in `analysis.dependencies.chance`: the failures of both services keep their hours
of the week, their minutes and their busy days. The p-value is the upper tail of a Poisson count
whose mean is known as well as it was counted (negative binomial). False discovery is controlled
(Benjamini-Hochberg) among declared edges, and separately among undeclared pairs. Which of the two
fails first describes a pair and is no part of the test.

Failing together is an association. A common cause outside both services looks the same, and so does
a monitor that alerts for both. A window that crosses the end of an hour uses the rate of the
failure's own hour on both sides.
"""

from datetime import datetime
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.dependencies.declared_graph import graph
from corvana.analysis.dependencies.exposure import Absences, Numbers, absences
from corvana.analysis.dependencies.failures import Meetings, meetings, neighbours, onsets
from corvana.analysis.statistics import estimates as statistics
from corvana.analysis.statistics.estimates import ENOUGH

DISCOVERY_RATE: Final = 0.05
"""The largest expected share of false pairs among the pairs called beyond chance."""
_FARTHEST: Final = 3


def cascades(
    incidents: pd.DataFrame,
    dependencies: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    start: datetime,
    end: datetime,
) -> pd.DataFrame:
    """Return how often the services of declared edges and of notable undeclared pairs fail
    together.

    Parameters
    ----------
    incidents
        service_id and created_at (INCIDENTS, or rows of it), created in [start, end).
    dependencies
        DEPENDENCIES. Only edges between two technical services have failures at both ends.
    windows
        MAINTENANCE_WINDOWS.
    start, end
        The period observed.

    Returns
    -------
    DataFrame
        supporting_id, dependent_id (in an undeclared pair, the service that more often fails first
        is the supporting one); is_declared; hops (edges between the two in the declared graph
        whatever their direction, null beyond three: a pair two hops apart may fail through a third
        service); n_supporting, n_dependent (failures while the other was in
        no maintenance window); together, expected (counts); lift (together
        / expected) with lift_low, lift_high (exact Poisson, given the expected); p_value, q_value;
        beyond_chance (q ≤ 5 % and at least ten together); followed, followed_low, followed_high
        (share of the supporting one's failures after which the dependent one failed; Wilson);
        first, first_low, first_high (share in which the supporting one was first, of those not
        simultaneous; Wilson); direction (`supporting`, `dependent` fails first, or `unclear` while
        the interval holds one half); lag, lag_low, lag_high (median seconds from supporting to
        dependent failure, negative when it comes before; order-statistic interval). All declared
        edges between services that both failed at all; of undeclared pairs those beyond chance.
        Declared first, highest lift first.
    """
    failures = onsets(incidents, windows, start, end)
    met = meetings(failures, windows, start, end)
    pairs = _pairs(met)
    declared = _declared_pairs(dependencies, met.names)
    is_declared = np.isin(_unordered(pairs["a"], pairs["b"]), _unordered(*declared.T))
    table = _tested(pairs.assign(is_declared=is_declared), met.ahead)
    shown = pd.concat([_as_declared(table, declared), table[~is_declared & table["beyond_chance"]]])
    away = absences(windows, met.names, pd.Timestamp(start), pd.Timestamp(end))
    lags = _lags(failures, shown, away)
    return _described(shown.reset_index(drop=True), lags, met, dependencies)


def that_count(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs that failed together at least once; all pairs if none did.

    Every declared edge between services that failed is a pair, and most of them never failed
    together: of these there is nothing to read.
    """
    together = pairs[pairs["together"] > 0]
    return together if len(together) else pairs


def by_evidence(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs, beyond chance first, then most surely followed; few failures last."""
    return (
        pairs.assign(enough=pairs["n_supporting"] >= ENOUGH)
        .sort_values(["enough", "beyond_chance", "followed_low"], ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def _pairs(met: Meetings) -> pd.DataFrame:
    """One row an unordered pair of services that both failed: a < b, together, expected, doubt."""
    a, b = np.triu_indices(met.names.size, k=1)
    together = met.ahead[a, b].sum(axis=1) + met.ahead[b, a, 0]
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "together": together,
            "expected": met.expected[a, b],
            "doubt": met.doubt[a, b],
        }
    )


def _tested(pairs: pd.DataFrame, ahead: Numbers) -> pd.DataFrame:
    # Counts with a gamma-distributed mean are negative binomial.
    size = 1 / pairs["doubt"]
    p = stats.nbinom.sf(pairs["together"] - 1, size, size / (size + pairs["expected"]))
    q = np.ones(len(pairs))
    for family in (pairs["is_declared"].to_numpy(), ~pairs["is_declared"].to_numpy()):
        if family.any():
            q[family] = stats.false_discovery_control(p[family])
    forward = ahead[pairs["a"], pairs["b"], 0]
    backward = ahead[pairs["b"], pairs["a"], 0]
    swapped = backward > forward
    return pairs.assign(
        a=pairs["a"].mask(swapped, pairs["b"]),
        b=pairs["b"].mask(swapped, pairs["a"]),
        n_first=np.maximum(forward, backward),
        n_ordered=forward + backward,
        p_value=p,
        q_value=q,
        beyond_chance=(q <= DISCOVERY_RATE) & (pairs["together"].to_numpy() >= ENOUGH),
    )


def _declared_pairs(dependencies: pd.DataFrame, names: Numbers) -> Numbers:
    """Codes (supporting, dependent) of the declared edges of which both services failed."""
    index = pd.Index(names)
    ends = [
        index.get_indexer(pd.Index(dependencies[f"{end}_id"]))
        for end in ("supporting", "dependent")
    ]
    edges = np.unique(np.column_stack(ends), axis=0).reshape(-1, 2)
    seen: Numbers = edges[(edges >= 0).all(axis=1) & (edges[:, 0] != edges[:, 1])]
    return seen


def _unordered(a: Any, b: Any) -> Numbers:
    """One number for each unordered pair."""
    one, other = np.minimum(a, b), np.maximum(a, b)
    key: Numbers = np.asarray(one).astype(np.int64) * 2**31 + np.asarray(other)
    return key


def _as_declared(table: pd.DataFrame, declared: Numbers) -> pd.DataFrame:
    """The rows of the declared edges; a is the supporting service. If two services need each other,
    there are two rows."""
    edges = pd.DataFrame(declared, columns=["supporting", "dependent"])
    edges = edges.assign(key=_unordered(edges["supporting"], edges["dependent"]))
    found = table.assign(key=_unordered(table["a"], table["b"])).merge(edges, on="key")
    turned = found["a"] != found["supporting"]
    return found.assign(
        a=found["supporting"],
        b=found["dependent"],
        n_first=found["n_first"].mask(turned, found["n_ordered"] - found["n_first"]),
    ).drop(columns=["key", "supporting", "dependent"])


def _lags(failures: pd.DataFrame, shown: pd.DataFrame, away: Absences) -> pd.DataFrame:
    """Median seconds from the lower to the higher code's failure, by unordered pair."""
    code = failures["service_id"].cat.codes.to_numpy(dtype=np.int64)
    at = failures["at"].to_numpy()
    n = len(failures["service_id"].cat.categories)
    wanted = np.zeros(n * n, dtype=bool)
    wanted[np.minimum(shown["a"], shown["b"]) * n + np.maximum(shown["a"], shown["b"])] = True
    found = [pd.DataFrame({"key": np.empty(0, dtype=np.int64), "lag": np.empty(0)})]
    for one, other in neighbours(failures, away):
        low, high = np.minimum(code[one], code[other]), np.maximum(code[one], code[other])
        kept = wanted[low * n + high]
        lag = np.where(code[one] < code[other], 1, -1) * (at[other] - at[one])
        found.append(pd.DataFrame({"key": _unordered(low[kept], high[kept]), "lag": lag[kept]}))
    return statistics.quantile_by(pd.concat(found), ["key"], "lag", 0.5)


def _described(
    shown: pd.DataFrame, lags: pd.DataFrame, met: Meetings, dependencies: pd.DataFrame
) -> pd.DataFrame:
    """The pairs to show, with the columns of the result."""
    names = met.names
    n_supporting = met.failures[shown["a"], shown["b"]]
    n_dependent = met.failures[shown["b"], shown["a"]]
    lag = lags.reindex(_unordered(shown["a"], shown["b"]))[["value", "low", "high"]].to_numpy()
    turned = (shown["a"] > shown["b"]).to_numpy()[:, None]
    lag = np.where(turned, -lag[:, [0, 2, 1]], lag)
    lift = [
        statistics.rate(k, mean)
        for k, mean in zip(shown["together"], shown["expected"], strict=True)
    ]
    followed = [statistics.share(k, n) for k, n in zip(shown["n_first"], n_supporting, strict=True)]
    first = [
        statistics.share(k, n) for k, n in zip(shown["n_first"], shown["n_ordered"], strict=True)
    ]
    undirected = graph(dependencies).to_undirected()
    supporting, dependent = names[shown["a"]], names[shown["b"]]
    return (
        pd.DataFrame({"supporting_id": supporting, "dependent_id": dependent})
        .assign(
            is_declared=shown["is_declared"].astype("bool"),
            hops=pd.Series(
                [_hops(undirected, a, b) for a, b in zip(supporting, dependent, strict=True)],
                dtype="Int64",
            ),
            n_supporting=n_supporting,
            n_dependent=n_dependent,
            together=shown["together"],
            expected=shown["expected"],
            **_columns("lift", lift),
            p_value=shown["p_value"],
            q_value=shown["q_value"],
            beyond_chance=shown["beyond_chance"].astype("bool"),
            **_columns("followed", followed),
            **_columns("first", first),
            direction=lambda f: np.select(
                [f["first_low"] > 0.5, f["first_high"] < 0.5],
                ["supporting", "dependent"],
                "unclear",
            ),
            lag=lag[:, 0],
            lag_low=lag[:, 1],
            lag_high=lag[:, 2],
        )
        .astype({"supporting_id": "str", "dependent_id": "str", "direction": "str"})
        .sort_values(["is_declared", "lift"], ascending=False, ignore_index=True)
    )


def _columns(name: str, estimates: list[statistics.Estimate]) -> dict[str, Numbers]:
    ends = {"": "value", "_low": "low", "_high": "high"}
    return {
        f"{name}{end}": np.array([getattr(one, part) for one in estimates], dtype=np.float64)
        for end, part in ends.items()
    }


def _hops(declared: "nx.Graph[str]", one: str, other: str) -> int | None:
    if one not in declared or other not in declared:
        return None
    near = nx.single_source_shortest_path_length(declared, one, cutoff=_FARTHEST)
    steps: int | None = near.get(other)
    return steps
