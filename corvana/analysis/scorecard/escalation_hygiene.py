"""Whether escalations are rare and successful: incidents that auto-escalate.

Merged incidents and those created in a maintenance window are left out. Of escalations and levels,
only incidents count that needed a person: those that resolved themselves before anybody acted had
no time to escalate, and those that a machine acknowledged could not.
"""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.escalations import climbing, level_funnel
from corvana.analysis.findings.machine_acks import answered_by_machine
from corvana.analysis.findings.measures.endings import resolved_itself
from corvana.analysis.maintenance import is_counted
from corvana.analysis.scorecard.check import Check, Measured, share_of
from corvana.analysis.statistics.estimates import ENOUGH

_ANSWERS: Final = 0.25
_OFTEN: Final = 2


@per_account
def _needed_a_person(account: Account) -> pd.Series:
    """A flag for each incident: it did not resolve itself, and no machine acknowledged it."""
    is_gone = resolved_itself(account.incidents, account.services)
    needed: pd.Series = ~is_gone & ~answered_by_machine(account)
    return needed


def _total(account: Account) -> pd.Series:
    """The account's row of `climbing.policy_summary`, of incidents that needed a person."""
    incidents = account.incidents.loc[_needed_a_person(account), list(climbing.SUMMARISED)]
    return climbing.policy_summary(incidents, account.escalation_steps).iloc[-1]


def _not_escalated(account: Account) -> Measured:
    total = _total(account)
    return share_of(total["n_escalated"], total["n"])


def _exhausted(account: Account) -> Measured:
    total = _total(account)
    return share_of(total["n_exhausted"], total["n"])


def _ack_timeouts(account: Account) -> Measured:
    incidents = account.incidents
    is_acked = is_counted(incidents) & incidents["first_acknowledged_at"].notna()
    acked = incidents.loc[is_acked, "ack_timeout_count"]
    return share_of(acked.gt(0).sum(), len(acked))


def _passed_on(account: Account) -> Measured:
    counted = account.incidents.loc[is_counted(account.incidents), "reassignment_count"]
    return share_of(counted.ge(_OFTEN).sum(), len(counted))


def _answering(account: Account) -> Measured:
    is_ours = _needed_a_person(account).to_numpy()[account.stays["incident"]]
    stays = account.stays.loc[is_ours, list(level_funnel.COUNTED)]
    levels = level_funnel.funnel(stays, account.rules)
    judged = levels[levels["n_reached"] >= ENOUGH]
    return share_of(judged["ack"].ge(_ANSWERS).sum(), len(judged), enough=2)


CHECKS: Final = (
    Check(
        name="Few incidents escalate",
        measures="Share of high-urgency incidents that needed a person and were escalated, by the "
        "timer or by hand",
        says="{some} high-urgency incidents that needed a person escalate",
        unit="share",
        fails_at=0.40,
        meets_at=0.10,
        source="Corvana's own: above 30 %, audits of PagerDuty accounts call the rate too high "
        "(Vortex IQ); we give no points from 40 % and all from one in ten",
        setting="Escalation policies › first level: whom it names, and its delay",
        measure=_not_escalated,
    ),
    Check(
        name="Somebody is always left to page",
        measures="Share of high-urgency incidents that needed a person and whose policy was "
        "exhausted: nobody answered on any level, and nobody was paged any more",
        says="{some} high-urgency incidents that needed a person run out of people to page",
        unit="share",
        fails_at=0.05,
        meets_at=0.00,
        source="Corvana's own: a page that nobody hears is what a policy is there to prevent; one "
        "in twenty is no accident",
        setting="Escalation policies › repeat this policy, and a last level that answers",
        measure=_exhausted,
    ),
    Check(
        name="Acknowledged means taken",
        measures="Share of acknowledged incidents whose acknowledgement timed out",
        says="{some} acknowledged incidents have an acknowledgement that timed out",
        unit="share",
        fails_at=0.10,
        meets_at=0.01,
        source="Corvana's own: a timeout takes an incident from somebody at work or shows that "
        "nobody was; one in ten is a setting that does not fit",
        setting="Services › acknowledgement timeout",
        measure=_ack_timeouts,
    ),
    Check(
        name="Incidents find their owner",
        measures="Share of incidents reassigned or delegated at least twice",
        says="{some} incidents are reassigned or delegated at least twice",
        unit="share",
        fails_at=0.10,
        meets_at=0.01,
        source="Corvana's own: once may be the handover that was needed, twice is a route that "
        "does not lead there",
        setting="Services › escalation policy, and event rules that choose the service",
        measure=_passed_on,
    ),
    Check(
        name="Every level answers",
        measures="Share of policy levels that acknowledge at least a quarter of what reaches them "
        "(of those reached by ten incidents)",
        says="{others} policy levels {acknowledge} less than a quarter of what reaches them",
        unit="share",
        fails_at=0.80,
        meets_at=1.00,
        source="Corvana's own: a level that lets three of four pass is a delay, not a second "
        "chance; one level in five is a fifth of all second chances",
        setting="Escalation policies › the level's targets and their notification rules",
        measure=_answering,
    ),
)
