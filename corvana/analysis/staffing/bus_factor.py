"""How few people a service depends on, judged by who acknowledged its incidents.

All values use first acknowledgements (`acknowledged_by` of INCIDENTS). They show who answered, not
who could have answered. A person who is never the first to answer does not appear. Merged
incidents, and those created in a maintenance window, count here, because somebody answered them.
"""

from typing import Final

import pandas as pd

from corvana.analysis.statistics.estimates import BOUNDS, shares_by

BUS_FACTOR: Final = (
    "service_id",
    "acknowledgements",
    "responders",
    "effective_responders",
    "smallest_group_50",
    "smallest_group_80",
    "top_responder",
    "uncovered_share",
    "uncovered_share_low",
    "uncovered_share_high",
    "effective_n",
)


def acknowledgement_shares(incidents: pd.DataFrame) -> pd.DataFrame:
    """Return each responder's acknowledgements: `service_id, responder, acknowledgements, share`.

    `incidents` holds service_id and acknowledged_by of INCIDENTS; never acknowledged ones are left
    out. Sorted by service, then by decreasing share (equal shares by responder); the shares of a
    service add up to 1.
    """
    counts = (
        incidents[["service_id", "acknowledged_by"]]
        .dropna(subset=["acknowledged_by"])
        .groupby(["service_id", "acknowledged_by"])
        .size()
        .rename("acknowledgements")
        .reset_index()
        .rename(columns={"acknowledged_by": "responder"})
    )
    total = counts.groupby("service_id")["acknowledgements"].transform("sum")
    return counts.assign(share=counts["acknowledgements"] / total).sort_values(
        ["service_id", "acknowledgements", "responder"],
        ascending=[True, False, True],
        ignore_index=True,
    )


def bus_factor(incidents: pd.DataFrame) -> pd.DataFrame:
    """Return one row a service with an acknowledgement, sorted by service.

    Parameters
    ----------
    incidents
        service_id, acknowledged_by, storm of INCIDENTS.

    Returns
    -------
    DataFrame
        `acknowledgements` (n) and `responders` · `effective_responders` 1 / Σ p², the number of
        people with equal shares that would give the same concentration · `smallest_group_50`,
        `_80`, the fewest people with at least that share of the acknowledgements · `top_responder`
        and `uncovered_share`, the share of the acknowledgements made by that person, with its
        Wilson interval: it is uncovered if that person leaves and nobody replaces them ·
        `effective_n` of the acknowledgements (one person answers a whole storm).

    Limits: with few acknowledgements a service looks more concentrated than it is (five
    acknowledgements never show six people), and the interval ignores that the top responder was
    selected for the largest share. Source of 1 / Σ p²: Laakso & Taagepera (1979), Comp. Polit.
    Stud. 12, 3-27 (inverse Simpson index).
    """
    shares = acknowledgement_shares(incidents)
    by_service = shares.groupby("service_id")
    sofar = by_service["acknowledgements"].cumsum()
    n = by_service["acknowledgements"].transform("sum")
    table = by_service.agg(
        acknowledgements=("acknowledgements", "sum"),
        responders=("responder", "size"),
        top_responder=("responder", "first"),
    ).assign(
        effective_responders=1 / shares["share"].pow(2).groupby(shares["service_id"]).sum(),
        # Use whole numbers, so that rounding does not miss a group with exactly half.
        smallest_group_50=_smallest(sofar * 100 < n * 50, shares),
        smallest_group_80=_smallest(sofar * 100 < n * 80, shares),
    )
    acked = incidents[["service_id", "acknowledged_by", "storm"]].dropna(
        subset=["acknowledged_by", "service_id"]
    )
    top = acked["service_id"].astype("str").map(table["top_responder"])
    trials = acked[["service_id", "storm"]].assign(is_top=acked["acknowledged_by"].eq(top))
    left = shares_by(trials, ["service_id"], "is_top", "storm")
    left = left.reindex(table.index.astype("str")).set_axis(table.index)
    uncovered = dict(zip(BUS_FACTOR[-4:], [*BOUNDS, "effective_n"], strict=True))
    return table.assign(**{name: left[part] for name, part in uncovered.items()}).reset_index()[
        list(BUS_FACTOR)
    ]


def _smallest(is_short: pd.Series, shares: pd.DataFrame) -> pd.Series:
    """The people needed: those whose running sum is too small, and the next person."""
    needed: pd.Series = is_short.groupby(shares["service_id"]).sum() + 1
    return needed.astype("int64")
