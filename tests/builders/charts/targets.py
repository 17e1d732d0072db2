"""Groups and weeks that met a target in part, as many as are wanted."""

import pandas as pd

_MOST_WEEKS = 400


def attained(n: int) -> pd.DataFrame:
    """Rows of attainment.by_group."""
    frame = _shares(n).assign(id=[f"S{place}" for place in range(n)], p_value=0.5, q_value=0.5)
    return frame.assign(n_missed=frame["n"] - frame["n_met"], enough=frame["n"].ge(10))


def attained_weeks(n: int) -> pd.DataFrame:
    """Rows of attainment.weekly, of eight years at most."""
    weeks = pd.date_range("2020-01-06", periods=min(n, _MOST_WEEKS), freq="7D")
    return _shares(len(weeks)).assign(week=weeks)


def _shares(n: int) -> pd.DataFrame:
    judged = pd.Series([8 + place % 40 for place in range(n)], dtype="int64")
    met = judged // 2
    value = (met / judged).astype("float64")
    return pd.DataFrame(
        {
            "n": judged,
            "n_met": met,
            "value": value,
            "low": value - 0.1,
            "high": value + 0.1,
            "effective_n": judged.astype("float64"),
            "n_young": 0,
        }
    )
