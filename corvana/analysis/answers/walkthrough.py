"""The findings as a guided sequence of steps that does not identify any person.

No step holds a responder's code. A finding about single people (how much work a person has, whether
two levels are the same person) is shown only for groups of at least `people.SMALLEST_GROUP`, and
without saying who it is. Other such findings are withheld, and only their number is shown. Labels
are those of PagerDuty: if a schedule has the name of a person, that name appears here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers.findings import (
    certainty,
    effect,
    foremost,
    listed,
    size,
    where,
    worth,
)
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.labels import by_id
from corvana.analysis.people import SMALLEST_GROUP, is_recognisable
from corvana.analysis.response.breakdowns import usual_week, weekly_trend, whole_weeks

MOST_FINDINGS: Final = 5

_NAMED: Final = ("service", "escalation_policy", "schedule")
_SOMEBODY: Final = "somebody"


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """The step on the data that was analysed. `weeks` has a row a whole week: `week` (its Monday),
    `n`.

    `caption` describes the chart of the weeks.
    """

    title: str
    number: str
    sentence: str
    caption: str
    weeks: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Told:
    """One finding. `finding` holds no code of a responder; `again` is the number of other findings
    of its kind.

    `caption` describes its chart.
    """

    finding: Finding
    title: str
    where: str
    sentence: str
    worth: str
    certainty: str
    caption: str
    again: int

    @property
    def note(self) -> str:
        """A sentence on its cost, its certainty, and other findings of its kind."""
        more = f"{self.again} more {'time' if self.again == 1 else 'times'}"
        parts = (self.worth, self.certainty, *((f"found {more}",) if self.again else ()))
        told = " · ".join(parts)
        return told[:1].upper() + told[1:]


class Setting(NamedTuple):
    """A recommendation: the action, the setting in PagerDuty, the subject, and the time to save."""

    advice: str
    setting: str
    where: str
    worth: str


@dataclass(frozen=True, slots=True)
class Next:
    """The recommendations, in order; `withheld` is the sentence on findings that are not shown."""

    title: str
    sentence: str
    settings: Sequence[Setting]
    withheld: int


Step = LookedAt | Told | Next


def steps(
    account: Account, findings: pd.DataFrame, names: Mapping[str, str], *, is_analysed: bool = True
) -> tuple[Step, ...]:
    """Return the sequence: the data, at most five findings of different kinds, the recommendations.

    Parameters
    ----------
    findings
        FINDINGS of the account.
    names
        From `subjects`.
    is_analysed
        Whether findings were computed for this data.
    """
    told = everything(account, findings, names)
    largest = {one.finding.kind: one for one in reversed(told)}
    by_kind = [one.finding for one in told if one is largest[one.finding.kind]]
    chosen = [largest[finding.kind] for finding in foremost(by_kind, MOST_FINDINGS)]
    untold = len(listed(findings)) - len(told)
    settings = [_setting(account, one, names) for one in chosen]
    return (_looked_at(account), *chosen, _next(settings, untold, is_analysed=is_analysed))


def everything(
    account: Account, findings: pd.DataFrame, names: Mapping[str, str]
) -> tuple[Told, ...]:
    """Return every finding that may be shown, in the order of the findings ledger. Arguments: see
    `steps`."""
    open_to_all = [one for one in listed(findings) if may_be_told(account, one)]
    kinds = [one.kind for one in open_to_all]
    return tuple(_told(one, names, kinds.count(one.kind) - 1) for one in open_to_all)


def may_be_told(account: Account, finding: Finding) -> bool:
    """Return whether the finding is not about single people, or its group is large enough."""
    tells_of_one = kind_of(finding.kind).tells_of == "single people"
    is_one = finding.subject_type == "responder"
    return not (tells_of_one or is_one) or not is_recognisable(_people(account, finding))


def subjects(labels: pd.DataFrame) -> dict[str, str]:
    """Return the label of every service, policy and schedule in LABELS by its id.

    Equal labels of one kind get their id added.
    """
    return by_id(labels, *_NAMED)


def withheld(n: int) -> str:
    """Return the sentence that says why `n` findings are not shown."""
    return (
        f"{wording.count(n)} further {'finding is' if n == 1 else 'findings are'} not shown here: "
        f"{'it is' if n == 1 else 'each is'} about a group of fewer than {SMALLEST_GROUP} people, "
        "and colleagues could recognise the person."
    )


def _told(finding: Finding, names: Mapping[str, str], again: int) -> Told:
    anonymous, place = finding, where(finding, names)
    if finding.subject_type == "responder":
        anonymous = finding._replace(subject_id=_SOMEBODY)
        place = (
            f"One responder of {names.get(finding.detail or '', finding.detail or 'a rotation')}"
        )
    kind = kind_of(finding.kind)
    return Told(
        finding=anonymous,
        title=kind.title,
        where=place,
        sentence=kind.sentence(anonymous, {**names, _SOMEBODY: "One responder"}),
        worth=_worth(finding),
        certainty=certainty(finding),
        caption=(
            f"{kind.comparison.measured}. {place}: {effect(finding)}. "
            f"{kind.comparison.elsewhere}: {size(finding.reference, kind.unit)}. "
            f"n = {wording.count(finding.n)}."
        ),
        again=again,
    )


def _worth(finding: Finding) -> str:
    spared = worth(finding)
    return f"up to {spared}" if finding.avoidable_minutes_per_month > 0 else spared


def _looked_at(account: Account) -> LookedAt:
    incidents = account.incidents
    n, services, weeks = len(incidents), incidents["service_id"].nunique(), _whole_weeks(account)
    period = f"From {wording.span(account.start, account.end, year=True)}"
    return LookedAt(
        title="What we looked at",
        number=f"{wording.count(n)} {'incident' if n == 1 else 'incidents'}",
        sentence=(
            f"{period}, on {wording.count(services)} {'service' if services == 1 else 'services'}: "
            "when each began, who was paged, when somebody answered, and when it was over. "
            "Incident text is never stored."
        ),
        caption=_usual(weeks),
        weeks=weeks,
    )


def _whole_weeks(account: Account) -> pd.DataFrame:
    weeks = weekly_trend(account.incidents, "seconds_to_resolve", account.time_zone)[["week", "n"]]
    return whole_weeks(weeks, account.start, account.end, account.time_zone)


def _usual(weeks: pd.DataFrame) -> str:
    if weeks.empty:
        return "No whole week is collected yet."
    usual = wording.in_a_usual_week(usual_week(weeks))
    whole = wording.plural(len(weeks), "whole week", "whole weeks")
    return f"{usual} (dotted: the median of {whole}, {wording.LEFT_OUT})."


def _setting(account: Account, told: Told, names: Mapping[str, str]) -> Setting:
    kind = kind_of(told.finding.kind)
    advice = kind.advice(account, told.finding, names)
    return Setting(advice, kind.setting, told.where, told.worth)


def _next(settings: Sequence[Setting], untold: int, *, is_analysed: bool) -> Next:
    if settings:
        sentence = "Most avoidable time first. Each time is an upper limit."
    elif is_analysed:
        sentence = (
            "No finding: no difference is both large enough to be worth a change and too clear to "
            "be chance."
        )
    else:
        sentence = "Findings are made when a collection is complete and then appear here."
    return Next(
        title="What to do next",
        sentence=sentence,
        settings=tuple(settings),
        withheld=untold,
    )


def _people(account: Account, finding: Finding) -> int:
    """The number of people on the schedule, or on the policy, or on the service's policy."""
    if finding.subject_type in ("responder", "schedule"):
        is_turn = finding.subject_type == "schedule"
        schedule = finding.subject_id if is_turn else finding.detail or ""
        shifts = account.shifts
        return int(shifts[shifts["schedule_id"].eq(schedule)]["responder"].nunique())
    services = account.services
    policies = (
        services[services["service_id"].eq(finding.subject_id)]["escalation_policy_id"]
        if finding.subject_type == "service"
        else [finding.subject_id]
    )
    cover = account.cover
    return int(cover[cover["escalation_policy_id"].isin(policies)]["responder"].nunique())
