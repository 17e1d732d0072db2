"""How far incidents climb their escalation policy, and which level answers.

Everything here is about the time before the *first* acknowledgement. A *stay* is the time an
incident spends on one level: it begins when the level is paged and ends with the first of an
acknowledgement, the next step, a resolve, or `as_of`. An acknowledgement counts for the level that
the incident is on.

Left out of every denominator, and counted by `policy_summary`: incidents that were merged, created
in a maintenance window, of low urgency at their creation or their end, or assigned directly from
the start.
Levels are inferred from the assignees, because the log does not record them.
"""

from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics import estimates, survival
from corvana.analysis.statistics.places import Places, are_among, places

_NEVER: Final = np.iinfo(np.int64).max
_SECOND: Final = 1_000_000  # in the frames' microseconds
_POLICY: Final = "escalation_policy_id"
_ENDS: Final = ("ack", "timeout", "manual", "unknown", "moved", "resolved", "open")

Instants = npt.NDArray[np.int64]


def stays(
    incidents: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    as_of: datetime,
    rows: Places | None = None,
) -> pd.DataFrame:
    """Return one row per stay on a level before the first ack, in order of incident and time.

    Parameters
    ----------
    incidents, steps
        INCIDENTS and ESCALATION_STEPS of `corvana.frames`.
    rows
        The row of each step's incident among `incidents`, -1 without one; None to look it up.

    Returns
    -------
    DataFrame
        incident_id, escalation_policy_id, level; incident (its row among `incidents`); at (when the
        level was paged); seconds (the stay's length); arrived_by (`cause` of ESCALATION_STEPS);
        ended_by (`ack`, `timeout`, `manual`, `unknown`: the cause of the next escalation; `moved`:
        reassigned, delegated or started over; `resolved` without an ack; `open`); paged (people
        paged); visit (1 for the first stay of the incident on this level of this policy). A stay
        whose policy is unknown, or that is no level, is left out. A step at the very instant of the
        ack counts as after it.
    """
    # Compute with numbers only; add the texts once, at the end.
    if rows is None:
        rows = places(steps["incident_id"], incidents["incident_id"])
    order = _in_order(_micros(steps["at"]), rows, _climbs(incidents))
    code, at = rows[order], _micros(steps["at"])[order]
    is_first = np.r_[True, code[1:] != code[:-1]][: code.size]
    following = np.where(np.r_[is_first[1:], True], _NEVER, np.r_[at[1:], _NEVER])[: code.size]
    ack = _micros(incidents["first_acknowledged_at"])[code]
    resolve = _micros(incidents["first_resolved_at"])[code]
    end = np.minimum(np.minimum(ack, resolve), np.minimum(following, _micro(as_of)))
    causes = pd.Categorical(steps["cause"])
    ended_by = _ended_by(causes[order], ack, resolve, following)
    on_level = steps["level"].notna().to_numpy()[order]
    via_policy = on_level[is_first][np.cumsum(is_first) - 1] if code.size else on_level
    before_ack = ((at < ack) & (at < resolve)) | is_first
    kept = before_ack & via_policy & on_level & steps[_POLICY].notna().to_numpy()[order]
    columns = ["incident_id", _POLICY, "level", "at", "to_responders"]
    taken = steps[columns].iloc[order[kept]].reset_index(drop=True)
    policy = pd.factorize(taken[_POLICY])[0]
    visit = taken.groupby([code[kept], policy, taken["level"].to_numpy(dtype="int16")]).cumcount()
    found: pd.DataFrame = (
        taken[columns[:-1]]
        .assign(
            incident=code[kept],
            seconds=np.maximum(end - at, 0)[kept] / _SECOND,
            arrived_by=causes[order[kept]],
            ended_by=ended_by[kept],
            paged=_people(taken["to_responders"]),
            visit=visit + 1,
        )
        .astype({"level": "int16", "paged": "int32"})
    )
    return found


def funnel(stays: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return one row per policy and level, in order, of the policies that an incident entered.

    Parameters
    ----------
    stays
        The frame that `stays` returns.
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
        Shares with Wilson intervals, quantiles with order-statistic intervals.
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
    stays that are acknowledged. Repeated stays of an incident count as independent, although the
    same people may have missed both pages: with many repeats the interval is too narrow.
    """
    ended = stays["ended_by"]
    cause = np.select([ended == "ack", ended == "open"], [1, 0], default=2)
    return survival.cumulative_incidence(stays["seconds"], cause)


def policy_summary(incidents: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row a policy, and a last one with a null id for the account.

    Parameters are INCIDENTS and ESCALATION_STEPS. An incident counts for the last policy it had,
    over its whole life, so escalations after an ack are included here.

    Returns
    -------
    DataFrame
        escalation_policy_id; n (counted), n_acked, n_open; left out: n_merged, n_in_maintenance,
        n_low_urgency, n_direct; timeout_escalations, manual_escalations, unknown_escalations
        (events); n_escalated, n_repeated, n_exhausted (incidents) with escalated, repeated,
        exhausted: their shares of n, each with _low and _high (Wilson).
    """
    merged = incidents["resolution"].eq("merged")
    is_direct = are_among(incidents["incident_id"], _direct_from_start(steps))
    direct, counted = _climbs(incidents) & is_direct, _climbs(incidents) & ~is_direct
    timeout, manual, unknown = (
        incidents[f"{cause}_escalation_count"].where(counted, 0)
        for cause in ("timeout", "manual", "unknown")
    )
    measured = pd.DataFrame(
        {
            _POLICY: incidents[_POLICY],
            "n": counted,
            "n_acked": counted & incidents["first_acknowledged_at"].notna(),
            "n_open": counted & incidents["resolution"].eq("open"),
            "n_merged": merged,
            "n_in_maintenance": incidents["in_maintenance"] & ~merged,
            "n_low_urgency": ~is_high(incidents) & is_counted(incidents),
            "n_direct": direct,
            "timeout_escalations": timeout,
            "manual_escalations": manual,
            "unknown_escalations": unknown,
            "n_escalated": (timeout + manual + unknown) > 0,
            "n_repeated": counted & incidents["repeated"],
            "n_exhausted": counted & incidents["exhausted"],
        }
    )
    by_policy = measured.groupby(_POLICY, sort=True).sum().reset_index()
    total = measured.drop(columns=_POLICY).sum().to_frame().T
    table = pd.concat([by_policy, total], ignore_index=True)
    shares = [
        _shares(table[f"n_{name}"], table["n"], name)
        for name in ("escalated", "repeated", "exhausted")
    ]
    counts = table.astype(dict.fromkeys(measured.columns.drop(_POLICY), "int64"))
    return pd.concat([counts, *shares], axis=1)


def _funnel(stays: pd.DataFrame, within: list[str], levels: pd.DataFrame) -> pd.DataFrame:
    keys = [*within, "level"]
    coded = stays.assign(incident=pd.factorize(stays["incident_id"])[0])
    reached = coded.drop_duplicates([*keys, "incident"]).groupby(keys).size()
    entered = coded.drop_duplicates([*within, "incident"])
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
    acked = coded.loc[ended.eq("ack")]
    p50 = estimates.quantile_by(acked, keys, "seconds", 0.5)
    enough = f"n >= {estimates.ENOUGH_FOR_P90}"
    p90 = estimates.quantile_by(acked, keys, "seconds", 0.9).query(enough)
    names = {"value": "p50", "low": "p50_low", "high": "p50_high"}
    quantiles = p50[list(names)].rename(columns=names).join(p90["value"].rename("p90"))
    return pd.concat(
        [
            counts,
            _shares(counts["n_reached"], counts["n"], "reach"),
            _shares(counts["n_acked"], counts["n_reached"], "ack"),
        ],
        axis=1,
    ).join(quantiles, on=keys)


def _shares(successes: pd.Series, n: pd.Series, name: str) -> pd.DataFrame:
    """Wilson shares of two columns of counts: name, name_low, name_high."""
    return pd.DataFrame(
        [estimates.share(int(k), int(of)) for k, of in zip(successes, n, strict=True)],
        columns=[name, f"{name}_low", f"{name}_high"],
        index=n.index,
        dtype="float64",
    )


def is_high(incidents: pd.DataFrame) -> pd.Series:
    """Return whether INCIDENTS were of high urgency at their creation and at their end."""
    return incidents["urgency"].eq("high") & incidents["urgency_at_creation"].eq("high")


def _climbs(incidents: pd.DataFrame) -> pd.Series:
    return is_high(incidents) & is_counted(incidents)


def _direct_from_start(steps: pd.DataFrame) -> pd.Series:
    told = steps[["incident_id", "at", "level"]]
    first = told.sort_values("at", kind="stable").drop_duplicates("incident_id")
    return first.loc[first["level"].isna(), "incident_id"]


def _in_order(at: Instants, rows: Places, climbs: pd.Series) -> npt.NDArray[np.intp]:
    """Positions of the counted incidents' steps, by incident and time."""
    # An unknown incident has row -1 and indexes the appended flag.
    kept = np.flatnonzero(np.append(climbs.to_numpy(), False)[rows])
    order: npt.NDArray[np.intp] = kept[np.lexsort((at[kept], rows[kept]))]
    return order


def _micros(instants: pd.Series) -> Instants:
    """Microseconds since the epoch; the largest number for a missing instant."""
    micros: Instants = instants.astype("datetime64[us, UTC]").to_numpy("datetime64[us]").view("i8")
    return np.where(instants.isna(), _NEVER, micros)


def _micro(instant: datetime) -> np.int64:
    return np.int64(pd.Timestamp(instant).value // 1000)


def _people(responders: pd.Series) -> pd.Series:
    """The number of ids in each text of ids separated by one space."""
    codes, distinct = pd.factorize(responders)
    count = pd.Series(distinct, dtype="str").str.count(" ").to_numpy(dtype="int64")
    # Nulls get code -1 and index the appended 0.
    return pd.Series(np.append(count + 1, 0)[codes], responders.index)


def _ended_by(
    causes: pd.Categorical, ack: Instants, resolve: Instants, following: Instants
) -> "pd.Categorical[str]":
    """The first event; at the same instant, the order is ack, resolve, step."""
    place = {name: number for number, name in enumerate(_ENDS)}
    by_cause = np.array([place.get(name, place["moved"]) for name in causes.categories], dtype=int)
    step = np.r_[by_cause[causes.codes][1:], place["open"]][: ack.size]
    conditions = [
        (ack <= np.minimum(resolve, following)) & (ack < _NEVER),
        (resolve <= following) & (resolve < _NEVER),
        following < _NEVER,
    ]
    codes = np.select(conditions, [place["ack"], place["resolved"], step], place["open"])
    return pd.Categorical.from_codes(np.asarray(codes, dtype=np.int8), pd.Index(_ENDS))
