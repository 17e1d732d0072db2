"""From a data version to the account as the analysis sees it."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.lifecycle.interruptions import merge_arrivals
from corvana.versions.snapshot import Snapshot

NO_ZONE: Final = "Etc/UTC"
"""The clock of an account in which no schedule has a zone."""


def account_of(snapshot: Snapshot) -> Account:
    """Return the account of a data version. Its frames are the snapshot's: never change them.

    It begins where complete collection does, or at `as_of` while nothing is complete. What was
    notified is merged here, over the borders of months. `time_zone`: see `usual_zone`.
    """
    schedules = snapshot.frame("schedules")
    return Account(
        incidents=snapshot.frame("incidents"),
        escalation_steps=snapshot.frame("escalation_steps"),
        interruptions=merge_arrivals(snapshot.frame("arrivals")),
        engagements=snapshot.frame("engagements"),
        shifts=snapshot.frame("shifts"),
        rules=snapshot.frame("rules"),
        repeats=snapshot.frame("repeats"),
        services=snapshot.frame("services"),
        support_hours=snapshot.frame("support_hours"),
        schedules=schedules,
        dependencies=snapshot.frame("dependencies"),
        responders=snapshot.frame("responders"),
        maintenance_windows=snapshot.frame("maintenance_windows"),
        since=snapshot.covered_since or snapshot.as_of,
        as_of=snapshot.as_of,
        time_zone=usual_zone(schedules),
    )


def usual_zone(schedules: pd.DataFrame) -> str:
    """Return the zone most SCHEDULES are kept in; of equally many, the first by name.

    It stands in for the account's own zone, which is not collected. Without any zone it is UTC.
    """
    zones = schedules["time_zone"].mode()
    return NO_ZONE if zones.empty else str(zones.iloc[0])
