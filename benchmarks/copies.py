"""More incidents of the same kind: copies of an account's incidents with new ids and times."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.incidents import as_read
from corvana.frames import conform
from corvana.versions.categories import in_memory
from corvana.versions.files import CONTRACTS

WEEK: Final = pd.Timedelta(weeks=1)
OF_AN_INCIDENT: Final = {
    "incidents": "incidents",
    "escalation_steps": "escalation_steps",
    "interruptions": "arrivals",
    "participations": "participations",
}
"""Frames with rows per incident: name in the account → name in a data version."""


def with_copies(account: Account, wanted: pd.Series, copies: int, *, weeks: int) -> Account:
    """The account with `copies` copies of every closed incident for which `wanted` is true.

    Each copy happens `weeks` later than the copy before, so hours and weekdays stay the same. A
    copy after the end of the period moves to its start. A copy that would still be open at the end
    is left out.
    """
    kept = account.incidents[wanted & account.incidents["resolution"].ne("open")]
    shifts = {copy: _shifts(account, kept, copy * weeks) for copy in range(1, copies + 1)}
    frames: dict[str, Any] = {
        name: in_memory(
            pd.concat(
                [frame, *(_moved(frame, by, copy) for copy, by in shifts.items())],
                ignore_index=True,
            ),
            kept_as,
        )
        for name, kept_as in OF_AN_INCIDENT.items()
        for frame in [conform(getattr(account, name), CONTRACTS[kept_as])]
    }
    incidents = as_read(frames.pop("incidents"), account.maintenance_windows, account.dependencies)
    return replace(account, incidents=incidents, **frames)


def _shifts(account: Account, incidents: pd.DataFrame, weeks: int) -> pd.Series:
    """The delay of each incident's copy, by incident id."""
    period = (account.end - account.start) // WEEK * WEEK
    by = pd.Series(weeks * WEEK, index=incidents.index)
    by = by.mask(incidents["created_at"] + by >= account.start + period, by - period)
    inside = (incidents["created_at"] + by).ge(account.start) & (incidents["resolved_at"] + by).le(
        account.end
    )
    return by[inside].set_axis(incidents.loc[inside, "incident_id"])


def _moved(frame: pd.DataFrame, by: pd.Series, copy: int) -> pd.DataFrame:
    again = frame[frame["incident_id"].isin(by.index)]
    later = again["incident_id"].map(by)
    moments = again.select_dtypes("datetimetz").columns
    return again.assign(
        **{name: again[name] + later for name in moments},
        incident_id=again["incident_id"] + f"-{copy}",
    ).astype(frame.dtypes.to_dict())
