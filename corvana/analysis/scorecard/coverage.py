"""Whether a person and a second person are on call: policies that a service or incident uses."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings import fake_redundancy
from corvana.analysis.scorecard.check import Check, Measured, read_off, share_of
from corvana.analysis.staffing.bus_factor import bus_factor
from corvana.analysis.staffing.covered_levels import covered_levels
from corvana.analysis.statistics.estimates import ENOUGH

_LEVEL: Final = ["escalation_policy_id", "level"]


def _levels(account: Account) -> pd.DataFrame:
    in_use = account.rules["escalation_policy_id"].isin(account.policies_in_use)
    return account.rules.loc[in_use, _LEVEL].drop_duplicates()


def _covered(account: Account) -> Measured:
    cover = covered_levels(account)
    return read_off(cover.covered, len(cover.levels))


def _two_levels(account: Account) -> Measured:
    depth = _levels(account).groupby("escalation_policy_id").size()
    return read_off(float(depth.ge(2).mean()), len(depth))


def _different_people(account: Account) -> Measured:
    policies = fake_redundancy.tests(account)
    return read_off(1 - float(policies["is_material"].mean()), len(policies))


def _more_than_one(account: Account) -> Measured:
    services = bus_factor(account.incidents)
    judged = services[services["acknowledgements"] >= ENOUGH]
    return share_of(judged["smallest_group_80"].ge(2).sum(), len(judged), enough=2)


CHECKS: Final = (
    Check(
        name="Somebody is on call",
        measures="Share of the time needed in which a policy level has somebody on call, past and "
        "the coming twelve weeks, mean of all levels whose schedules are known",
        says="policy levels have nobody on call for {rest} of the time needed",
        unit="share",
        fails_at=0.95,
        meets_at=1.00,
        source="Corvana's own: a level is meant to be filled; a twentieth of the time is eight "
        "hours each week",
        setting="Schedules › gaps, and levels that name one schedule only",
        measure=_covered,
    ),
    Check(
        name="There is a second level",
        measures="Share of policies in use with at least two levels",
        says="{others} policies in use {have} only one level",
        unit="share",
        fails_at=0.50,
        meets_at=1.00,
        source='PagerDuty Standards: "Service has an escalation policy with 2 or more unique '
        "levels\". No points from half of them, Corvana's own",
        setting="Escalation policies › add a rule",
        measure=_two_levels,
    ),
    Check(
        name="Levels are different people",
        measures="Share of policies with several levels on which nobody is on two levels at once "
        "for a tenth of the time",
        says="{others} policies with several levels {have} one person on two levels at once",
        unit="share",
        fails_at=0.80,
        meets_at=1.00,
        source="PagerDuty Standards ask for unique levels. A tenth and one policy in five are "
        "Corvana's own: three days a month, a fifth of the organisation",
        setting="Escalation policies › targets of the levels; schedules › who is in both",
        measure=_different_people,
    ),
    Check(
        name="More than one answers",
        measures="Share of services for which it takes two or more people to make up 80 % of the "
        "acknowledgements (of those with ten or more)",
        says="for {others} services with 10 acknowledgements or more, one person gives at least "
        "80 % of them",
        unit="share",
        fails_at=0.80,
        meets_at=1.00,
        source="Corvana's own: what one person answers for stops when they leave; one service in "
        "five is a fifth of what is run",
        setting="Services › escalation policy; schedules › who takes turns",
        measure=_more_than_one,
    ),
)
