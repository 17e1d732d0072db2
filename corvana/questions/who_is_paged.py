"""Who would be paged for a service at an instant, as far as it is known."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd

from corvana.analysis.on_call import on_call_list
from corvana.analysis.on_call import who_is_paged as paged
from corvana.analysis.on_call.on_call_list import Comparison
from corvana.analysis.on_call.settings_then import completed_policies, completed_services
from corvana.analysis.on_call.who_is_paged import Known, Paged
from corvana.questions import accounts
from corvana.questions.question import question
from corvana.questions.view import View


@question(is_usual=False)
def who_is_paged(view: View, service: str, at: datetime) -> Paged:
    """Return who_is_paged.who_is_paged of the service at `at`."""
    frames = (view.frame("service_history"), view.frame("services"))
    settings = pd.concat([_of(each, "service_id", [service]) for each in frames])
    policies = settings["escalation_policy_id"].dropna().unique().tolist()
    return paged.who_is_paged(known(view, [service], policies), service, pd.Timestamp(at))


@question(is_usual=False)
def compared(view: View, policy: str) -> Comparison | None:
    """Return on_call_list.compared of the policy: PagerDuty's own list beside ours."""
    snapshot = view.frame("on_call_snapshot")
    return on_call_list.compared(known(view, [], [policy]), snapshot, policy)


@question()
def known_until(view: View) -> datetime:
    """Return the end of the time for which shifts are known, planned ones included."""
    planned = accounts.whole(view).planned_until
    listed = view.frame("schedule_coverage")["until"]
    end = planned if listed.empty else min(planned, listed.max())
    found: datetime = end.to_pydatetime()
    return found


def known(view: View, services: Sequence[str], policies: Sequence[str]) -> Known:
    """Return what is known of these services and policies."""

    def of_services(name: str) -> pd.DataFrame:
        return _of(view.frame(name), "service_id", services)

    def of_policies(name: str) -> pd.DataFrame:
        return _of(view.frame(name), "escalation_policy_id", policies)

    return Known(
        services=completed_services(
            of_services("service_history"),
            of_services("services"),
            of_services("urgency_rules"),
            of_services("support_hours"),
        ),
        policies=completed_policies(
            of_policies("policy_history"), of_policies("rules"), of_policies("repeats")
        ),
        shifts=view.frame("shifts"),
        maintenance_windows=of_services("maintenance_windows"),
        schedules=frozenset(view.frame("schedules")["schedule_id"]),
        time_zone=accounts.whole(view).time_zone,
        since=pd.Timestamp(view.covered_since or view.as_of),
        until=pd.Timestamp(known_until(view)),
    )


def _of(frame: pd.DataFrame, key: str, ids: Sequence[str]) -> pd.DataFrame:
    return frame[frame[key].isin(ids)]
