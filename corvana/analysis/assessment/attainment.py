"""Where and when response targets are met: by group, by week, against the period before; and which
incidents missed theirs. What counts how: see `targets`."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.assessment.targets import KEPT, Attained
from corvana.analysis.findings.measures.shares import shares_against_rest
from corvana.analysis.response import breakdowns
from corvana.analysis.response.breakdowns import whole_weeks
from corvana.analysis.statistics import blocks, estimates, ratios
from corvana.analysis.statistics.blocks import Collected
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate

Group = Literal["level", "service", "team"]
"""Groups of incidents; `level` is the priority or the urgency, by which targets are set."""

_DISCOVERY_RATE: Final = 0.05
_MORE: Final = 1.25
_COLUMN: Final[Mapping[Group, str]] = MappingProxyType(
    {"level": "level", "service": "service_id", "team": "team_ids"}
)


def by_group(rows: pd.DataFrame, group: Group) -> pd.DataFrame:
    """Return the share of each group that met its target: lowest first, fewer than ten last.

    Parameters
    ----------
    rows
        `judged`. An incident of several teams counts in each; one without a team in none.

    Returns
    -------
    DataFrame
        id; n (judged), n_met, n_missed; value, low, high (share met, over storms); effective_n;
        n_young; p_value, q_value (one-sided, of so many missed by chance if the group were like the
        others: Fisher's exact test of the effective numbers; Benjamini-Hochberg over the groups
        with enough data); enough. Groups without an incident that has a target are left out.
    """
    with_target = rows.loc[rows["target"].notna()]
    members, ids = breakdowns.members(with_target[_COLUMN[group]], is_of_several=group == "team")
    keyed = (
        with_target[["is_judged", "is_met", "storm"]]
        .take(members.index.to_numpy())
        .assign(id=pd.Categorical.from_codes(members.to_numpy(), ids))
    )
    known = keyed[keyed["is_judged"]]
    trials = known.assign(subject_id=known["id"], happened=~known["is_met"])
    return (
        _missed_shares(trials)
        .reindex(ids.astype("str"))
        .join((~keyed["is_judged"]).groupby(keyed["id"].astype("str")).sum().rename("n_young"))
        .fillna({"n": 0, "n_met": 0, "n_missed": 0, "n_young": 0})
        .astype(dict.fromkeys(("n", "n_met", "n_missed", "n_young"), "int64"))
        .assign(enough=lambda found: found["n"].ge(ENOUGH))
        .pipe(_with_discoveries)
        .sort_values(["enough", "value", "n"], ascending=[False, True, False])
        .rename_axis("id")
        .reset_index()
    )


def lowest(groups: pd.DataFrame) -> pd.Series | None:
    """Return the group of `by_group` with the lowest share among those clearly lower.

    Clearly lower: at least ten judged incidents, q ≤ 5 %, and at least a quarter more of them
    missed than of all groups together. None without such a group. The sentence and the title of the
    chart both name this group.
    """
    usual = groups["n_missed"].sum() / max(groups["n"].sum(), 1)
    clear = groups[
        groups["enough"]
        & groups["q_value"].le(_DISCOVERY_RATE)
        & (1 - groups["value"]).ge(_MORE * usual)
    ]
    return None if clear.empty else clear.iloc[0]


def _missed_shares(trials: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of the groups, by id, with the test of those missed against the rest."""
    shares = shares_against_rest(trials)
    return pd.DataFrame(
        {
            "n": shares["n"],
            "n_met": shares["n"] - shares["happened"],
            "n_missed": shares["happened"],
            "value": 1 - shares["effect"],
            "low": 1 - shares["high"],
            "high": 1 - shares["low"],
            "effective_n": shares["effective_n"],
            "p_value": shares["p_value"],
        }
    ).set_index(shares["subject_id"])


def _with_discoveries(groups: pd.DataFrame) -> pd.DataFrame:
    """Add q_value to the groups with enough data."""
    p = groups.loc[groups["enough"], "p_value"]
    q = stats.false_discovery_control(p) if len(p) else p
    found = groups.assign(q_value=pd.Series(q, p.index, dtype="float64"))
    return found[[*(name for name in found if name != "enough"), "enough"]]


def weekly(rows: pd.DataFrame, since: datetime, until: datetime, time_zone: str) -> pd.DataFrame:
    """Return the share that met the target by week of creation, for each week that lies wholly in
    [since, until) on the clock of `time_zone`.

    A week of which an incident cannot be judged yet is not over: it has its counts and no share.

    Returns
    -------
    DataFrame
        week (midnight of its Monday, without zone); n (judged), n_met, n_young; value, low, high
        (share met, over storms; NaN without any), effective_n.
    """
    known = rows.loc[rows["target"].notna(), ["is_judged", "is_met", "storm", "created_at"]]
    keyed = known.assign(week=breakdowns.mondays(known["created_at"], time_zone))
    shares = estimates.shares_by(keyed[keyed["is_judged"]], ["week"], "is_met", "storm")
    young = (~keyed["is_judged"]).groupby(keyed["week"]).sum()
    weeks = (
        young.rename("n_young")
        .to_frame()
        .join(shares.rename(columns={"happened": "n_met"}), how="left")
    )
    shown = whole_weeks(weeks.rename_axis("week").reset_index(), since, until, time_zone)
    counts = {name: shown[name].fillna(0).astype("int64") for name in ("n", "n_met", "n_young")}
    is_over = counts["n_young"].eq(0)
    bounds = {name: shown[name].where(is_over) for name in ("value", "low", "high", "effective_n")}
    return shown.assign(**counts, **bounds)


def change(rows: pd.DataFrame, now: Attained, before: Attained, collected: Collected) -> Estimate:
    """Return the difference of the shares of a period and the one before, with its 95 % interval.

    Parameters
    ----------
    rows
        `judged` of the same filters from all collected time.

    It is unknown if a period has fewer than ten judged incidents, and has no bounds with too few
    weeks to tell.
    """
    if min(now.n, before.n) < ENOUGH:
        return UNKNOWN
    known = rows.loc[rows["is_judged"], ["created_at", "is_met"]].sort_values("created_at")
    weekly_blocks = blocks.blocks_of(collected)
    n, met = (
        weekly_blocks.totals(known["created_at"], each.astype(np.float64))
        for each in (np.ones(len(known)), known["is_met"].to_numpy())
    )
    independent = (estimates.share(each.n_met, each.n) for each in (now, before))
    return blocks.difference(
        ratios.difference(*independent), blocks.of_shares(weekly_blocks, n, met)[0]
    )


def missed(rows: pd.DataFrame, as_of: datetime) -> pd.DataFrame:
    """Return the incidents that missed their target, newest first.

    Returns
    -------
    DataFrame
        incident_id, number, created_at, service_id, team_ids, level; target_seconds; seconds (until
        the event; so far, for an open one; empty when it can no longer come); over_seconds (beyond
        the target; empty likewise); how: `late`, `open`, or `resolved` (without an
        acknowledgement).
    """
    some = rows.loc[rows["is_judged"] & ~rows["is_met"]].sort_values(
        ["created_at", "number"], ascending=False
    )
    age = (as_of - some["created_at"]).dt.total_seconds()
    seconds = some["waited"].where(~some["is_open"], age)
    how = np.select([some["waited"].notna(), some["is_open"]], ["late", "open"], "resolved")
    return some.assign(
        target_seconds=some["target"],
        seconds=seconds,
        over_seconds=seconds - some["target"],
        how=how,
    )[
        [*(name for name in KEPT if name != "storm"), "level", "target_seconds", "seconds",
         "over_seconds", "how"]
    ].reset_index(drop=True)  # fmt: skip
