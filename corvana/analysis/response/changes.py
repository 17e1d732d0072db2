"""Whether a measure changed, when, by how much, and which change the data could have shown.

Two measures, week by week (Monday to Monday on the account's clock): incidents, and the typical
time to first acknowledgement, which is the geometric mean of those acknowledged (the average of the
logarithms, converted back to seconds; a few very long times do not move it much). Merged incidents,
and those created in a maintenance window, are left out; times under a second count as one. Weeks
that are only partly in the period are shown (see `is_whole`) but take no part in any test.

*Noise* is the difference between weeks without any change: the incidents' own spread (Poisson for
counts), times a factor by which neighbouring weeks differ more than that; the factor is never less
than 1. Bursts raise that factor, and so does a rotation in which one person answers faster than
another. It widens every interval and raises every p-value here. A step elsewhere in the series does
not affect the differences of neighbouring weeks. Source: von Neumann, Kent, Bellinson & Hart
(1941), Ann. Math. Stat. 12, 153-162 (mean square successive difference; two thirds as efficient as
a variance, hence the degrees of freedom).

*A change* has to last three weeks on either side. Its place is chosen from the data, so the p-value
is that of the best of all K places: P(one place) + Σ √(1 − ρ²) e^(−b²/2) / π over neighbouring
places, with b the normal deviate of the best t and ρ the correlation of neighbours' t; never more
than K · P(one place). Sources: Worsley (1979), J. Am. Stat. Assoc. 74, 365-367 (the statistic);
Worsley (1982), Biometrika 69, 297-302 (the improved Bonferroni bound); Lausen & Schumacher (1992),
Biometrics 48, 73-85 (its terms, of which we keep the first). Counts are tested as 2 √(n + 3/8),
whose variance is 1 (Anscombe (1948), Biometrika 35, 246-254). The interval of the ratio after /
before ignores that the place was chosen, so the largest change is overstated.

*Several changes* are found by PELT (ruptures; Killick, Fearnhead & Eckley (2012), J. Am. Stat.
Assoc. 107, 1590-1598) on weighted least squares; one more change costs the square of the t whose
p-value, as above, is 5 %. In simulated series without a change, of 12 to 52 weeks, it found a
change in 0.1 to 3.6 % (1,000 series each; most where weeks differ most), never more than the
intended 5 %.

*The smallest change that could have shown* has 80 % power, if the change came in the middle of the
period, where it is easiest to detect: ratio exp((t + t₀.₈) √(4 variance / n)), t as in the line
before. Source: Bloom (1995), Evaluation Review 19, 547-556, with the t of the best of all places.
In simulated series, changes of that size were detected in 73 to 89 %.
"""

from datetime import datetime
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.response.durations import only_counted
from corvana.analysis.statistics import ratios, splits
from corvana.analysis.statistics.estimates import CONFIDENCE, ENOUGH, UNKNOWN, Estimate, Numbers
from corvana.analysis.statistics.splits import Series, Split

Duration = Literal["seconds_to_first_ack", "seconds_to_resolve"]
Measure = Literal["incidents"] | Duration


def weeks(
    incidents: pd.DataFrame,
    duration: Duration = "seconds_to_first_ack",
    *,
    since: datetime,
    as_of: datetime,
    time_zone: str,
) -> pd.DataFrame:
    """Return one row a week from `since` to `as_of`, weeks without incidents included.

    Returns
    -------
    DataFrame
        week (midnight of its Monday in `time_zone`, without zone); is_whole (all of it lies in the
        period); n (incidents created), n_timed (with the duration); log_mean, log_variance (of the
        natural logarithm of its seconds; NaN without, or with one); the duration (exp of log_mean).
    """
    calendar = _calendar(since, as_of, time_zone)
    counted = _by_week(only_counted(incidents), duration, calendar, time_zone)
    by_week = counted.groupby("week")
    return (
        calendar.set_index("week")
        .join(by_week.agg(n=("created_at", "size")))
        .join(_logs(counted, ["week"]))
        .fillna({"n": 0, "n_timed": 0})
        .astype({"n": "int64", "n_timed": "int64"})
        .assign(**{duration: lambda f: np.exp(f["log_mean"])})
        .reset_index()
    )


def trends(weeks: pd.DataFrame, duration: Duration = "seconds_to_first_ack") -> pd.DataFrame:
    """Return one row a measure: the best single split of the period, and what could have shown.

    Parameters
    ----------
    weeks
        The frame that `weeks` returns.

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
    """Return the stretches between change-points (PELT), in order; without a change, one.

    Returns
    -------
    DataFrame
        start, end (Mondays; the end is exclusive); n; value, low, high (incidents a week, or
        seconds, 95 %); ratio, ratio_low, ratio_high (to the stretch before, missing for the first).
    """
    kept = _kept(weeks[weeks["is_whole"]], measure)
    series = _series_of(kept, measure)
    bounds = splits.change_points(series)
    rows = [_segment(kept.iloc[start:end], measure, series) for start, end in pairwise(bounds)]
    before = [UNKNOWN, *(level for _, level in rows[:-1])]
    table = [
        {**row, **_named(level, "value", ""), **_named(ratios.ratio(level, last), "ratio")}
        for (row, level), last in zip(rows, before, strict=False)
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
        INCIDENTS, or rows of it.
    by
        The column that names the subject. All subjects share the factor of the noise.

    Returns
    -------
    DataFrame
        The column `by`; week (Monday from which it is longer), n_before, n_after
        (acknowledgements), before, after (geometric means in seconds), ratio, low, high; p_value
        (one-sided for "longer", for the best of all places); incidents_per_week (after). Subjects
        without a possible place for a split have no row.
    """
    calendar = _calendar(since, as_of, time_zone).query("is_whole")
    counted = _by_week(only_counted(incidents), "seconds_to_first_ack", calendar, time_zone).dropna(
        subset=[by]
    )
    logs = _logs(counted, [by, "week"])
    table = {
        name: logs[name].unstack("week").reindex(columns=calendar["week"])  # noqa: PD010
        for name in logs.columns
    }
    subjects = table["n_timed"].index
    series = _ack_series(*(table[name].to_numpy(np.float64) for name in logs.columns))
    best = splits.best_split(series, one_sided=True)
    sizes = counted.groupby([by, "week"]).size()
    found = [
        {by: subject, **_rise(series, best, row, calendar["week"], sizes.loc[subject])}
        for row, subject in enumerate(subjects)
        if best.place[row] >= 0
    ]
    columns = ("week", "n_before", "n_after", "before", "after", "ratio", "low", "high")
    return pd.DataFrame(found, columns=[by, *columns, "p_value", "incidents_per_week"])


def _calendar(since: datetime, as_of: datetime, time_zone: str) -> pd.DataFrame:
    """The weeks that overlap the period: week, is_whole."""
    first, last = (
        pd.Timestamp(edge).tz_convert(time_zone).tz_localize(None) for edge in (since, as_of)
    )
    monday = first.normalize() - pd.Timedelta(days=first.day_of_week)
    week = pd.date_range(monday, last, freq="7D", inclusive="left", unit="us")
    whole = (week >= first) & (week + pd.Timedelta(days=7) <= last)
    return pd.DataFrame({"week": week, "is_whole": whole})


def _by_week(
    incidents: pd.DataFrame, duration: Duration, calendar: pd.DataFrame, time_zone: str
) -> pd.DataFrame:
    """The incidents of the calendar's weeks, with `week` and the logarithm of the duration."""
    local = incidents["created_at"].dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    monday = local - pd.to_timedelta(local.dt.day_of_week, unit="D")
    seconds = incidents[duration].clip(lower=1.0)
    inside = monday.isin(calendar["week"])
    dated: pd.DataFrame = incidents.assign(week=monday, log=np.log(seconds)).loc[inside]
    return dated


def _logs(counted: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return counted.groupby(by, observed=True).agg(
        n_timed=("log", "count"), log_mean=("log", "mean"), log_variance=("log", "var")
    )


def _kept(whole: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """The weeks that have a value."""
    return whole if measure == "incidents" else whole[whole["n_timed"] > 0]


def _series_of(kept: pd.DataFrame, measure: Measure) -> Series:
    """The series of one subject: the account."""
    if measure == "incidents":
        scores = 2 * np.sqrt(kept["n"].to_numpy(np.float64)[None] + 3 / 8)
        return splits.with_noise(
            np.ones_like(scores), scores, np.ones(1), np.full(1, np.inf), least=0.0
        )
    names = ("n_timed", "log_mean", "log_variance")
    return _ack_series(*(kept[name].to_numpy(np.float64)[None] for name in names))


def _ack_series(counts: Numbers, means: Numbers, variances: Numbers) -> Series:
    weights = np.nan_to_num(counts)
    within = np.maximum(weights - 1, 0)
    freedom = within.sum(axis=1)
    squares = (within * np.nan_to_num(variances)).sum(axis=1)
    own = np.divide(squares, freedom, out=np.full(len(squares), np.nan), where=freedom > 0)
    return splits.with_noise(weights, np.nan_to_num(means), own, freedom, least=ENOUGH)


def _trend(whole: pd.DataFrame, measure: Measure) -> dict[str, object]:
    kept = _kept(whole, measure)
    series = _series_of(kept, measure)
    best = splits.best_split(series)
    n = int(kept["n" if measure == "incidents" else "n_timed"].sum())
    row: dict[str, object] = {"measure": measure, "weeks": len(whole), "n": n}
    place = int(best.place[0])
    if place < 0:
        missing = ("before", "after", "ratio", "low", "high", "p_value", "detectable")
        return {**row, "week": pd.NaT, **dict.fromkeys(missing, np.nan)}
    _, before = _segment(kept.iloc[:place], measure, series)
    _, after = _segment(kept.iloc[place:], measure, series)
    return {
        **row,
        "week": kept["week"].iloc[place],
        "before": before.value,
        "after": after.value,
        **_named(ratios.ratio(after, before), "ratio", ""),
        "p_value": float(splits.p_values(best, series.freedom)[0]),
        "detectable": float(np.exp(splits.detectable(series, best, n))),
    }


def _segment(
    kept: pd.DataFrame, measure: Measure, series: Series
) -> tuple[dict[str, object], Estimate]:
    """Start, end and n of a stretch of weeks, and its level."""
    n = int(kept["n" if measure == "incidents" else "n_timed"].sum())
    if measure == "incidents":
        value = n / len(kept)
    else:
        value = float(np.exp(np.average(kept["log_mean"], weights=kept["n_timed"])))
    edges = {"start": kept["week"].iloc[0], "end": kept["week"].iloc[-1] + pd.Timedelta(days=7)}
    return {**edges, "n": n}, _level(value, n, series.variance[0], series.freedom[0])


def _rise(
    series: Series, best: Split, row: int, calendar: pd.Series, sizes: pd.Series
) -> dict[str, object]:
    place = int(best.place[row])
    halves = slice(None, place), slice(place, None)
    weights = [series.weights[row, half] for half in halves]
    counts = [int(part.sum()) for part in weights]
    before, after = (
        _level(
            float(np.exp(np.average(series.means[row, half], weights=part))),
            int(part.sum()),
            series.variance[row],
            series.freedom[row],
        )
        for half, part in zip(halves, weights, strict=True)
    )
    week = calendar.iloc[place]
    only = Split(*(part[row] for part in best))
    return {
        "week": week,
        "n_before": counts[0],
        "n_after": counts[1],
        "before": before.value,
        "after": after.value,
        **_named(ratios.ratio(after, before), "ratio", ""),
        "p_value": float(splits.p_values(only, series.freedom[row], one_sided=True)),
        "incidents_per_week": float(sizes[sizes.index >= week].sum() / (len(calendar) - place)),
    }


def _level(value: float, n: int, variance: float, freedom: float) -> Estimate:
    """A level whose logarithm has the variance of `n` values."""
    if not n:
        return Estimate(value, np.nan, np.nan)
    width = float(stats.t.isf((1 - CONFIDENCE) / 2, freedom) * np.sqrt(variance / n))
    return Estimate(value, value * np.exp(-width), value * np.exp(width))


def _named(estimate: Estimate, name: str, prefix: str | None = None) -> dict[str, object]:
    start = f"{name}_" if prefix is None else prefix
    return {name: estimate.value, f"{start}low": estimate.low, f"{start}high": estimate.high}
