"""Whether a measure changed, when, by how much, and which change the data could have shown.

Two measures, week by week (Monday to Monday on the account's clock): incidents, and the typical
time to first acknowledgement, which is the geometric mean of those acknowledged (the average of the
logarithms, converted back to seconds; a few very long times do not move it much). Merged incidents,
and those created in a maintenance window, are left out; times under a second count as one. Weeks
that are only partly in the period are shown (see `is_whole`) but take no part in any test.

*Noise* is how much weeks differ and follow each other without any change: see the section *Weeks
without a change*. Bursts, busy weeks and a rotation in which one person answers faster than another
make it larger. It widens every interval and raises every p-value here. So that a change, or the
choice of its place, does not look like quiet weeks, noise is weighed by the average over all places
at which the level may have changed.

*A change* has to last three weeks on either side. It is tested by generalised least squares under
each combination of noise: where weeks follow each other, those beside the change tell most. Its
place is chosen from the data, so the p-value is that of the best of all K places: P(one place) + Σ
√(1 − ρ²) e^(−b²/2) / π over neighbouring places, with b the normal deviate of the best place's
p-value and ρ the correlation of neighbours' t; never more than K · P(one place). Sources: Worsley
(1979), J. Am. Stat. Assoc. 74, 365-367 (the statistic); Worsley (1982), Biometrika 69, 297-302 (the
improved Bonferroni bound); Lausen & Schumacher (1992), Biometrics 48, 73-85 (its terms, of which we
keep the first). Counts are tested as 2 √(n + 3/8), whose variance is 1 (Anscombe (1948), Biometrika
35, 246-254). The interval of the ratio after / before ignores that the place was chosen, so the
largest change is overstated.

*Several changes* are found one after the other: each is the best of all places between those found
before. Where no single place is clear, a stretch is sought that differs from the weeks before and
after it. Each has a p-value of 5 % at most, and the interval of no ratio between neighbouring
levels holds 1. How often a change is told of accounts in which nothing changes is measured by
`benchmarks/bench_changes.py`.

*The smallest change that could have shown* has 80 % power, if the change came in the middle of the
weeks, where it is easiest to detect: exp(d + 0.84 s), d the difference whose p-value as the best of
all places is 5 %, s its standard deviation. Source: Bloom (1995), Evaluation Review 19, 547-556.
"""

from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

import numpy as np
import pandas as pd

from corvana.analysis.response.durations import columns_of_counted
from corvana.analysis.response.weekly import Duration, calendar_of, dated, logs_by
from corvana.analysis.statistics import splits
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate, Numbers
from corvana.analysis.statistics.splits import Series
from corvana.analysis.statistics.weekly_noise import Noise

Measure = Literal["incidents"] | Duration
_DOUBLING: Final = float(np.log(2))


def trends(weeks: pd.DataFrame, duration: Duration = "seconds_to_first_ack") -> pd.DataFrame:
    """Return one row a measure: the best single split of the period, and what could have shown.

    Parameters
    ----------
    weeks
        The frame that weekly.weeks returns.

    Returns
    -------
    DataFrame
        measure; weeks (whole), n; week (Monday of the best split), before, after (incidents a week,
        or seconds), ratio, low, high; p_value (two-sided, for the best of all places); detectable
        (smallest ratio above 1 that 80 % of such periods would show). With fewer than six weeks, or
        too few acknowledgements, the unknown values are missing.
    """
    measures: tuple[Measure, ...] = ("incidents", duration)
    return pd.DataFrame([_trend(weeks[weeks["is_whole"]], measure) for measure in measures])


def segments(weeks: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the stretches between lasting changes (`splits.change_points`), in order; without a
    change, one.

    Returns
    -------
    DataFrame
        start, end (Mondays; the end is exclusive); n; value, low, high (incidents a week, or
        seconds, 95 %); ratio, ratio_low, ratio_high (to the stretch before, missing for the first).
    """
    kept = _kept(weeks[weeks["is_whole"]], measure)
    series = _series_of(kept, measure)
    bounds, noise = splits.change_points(series)
    parts = [slice(start, end) for start, end in pairwise(bounds)]
    table = [
        {
            **_stretch(kept.iloc[part], measure),
            **_named(_level(kept, series, noise, part, measure), "value", ""),
            **_named(
                _ratio(kept, series, noise, measure, part, last) if last else UNKNOWN, "ratio"
            ),
        }
        for last, part in zip([None, *parts], parts, strict=False)
    ]
    columns = ["start", "end", "n", "value", "low", "high", "ratio", "ratio_low", "ratio_high"]
    return pd.DataFrame(table, columns=columns)


def ack_rises(
    incidents: pd.DataFrame, by: str, *, since: datetime, as_of: datetime, time_zone: str
) -> pd.DataFrame:
    """Return each subject's largest lasting rise of the time to first ack.

    Parameters
    ----------
    incidents
        INCIDENTS, or rows of it: resolution, in_maintenance, created_at, seconds_to_first_ack, and
        the column `by`.
    by
        The column that names the subject. All subjects share the noise of weeks.

    Returns
    -------
    DataFrame
        The column `by`; week (Monday from which it is longer), n_before, n_after
        (acknowledgements) and their effective_n together, before, after (geometric means in
        seconds), ratio, low, high; p_value (one-sided for "longer", for the best of all places);
        incidents_per_week (after). Subjects without a possible place for a split have no row.
    """
    calendar = calendar_of(since, as_of, time_zone).query("is_whole")
    own = columns_of_counted(incidents, by, "created_at", "seconds_to_first_ack")
    counted = dated(own, "seconds_to_first_ack", calendar, time_zone).dropna(subset=[by])
    logs = logs_by(counted, [by, "week"])
    table = {
        name: logs[name].unstack("week").reindex(columns=calendar["week"])  # noqa: PD010
        for name in logs.columns
    }
    subjects = table["n_timed"].index
    series = _ack_series(*(table[name].to_numpy(np.float64) for name in logs.columns))
    noise = splits.shared_noise(series)
    best = splits.best_split(series, noise, one_sided=True)
    sizes = counted.groupby([by, "week"]).size()
    found = [
        {
            by: subject,
            **_rise(series.of(row), noise, place, calendar["week"], sizes.loc[subject]),
            "p_value": p_value,
        }
        for row, (subject, place, p_value) in enumerate(zip(subjects, *best, strict=True))
        if place >= 0
    ]
    columns = (
        *("week", "n_before", "n_after", "effective_n"),
        *("before", "after", "ratio", "low", "high"),
    )
    return pd.DataFrame(found, columns=[by, *columns, "p_value", "incidents_per_week"])


def _kept(whole: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The weeks that have a value."""
    return whole if measure == "incidents" else whole[whole["n_timed"] > 0]


def _series_of(kept: pd.DataFrame, measure: Measure) -> Series:
    """The series of one subject: the account."""
    if measure == "incidents":
        scores = 2 * np.sqrt(kept["n"].to_numpy(np.float64)[None] + 3 / 8)
        # By the root of a number of incidents its logarithm becomes its score.
        doubling = _DOUBLING * np.sqrt(max(kept["n"].mean(), 1.0)) if len(kept) else _DOUBLING
        known, sure = np.ones(1), np.full(1, np.inf)
        return Series(np.ones_like(scores), scores, known, sure, known * doubling, 0.0)
    names = ("n_timed", "log_mean", "log_variance")
    return _ack_series(*(kept[name].to_numpy(np.float64)[None] for name in names))


def _ack_series(counts: Numbers, means: Numbers, variances: Numbers) -> Series:
    weights = np.nan_to_num(counts)
    within = np.maximum(weights - 1, 0)
    freedom = within.sum(axis=1)
    squares = (within * np.nan_to_num(variances)).sum(axis=1)
    own = np.divide(squares, freedom, out=np.full(len(squares), np.nan), where=freedom > 0)
    doubling = np.full(len(own), _DOUBLING)
    return Series(weights, np.nan_to_num(means), own, freedom, doubling, ENOUGH)


def _trend(whole: pd.DataFrame, measure: Measure) -> dict[str, object]:
    kept = _kept(whole, measure)
    series = _series_of(kept, measure)
    noise = splits.shared_noise(series)
    (place,), (p_value,) = splits.best_split(series, noise)
    n = int(kept[_counted(measure)].sum())
    row: dict[str, object] = {"measure": measure, "weeks": len(whole), "n": n}
    if place < 0 or not n:
        missing = ("before", "after", "ratio", "low", "high", "p_value", "detectable")
        return {**row, "week": pd.NaT, **dict.fromkeys(missing, np.nan)}
    before, after = slice(0, place), slice(place, None)
    per_log = series.doubling[0] / _DOUBLING
    return {
        **row,
        "week": kept["week"].iloc[place],
        "before": _level(kept, series, noise, before, measure).value,
        "after": _level(kept, series, noise, after, measure).value,
        **_named(_ratio(kept, series, noise, measure, after, before), "ratio", ""),
        "p_value": p_value,
        "detectable": float(np.exp(splits.detectable(series, noise) / per_log)),
    }


def _stretch(kept: pd.DataFrame, measure: Measure) -> dict[str, object]:
    """Start, end and n of a stretch of weeks."""
    end = kept["week"].iloc[-1] + pd.Timedelta(days=7)
    return {"start": kept["week"].iloc[0], "end": end, "n": int(kept[_counted(measure)].sum())}


def _counted(measure: Measure) -> str:
    return "n" if measure == "incidents" else "n_timed"


def _rise(
    series: Series, noise: Noise, place: int, calendar: pd.Series, sizes: pd.Series
) -> dict[str, object]:
    week, parts = calendar.iloc[place], (slice(0, place), slice(place, None))
    before, after = (float(np.exp(splits.mean(series, part))) for part in parts)
    spread = splits.comparison(series, noise, *parts[::-1])
    n_before, n_after = (int(series.weights[0, part].sum()) for part in parts)
    return {
        "week": week,
        "n_before": n_before,
        "n_after": n_after,
        "effective_n": (n_before + n_after) * spread.worth,
        "before": before,
        "after": after,
        **_named(_around(after / before, spread.width()), "ratio", ""),
        "incidents_per_week": float(sizes[sizes.index >= week].sum() / (len(calendar) - place)),
    }


def _level(
    kept: pd.DataFrame, series: Series, noise: Noise, weeks: slice, measure: Measure
) -> Estimate:
    """Incidents a week, or the typical time, of some weeks."""
    if measure != "incidents":
        return _typical(series, noise, weeks)
    rate = float(kept["n"].iloc[weeks].mean())
    return _around(rate, _in_logs(splits.comparison(series, noise, weeks).width(), rate))


def _ratio(
    kept: pd.DataFrame, series: Series, noise: Noise, measure: Measure, *parts: slice
) -> Estimate:
    """The ratio of the levels of two parts of the weeks, the later one first."""
    after, before = (_level(kept, series, noise, part, measure).value for part in parts)
    if not (after > 0 and before > 0):
        return UNKNOWN
    width = splits.comparison(series, noise, *parts).width()
    if measure == "incidents":
        width = _in_logs(width, float(np.sqrt(after * before)))
    return _around(after / before, width)


def _typical(series: Series, noise: Noise, weeks: slice) -> Estimate:
    """The typical time of some weeks."""
    width = splits.comparison(series, noise, weeks).width()
    return _around(float(np.exp(splits.mean(series, weeks))), width)


def _in_logs(width: float, rate: float) -> float:
    """A distance of scores as one of the logarithm of a weekly number of incidents."""
    return width / np.sqrt(rate) if rate > 0 else np.nan


def _around(value: float, width: float) -> Estimate:
    """A value whose logarithm has an interval of this width on either side."""
    return Estimate(value, float(value * np.exp(-width)), float(value * np.exp(width)))


def _named(estimate: Estimate, name: str, prefix: str | None = None) -> dict[str, object]:
    start = f"{name}_" if prefix is None else prefix
    return {name: estimate.value, f"{start}low": estimate.low, f"{start}high": estimate.high}
