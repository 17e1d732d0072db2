"""Accounts in which incidents come together, and in which nothing is different or has changed.

Intervals, tests and claims of change are held against them, because their truth is known. An
account is a frame of incidents: created_at (UTC), service_id, seconds_to_first_ack,
seconds_to_resolve, resolution ("responder") and cluster (which incidents belong together: the
truth, which nothing that is judged may read). A storm hits one service within half an hour.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

SPREAD: Final = 0.95
"""Standard deviation of the logarithm of the time to the first ack."""
MEDIAN: Final = 300.0
"""Its true median, in seconds."""
START: Final = pd.Timestamp("2026-03-02", tz="UTC")
"""A Monday."""
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_HALF_AN_HOUR: Final = 1_800
_OF_THE_WEEK: Final = np.array([1.2, 1.2, 1.2, 1.2, 1.1, 0.6, 0.5]) / 7.0

Storms = tuple[float, float, float]
Numbers = npt.NDArray[Any]

STORMS: Final[Mapping[str, Storms]] = MappingProxyType(
    {
        "independent": (0.0, 1.0, 0.0),
        "some": (0.2, 8.0, 0.5),
        "many": (0.4, 8.0, 0.5),
        "large": (0.4, 15.0, 0.7),
    }
)
"""Share of incidents in storms, their mean size, and the correlation of the log time within."""
INDEPENDENT: Final = STORMS["independent"]

UNCHANGED: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "independent": {},
        "storms": {"storms": STORMS["large"]},
        "rotations": {"rotation": 0.4},
        "busy weeks": {"volume": 0.25},
        "weeks follow each other": {"week": 0.2, "memory": 0.7},
        "volume follows itself": {"volume": 0.25, "memory": 0.8},
        "both, with storms": {
            "week": 0.2,
            "volume": 0.25,
            "memory": 0.7,
            "storms": STORMS["some"],
        },
    }
)
"""Arguments of `account` for accounts in which nothing changes for good."""


class _Lived(NamedTuple):
    """Incidents as arrays: seconds since START, number of the service, logarithm of the time over
    its median, cluster."""

    at: Numbers
    service: Numbers
    log: Numbers
    cluster: Numbers


def storm(
    n: int,
    share: float,
    size: float,
    correlation: float,
    rng: np.random.Generator,
    *,
    days: int = 56,
    services: int = 1,
) -> pd.DataFrame:
    """Return `n` incidents of one population: every service has the same true distribution."""
    cluster = _clusters(n, share, size, rng)
    count = int(cluster.max()) + 1
    begins = rng.uniform(0, days * _DAY, count)
    where = rng.integers(services, size=count)
    at = begins[cluster] + _within_a_storm(cluster, rng)
    return _frame(_Lived(at, where[cluster], _logs(cluster, correlation, rng), cluster))


def account(  # noqa: PLR0913 - each is one way in which weeks differ
    weeks: int,
    a_week: float,
    rng: np.random.Generator,
    *,
    services: int = 20,
    storms: Storms = INDEPENDENT,
    rotation: float = 0.0,
    week: float = 0.0,
    volume: float = 0.0,
    memory: float = 0.0,
    slower: float = 1.0,
    since_week: int = 0,
) -> pd.DataFrame:
    """Return an account over whole weeks.

    Parameters
    ----------
    rotation, week
        How much five turns of a week, and weeks, differ (standard deviation of the logarithm).
    volume
        How much the numbers of weeks vary (coefficient of variation).
    memory
        How much a week resembles the one before: the autocorrelation of `week` and of `volume`.
    slower, since_week
        From that week on, times are so many times as long.
    """
    busy = np.exp(_course(weeks, volume, memory, rng) - volume**2 / 2)
    slow = _course(weeks, week, memory, rng)
    turns = np.resize(rotation * rng.standard_normal(5), weeks)
    steps = np.where(np.arange(weeks) >= since_week, np.log(slower), 0.0)
    parts: list[_Lived] = []
    known = 0
    for one, level in enumerate(slow + turns + steps):
        lived = _week(max(1, int(rng.poisson(a_week * busy[one]))), services, storms, rng)
        parts.append(
            lived._replace(
                at=one * _WEEK + lived.at, log=lived.log + level, cluster=lived.cluster + known
            )
        )
        known += int(lived.cluster.max()) + 1
    return _frame(_Lived(*(np.concatenate(column) for column in zip(*parts, strict=True))))


def full_hours(
    weeks: int, a_week: float, rng: np.random.Generator, *, services: int = 20
) -> pd.DataFrame:
    """Return an account whose checks run on the full hour.

    Services fail at the same minutes without having to do with each other.
    """
    rows = account(weeks, a_week, rng, services=services)
    late = pd.to_timedelta(rng.uniform(0, 90, len(rows)), unit="s")
    at = rows["created_at"].dt.floor("h") + late
    return rows.assign(created_at=at.dt.as_unit("us")).sort_values("created_at", ignore_index=True)


def _week(n: int, services: int, storms: Storms, rng: np.random.Generator) -> _Lived:
    share, size, correlation = storms
    cluster = _clusters(n, share, size, rng)
    count = int(cluster.max()) + 1
    days = rng.choice(7, count, p=_OF_THE_WEEK / _OF_THE_WEEK.sum())
    begins = days * _DAY + rng.uniform(0, 84_000, count)
    where = rng.integers(services, size=count)
    log = _logs(cluster, correlation, rng)
    return _Lived(begins[cluster] + _within_a_storm(cluster, rng), where[cluster], log, cluster)


def _course(weeks: int, spread: float, memory: float, rng: np.random.Generator) -> Numbers:
    """The weeks' own deviations: normal, each keeping a part of the one before."""
    noise = rng.standard_normal(weeks)
    for one in range(1, weeks):
        noise[one] = memory * noise[one - 1] + np.sqrt(1 - memory**2) * noise[one]
    return spread * noise


def _clusters(n: int, share: float, size: float, rng: np.random.Generator) -> Numbers:
    """The cluster of each of `n` incidents: first storms, then single ones."""
    stormy = round(n * share)
    sizes: list[int] = []
    while sum(sizes) < stormy:
        sizes.append(min(1 + int(rng.poisson(size - 1)), stormy - sum(sizes)))
    sizes += [1] * (n - stormy)
    return np.repeat(np.arange(len(sizes)), sizes)


def _is_in_a_storm(cluster: Numbers) -> Numbers:
    together: Numbers = np.bincount(cluster)[cluster] > 1
    return together


def _within_a_storm(cluster: Numbers, rng: np.random.Generator) -> Numbers:
    """Seconds after the storm began; 0 for a single incident."""
    return rng.uniform(0, _HALF_AN_HOUR, len(cluster)) * _is_in_a_storm(cluster)


def _logs(cluster: Numbers, correlation: float, rng: np.random.Generator) -> Numbers:
    shared = rng.standard_normal(int(cluster.max()) + 1)[cluster]
    alone = rng.standard_normal(len(cluster))
    rho = np.where(_is_in_a_storm(cluster), correlation, 0.0)
    logs: Numbers = SPREAD * (np.sqrt(rho) * shared + np.sqrt(1 - rho) * alone)
    return logs


def _frame(lived: _Lived) -> pd.DataFrame:
    ack = MEDIAN * np.exp(lived.log)
    return pd.DataFrame(
        {
            "created_at": (START + pd.to_timedelta(lived.at, unit="s")).as_unit("us"),
            "service_id": np.array([f"S{one:02d}" for one in range(lived.service.max() + 1)])[
                lived.service
            ],
            "seconds_to_first_ack": ack,
            "seconds_to_resolve": ack + 1_000.0,
            "resolution": "responder",
            "cluster": lived.cluster,
        }
    ).sort_values("created_at", ignore_index=True)


def main() -> None:
    """Print the worlds by name with their largest storm: they are what they say."""
    rng = np.random.default_rng(1)
    for name, (share, size, correlation) in STORMS.items():
        _tell(name, storm(400, share, size, correlation, rng, services=20))
    for name, arguments in UNCHANGED.items():
        _tell(name, account(17, 60, rng, **arguments))
    _tell("on the full hour", full_hours(17, 60, rng))


def _tell(name: str, made: pd.DataFrame) -> None:
    weeks = made["created_at"].sub(START).dt.days // 7
    n = weeks.value_counts()
    print(
        f"{name:24s} n {len(made)}, largest storm {made['cluster'].value_counts().max()}, "
        f"{n.min()} to {n.max()} a week"
    )


if __name__ == "__main__":
    main()
