"""The time of an incident in consecutive stages that add up to its total.

unpaged (creation → first page) → unanswered (→ first ack) → gathering (→ last joiner) → snoozed →
working (the rest, → first resolve). Inputs are lifecycle rows (frames.INCIDENTS); durations are
seconds. Merged incidents, and those created in a maintenance window, are left out.

Limits: an event that did not happen ends no stage (without a page, all time until the ack is
`unpaged`; without an ack, all time until the resolve is `unanswered`). Boundaries out of order are
moved to the earlier one. The lifecycle holds no instants of snoozing: its seconds are taken from
the time after the last joiner. So the order of snoozed and working is a convention, and a snooze
before the last joiner counts as `snoozed` only up to the time after the last joiner. Episodes after
a reopening are not included, but their snoozes and joiners may be. A few long incidents hold much
of all time: the interval of a share shows how much it depends on which incidents happened to be in
the period. Source: Cochran, Sampling Techniques, 3rd ed., section 6.3 (a ratio, linearised).
"""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import Numbers

_Z: Final = float(stats.norm.ppf((1 + estimates.CONFIDENCE) / 2))
STAGES: Final = ("unpaged", "unanswered", "gathering", "snoozed", "working")
_SUMMARY: Final = (
    *("n", "n_open", "median", "low", "high"),
    *("n_any", "median_any", "seconds", "share", "share_low", "share_high"),
)
_LIFE: Final = (
    *("created_at", "first_paged_at", "first_acknowledged_at", "first_resolved_at"),
    *("seconds_to_mobilize", "snoozed_seconds"),
)
_WHERE: Final = ("service_id", "escalation_policy_id", "team_ids", "urgency")


def stages(incidents: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """Return one row an incident that counts: the stages' seconds, which add up.

    Returns
    -------
    DataFrame
        incident_id, service_id, escalation_policy_id, team_ids, urgency; is_open (not resolved yet:
        stages run until `as_of`); total (creation to the first resolve, or `as_of`); one column a
        stage. Sums hold exactly, up to rounding of floating point.
    """
    kept = incidents.loc[is_counted(incidents), ["incident_id", *_WHERE, *_LIFE]]
    created = kept["created_at"]
    resolved = _since(kept["first_resolved_at"], created)
    total = resolved.fillna((as_of - created).dt.total_seconds()).clip(lower=0.0)
    acked = _since(kept["first_acknowledged_at"], created).fillna(np.inf).clip(0.0, total)
    paged = _since(kept["first_paged_at"], created).fillna(np.inf).clip(0.0, acked)
    joined = kept["seconds_to_mobilize"].fillna(0.0).clip(acked, total)
    snoozed = kept["snoozed_seconds"].clip(0.0, total - joined)
    return (
        kept[["incident_id", *_WHERE]]
        .assign(
            is_open=kept["first_resolved_at"].isna(),
            total=total,
            unpaged=paged,
            unanswered=acked - paged,
            gathering=joined - acked,
            snoozed=snoozed,
            working=total - joined - snoozed,
        )
        .reset_index(drop=True)
    )


def by_team(table: pd.DataFrame) -> pd.DataFrame:
    """Return `stages` with a row for every team of an incident; those without a team are left out.

    `team_ids` holds the one team then.
    """
    # There are few distinct texts and many rows, so split each text once.
    texts = pd.Series(table["team_ids"].dropna().unique(), dtype="str")
    teams = pd.DataFrame({"team_ids": texts, "team": texts.str.split()}).explode("team")
    each = table.merge(teams, on="team_ids").assign(team_ids=lambda rows: rows["team"])
    return each.drop(columns="team")


def stage_summary(table: pd.DataFrame, by: list[str] | None = None) -> pd.DataFrame:
    """Return one row a stage, and a last one `total`, per group of `by` (none: for all).

    Medians do not add up; the shares of time do. Open incidents are left out and counted in
    `n_open`, because their last stage is not over. The longest stages are therefore understated.

    Parameters
    ----------
    table
        `stages`.

    Returns
    -------
    DataFrame
        the columns of `by`; stage; n (resolved), n_open; median, low, high (seconds,
        order-statistic interval); n_any, median_any (of the incidents on which the stage took any
        time); seconds (sum), share (of all seconds of the group; NaN when there are none) with
        share_low and share_high (NaN with fewer than two incidents).
    """
    keys = by or ["all"]
    # Grouping by categories is several times faster than grouping by texts.
    keyed = (table if by else table.assign(all="")).astype(dict.fromkeys(keys, "category"))
    groups = keyed.groupby(keys, observed=True)
    n_open = groups["is_open"].sum()
    done = ~keyed["is_open"]
    group = groups.ngroup()[done].to_numpy()
    seconds = {name: table.loc[done, name].to_numpy() for name in (*STAGES, "total")}
    rows = [
        _one_stage(own, seconds["total"], group, n_open.index).assign(
            stage=stage, place=place, n_open=n_open
        )
        for place, (stage, own) in enumerate(seconds.items())
    ]
    return (
        pd.concat(rows)
        .reset_index()
        .pipe(_with_shares)
        .sort_values([*keys, "place"], ignore_index=True)
        # NumPy's sums of empty arrays are integers.
        .astype(dict.fromkeys(keys, "str") | {"seconds": "float64"})[
            [*(by or []), "stage", *_SUMMARY]
        ]
    )


def _one_stage(own: Numbers, total: Numbers, group: Numbers, index: pd.Index) -> pd.DataFrame:
    """Return the statistics of a stage's seconds, a row a group; an incident's `group` is its
    position in `index`."""
    every = estimates.quantile_of_groups(own, group, len(index), 0.5)
    some = estimates.quantile_of_groups(own[own > 0], group[own > 0], len(index), 0.5)
    sums = {
        name: np.bincount(group, weights, len(index))
        for name, weights in {
            "seconds": own, "all_seconds": total, "own_own": own**2, "own_all": own * total,
            "all_all": total**2,
        }.items()
    }  # fmt: skip
    medians = {"median": every.value, "low": every.low, "high": every.high}
    return pd.DataFrame(
        {"n": every.n, **medians, "n_any": some.n, "median_any": some.value, **sums}, index
    )


def _with_shares(sums: pd.DataFrame) -> pd.DataFrame:
    """Add share, share_low, share_high to rows of `_one_stage`."""
    share = sums["seconds"] / sums["all_seconds"]
    residual = sums["own_own"] - 2 * share * sums["own_all"] + share**2 * sums["all_all"]
    # Rounding may leave a sum of squares just below zero.
    variance = residual.clip(lower=0.0) * sums["n"] / (sums["n"] - 1) / sums["all_seconds"] ** 2
    half = _Z * np.sqrt(variance.where(sums["n"] > 1))
    low, high = (share - half).clip(lower=0.0), (share + half).clip(upper=1.0)
    return sums.assign(share=share, share_low=low, share_high=high)


def _since(instants: pd.Series, created: pd.Series) -> pd.Series:
    since: pd.Series = (instants - created).dt.total_seconds()
    return since
