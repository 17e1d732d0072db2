"""How soon a person answers a page: high-urgency incidents of the period.

Merged incidents and those created in a maintenance window are left out. So are incidents that a
machine acknowledged (see the finding of that name): the acknowledgement hides when a person
answered. If too few remain, the check is not known. If fewer than half of them are acknowledged,
the time until half are has no end, and there are no points; those still waiting count as
acknowledged as long as they could be in time, within half an hour unless the norm is another.
"""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.escalations import climbing
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.maintenance import is_counted
from corvana.analysis.response import breakdowns, durations
from corvana.analysis.scorecard.check import Check, Measured, as_usual_or_set, share_of, unknown
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import duration, plural
from corvana.assessment.settings import DEFAULT_NORMS, Norms

_MINUTE: Final = 60
_AS_SLOW: Final = 2.0
_SRE: Final = (
    "Beyer et al., Site Reliability Engineering, chapter 11: five minutes for services that people "
    "use or that are highly time-critical, thirty for less time-sensitive ones"
)


_COLUMNS: Final = [
    *("created_at", "resolution", "in_maintenance", "storm", "escalation_policy_id"),
    *("first_acknowledged_at", "seconds_to_first_ack", "first_resolved_at", "seconds_to_resolve"),
]


def _paging(account: Account) -> pd.DataFrame:
    """Incidents of high urgency that count and that no machine acknowledged: the columns that the
    checks read."""
    incidents = account.incidents
    is_ours = climbing.is_high(incidents) & ~answered_by_machine(account) & is_counted(incidents)
    return incidents.loc[is_ours, _COLUMNS]


def _half(account: Account) -> Measured:
    """The time until half are acknowledged; without end if surely fewer than half are in time."""
    paging = _paging(account)
    summary = durations.ack_summary(paging, account.as_of)
    if summary.n < ENOUGH:
        return unknown(summary.n)
    if np.isnan(summary.half.value) and 2 * (summary.n_done + _still_in_time(account)) < summary.n:
        return Measured(np.inf, np.nan, np.nan, summary.n)
    return Measured(*summary.half.interval, summary.n)


def _still_in_time(account: Account) -> int:
    """How many incidents wait for an acknowledgement and are young enough to get it in time."""
    paging = _paging(account)
    is_waiting = paging["first_acknowledged_at"].isna() & paging["first_resolved_at"].isna()
    age = (pd.Timestamp(account.as_of) - paging["created_at"]).dt.total_seconds()
    return int((is_waiting & age.lt(account.norms.in_time_minutes * _MINUTE)).sum())


def _in_time(account: Account) -> Measured:
    paging, in_time = _paging(account), account.norms.in_time_minutes * _MINUTE
    age = (account.end - paging["created_at"]).dt.total_seconds()
    # A resolve is no answer, but an incident that is over no longer waits for one.
    lasted = paging["seconds_to_resolve"].fillna(age)
    is_answered = paging["seconds_to_first_ack"].le(in_time)
    judged = is_answered | lasted.ge(in_time)
    return share_of(is_answered.sum(), judged.sum())


def _acted_on(account: Account) -> Measured:
    paging = _paging(account)
    ended = paging[paging["resolution"].ne("open")]
    by_itself = ended["resolution"].eq("auto") & ended["first_acknowledged_at"].isna()
    return share_of((~by_itself).sum(), len(ended))


def _alike(account: Account) -> Measured:
    policies = breakdowns.breakdown(_paging(account), "seconds_to_first_ack", "policy")
    judged = policies[policies["enough"]]
    return share_of(judged["times"].le(_AS_SLOW).sum(), len(judged), enough=2)


def checks(norms: Norms) -> tuple[Check, ...]:
    """Return the checks of the dimension under these norms."""
    is_usual = (norms.soon_minutes, norms.in_time_minutes) == (
        DEFAULT_NORMS.soon_minutes,
        DEFAULT_NORMS.in_time_minutes,
    )
    source = as_usual_or_set(_SRE, is_usual=is_usual)
    return (
        Check(
            name="Half are acknowledged soon",
            measures="Time by which half of the high-urgency incidents are acknowledged by a "
            "person, without those that a machine acknowledged",
            says="half of the {n} high-urgency incidents that no machine acknowledged are "
            "acknowledged by a person within {value}",
            says_never="fewer than half of the {n} high-urgency incidents that no machine "
            "acknowledged are acknowledged by a person",
            unit="seconds",
            fails_at=float(norms.in_time_minutes * _MINUTE),
            meets_at=float(norms.soon_minutes * _MINUTE),
            source=source,
            setting="Escalation policies › the first level's delay and whom it names",
            measure=_half,
        ),
        Check(
            name="Acknowledged in time",
            measures="Share of high-urgency incidents that a person acknowledged within "
            f"{plural(norms.in_time_minutes, 'minute', 'minutes')}, of those that were not over "
            "before without an acknowledgement",
            says="{some} high-urgency incidents are acknowledged within "
            f"{duration(norms.in_time_minutes * _MINUTE)}, those over sooner and those that a "
            "machine acknowledged left out",
            unit="share",
            fails_at=0.75,
            meets_at=0.95,
            source=f"{source}. The shares are Corvana's own: one in four left waiting for longer "
            "is no longer an exception, one in twenty is",
            setting="Escalation policies › delays and number of levels",
            measure=_in_time,
        ),
        Check(
            name="Pages that a person acts on",
            measures="Share of ended high-urgency incidents that did not close by themselves "
            "before anybody acknowledged",
            says="{others} ended high-urgency incidents that no machine acknowledged closed by "
            "themselves, unacknowledged",
            unit="share",
            fails_at=0.50,
            meets_at=0.90,
            source="Site Reliability Engineering, chapter 6: every page should be actionable. The "
            "shares are Corvana's own: when every second page needs nobody, people stop to look",
            setting="Services › urgency, alert grouping and auto-pause of transient alerts",
            measure=_acted_on,
        ),
        Check(
            name="No policy far behind",
            measures="Share of escalation policies whose median time to first ack is at most "
            "twice the account's (of those with ten acknowledgements)",
            says="{others} policies {take} more than twice the account's median to acknowledge",
            unit="share",
            fails_at=0.80,
            meets_at=1.00,
            source="Corvana's own: half as quick as the others is more than another kind of work, "
            "and one policy in five is a fifth of the organisation",
            setting="Escalation policies › the slowest of Response › by policy",
            measure=_alike,
        ),
    )
