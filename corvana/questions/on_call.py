"""Questions about interruptions, how evenly they are shared, and coverage."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters, previous
from corvana.analysis.findings.rotations import unfair_rotation
from corvana.analysis.on_call import coverage_compared as compared
from corvana.analysis.on_call import stand_ins as replaced
from corvana.analysis.people import is_recognisable
from corvana.analysis.staffing import burden, burden_change, bus_factor, covered_levels, rates
from corvana.analysis.staffing.burden import SHARED, Totals
from corvana.analysis.staffing.burden_change import Change
from corvana.analysis.staffing.covered_levels import Cover
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics.blocks import Collected
from corvana.analysis.statistics.estimates import ENOUGH
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
    return people.iloc[:0] if is_recognisable(len(people), account.smallest_group) else people


def names(view: View, who: str, ids: pd.Series) -> dict[str, str]:
    """Return the code of each responder, or the name of each schedule."""
    if who == RESPONDERS:
        return {each: view.code_of(each) for each in ids}
    return labels.schedules(view)


def named(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table of a chart: names for ids, and nothing that identifies a person."""
    return labels.named(frame.drop(columns=_PERSONAL, errors="ignore"), column, names)


@question()
def hours(view: View, filters: Filters) -> pd.DataFrame:
    """Return burden.hour_of_week of the selection; empty if the group is too small."""
    pages = accounts.narrowed(view, filters).pages
    found = burden.hour_of_week(pages, weeks=filters.weeks)
    people, smallest = pages["responder"].nunique(), view.settings.smallest_group
    return found.iloc[:0] if people and is_recognisable(people, smallest) else found


def _of_shifts(_: View, filters: Filters) -> Filters:
    """The period and the places: shifts depend on nothing else."""
    return replace(filters, urgency="", hours=(), days="", priorities=())


def _of_shared(view: View, filters: Filters, what: str) -> Filters:
    """For weekends on call, the filters that shifts depend on."""
    return _of_shifts(view, filters) if what == burden.WEEKENDS else filters


@question(depends_on=_of_shared, usual={"what": SHARED})
def shared(view: View, filters: Filters, what: str) -> Fairness:
    """Return burden.shared of the selection; weekends on call are those of all shifts, whatever
    urgency, hours, days and priorities are chosen."""
    return burden.shared(accounts.narrowed(view, filters), what)


@question()
def evenness(view: View) -> pd.DataFrame:
    """Return how evenly the nights with pages fall in each rotation, of everything collected.

    It is of no selection: a few weeks have too few turns to tell an unfair share from a bad turn.

    Returns
    -------
    DataFrame
        schedule_id; gini (0: all members alike) with low and high, by_chance; nights; p_value;
        is_clear (the interval's low end is far above chance, as for a finding). The least even
        first, rotations with fewer than ten nights last. A rotation of one person has no row.
    """
    tests = unfair_rotation.tests(accounts.whole(view))
    return (
        pd.DataFrame(
            {
                "schedule_id": tests["subject_id"],
                "gini": tests["effect"],
                "low": tests["low"],
                "high": tests["high"],
                "by_chance": tests["reference"],
                "nights": tests["n"],
                "p_value": tests["p_value"],
                "is_clear": tests["is_material"],
            }
        )
        .assign(enough=tests["n"].ge(ENOUGH), above=tests["effect"] - tests["reference"])
        .sort_values(["enough", "above"], ascending=False, kind="stable", ignore_index=True)
        .drop(columns=["enough", "above"])
    )


@question(depends_on=_of_shifts)
def cover(view: View, filters: Filters) -> Cover:
    """Return covered_levels.covered_levels of the selection.

    It includes planned shifts. Urgency, hours, days and priorities do not narrow it.
    """
    return covered_levels.covered_levels(accounts.narrowed(view, filters))


@question(depends_on=_of_shifts)
def stand_ins(view: View, filters: Filters) -> pd.DataFrame:
    """Return stand_ins.stand_ins of the selection's schedules in the period, up to the end of
    collection."""
    account = accounts.narrowed(view, filters)
    return replaced.stand_ins(
        _of_places(view.frame("overrides"), account.rules, filters),
        account.shifts,
        since=account.start,
        until=min(account.end, pd.Timestamp(view.as_of)),
    )


def _of_schedules(view: View, filters: Filters) -> Filters:
    """The places: what is planned does not depend on the period."""
    return replace(_of_shifts(view, filters), start=view.since, end=view.as_of)


@question(depends_on=_of_schedules)
def coverage_compared(view: View, filters: Filters) -> pd.DataFrame:
    """Return coverage_compared.coverage_compared of the selection's schedules."""
    account = accounts.narrowed(view, filters)
    theirs = _of_places(view.frame("schedule_coverage"), account.rules, filters)
    return compared.coverage_compared(theirs, view.frame("shifts"))


def _of_places(frame: pd.DataFrame, rules: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The rows of schedules that the rules of the selection use; all rows if no place is chosen."""
    if not (filters.services or filters.teams or filters.policies):
        return frame
    used = rules.loc[rules["target_type"].eq("schedule"), "target"]
    return frame[frame["schedule_id"].isin(used)]


@question()
def services(view: View, filters: Filters) -> pd.DataFrame:
    """Return bus_factor.bus_factor of the selection."""
    return bus_factor.bus_factor(accounts.narrowed(view, filters).incidents)
