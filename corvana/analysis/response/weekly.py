"""Incidents and durations by week, Monday to Monday on the account's clock."""

from datetime import datetime
from typing import Literal

import numpy as np
import pandas as pd

from corvana.analysis.response.durations import columns_of_counted

Duration = Literal["seconds_to_first_ack", "seconds_to_resolve"]


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
    calendar = calendar_of(since, as_of, time_zone)
    own = columns_of_counted(incidents, "created_at", duration)
    counted = dated(own, duration, calendar, time_zone)
    by_week = counted.groupby("week")
    return (
        calendar.set_index("week")
        .join(by_week.agg(n=("created_at", "size")))
        .join(logs_by(counted, ["week"]))
        .fillna({"n": 0, "n_timed": 0})
        .astype({"n": "int64", "n_timed": "int64"})
        .assign(**{duration: lambda f: np.exp(f["log_mean"])})
        .reset_index()
    )


def calendar_of(since: datetime, as_of: datetime, time_zone: str) -> pd.DataFrame:
    """Return the weeks that overlap the period: week, is_whole."""
    first, last = (
        pd.Timestamp(edge).tz_convert(time_zone).tz_localize(None) for edge in (since, as_of)
    )
    monday = first.normalize() - pd.Timedelta(days=first.day_of_week)
    week = pd.date_range(monday, last, freq="7D", inclusive="left", unit="us")
    whole = (week >= first) & (week + pd.Timedelta(days=7) <= last)
    return pd.DataFrame({"week": week, "is_whole": whole})


def dated(
    incidents: pd.DataFrame, duration: Duration, calendar: pd.DataFrame, time_zone: str
) -> pd.DataFrame:
    """Return the incidents of the calendar's weeks, with `week` and `log`, the logarithm of the
    duration."""
    local = incidents["created_at"].dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    monday = local - pd.to_timedelta(local.dt.day_of_week, unit="D")
    seconds = incidents[duration].clip(lower=1.0)
    inside = monday.isin(calendar["week"])
    found: pd.DataFrame = incidents.assign(week=monday, log=np.log(seconds)).loc[inside]
    return found


def logs_by(counted: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Return n_timed, log_mean and log_variance of groups of the rows of `dated`."""
    return counted.groupby(by, observed=True).agg(
        n_timed=("log", "count"), log_mean=("log", "mean"), log_variance=("log", "var")
    )
