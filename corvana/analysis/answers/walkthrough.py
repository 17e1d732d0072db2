"""Findings as they are told to everybody concerned, without identifying any person.

No text holds a responder's code. A finding about single people (how much work a person has, whether
two levels are the same person) is shown only for groups of at least five, or of as many people as
the assessment sets, and without saying who it is. Other such findings are withheld, and only their
number is shown. Labels are those of PagerDuty: if a schedule has the name of a person, that name
appears here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers.findings import (
    certainty,
    effect,
    size,
    where,
    worth,
)
from corvana.analysis.findings import assumptions
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import key_of, kind_of
from corvana.analysis.labels import by_id
from corvana.analysis.people import is_recognisable
from corvana.analysis.response.breakdowns import usual_week, weekly_trend, whole_weeks
from corvana.assessment.settings import SMALLEST_GROUP

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

    `caption` describes its chart. `key` is that of the register; it may hold a code and is never
    shown. `mark` says that nobody reviewed the finding, that its risk was accepted, or when it was
    done; it is empty for one that was confirmed. `plan` names owner, effort and due date, and
    `remark` is the assessor's note: plain text that somebody wrote.
    """

    finding: Finding
    title: str
    where: str
    sentence: str
    worth: str
    certainty: str
    caption: str
    again: int
    key: str = field(default="", repr=False)
    mark: str = ""
    plan: str = ""
    remark: str = ""

    @property
    def note(self) -> str:
        """A sentence on its review, its cost, its certainty, and other findings of its kind."""
        more = f"{self.again} more {'time' if self.again == 1 else 'times'}"
        found = f"found {more}" if self.again else ""
        parts = [part for part in (self.mark, self.worth, self.certainty, found) if part]
        told = " · ".join(parts)
        return wording.sentence_case(told)


class Setting(NamedTuple):
    """A recommendation: the action, the setting in PagerDuty, the subject, and the time to save."""

    advice: str
    setting: str
    where: str
    worth: str
    plan: str = ""


def everything(
    account: Account, findings: Sequence[Finding], names: Mapping[str, str]
) -> tuple[Told, ...]:
    """Return every finding that may be shown, in the order of `findings`; `names` from
    `subjects`."""
    open_to_all = [one for one in findings if may_be_told(account, one)]
    kinds = [one.kind for one in open_to_all]
    return tuple(tell(one, names, kinds.count(one.kind) - 1) for one in open_to_all)


def advised(account: Account, told: Told, names: Mapping[str, str]) -> Setting:
    """Return what to do about a finding; `names` from `subjects`."""
    kind = kind_of(told.finding.kind)
    advice = assumptions.advice(account, told.finding, names)
    return Setting(advice, kind.setting, told.where, told.worth)


def may_be_told(account: Account, finding: Finding) -> bool:
    """Return whether the finding is not about single people, or its group is large enough."""
    tells_of_one = kind_of(finding.kind).tells_of == "single people"
    is_one = finding.subject_type == "responder"
    return not (tells_of_one or is_one) or not is_recognisable(
        _people(account, finding), account.smallest_group
    )


def subjects(labels: pd.DataFrame) -> dict[str, str]:
    """Return the label of every service, policy and schedule in LABELS by its id.

    Equal labels of one kind get their id added.
    """
    return by_id(labels, *_NAMED)


def withheld(n: int, smallest: int = SMALLEST_GROUP) -> str:
    """Return the sentence that says why `n` findings are not shown."""
    return (
        f"{wording.count(n)} further {'finding is' if n == 1 else 'findings are'} not shown here: "
        f"{'it is' if n == 1 else 'each is'} about a group of fewer than {smallest} people, "
        "and colleagues could recognise the person."
    )


def place(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the place of a finding; a responder is told of as one of a rotation."""
    if finding.subject_type != "responder":
        return where(finding, names)
    return f"One responder of {names.get(finding.detail or '', finding.detail or 'a rotation')}"


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return the sentence of a finding, without a responder's code."""
    return assumptions.sentence(_anonymous(finding), {**names, _SOMEBODY: "One responder"})


def weeks_of(account: Account) -> pd.DataFrame:
    """Return how many incidents each whole week had: `week` (midnight of its Monday, without zone),
    `n`."""
    weeks = weekly_trend(account.incidents, "seconds_to_resolve", account.time_zone)[["week", "n"]]
    return whole_weeks(weeks, account.start, account.end, account.time_zone)


def _anonymous(finding: Finding) -> Finding:
    is_one = finding.subject_type == "responder"
    return finding._replace(subject_id=_SOMEBODY) if is_one else finding


def tell(finding: Finding, names: Mapping[str, str], again: int = 0) -> Told:
    """Return a finding without a responder's code; `again` others of its kind are there. Ask
    `may_be_told` first."""
    kind, subject = kind_of(finding.kind), place(finding, names)
    return Told(
        finding=_anonymous(finding),
        title=kind.title,
        where=subject,
        sentence=sentence(finding, names),
        worth=_worth(finding),
        certainty=certainty(finding),
        caption=(
            f"{kind.comparison.measured}. {subject}: {effect(finding)}. "
            f"{kind.comparison.elsewhere}: {size(finding.reference, kind.unit)}. "
            f"n = {wording.count(finding.n)}."
        ),
        again=again,
        key=key_of(finding),
    )


def _worth(finding: Finding) -> str:
    spared = worth(finding)
    return f"up to {spared}" if finding.avoidable_minutes_per_month > 0 else spared


def looked_at(account: Account) -> LookedAt:
    """Return the step on the data: its volume, period and weeks."""
    incidents = account.incidents
    n, services, weeks = len(incidents), incidents["service_id"].nunique(), weeks_of(account)
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


def _usual(weeks: pd.DataFrame) -> str:
    if weeks.empty:
        return "No whole week is collected yet."
    usual = wording.in_a_usual_week(usual_week(weeks))
    whole = wording.plural(len(weeks), "whole week", "whole weeks")
    return f"{usual} (dotted: the median of {whole}, {wording.LEFT_OUT})."


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
