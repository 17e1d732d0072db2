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
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.places import Places, are_among, places

_NEVER: Final = np.iinfo(np.int64).max
_SECOND: Final = 1_000_000  # in the frames' microseconds
_POLICY: Final = "escalation_policy_id"
_SHARES: Final = ("escalated", "repeated", "exhausted")
_ENDS: Final = ("ack", "timeout", "manual", "unknown", "moved", "resolved", "open")

SUMMARISED: Final = (
    *("incident_id", _POLICY, "urgency", "urgency_at_creation", "resolution", "in_maintenance"),
    *("first_acknowledged_at", "repeated", "exhausted", "storm"),
    *(f"{cause}_escalation_count" for cause in ("timeout", "manual", "unknown")),
)
"""The columns of INCIDENTS that `policy_summary` reads."""

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
        incident_id, escalation_policy_id, level; incident (its row among `incidents`), storm (its
        storm); at (when the level was paged); seconds (the stay's length); arrived_by (`cause` of
        ESCALATION_STEPS); ended_by (`ack`, `timeout`, `manual`, `unknown`: the cause of the next
        escalation; `moved`: reassigned, delegated or started over; `resolved` without an ack;
        `open`); paged (people paged); visit (1 for the first stay of the incident on this level of
        this policy). A stay whose policy is unknown, or that is no level, is left out. A step at
        the very instant of the ack counts as after it.
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
            storm=incidents["storm"].to_numpy()[code[kept]],
            seconds=np.maximum(end - at, 0)[kept] / _SECOND,
            arrived_by=causes[order[kept]],
            ended_by=ended_by[kept],
            paged=_people(taken["to_responders"]),
            visit=visit + 1,
        )
        .astype({"level": "int16", "paged": "int32"})
    )
    return found


def policy_summary(incidents: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return one row a policy, and a last one with a null id for the account.

    Parameters are INCIDENTS, of which it reads `SUMMARISED`, and ESCALATION_STEPS. An incident
    counts for the last policy it had, over its whole life, so escalations after an ack are included
    here.

    Returns
    -------
    DataFrame
        escalation_policy_id; n (counted), n_acked, n_open; left out: n_merged, n_in_maintenance,
        n_low_urgency, n_direct; timeout_escalations, manual_escalations, unknown_escalations
        (events); n_escalated, n_repeated, n_exhausted (incidents) with escalated, repeated,
        exhausted: their shares of n, each with _low, _high (Wilson) and _effective_n.
    """
    merged = incidents["resolution"].eq("merged")
    counted = may_escalate(incidents, steps)
    direct = _climbs(incidents) & ~counted
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
    # First assign: a column would add its rows to a selection without any.
    trials = measured.assign(storm=incidents["storm"], every="").loc[counted]
    counts = table.astype(dict.fromkeys(measured.columns.drop(_POLICY), "int64"))
    return pd.concat([counts, *_shares_of_policies(trials, table[_POLICY])], axis=1)


def _shares_of_policies(trials: pd.DataFrame, policies: pd.Series) -> list[pd.DataFrame]:
    """The shares of the flags by policy, in their order, and of all together where it is null."""
    names = [f"n_{name}" for name in _SHARES]
    by_policy, of_all = (
        estimates.several_shares_by(trials, [by], names, "storm") for by in (_POLICY, "every")
    )
    found = []
    for name, own, every in zip(_SHARES, by_policy, of_all, strict=True):
        shares = own.reindex(policies.astype("str")).reset_index(drop=True)
        if len(every):
            shares.loc[policies.isna().to_numpy()] = every.to_numpy()
        found.append(named_shares(shares, name))
    return found


def named_shares(shares: pd.DataFrame, name: str) -> pd.DataFrame:
    """The columns of `estimates.shares_by` named after a share: name, _low, _high,
    _effective_n."""
    ends = {"value": "", "low": "_low", "high": "_high", "effective_n": "_effective_n"}
    return shares[list(ends)].rename(columns={end: f"{name}{ends[end]}" for end in ends})


def is_high(incidents: pd.DataFrame) -> pd.Series:
    """Return whether INCIDENTS were of high urgency at their creation and at their end."""
    return incidents["urgency"].eq("high") & incidents["urgency_at_creation"].eq("high")


def may_escalate(incidents: pd.DataFrame, steps: pd.DataFrame) -> pd.Series:
    """Return whether each of INCIDENTS counts among those that may escalate. `steps` are
    ESCALATION_STEPS."""
    is_direct = are_among(incidents["incident_id"], _direct_from_start(steps))
    return _climbs(incidents) & ~is_direct


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
