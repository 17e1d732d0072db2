"""How fast incidents are acknowledged and resolved.

Input is the lifecycle (frames.INCIDENTS, one row an incident); durations are seconds. Merged
incidents, and those created in a maintenance window of their service, are left out of every
duration and counted separately. Open incidents are right-censored at `as_of`, never dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics import estimates, survival
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

Measure = Literal["seconds_to_first_ack", "seconds_to_resolve"]
_NEEDED: Final[Mapping[float, int]] = MappingProxyType(
    {0.5: 1, 0.9: estimates.ENOUGH_FOR_P90, 0.95: estimates.ENOUGH_FOR_P95}
)
_LIFE: Final = ("seconds_to_first_ack", "seconds_to_resolve", "created_at", "storm")


@dataclass(frozen=True, slots=True)
class Summary:
    """One duration of one selection.

    `n` leaves out the `n_merged` and, of the others, the `n_in_maintenance` (created in a
    maintenance window of their service); `n_all` is all three together. `n_done` ended with the
    event, `n_open` still wait, `n_competing` can no longer have it (resolved without an
    acknowledgement). `p50`, `p90`, `p95` are seconds of those that are done; a percentile with too
    little data is NaN. `half` is the time at which the curve over *all* incidents reaches one half,
    in seconds. `share_done` is n_done of n.
    """

    n: int
    n_done: int
    n_open: int
    n_competing: int
    n_merged: int
    n_in_maintenance: int
    n_auto: int
    p50: Estimate
    p90: Estimate
    p95: Estimate
    half: Estimate
    share_done: Estimate
    curve: pd.DataFrame

    @property
    def n_all(self) -> int:
        """All incidents of the selection, those left out included."""
        return self.n + self.n_merged + self.n_in_maintenance


class Unresolved(NamedTuple):
    """The number of open incidents, and of those that nobody acknowledged before a resolve; and
    when the oldest open one was created, None without any."""

    n: int
    n_unacknowledged: int
    oldest_at: datetime | None = None


def ack_summary(frame: pd.DataFrame, as_of: datetime) -> Summary:
    """Return the time to first ack of a selection.

    The curve is the cumulative incidence of an acknowledgement by a person, with a resolve without
    one as the competing event (Aalen-Johansen).
    """
    counted = columns_of_counted(frame, *_LIFE)
    waiting, cause = _ack_outcome(counted, as_of)
    return _summary(
        frame,
        "seconds_to_first_ack",
        survival.cumulative_incidence(waiting, cause, counted["storm"]),
        n_open=int((cause == 0).sum()),
        n_competing=int((cause == 2).sum()),
    )


def resolve_summary(frame: pd.DataFrame, as_of: datetime) -> Summary:
    """Return the time to (first) resolve of a selection; the curve is Kaplan-Meier's."""
    counted = columns_of_counted(frame, *_LIFE)
    resolved = counted["seconds_to_resolve"].notna()
    lasted = counted["seconds_to_resolve"].fillna(_age(counted, as_of))
    return _summary(
        frame,
        "seconds_to_resolve",
        survival.time_to_event(lasted, resolved, counted["storm"]),
        n_open=int((~resolved).sum()),
        n_competing=0,
    )


def unresolved(frame: pd.DataFrame) -> Unresolved:
    """Return the incidents that are open at the end of collection, reopened ones included."""
    is_open = frame["resolution"].eq("open")
    oldest = frame.loc[is_open, "created_at"].min()
    return Unresolved(
        int(is_open.sum()),
        int((is_open & frame["first_acknowledged_at"].isna()).sum()),
        None if pd.isna(oldest) else oldest.to_pydatetime(),
    )


def only_counted(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the incidents that count in durations: see maintenance.is_counted."""
    return frame.loc[is_counted(frame)]


def columns_of_counted(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return `only_counted` with only these columns: copying all of them would be slow."""
    return frame.loc[is_counted(frame), list(dict.fromkeys(columns))]


def _summary(
    frame: pd.DataFrame, measure: Measure, curve: pd.DataFrame, *, n_open: int, n_competing: int
) -> Summary:
    counted = columns_of_counted(frame, measure, "resolution", "storm")
    n_merged = int(frame["resolution"].eq("merged").sum())
    is_done = counted[measure].notna()
    done = counted.loc[is_done]
    p50, p90, p95 = (
        estimates.quantile(done[measure], q, done["storm"]) if len(done) >= needed else UNKNOWN
        for q, needed in _NEEDED.items()
    )
    half = survival.time_until(curve, 0.5)
    return Summary(
        n=len(counted),
        n_done=len(done),
        n_open=n_open,
        n_competing=n_competing,
        n_merged=n_merged,
        n_in_maintenance=len(frame) - n_merged - len(counted),
        n_auto=int((counted["resolution"] == "auto").sum()),
        p50=p50,
        p90=p90,
        p95=p95,
        half=half._replace(n=len(counted)),
        share_done=estimates.share_of(is_done, counted["storm"]),
        curve=survival.thin(curve),
    )


def _ack_outcome(counted: pd.DataFrame, as_of: datetime) -> tuple[pd.Series, pd.Series]:
    """Return seconds until the ack (1), a resolve without an ack (2) or the end of observation
    (0)."""
    acked = counted["seconds_to_first_ack"]
    resolved = counted["seconds_to_resolve"]
    cause = pd.Series(
        np.select([acked.notna(), resolved.notna()], [1, 2], default=0), index=counted.index
    )
    return acked.fillna(resolved).fillna(_age(counted, as_of)), cause


def _age(counted: pd.DataFrame, as_of: datetime) -> pd.Series:
    """Return seconds from creation to `as_of`, never negative."""
    age: pd.Series = (as_of - counted["created_at"]).dt.total_seconds()
    return age.clip(lower=0.0)
