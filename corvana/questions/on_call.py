"""Questions about interruptions, how evenly they are shared, and coverage."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters, previous
from corvana.analysis.people import is_recognisable
from corvana.analysis.staffing import burden, burden_change, bus_factor, covered_levels, rates
from corvana.analysis.staffing.burden import SHARED, Totals
from corvana.analysis.staffing.burden_change import Change
from corvana.analysis.staffing.covered_levels import Cover
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.blocks import Collected
from corvana.questions import accounts, labels
from corvana.questions.question import question
from corvana.questions.response import can_compare, of_all_weeks
from corvana.questions.view import View

RESPONDERS: Final = "responders"
ROTATIONS: Final = "rotations"
_PERSONAL: Final = ["top_responder"]


@question(is_compared=True)
def totals(view: View, filters: Filters) -> Totals:
    """Return burden.totals of the selection."""
    return burden.totals(accounts.narrowed(view, filters))


def since_before(view: View, filters: Filters) -> Change | None:
    """Return the change of the selection; None if the period before is not comparable."""
    return change(view, filters) if can_compare(view, filters) else None


@question()
def change(view: View, filters: Filters) -> Change | None:
    """Return burden_change.change of the selection; None if the period before is not collected."""
    since, earlier = view.covered_since, previous(filters)
    if since is None or earlier.start < since:
        return None
    return burden_change.change(
        totals(view, filters),
        totals(view, earlier),
        interruptions(view, filters),
        Collected(filters.start, filters.end, since, view.as_of),
    )


@question(depends_on=of_all_weeks)
def interruptions(view: View, filters: Filters) -> pd.DataFrame:
    """Return burden_change.by_hour over all collected time, for any period."""
    return burden_change.by_hour(accounts.narrowed(view, filters))


@question(usual={"who": (RESPONDERS, ROTATIONS)})
def burdens(view: View, filters: Filters, who: str) -> pd.DataFrame:
    """Return rates.by_responder or by_schedule; responders only if the group is large enough.

    If the group of people is too small, the frame is empty. A rotation of one person has no row,
    because its values would be that person's.
    """
    account = accounts.narrowed(view, filters)
    if who == ROTATIONS:
        rotations = rates.by_schedule(account)
        return rotations[rotations["members"] > 1].reset_index(drop=True)
    people = rates.by_responder(account)
    return people.iloc[:0] if is_recognisable(len(people)) else people


def names(view: View, who: str, ids: pd.Series) -> dict[str, str]:
    """Return the code of each responder, or the name of each schedule."""
    if who == RESPONDERS:
        return {each: wording.responder(each) for each in ids}
    return labels.schedules(view)


def named(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table of a chart: names for ids, and nothing that identifies a person."""
    return labels.named(frame.drop(columns=_PERSONAL, errors="ignore"), column, names)


@question()
def hours(view: View, filters: Filters) -> pd.DataFrame:
    """Return burden.hour_of_week of the selection; empty if the group is too small."""
    pages = accounts.narrowed(view, filters).pages
    found = burden.hour_of_week(pages, weeks=filters.weeks)
    people = pages["responder"].nunique()
    return found.iloc[:0] if people and is_recognisable(people) else found


def _any_urgency_of_shifts(_: View, filters: Filters, what: str) -> Filters:
    """The filters without urgency for weekends: a weekend on call does not depend on it."""
    return replace(filters, urgency="") if what == burden.WEEKENDS else filters


@question(depends_on=_any_urgency_of_shifts, usual={"what": SHARED})
def shared(view: View, filters: Filters, what: str) -> Fairness:
    """Return burden.shared of the selection; weekends on call ignore the urgency filter."""
    return burden.shared(accounts.narrowed(view, filters), what)


def _any_urgency(_: View, filters: Filters) -> Filters:
    """The filters without urgency: coverage does not depend on it."""
    return replace(filters, urgency="")


@question(depends_on=_any_urgency)
def cover(view: View, filters: Filters) -> Cover:
    """Return covered_levels.covered_levels of the selection.

    It includes planned shifts and ignores the urgency filter.
    """
    return covered_levels.covered_levels(accounts.narrowed(view, filters))


@question()
def services(view: View, filters: Filters) -> pd.DataFrame:
    """Return bus_factor.bus_factor of the selection."""
    return bus_factor.bus_factor(accounts.narrowed(view, filters).incidents)
