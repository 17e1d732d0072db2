"""A policy or a service before and after a day: what became of how it answers.

Two measures, judged as in *Did it help?*: the typical wait of its high-urgency incidents until
somebody acknowledges them or they are over, and the share of its incidents that resolved themselves
before anybody acted.
"""

from collections.abc import Collection
from datetime import date
from typing import Final, Literal

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment import did_it_help
from corvana.analysis.assessment.did_it_help import Outcome
from corvana.analysis.findings.kind import Cases
from corvana.analysis.findings.measures import cases
from corvana.analysis.findings.measures.endings import resolved_itself
from corvana.analysis.findings.measures.policy_waits import policy_waits
from corvana.analysis.maintenance import is_counted

Place = Literal["service", "escalation_policy"]
WAIT: Final = "the typical wait until acknowledged or over"
BY_ITSELF: Final = "the share of incidents that resolved themselves"


def outcomes(
    account: Account, place: Place, place_id: str, day: date, touched: Collection[str]
) -> tuple[tuple[str, Outcome], ...]:
    """Return each measure of a place, in words, and what became of it."""
    waits, endings = _waits(account, place, place_id), _endings(account, place, place_id)
    return (
        (WAIT, did_it_help.around_day(account, "seconds", lambda _: waits, day, touched)),
        (BY_ITSELF, did_it_help.around_day(account, "share", lambda _: endings, day, touched)),
    )


def _waits(account: Account, place: Place, place_id: str) -> Cases:
    rows = policy_waits(account)
    name = rows[f"{place}_id"]
    return cases.waits(rows, "waited", name.eq(place_id), name, account)


def _endings(account: Account, place: Place, place_id: str) -> Cases:
    incidents = account.incidents
    over = incidents[is_counted(incidents) & incidents["resolution"].ne("open")]
    told = over.assign(by_itself=resolved_itself(over, account.services))
    name = told[f"{place}_id"]
    return cases.endings(told, "by_itself", name.eq(place_id), name, account)
