"""Settings of services and policies as they are now, for advice that quotes them.

A setting is quoted as it was collected last. If it is not known, for example because the service
was deleted since, the text is empty and the number NaN.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.wording import duration, plural

Timer = Literal["auto_resolve_timeout", "acknowledgement_timeout"]
_POLICY: Final = "escalation_policy_id"
_URGENCIES: Final[Mapping[str, str]] = {
    "high": "high-urgency",
    "low": "low-urgency",
    "severity_based": "high-urgency or low-urgency by the severity of their alerts",
}
_GROUPED: Final[Mapping[str, str]] = {
    "time": "by time",
    "intelligent": "by similarity (intelligent)",
    "content_based": "by content",
    "content_based_intelligent": "by content and similarity",
}
_MINUTE: Final = 60


def timer(account: Account, service_id: str, name: Timer) -> float:
    """Return a timeout of a service in seconds; NaN if it is off or not known."""
    services = account.services
    own = services.loc[services["service_id"].eq(service_id), name]
    return float(own.iloc[0]) if len(own) else float("nan")


def delay_minutes(account: Account, policy_id: str, level: int) -> float:
    """Return how many minutes a level of a policy has to acknowledge; NaN if it is not known."""
    own = _level(account, policy_id, level)["escalation_delay_in_minutes"]
    return float(own.iloc[0]) if len(own) else float("nan")


def repeats(account: Account, policy_id: str) -> float:
    """Return how often a policy starts over after its last level; NaN if it is not known."""
    own = account.repeats.loc[account.repeats[_POLICY].eq(policy_id), "num_loops"]
    return float(own.iloc[0]) if len(own) else float("nan")


def levels(account: Account, policy_id: str) -> int:
    """Return the number of levels of a policy; 0 if it is not known."""
    own = account.rules[_POLICY].eq(policy_id)
    return int(account.rules.loc[own, "level"].nunique())


def policy_of(account: Account, service_id: str) -> str:
    """Return the policy that a service uses; empty if it is not known."""
    services = account.services
    own = services.loc[services["service_id"].eq(service_id), _POLICY].dropna()
    return str(own.iloc[0]) if len(own) else ""


def targets(account: Account, policy_id: str, level: int, names: Mapping[str, str]) -> str:
    """Return whom a level pages: "Payments primary and 1 person"; responders are only counted."""
    own = _level(account, policy_id, level)
    is_person = own["target_type"].eq("user")
    schedules = [names.get(str(each), "a schedule") for each in own.loc[~is_person, "target"]]
    people = [plural(is_person.sum(), "person", "people")] if is_person.any() else []
    return " and ".join([*schedules, *people])


def delay(account: Account, policy_id: str, level: int) -> str:
    """Return a sentence on the delay of a level."""
    minutes = delay_minutes(account, policy_id, level)
    if pd.isna(minutes):
        return ""
    return f"The delay of level {level} is {duration(minutes * _MINUTE)} now."


def urgency(account: Account, service_id: str) -> str:
    """Return a sentence on the urgency of the incidents of a service."""
    rule = _first(account.urgency_rules, service_id)
    if rule.get("urgency_rule") == "use_support_hours":
        during, outside = (
            _URGENCIES.get(str(rule[when]), "")
            for when in ("urgency_during_support_hours", "urgency_outside_support_hours")
        )
        if not during or not outside:
            return ""
        return f"Its incidents are {during} in support hours and {outside} outside them now."
    always = _URGENCIES.get(str(rule.get("urgency")), "")
    return f"All its incidents are {always} now." if always else ""


def is_always_high(account: Account, service_id: str) -> bool:
    """Return whether every incident of a service is of high urgency by its rule."""
    return _first(account.urgency_rules, service_id).get("urgency") == "high"


def grouping(account: Account, service_id: str) -> str:
    """Return a sentence on how the alerts of a service are grouped.

    It is empty if no setting of the account was collected: then grouping may be off everywhere, or
    PagerDuty did not show it.
    """
    if account.alert_grouping.empty:
        return ""
    setting = _first(account.alert_grouping, service_id)
    if not setting:
        return "Its alerts are not grouped now."
    how = _GROUPED.get(str(setting["type"]), "")
    return f"Its alerts are grouped {how}{_within(setting)} now." if how else ""


def is_ungrouped(account: Account, service_id: str) -> bool:
    """Return whether it is known that the alerts of a service are not grouped."""
    grouped = account.alert_grouping
    return not grouped.empty and not grouped["service_id"].eq(service_id).any()


def _within(setting: Mapping[str, Any]) -> str:
    """0 means, by type, until the incident is resolved, or the window PagerDuty recommends."""
    is_time = setting["type"] == "time"
    seconds = setting["timeout" if is_time else "time_window"]
    if pd.isna(seconds):
        return ""
    if seconds:
        return f" within {duration(seconds)}"
    return " until they are resolved" if is_time else " within the recommended time"


def _level(account: Account, policy_id: str, level: int) -> pd.DataFrame:
    rules = account.rules
    return rules[rules[_POLICY].eq(policy_id) & rules["level"].eq(level)]


def _first(frame: pd.DataFrame, service_id: str) -> Mapping[str, Any]:
    """The first row of the service as a mapping; empty without one."""
    own = frame[frame["service_id"].eq(service_id)]
    return {str(name): value for name, value in own.iloc[0].items()} if len(own) else {}
