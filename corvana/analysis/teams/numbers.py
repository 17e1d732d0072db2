"""A team against the rest: six numbers of its incidents beside those of all other incidents.

The rest are the incidents of the same selection that do not belong to the team; those of no team
are among them. An incident of two teams belongs to each of them. Medians are the times by which
half of all incidents were acknowledged or resolved, as on Response; an escalation is counted as on
Escalations, among high-urgency incidents paged through a policy. An incident ends unanswered if it
closed by itself before anybody acknowledged it, of high-urgency incidents that ended. Interruptions
are those that the selection's incidents caused in the period, on shift or not.

The team stands out if the two 95 % intervals do not overlap and both rest on ten cases or more.
This is stricter than a test at 5 %. Six numbers of several teams are many comparisons, so a team
that stands out is a question to ask, and only what is on Findings is a finding.
"""

from typing import Final, Literal, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.selection import Mask, of_teams
from corvana.analysis.escalations import climbing
from corvana.analysis.escalations import undecided as waiting
from corvana.analysis.response import durations
from corvana.analysis.statistics import dispersion, estimates
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.statistics.places import are_among

Name = Literal["acknowledged", "resolved", "escalated", "unanswered", "asleep", "weekly"]
Unit = Literal["seconds", "share", "a week"]


class Beside(NamedTuple):
    """A number of the team, and the same of the rest.

    `own` and `rest` are in seconds, shares of 1, or incidents a week; `n` and `rest_n` are the
    cases that each rests on.
    """

    name: Name
    unit: Unit
    own: Estimate
    n: int
    rest: Estimate
    rest_n: int

    @property
    def stands_out(self) -> Literal["worse", "better", ""]:
        """Whether the intervals do not overlap. More incidents are neither worse nor better."""
        if self.unit == "a week" or min(self.n, self.rest_n) < ENOUGH:
            return ""
        if self.own.low > self.rest.high:
            return "worse"
        return "better" if self.own.high < self.rest.low else ""


def beside_the_rest(account: Account, team: str) -> tuple[Beside, ...]:
    """Return the six numbers of a team in the account's period."""
    own: Mask = of_teams(account.incidents, [team]).to_numpy()
    young = waiting.of_first_level(waiting.undecided(account.stays, account.rules))["incident_id"]
    is_decided = ~are_among(account.incidents["incident_id"], young)
    parts = [_numbers(account, mask, mask & is_decided) for mask in (own, ~own)]
    return tuple(
        Beside(name, unit, *parts[0][name], *parts[1][name]) for name, unit in _UNITS.items()
    )


_UNITS: Final[dict[Name, Unit]] = {
    "acknowledged": "seconds",
    "resolved": "seconds",
    "escalated": "share",
    "unanswered": "share",
    "asleep": "share",
    "weekly": "a week",
}


def _numbers(account: Account, kept: Mask, decided: Mask) -> dict[Name, tuple[Estimate, int]]:
    """The numbers of the kept incidents; of the `decided` ones it is known whether they
    escalate."""
    incidents = account.incidents[kept]
    acks = durations.ack_summary(incidents, account.as_of)
    resolves = durations.resolve_summary(incidents, account.as_of)
    return {
        "acknowledged": (acks.half, acks.n),
        "resolved": (resolves.half, resolves.n),
        "escalated": _escalated(account, decided),
        "unanswered": _unanswered(incidents),
        "asleep": _asleep(account, kept),
        "weekly": _weekly(account, incidents),
    }


def _escalated(account: Account, decided: Mask) -> tuple[Estimate, int]:
    summary = climbing.policy_summary(account.incidents[decided], account.escalation_steps)
    whole = summary.iloc[-1]
    bounds = (float(whole[name]) for name in ("escalated", "escalated_low", "escalated_high"))
    return Estimate(*bounds), int(whole["n"])


def _unanswered(incidents: pd.DataFrame) -> tuple[Estimate, int]:
    paging = durations.only_counted(incidents[climbing.is_high(incidents)])
    ended = paging[paging["resolution"].ne("open")]
    alone = ended["resolution"].eq("auto") & ended["first_acknowledged_at"].isna()
    return estimates.share_of(alone, ended["storm"]), len(ended)


def _asleep(account: Account, kept: Mask) -> tuple[Estimate, int]:
    # An interruption for an incident from before the period has the number −1: the last flag.
    own = np.append(kept, False)[account.page_incidents]
    asleep = account.pages["hours_class"].eq("sleep").to_numpy()[own]
    n = int(own.sum())
    return estimates.share(int(asleep.sum()), n), n


def _weekly(account: Account, incidents: pd.DataFrame) -> tuple[Estimate, int]:
    """Incidents a week; storms, days and weeks widen the interval as they do that of pages."""
    counted = durations.columns_of_counted(incidents, "created_at", "storm")
    days = int((account.end - account.start) / pd.Timedelta(days=1))
    since = (counted["created_at"] - account.start) / pd.Timedelta(days=1)
    day = since.astype("int64").to_numpy()
    worth = dispersion.effective_events(
        len(counted),
        dispersion.of_clusters(counted["storm"].to_numpy()),
        dispersion.of_days(day, days),
        dispersion.of_weeks(day // 7, days // 7),
    )
    weeks = (account.end - account.start) / pd.Timedelta(days=7)
    return estimates.rate(len(counted), float(weeks), float(worth)), len(counted)
