"""What the on-call page asks, kept by data version and selection."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from corvana.analysis import burden, bus_factor, covered_levels, wording
from corvana.analysis.burden import Totals
from corvana.analysis.covered_levels import Cover
from corvana.analysis.fairness import Fairness
from corvana.analysis.selection import Filters, previous
from corvana.ui import accounts, analyses
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView

RESPONDERS: Final = "responders"
ROTATIONS: Final = "rotations"
_BURDEN: Final = {
    "interruptions": (
        "Whisker: exact 95 % interval; interruptions in brackets, fewer than ten pale and last. "
        "The norm counts incidents, and one may interrupt more than once; it is a norm, not a law."
    ),
    "time on call": (
        "By the shifts of schedules; of a rotation, the mean of its members. A quarter is a norm "
        "of Google's SRE book, not a law; interruptions in brackets."
    ),
}
HOURS: Final = "Interruptions by push, phone or SMS, on shift or not, a week of the period."
EVEN: Final = (
    "Everybody on call together: rotations that page more make it less even. Whether a rotation "
    "shares its nights unfairly is judged by itself, under Findings."
)
BUS_FACTOR: Final = (
    "By first acknowledgements, in brackets; fewer than ten pale and last. Click one to filter."
)
LEAVING: Final = (
    "Acknowledgements of the person who gave most, as if nobody stepped in; whisker: 95 % interval."
)
_PERSONAL: Final = ["top_responder"]


@by_version
def totals(snapshot: SnapshotView, filters: Filters) -> Totals:
    """Return burden.totals of the selection."""
    return burden.totals(accounts.narrowed(snapshot, filters).loads)


def totals_before(snapshot: SnapshotView, filters: Filters) -> Totals | None:
    """Return the same of the period before; None where not comparable."""
    if not analyses.can_compare(snapshot, filters):
        return None
    return totals(snapshot, previous(filters))


@by_version
def burdens(snapshot: SnapshotView, filters: Filters, who: str) -> pd.DataFrame:
    """Return burden.by_responder or by_schedule; of people only where they are enough.

    Too small a group of people is an empty frame, and a rotation of one person has no row: it would
    be that person's.
    """
    account = accounts.narrowed(snapshot, filters)
    if who == ROTATIONS:
        rotations = burden.by_schedule(account)
        return rotations[rotations["members"] > 1].reset_index(drop=True)
    people = burden.by_responder(account)
    return people.iloc[:0] if is_recognisable(len(people)) else people


def burden_caption(who: str, measure: str) -> str:
    """Return how to read the burden, and which rows are not drawn."""
    alone = " Rotations of one person are not drawn." if who == ROTATIONS else ""
    return _BURDEN[measure] + alone


def is_recognisable(people: int) -> bool:
    """Tell whether a group is so small that a code is easily told who it is."""
    return people < burden.RECOGNISABLE_BELOW


def labels(snapshot: SnapshotView, who: str, ids: pd.Series) -> dict[str, str]:
    """Return the code of each responder, or the name of each schedule."""
    if who == RESPONDERS:
        return {each: wording.responder(each) for each in ids}
    known = snapshot.frame("labels")
    schedules = known[known["kind"].eq("schedule")].dropna(subset=["label"])
    return dict(zip(schedules["id"], schedules["label"], strict=True))


def named(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the table behind a chart: names for ids, and nothing that tells one person."""
    return frame.drop(columns=_PERSONAL, errors="ignore").assign(
        **{column: frame[column].map(names).fillna("unnamed")}
    )


@by_version
def hours(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return burden.hour_of_week of the selection, without a row for too small a group."""
    pages = accounts.narrowed(snapshot, filters).pages
    found = burden.hour_of_week(pages, weeks=filters.weeks)
    people = pages["responder"].nunique()
    return found.iloc[:0] if people and is_recognisable(people) else found


def shared(snapshot: SnapshotView, filters: Filters, what: str) -> Fairness:
    """Return burden.shared of the selection; a weekend on call is one at any urgency."""
    is_of_shifts = what == burden.WEEKENDS
    return _shared(snapshot, replace(filters, urgency="") if is_of_shifts else filters, what)


@by_version
def _shared(snapshot: SnapshotView, filters: Filters, what: str) -> Fairness:
    return burden.shared(accounts.narrowed(snapshot, filters), what)


def cover(snapshot: SnapshotView, filters: Filters) -> Cover:
    """Return covered_levels.covered_levels of the selection; what comes is always in, and so is a
    level for any urgency."""
    return _cover(snapshot, replace(filters, urgency=""))


@by_version
def _cover(snapshot: SnapshotView, filters: Filters) -> Cover:
    return covered_levels.covered_levels(accounts.narrowed(snapshot, filters))


def cover_caption(cover: Cover) -> str:
    """Return up to when shifts are known and what is not drawn."""
    left_out = (
        f" {wording.count(cover.unknown)} levels hang on schedules that were not collected."
        if cover.unknown
        else ""
    )
    return (
        "Policies in use, the level after the dot, worst first. Shifts are known until "
        f"{wording.instant(cover.until)}; levels are the present ones.{left_out}"
    )


@by_version
def services(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return bus_factor.bus_factor of the selection."""
    return bus_factor.bus_factor(accounts.narrowed(snapshot, filters).incidents)


def choose_burden() -> tuple[str, str]:
    """Draw whose burden and which one beside each other, and return both."""
    with st.container(horizontal=True):
        who = choice("Burden of", (RESPONDERS, ROTATIONS), "who")
        return who, choice("Burden", ("interruptions", "time on call"), "burden")


def choice(label: str, options: tuple[str, ...], key: str) -> str:
    """Draw a choice of one beside the others, the first to begin with."""
    return str(
        st.segmented_control(
            label,
            options,
            default=options[0],
            required=True,
            key=key,
            bind="query-params",
            label_visibility="collapsed",
        )
    )
