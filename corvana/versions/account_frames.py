"""From a data version to the account as the analysis sees it."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import COMING, Account
from corvana.analysis.lifecycle.interruptions import merge_arrivals
from corvana.analysis.on_call.hours import HourWindows
from corvana.assessment import days_off
from corvana.assessment.settings import DEFAULTS, AssessmentSettings, Hours
from corvana.versions.files import DataVersion

NO_ZONE: Final = "Etc/UTC"
"""The time zone of an account in which no schedule has a time zone."""


def account_of(data: DataVersion, settings: AssessmentSettings = DEFAULTS) -> Account:
    """Return the account of a data version under the settings of the assessment. Its frames are the
    version's: never change them.

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
        windows=windows_of(settings.basis.hours, data),
        norms=settings.basis.norms,
        smallest_group=settings.smallest_group,
        configuration_changes=data.frame("configuration_changes"),
        policy_history=data.frame("policy_history"),
    )


def windows_of(hours: Hours, data: DataVersion) -> HourWindows:
    """Return the windows of the hours, with the holidays of all years that the version's frames
    tell of, coming shifts included."""
    since = data.covered_since or data.as_of
    # Pages of an incident may be older than complete collection, and shifts reach ahead.
    years = tuple(range(since.year - 1, (data.as_of + COMING).year + 1))
    return HourWindows(
        sleep_start=hours.sleep_start,
        sleep_end=hours.sleep_end,
        business_start=hours.business_start,
        business_end=hours.business_end,
        working_days=hours.working_days,
        holidays=tuple(
            (each.time_zone, days_off.of_place(each.country, each.subdivision, years))
            for each in hours.holidays
        ),
    )


def usual_zone(schedules: pd.DataFrame) -> str:
    """Return the most frequent zone of SCHEDULES; among equally frequent zones, the first by name.

    It replaces the account's own zone, which is not collected. Without any zone it is UTC.
    """
    zones = schedules["time_zone"].mode()
    return NO_ZONE if zones.empty else str(zones.iloc[0])
