"""From a data version to the account as the analysis sees it."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.lifecycle.interruptions import merge_arrivals
from corvana.versions.files import DataVersion

NO_ZONE: Final = "Etc/UTC"
"""The time zone of an account in which no schedule has a time zone."""


def account_of(data: DataVersion) -> Account:
    """Return the account of a data version. Its frames are the version's: never change them.

    The account begins where complete collection begins, or at `as_of` while no time is complete.
    Arrivals of notifications are merged into interruptions here, because an interruption may
    cross a month's border. `time_zone`: see `usual_zone`.
    """
    schedules = data.frame("schedules")
    return Account(
        incidents=data.frame("incidents"),
        escalation_steps=data.frame("escalation_steps"),
        interruptions=merge_arrivals(data.frame("arrivals")),
        participations=data.frame("participations"),
        shifts=data.frame("shifts"),
        rules=data.frame("rules"),
        repeats=data.frame("repeats"),
        services=data.frame("services"),
        support_hours=data.frame("support_hours"),
        schedules=schedules,
        dependencies=data.frame("dependencies"),
        responders=data.frame("responders"),
        maintenance_windows=data.frame("maintenance_windows"),
        urgency_rules=data.frame("urgency_rules"),
        alert_grouping=data.frame("alert_grouping"),
        since=data.covered_since or data.as_of,
        as_of=data.as_of,
        time_zone=usual_zone(schedules),
    )


def usual_zone(schedules: pd.DataFrame) -> str:
    """Return the most frequent zone of SCHEDULES; among equally frequent zones, the first by name.

    It replaces the account's own zone, which is not collected. Without any zone it is UTC.
    """
    zones = schedules["time_zone"].mode()
    return NO_ZONE if zones.empty else str(zones.iloc[0])
