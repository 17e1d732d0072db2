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
the period, and incidents of one storm count as belonging together. Source: Cochran, Sampling
Techniques, 3rd ed., sections 6.3 and 9A (a ratio, linearised, of clusters).
"""

from datetime import datetime
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics import dependence, estimates
from corvana.analysis.statistics.estimates import Numbers

_Z: Final = float(stats.norm.ppf((1 + estimates.CONFIDENCE) / 2))
STAGES: Final = ("unpaged", "unanswered", "gathering", "snoozed", "working")
_SUMMARY: Final = (
    *("n", "n_open", "median", "low", "high", "effective_n"),
    *("n_any", "median_any", "seconds", "share", "share_low", "share_high"),
)
_LIFE: Final = (
    *("created_at", "first_paged_at", "first_acknowledged_at", "first_resolved_at"),
    *("seconds_to_mobilize", "snoozed_seconds"),
)
_WHERE: Final = ("service_id", "escalation_policy_id", "team_ids", "urgency", "storm")


def stages(incidents: pd.DataFrame, *, as_of: datetime) -> pd.DataFrame:
    """Return one row an incident that counts: the stages' seconds, which add up.

    Returns
    -------
    DataFrame
        incident_id, service_id, escalation_policy_id, team_ids, urgency, storm; is_open (not
        resolved yet: stages run until `as_of`); total (creation to the first resolve, or `as_of`);
        one column a stage. Sums hold exactly, up to rounding of floating point.
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
        the columns of `by`; stage; n (resolved), n_open; median, low, high, effective_n (seconds,
        order-statistic interval over storms); n_any, median_any (of the incidents on which the
        stage took any time); seconds (sum), share (of all seconds of the group; NaN when there are
        none) with share_low and share_high (NaN with fewer than two incidents).
    """
    keys = by or ["all"]
    # Grouping by categories is several times faster than grouping by texts.
    keyed = (table if by else table.assign(all="")).astype(dict.fromkeys(keys, "category"))
    groups = keyed.groupby(keys, observed=True)
    n_open = groups["is_open"].sum()
    done = ~keyed["is_open"]
    group = groups.ngroup()[done].to_numpy()
    seconds = {name: table.loc[done, name].to_numpy() for name in (*STAGES, "total")}
    storm = table.loc[done, "storm"].to_numpy()
    rows = [
        _one_stage(own, seconds["total"], group, storm, n_open.index).assign(
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


def _one_stage(
    own: Numbers, total: Numbers, group: Numbers, storm: Numbers, index: pd.Index
) -> pd.DataFrame:
    """Return the statistics of a stage's seconds, a row a group; an incident's `group` is its
    position in `index`."""
    every = estimates.quantile_of_groups(own, group, len(index), 0.5, storm)
    some = estimates.quantile_of_groups(own[own > 0], group[own > 0], len(index), 0.5)
    seconds, whole = (np.bincount(group, each, len(index)) for each in (own, total))
    share = np.divide(seconds, whole, out=np.full(len(index), np.nan), where=whole > 0)
    # What an incident adds to the share; a storm adds the sum of its incidents.
    residuals = own - np.nan_to_num(share)[group] * total
    return pd.DataFrame(
        {
            "n": every.n,
            "median": every.value,
            "low": every.low,
            "high": every.high,
            "effective_n": every.effective_n,
            "n_any": some.n,
            "median_any": some.value,
            "seconds": seconds,
            "share": share,
            "half": _half_width(residuals, group, storm, every.n, whole),
        },
        index,
    )


def _half_width(
    residuals: Numbers, group: Numbers, storm: Numbers, n: Numbers, whole: Numbers
) -> Numbers:
    """Return half the width of the share's interval by group; NaN with fewer than two incidents."""
    squares = np.bincount(group, residuals**2, n.size)
    worth = dependence.effective_sizes(residuals, dependence.cells(storm, group), group, n.size)
    variance = squares * n / np.maximum(worth, 1e-9) * n / np.maximum(n - 1, 1)
    known = (n > 1) & (whole > 0)
    half: Numbers = np.where(known, _Z * np.sqrt(variance) / np.where(known, whole, 1.0), np.nan)
    return half


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add share_low and share_high to rows of `_one_stage`."""
    low = (rows["share"] - rows["half"]).clip(lower=0.0)
    high = (rows["share"] + rows["half"]).clip(upper=1.0)
    return rows.assign(share_low=low, share_high=high)


def _since(instants: pd.Series, created: pd.Series) -> pd.Series:
    since: pd.Series = (instants - created).dt.total_seconds()
    return since
