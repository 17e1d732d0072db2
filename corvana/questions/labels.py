"""Names by id: the label given in PagerDuty, or a responder's code."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corvana.analysis import labels
from corvana.analysis.account.selection import NO_PRIORITY, Filters
from corvana.analysis.answers import selection
from corvana.analysis.answers.selection import Labels, Selected
from corvana.analysis.response.breakdowns import Dimension
from corvana.questions.question import question
from corvana.questions.view import View

_KINDS: Final[Mapping[Dimension, str]] = {
    "service": "service",
    "policy": "escalation_policy",
    "team": "team",
}
_UNNAMED: Final = "unnamed"


@question(usual={"dimension": tuple(_KINDS)})
def names(view: View, dimension: Dimension) -> dict[str, str]:
    """Return the label of every service, policy or team, in alphabetical order; equal labels get
    their id added."""
    if dimension == "urgency":
        return {each: f"{each.capitalize()} urgency" for each in ("high", "low")}
    found = labels.by_id(view.frame("labels"), _KINDS[dimension])
    return dict(sorted(found.items(), key=lambda one: one[1].casefold()))


@question()
def subjects(view: View) -> dict[str, str]:
    """Return the label of every possible subject of a finding; responders have codes, and equal
    labels of one kind get their id added."""
    codes = {one: view.code_of(one) for one in view.frame("responders")["responder"]}
    return codes | labels.by_id(view.frame("labels"))


@question()
def priorities(view: View) -> dict[str, str]:
    """Return the label of every priority in alphabetical order, which is that of their severity
    where they are named P1, P2, …; last, what stands for none. Empty for an account whose incidents
    have no priorities."""
    found = labels.by_id(view.frame("labels"), "priority")
    used = set(view.frame("incidents")["priority"].dropna().unique())
    known = {one: found.get(one, one) for one in {*found, *used}}
    ordered = dict(sorted(known.items(), key=lambda one: one[1].casefold()))
    return {**ordered, NO_PRIORITY: "No priority"} if used else {}


@question()
def services(view: View) -> dict[str, str]:
    """Return the label of every service and business service."""
    return {**_of_kind(view, "business_service"), **names(view, "service")}


def selected(view: View, filters: Filters, time_zone: str) -> Selected:
    """Return the selection in words, with the labels of what is chosen and days of a reader's
    zone."""
    return selection.selected(
        filters,
        Labels(
            chosen_names(view, "service", filters.services),
            chosen_names(view, "team", filters.teams),
            chosen_names(view, "policy", filters.policies),
            priorities(view) if filters.priorities else {},
        ),
        time_zone,
    )


def chosen_names(view: View, dimension: Dimension, chosen: Sequence[str]) -> Mapping[str, str]:
    """Return `names`, which a large account has many of, only if something is chosen."""
    return names(view, dimension) if chosen else {}


def schedules(view: View) -> dict[str, str]:
    """Return the label of every schedule."""
    return _of_kind(view, "schedule")


def named(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with names instead of the ids of a column."""
    return frame.assign(**{column: frame[column].map(names).fillna(_UNNAMED)})


def with_label(frame: pd.DataFrame, column: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the frame with a last column `label`: the name of each id, empty where unknown."""
    return frame.assign(label=frame[column].map(names))


def label_or_id(ids: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Return the label of each id, or the id itself where it has none."""
    return ids.map(names).fillna(ids)


def _of_kind(view: View, kind: str) -> dict[str, str]:
    """The labels of one kind, unchanged, also equal ones."""
    every = view.frame("labels")
    wanted = every[every["kind"].eq(kind)].dropna(subset=["label"])
    return dict(zip(wanted["id"], wanted["label"], strict=True))
