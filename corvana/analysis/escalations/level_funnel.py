"""Which level of a policy answers, and how soon.

The funnel counts the stays of `climbing.stays`. The stays of one incident belong together, and so
do those of a storm: the intervals count with their effective number (`statistics.dependence`).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.escalations.climbing import named_shares
from corvana.analysis.statistics import estimates, survival

COUNTED: Final = (
    *("escalation_policy_id", "level", "incident", "storm", "seconds", "arrived_by", "ended_by"),
)
"""The columns of `climbing.stays` that `funnel` reads."""
_POLICY: Final = "escalation_policy_id"

Flags = npt.NDArray[np.bool_]


def funnel(stays: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return one row per policy and level, in order, of the policies that an incident entered.

    Parameters
    ----------
    stays
        `climbing.stays`, or rows of it.
    rules
        RULES: a level in it that no incident reached has a row of zeros.

    Returns
    -------
    DataFrame
        escalation_policy_id, level; n (incidents that entered the policy); n_reached (incidents
        that came to the level before any ack); n_acked (first ack while on the level); n_open
        (still unacknowledged on it); n_stays (repeats count); by_timeout, by_manual, by_unknown
        (stays that began by such an escalation, also when a repeat returns to the level); timed_out
        (stays that the timer ended); reach, reach_low, reach_high (n_reached / n); ack, ack_low,
        ack_high (n_acked / n_reached; open ones stay in the denominator); p50, p50_low, p50_high
        and p90 (seconds from the page to the ack, of stays that were acknowledged; P90 from 20 on).
        Shares with Wilson intervals, quantiles with order-statistic intervals, over storms; with
        reach_effective_n, ack_effective_n and p50_effective_n.
    """
    entered = rules[_POLICY].isin(stays[_POLICY].unique())
    declared = rules.loc[entered, [_POLICY, "level"]].drop_duplicates()
    return _funnel(stays, [_POLICY], declared.astype({"level": "int16"}))


def account_funnel(stays: pd.DataFrame) -> pd.DataFrame:
    """Return `funnel` of the whole account: one row a level, without the policy.

    Policies differ in their number of levels, so fewer policies have the deeper levels. An incident
    delegated from one policy to another counts once.
    """
    return _funnel(stays, [], stays[["level"]].drop_duplicates())


def ack_latency(stays: pd.DataFrame) -> pd.DataFrame:
    """Return the share of stays acknowledged by seconds since the page, as a curve.

    Cumulative incidence of an ack (Aalen-Johansen, `survival.cumulative_incidence`): every other
    end of the stay is a competing event; an open stay is censored. The curve ends at the share of
    stays that are acknowledged. The stays of an incident, and those of a storm, belong together.
    """
    ended = stays["ended_by"]
    cause = np.select([ended == "ack", ended == "open"], [1, 0], default=2)
    return survival.cumulative_incidence(stays["seconds"], cause, together(stays))


def together(stays: pd.DataFrame) -> pd.Series:
    """Return the cluster of each stay: the storm of its incident, or else the incident itself."""
    storm = stays["storm"].astype("int64")
    return storm.where(storm > 0, storm.max() + 1 + stays["incident"])


def _funnel(stays: pd.DataFrame, within: list[str], levels: pd.DataFrame) -> pd.DataFrame:
    keys = [*within, "level"]
    coded = stays.assign(together=together(stays))
    reached = coded[[*keys, "incident"]].drop_duplicates().groupby(keys).size()
    entered = coded[[*within, "incident", "storm"]].drop_duplicates([*within, "incident"])
    arrived, ended = coded["arrived_by"], coded["ended_by"]
    counts = (
        coded[keys]
        .assign(
            n_acked=ended.eq("ack"),
            n_open=ended.eq("open"),
            n_stays=1,
            **{f"by_{cause}": arrived.eq(cause) for cause in ("timeout", "manual", "unknown")},
            timed_out=ended.eq("timeout"),
        )
        .groupby(keys)
        .sum()
        .assign(n_reached=reached)
        .reset_index()
        .merge(levels, on=keys, how="outer")
        .fillna(0)
    )
    counts = counts.astype(dict.fromkeys(counts.columns.drop(keys), "int64"))
    n = counts[_POLICY].map(entered.groupby(_POLICY).size()) if within else len(entered)
    counts.insert(len(keys), "n", n)
    counts.insert(len(keys) + 1, "n_reached", counts.pop("n_reached"))
    acked = coded.loc[ended.eq("ack"), [*keys, "seconds", "together"]]
    p50, p90 = estimates.quantiles_by(acked, keys, "seconds", (0.5, 0.9), "together")
    enough = f"n >= {estimates.ENOUGH_FOR_P90}"
    names = {
        "value": "p50",
        "low": "p50_low",
        "high": "p50_high",
        "effective_n": "p50_effective_n",
    }
    quantiles = (
        p50[list(names)].rename(columns=names).join(p90.query(enough)["value"].rename("p90"))
    )
    return counts.join(_reached_shares(coded, entered, keys, counts)).join(quantiles, on=keys)


def _reached_shares(
    coded: pd.DataFrame, entered: pd.DataFrame, keys: list[str], counts: pd.DataFrame
) -> pd.DataFrame:
    """The shares of incidents that came to a level, and of these that it acknowledged, by row of
    `counts`."""
    within = keys[:-1]
    # An acknowledgement ends the last stay of an incident on the level.
    columns = [*keys, "incident", "storm", "ended_by"]
    last = coded[columns].drop_duplicates([*keys, "incident"], keep="last")
    acked = estimates.shares_by(
        last.assign(acked=last["ended_by"].eq("ack")), keys, "acked", "storm"
    )
    levels = sorted(counts["level"].unique())
    flagged = entered[[*within, "storm"]].assign(every="", **_came(last, entered, within, levels))
    shares = estimates.several_shares_by(
        flagged, within or ["every"], [str(level) for level in levels], "storm"
    )
    reached = pd.concat(
        [
            table.reset_index(drop=not within).assign(level=np.int16(level))
            for level, table in zip(levels, shares, strict=True)
        ]
        or [acked.reset_index()]
    ).set_index(keys)
    index = pd.MultiIndex.from_frame(counts[keys]) if within else pd.Index(counts["level"])
    return pd.concat(
        [
            named_shares(table.reindex(index).set_axis(counts.index), name)
            for table, name in ((reached, "reach"), (acked, "ack"))
        ],
        axis=1,
    )


def _came(
    visited: pd.DataFrame, entered: pd.DataFrame, within: list[str], levels: Sequence[int]
) -> dict[str, Flags]:
    """By level a flag for each incident of `entered`: whether it came to it (on the same
    policy)."""
    keys = [*within, "incident"]
    both = pd.concat([entered[keys], visited[keys]], ignore_index=True)
    number = both.groupby(keys, sort=False, observed=True).ngroup().to_numpy()
    place = np.empty(len(entered), dtype=np.int64)
    place[number[: len(entered)]] = np.arange(len(entered))
    came = np.zeros((len(levels), len(entered)), dtype=bool)
    level = (
        np.searchsorted(levels, visited["level"].to_numpy()) if len(visited) else np.empty(0, int)
    )
    came[level, place[number[len(entered) :]]] = True
    return {str(each): row for each, row in zip(levels, came, strict=True)}
