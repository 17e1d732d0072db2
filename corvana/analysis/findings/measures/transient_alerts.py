"""Advice for incidents that resolve themselves: pause them, group their alerts, or lower their
urgency.

PagerDuty can pause an alert that is likely to pass for 2, 3, 5, 10 or 15 minutes before it pages
(REST API, AutoPauseNotificationsParameters). Whether a service does so is not collected.
"""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.measures import present_settings
from corvana.analysis.statistics.estimates import ENOUGH_FOR_P90, quantile
from corvana.analysis.wording import count, duration, percent, plural

PAUSES: Final = (120.0, 180.0, 300.0, 600.0, 900.0)
"""Seconds that PagerDuty offers for a pause."""


def advice_for_one(account: Account, service_id: str, lasted: pd.Series) -> str:
    """Return the advice for a service; `lasted` are seconds in which its incidents passed."""
    urgency = present_settings.urgency(account, service_id)
    low = " Try low urgency." if present_settings.is_always_high(account, service_id) else ""
    grouping = present_settings.grouping(account, service_id)
    grouped = " Try grouping them." if present_settings.is_ungrouped(account, service_id) else ""
    return _joined(
        "Pause its passing alerts before they page, group them, or give them low urgency."
        if _may_pause(lasted)
        else "Group its passing alerts, or give them low urgency.",
        _pause(lasted),
        f"{urgency}{low}",
        f"{grouping}{grouped}",
    )


def advice_for_several(account: Account, services: pd.Series, lasted: pd.Series) -> str:
    """Return the advice for several services; for a single one, that of `advice_for_one`."""
    if len(services) == 1:
        return advice_for_one(account, str(services.iloc[0]), lasted)
    high = sum(present_settings.is_always_high(account, each) for each in services)
    ungrouped = sum(present_settings.is_ungrouped(account, each) for each in services)
    return _joined(
        "Pause passing alerts before they page, group them, or give them low urgency."
        if _may_pause(lasted)
        else "Group passing alerts, or give them low urgency.",
        _pause(lasted),
        f"{_of(high, services)} all incidents high urgency now." if high else "",
        f"{_of(ungrouped, services, 'group', 'groups')} no alerts now." if ungrouped else "",
    )


def _may_pause(lasted: pd.Series) -> bool:
    """Whether the longest pause would spare half of these incidents, or too few tell."""
    within = lasted.le(PAUSES[-1]).sum()
    return lasted.count() < ENOUGH_FOR_P90 or bool(2 * within >= lasted.count())


def _pause(lasted: pd.Series) -> str:
    """A pause that nine of ten of these incidents do not outlast; if PagerDuty offers none, how
    many the longest one would spare."""
    if lasted.count() < ENOUGH_FOR_P90:
        return ""
    most = quantile(lasted, 0.9).value
    enough = next((pause for pause in PAUSES if pause >= most), None)
    passed = f"Nine of ten of these incidents pass within {duration(most)}"
    if enough is not None:
        return f"{passed}: try a pause of {duration(enough)}."
    longest = f"the longest pause ({duration(PAUSES[-1])})"
    spared = percent(float(lasted.dropna().le(PAUSES[-1]).mean()))
    if _may_pause(lasted):
        return f"{spared} of these incidents pass within {longest}: try it."
    return f"A pause does not help: {spared} of these incidents pass within {longest}."


def _of(some: int, services: pd.Series, several: str = "give", one: str = "gives") -> str:
    whole = plural(len(services), "service", "services")
    return f"{count(some)} of {whole} {one if some == 1 else several}"


def _joined(*sentences: str) -> str:
    return " ".join(each.strip() for each in sentences if each)
