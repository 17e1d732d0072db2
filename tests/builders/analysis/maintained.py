"""Maintenance windows written by hand, and accounts that have them."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.maintenance import flagged
from tests.builders.analysis.rotations import at, framed

NO_WINDOWS = frames.empty(frames.MAINTENANCE_WINDOWS)


def windows(**hours: Sequence[tuple[float, float]]) -> pd.DataFrame:
    """MAINTENANCE_WINDOWS of each service, from hour to hour since Monday midnight, UTC."""
    rows = [
        {"service_id": service, "start": at(start), "end": at(end)}
        for service, times in hours.items()
        for start, end in times
    ]
    return framed(rows, frames.MAINTENANCE_WINDOWS)


def maintained(account: Account, **hours: Sequence[tuple[float, float]]) -> Account:
    """The account with these windows, as a data version with them would be read."""
    known = windows(**hours)
    return replace(account, maintenance_windows=known, incidents=flagged(account.incidents, known))
