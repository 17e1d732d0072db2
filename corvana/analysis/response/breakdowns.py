"""How a duration is spread over groups, weeks, hours of the week, and its own length.

Read as `durations` reads them: merged incidents, and those created in a maintenance window, are
left out.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import pandas as pd

from corvana.analysis.response.durations import Measure, columns_of_counted
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import ENOUGH, Numbers
from corvana.analysis.statistics.rank_tests import rank_test

Dimension = Literal["service", "policy", "team", "urgency"]
COLUMN: Final[Mapping[Dimension, str]] = MappingProxyType(
    {
        "service": "service_id",
        "policy": "escalation_policy_id",
        "team": "team_ids",
        "urgency": "urgency",
    }
)
"""The column of INCIDENTS with the ids of each dimension."""
_DISCOVERY_RATE: Final = 0.05
_SLOWER: Final = 1.25
_HOURS: Final = 24
_DAYS: Final = 7
_STEPS: Final = (1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 40)
ROUND: Final = np.array(
    [
        *(float(second) for second in _STEPS),
        *(60.0 * minute for minute in _STEPS),
        *(3_600.0 * hour for hour in (1, 1.5, 2, 3, 4, 6, 8, 12, 16)),
        *(86_400.0 * day * 2**power for power in range(20) for day in (1, 1.5)),
    ]
)
"""The round times at which bins of `distribution` end, in seconds."""
_EPOCH_WEEKDAY: Final = 3
"""1 January 1970 was a Thursday."""


def breakdown(frame: pd.DataFrame, measure: Measure, dimension: Dimension) -> pd.DataFrame:
    """Return one row a group: slowest median first, groups with fewer than ten values last.

    Returns
    -------
    DataFrame
        id; n, n_done, n_open (no value yet, nor a competing end); p50, low, high and p90 in seconds
        of those done (p90 from 20 on); times (p50 over that of the whole selection); p_value,
        q_value (rank test against the other rows, Benjamini-Hochberg over the groups with enough
        data); enough. An incident of several teams counts in each; an incident without a team
        counts in none.
    """
    counted = columns_of_counted(frame, measure, "seconds_to_resolve", "storm", COLUMN[dimension])
    keys = counted[COLUMN[dimension]]
    places, ids = members(keys, is_of_several=dimension == "team")
    values = counted.drop(columns=COLUMN[dimension])
    keyed = values.take(places.index.to_numpy()).assign(id=places.array)
    overall = estimates.quantile(counted[measure], 0.5).value
    p50, p90 = estimates.quantiles_by(keyed, ["id"], measure, (0.5, 0.9), "storm")
    enough = p50.index[p50["n"] >= ENOUGH]
    tested = rank_test(keyed.loc[keyed["id"].isin(enough)], "id", measure, "storm")
    return (
        keyed.assign(waiting=keyed[measure].isna() & keyed["seconds_to_resolve"].isna())
        .groupby("id")
        .agg(n=("waiting", "size"), n_done=(measure, "count"), n_open=("waiting", "sum"))
        .join(p50[["value", "low", "high"]].rename(columns={"value": "p50"}))
        .join(p90.loc[p90["n"] >= estimates.ENOUGH_FOR_P90, "value"].rename("p90"))
        .assign(times=lambda rows: rows["p50"] / overall if overall else np.nan)
        .join(tested)
        .assign(enough=lambda rows: rows["n_done"] >= ENOUGH)
        .set_axis(ids, axis="index")
        .sort_values(["enough", "p50"], ascending=False)
        .reset_index()
    )


def slowest(groups: pd.DataFrame) -> pd.Series | None:
    """Return the group of `breakdown` with the longest median among those clearly slower.

    Clearly slower: at least ten values, a median at least a quarter above that of the whole
    selection, and q ≤ 5 % by the rank test over storms. None without such a group. The sentence and
    the title of the chart both name this group.
    """
    clear = groups.loc[
        groups["enough"] & groups["q_value"].le(_DISCOVERY_RATE) & groups["times"].ge(_SLOWER)
    ]
    return None if clear.empty else clear.nlargest(1, "p50").iloc[0]


def weekly_trend(frame: pd.DataFrame, measure: Measure, time_zone: str) -> pd.DataFrame:
    """Return one row a week (Monday, in `time_zone`), weeks without incidents included.

    Returns
    -------
    DataFrame
        week (midnight of its Monday, without zone); n, n_done; p50, low, high in seconds.
    """
    counted = columns_of_counted(frame, measure, "created_at", "storm")
    keyed = counted[[measure, "storm"]].assign(week=mondays(counted["created_at"], time_zone))
    weeks = (
        pd.date_range(keyed["week"].min(), keyed["week"].max(), freq="7D", name="week")
        if len(keyed)
        else pd.DatetimeIndex([], name="week")
    )
    p50 = estimates.quantile_by(keyed, ["week"], measure, 0.5, "storm")
    return (
        keyed.groupby("week")
        .agg(n=(measure, "size"), n_done=(measure, "count"))
        .reindex(weeks, fill_value=0)
        .join(p50[["value", "low", "high"]].rename(columns={"value": "p50"}))
        .reset_index()
    )


def whole_weeks(
    weeks: pd.DataFrame, since: datetime, until: datetime, time_zone: str
) -> pd.DataFrame:
    """Return a row of `weekly_trend` for each week that lies wholly in [since, until).

    Weeks before the first incident and after the last one are included, with an `n` of 0.
    """
    first, last = (
        pd.Timestamp(edge).tz_convert(time_zone).tz_localize(None) for edge in (since, until)
    )
    mondays = pd.date_range(
        first.ceil("D"), last - pd.Timedelta(days=_DAYS), freq="W-MON", name="week", unit="us"
    )
    known = weeks.set_index("week").reindex(mondays)
    return known.assign(**_whole_numbers(known)).reset_index()


def _whole_numbers(weeks: pd.DataFrame) -> dict[str, pd.Series]:
    """The counts of weeks; of a week without incidents they are 0."""
    counts = [name for name in ("n", "n_done") if name in weeks]
    return {name: weeks[name].fillna(0).astype("int64") for name in counts}


def hour_of_week(frame: pd.DataFrame, measure: Measure, time_zone: str) -> pd.DataFrame:
    """Return all 168 hours of the week in `time_zone`: weekday (0 = Monday), hour, n, p50.

    `n` counts the incidents with a value, by local hour of creation; `p50` is in seconds.
    """
    counted = columns_of_counted(frame, measure, "created_at")
    hours = (_local(counted["created_at"], time_zone, "h") + _EPOCH_WEEKDAY * _HOURS) % (
        _DAYS * _HOURS
    )
    found = (
        estimates.quantile_by(counted.assign(hours=hours), ["hours"], measure, 0.5)
        .reindex(range(_DAYS * _HOURS))
        .fillna({"n": 0})
    )
    return pd.DataFrame(
        {
            "weekday": (found.index // _HOURS).astype("int32"),
            "hour": (found.index % _HOURS).astype("int32"),
            "n": found["n"].to_numpy(dtype="int64"),
            "p50": found["value"].to_numpy(),
        }
    )


def usual_week(weeks: pd.DataFrame) -> float:
    """Return the number of incidents in a usual week: the median of `whole_weeks`; NaN if none.

    Every page that speaks of a usual week takes it from here.
    """
    return float(weeks["n"].median())


def distribution(frame: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return a histogram: start, end (seconds) and n; under one second counts as one.

    Bins end at round times, such as 2, 3 and 4 minutes; from two seconds on, each end is a quarter
    to a half later than the one before. They run from the smallest to the largest value, empty ones
    included.
    """
    values = (
        columns_of_counted(frame, measure)[measure]
        .dropna()
        .clip(lower=1.0)
        .to_numpy(dtype=np.float64)
    )
    if not values.size:
        return pd.DataFrame({"start": [], "end": [], "n": []}).astype({"n": "int64"})
    bins = np.searchsorted(ROUND, values, side="right") - 1
    first = int(bins.min())
    counts = np.bincount(bins - first)
    edges = ROUND[first : first + counts.size + 1]
    return pd.DataFrame({"start": edges[:-1], "end": edges[1:], "n": counts})


def mondays(instants: pd.Series, time_zone: str) -> Numbers:
    """Return the week of each instant on the clock of `time_zone`: midnight of its Monday, without
    zone."""
    weeks = (_local(instants, time_zone, "D") + _EPOCH_WEEKDAY) // _DAYS
    days: Numbers = (weeks * _DAYS - _EPOCH_WEEKDAY).astype("datetime64[D]")
    return days.astype("datetime64[us]")


def members(keys: pd.Series, *, is_of_several: bool) -> tuple[pd.Series, pd.Index]:
    """Return the number of each row's group, by position of the row, and the groups' ids.

    With `is_of_several`, a key has several ids apart by spaces, as of teams, and the row is in each
    of these groups. Each distinct text is read once.
    """
    places, texts = pd.factorize(keys)
    sets = pd.Series(texts, dtype="str")
    ids = (sets.str.split().explode() if is_of_several else sets).dropna()
    numbers, names = pd.factorize(ids, sort=True)
    if not is_of_several:
        known = np.flatnonzero(places >= 0)
        return pd.Series(numbers[places[known]], index=known), pd.Index(names, name="id")
    each = pd.DataFrame({"place": ids.index, "number": numbers})
    rows = pd.DataFrame({"place": places, "row": np.arange(len(places))}).merge(each, on="place")
    return rows.set_index("row")["number"], pd.Index(names, name="id")


def _local(instants: pd.Series, time_zone: str, unit: str) -> Numbers:
    """Return whole days or hours from 1970 on to instants on the clock of `time_zone`."""
    local = instants.dt.tz_convert(time_zone).dt.tz_localize(None)
    whole: Numbers = local.to_numpy().astype(f"datetime64[{unit}]").astype("int64")
    return whole
