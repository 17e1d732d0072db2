"""The Response page's numbers by DuckDB: hand-written SQL, and SciPy for functions SQL lacks."""

from datetime import datetime
from typing import Any, Final

import duckdb
import numpy as np
import pandas as pd
from scipy import stats

from benchmarks import response_sql as sql
from corvana.analysis.response.breakdowns import ROUND, Dimension
from corvana.analysis.response.durations import Measure

TAIL: Final = 0.025
Z: Final = float(stats.norm.ppf(1 - TAIL))
CURVE_POINTS: Final = 400


class ResponseInSql:
    """Queries on a view or table `period` of incidents. Their SQL is in `response_sql`."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, measure: Measure, zone: str, as_of: datetime
    ) -> None:
        self._connection = connection
        self._measure = measure
        self._zone = zone
        self._as_of = as_of

    def summary(self) -> tuple[dict[str, Any], pd.DataFrame]:
        totals: dict[Any, Any] = self._ask(sql.TOTALS).iloc[0].to_dict()
        n = totals["n_done"]
        qs = np.array([0.5, 0.9, 0.95])
        ranks = np.r_[stats.binom.ppf(TAIL, n, qs), stats.binom.ppf(1 - TAIL, n, qs) + 1]
        found = self._ask(sql.QUANTILES, fractions=((ranks - 0.5) / n).tolist()).iloc[0]
        points = zip(found["quantiles"], found["bounds"][:3], found["bounds"][3:], strict=True)
        scale, bounds = sql.SCALE[self._measure]
        life = sql.LIFE[self._measure]
        text = sql.CURVE.format(life=life, scale=scale, bounds=bounds)
        curve = self._connection.execute(text, {"as_of": self._as_of, "z": Z}).df()
        return {**totals, **dict(zip(("p50", "p90", "p95"), points, strict=True))}, _thin(curve)

    def breakdown(self, dimension: Dimension) -> pd.DataFrame:
        counts, quantiles = self._grouped(dimension)
        keyed = self._keyed(dimension)
        ranked = self._ask(sql.RANK_SUMS, keyed=keyed).set_index("key")
        return (
            counts.join(quantiles)
            .join(_p_values(ranked))
            .assign(enough=lambda rows: rows["n_done"] >= 10)
            .sort_values(["enough", "p50"], ascending=False)
            .drop(columns="enough")
            .rename_axis("id")
            .reset_index()
        )

    def weeks(self) -> pd.DataFrame:
        counts, quantiles = self._grouped("week")
        columns = ["week", "n", "n_done", "p50", "low", "high"]
        return counts.join(quantiles).rename_axis("week").reset_index()[columns]

    def hours(self) -> pd.DataFrame:
        return self._ask(sql.HOURS)

    def distribution(self) -> pd.DataFrame:
        self._connection.register("edges", pd.DataFrame({"edge": ROUND}))
        found = self._ask(sql.DISTRIBUTION).set_index("start")["n"]
        first, last = ROUND.searchsorted([found.index.min(), found.index.max()])
        starts = ROUND[first : last + 1]
        counts = found.reindex(starts, fill_value=0).to_numpy()
        return pd.DataFrame({"start": starts, "end": ROUND[first + 1 : last + 2], "n": counts})

    def _grouped(self, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        counts = self._ask(sql.COUNTS, keyed=self._keyed(name)).set_index("key")
        size = counts["n_done"].to_numpy()
        high = stats.binom.ppf(1 - TAIL, size, 0.5) + 1
        ranks = pd.DataFrame(
            {
                "key": counts.index,
                "size": size,
                "low": stats.binom.ppf(TAIL, size, 0.5).astype(int),
                "high": np.where(high <= size, high, 0).astype(int),
            }
        )
        self._connection.register("ranks", ranks)
        quantiles = self._ask(sql.ORDER_STATISTICS, keyed=self._keyed(name))
        return counts, quantiles.set_index("key")

    def _keyed(self, name: str) -> str:
        key = sql.KEY[name].format(zone=self._zone)
        return sql.KEYED.format(key=key, m=self._measure)

    def _ask(self, text: str, **parts: Any) -> pd.DataFrame:
        filled = text.format(m=self._measure, zone=self._zone, **parts)
        return self._connection.execute(filled).df()


def _p_values(ranked: pd.DataFrame) -> pd.DataFrame:
    """Mann-Whitney of each group against all others, from its rank sum."""
    n, total = ranked["size"].astype("float64"), float(ranked["size"].sum())
    rest = total - n
    spread = np.sqrt(n * rest / 12 * (total + 1 - ranked["ties"] / (total * (total - 1))))
    surplus = (ranked["total"].astype("float64") - n * (n + 1) / 2 - n * rest / 2).abs()
    p = np.minimum(1, 2 * stats.norm.sf(((surplus - 0.5).clip(lower=0) / spread).to_numpy()))
    return pd.DataFrame(
        {"p_value": p, "q_value": stats.false_discovery_control(p)}, index=ranked.index
    )


def _thin(curve: pd.DataFrame) -> pd.DataFrame:
    """The curve with as many points as a chart draws, evenly spaced in log time."""
    seconds = curve["seconds"].to_numpy()
    grid = np.geomspace(max(float(seconds[0]), 1.0), float(seconds[-1]), CURVE_POINTS - 1)
    rows = np.searchsorted(seconds, grid, side="right") - 1
    kept = np.unique(np.r_[0, rows.clip(min=0), len(curve) - 1])
    return curve.iloc[kept].reset_index(drop=True)
