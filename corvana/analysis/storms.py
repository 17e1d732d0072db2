"""Storms: incidents of one service, or of services that need each other, that come together.

One cause often opens several incidents. They are acknowledged by the same person in the same
minutes, so ten of them tell less than ten incidents on ten days. Intervals and tests therefore take
the incidents of a storm as belonging together (`analysis.statistics.dependence`).

A storm is found from instants alone:

- Two incidents of a service belong together if at most 30 minutes lie between them, and so do the
  incidents of a chain. On a service with many incidents, that time is shorter: half of its mean
  time between incidents. Otherwise chance would join all incidents of a busy service.
- The storms of two services between which a dependency is declared are one storm if at most 10
  minutes lie between them; on busy services at most a quarter of the mean time between
  incidents of the two together.

Incidents that come close together by chance are joined too. This makes no interval wrong, because
what counts is how much alike the incidents of storms are.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from corvana.frames import COUNT

GAP: Final = 30 * 60.0
"""The longest time between two incidents of one service in a storm, in seconds."""
LINKED_GAP: Final = 10 * 60.0
"""The longest time between storms of two services that need each other, in seconds."""
_SERVICE: Final = "service_id"

Numbers = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


def numbered(incidents: pd.DataFrame, dependencies: pd.DataFrame) -> pd.Series:
    """Return the number of the storm to which each incident belongs; 0 for one that came alone.

    Parameters
    ----------
    incidents
        service_id, created_at (LIFECYCLES, or rows of it). An incident without a service is alone.
    dependencies
        DEPENDENCIES.
    """
    codes, names = pd.factorize(incidents[_SERVICE])
    known = np.flatnonzero((codes >= 0) & incidents["created_at"].notna().to_numpy())
    if not known.size:
        return pd.Series(0, incidents.index, dtype=COUNT)
    micros = incidents["created_at"].astype("datetime64[us, UTC]").astype("int64").to_numpy()
    at = (micros[known] - micros[known].min()) / 1e6
    order = np.lexsort((at, codes[known]))
    service, ordered = codes[known][order].astype(np.int64), at[order]
    # Seconds per incident of each service. A period of less than a day would make every gap short.
    usual = max(float(at.max()), 86_400.0) / np.bincount(service, minlength=len(names))
    chain = _chains(service, ordered, np.minimum(GAP, usual / 2))
    links = list(_links(chain, service, ordered, _edges(dependencies, pd.Index(names)), usual))
    storm = _joined(chain, links)
    found = np.zeros(len(incidents), dtype=COUNT)
    found[known[order]] = _numbers(storm, ordered)
    return pd.Series(found, incidents.index)


def _chains(service: Places, at: Numbers, longest: Numbers) -> Places:
    """Return the number of each incident's chain; incidents are sorted by service and time."""
    is_new = np.r_[True, (service[1:] != service[:-1]) | (np.diff(at) > longest[service[1:]])]
    chain: Places = np.cumsum(is_new) - 1
    return chain


def _edges(dependencies: pd.DataFrame, names: pd.Index) -> Places:
    """Return pairs of services with a dependency between them, by their places in `names`."""
    ends = [
        names.get_indexer(pd.Index(dependencies[f"{end}_id"]))
        for end in ("supporting", "dependent")
    ]
    pairs = np.sort(np.column_stack(ends).reshape(-1, 2), axis=1)
    edges: Places = np.unique(pairs[(pairs[:, 0] >= 0) & (pairs[:, 0] != pairs[:, 1])], axis=0)
    return edges


def _links(
    chain: Places, service: Places, at: Numbers, edges: Places, usual: Numbers
) -> Iterator[tuple[Places, Places]]:
    """Yield pairs of chains, of two services that need each other, that are close in time."""
    first = np.flatnonzero(np.r_[True, np.diff(chain) > 0])
    begin, end = at[first], at[np.r_[first[1:], at.size] - 1]
    bounds = np.searchsorted(service[first], np.arange(usual.size + 1))
    for one, other in [*edges, *edges[:, ::-1]]:
        gap = min(LINKED_GAP, 1 / (4 / usual[one] + 4 / usual[other]))
        mine, theirs = (np.arange(bounds[each], bounds[each + 1]) for each in (one, other))
        last = np.searchsorted(begin[theirs], end[mine] + gap, side="right") - 1
        is_close = (last >= 0) & (end[theirs][last] >= begin[mine] - gap)
        yield mine[is_close], theirs[last[is_close]]


def _joined(chain: Places, links: list[tuple[Places, Places]]) -> Places:
    """Return the storm of each incident: chains that are linked, directly or not, are one."""
    if not links:
        return chain
    one, other = (np.concatenate(side) for side in zip(*links, strict=True))
    count = int(chain[-1]) + 1
    graph = sparse.coo_array((np.ones(one.size), (one, other)), shape=(count, count))
    storm: Places = csgraph.connected_components(graph, directed=False)[1][chain]
    return storm


def _numbers(storm: Places, at: Numbers) -> Places:
    """Return 0 for an incident that is alone, and number storms from 1 on by their beginning."""
    sizes = np.bincount(storm)
    begins = np.full(sizes.size, np.inf)
    np.minimum.at(begins, storm, at)
    several = np.flatnonzero(sizes > 1)
    number = np.zeros(sizes.size, dtype=np.int64)
    number[several[np.argsort(begins[several], kind="stable")]] = np.arange(several.size) + 1
    numbers: Places = number[storm]
    return numbers
