"""Questions about the client's response targets: how often they are met, where, and which incidents
missed them.

The targets are those of the view. They are an argument of every question, so that a result is never
that of other targets.
"""

from typing import Final

import pandas as pd

from corvana.analysis.account.selection import Filters, previous
from corvana.analysis.assessment import attainment as attaining
from corvana.analysis.assessment import targets
from corvana.analysis.assessment.attainment import Group
from corvana.analysis.assessment.targets import Attained, Attainment, Level, Target
from corvana.analysis.response.durations import Measure
from corvana.analysis.statistics.blocks import Collected
from corvana.analysis.statistics.estimates import Estimate
from corvana.questions import labels, response
from corvana.questions.question import question
from corvana.questions.view import View

Targets = tuple[Target, ...]
MEASURES: Final[tuple[Measure, Measure]] = ("seconds_to_first_ack", "seconds_to_resolve")


@question()
def by_what(view: View) -> Level:
    """Return by what targets are set in this account: by priority, or by urgency where no incident
    has one."""
    return targets.by_what(view.frame("incidents"))


def attainment(view: View, filters: Filters) -> Attainment:
    """Return how often both targets were met in the selection: targets.attained of each.

    Without a target, `is_set` is false and nothing is judged.
    """
    return Attainment(*(attained(view, filters, measure, view.targets) for measure in MEASURES))


@question(is_compared=True)
def attained(view: View, filters: Filters, measure: Measure, targets_set: Targets) -> Attained:
    """Return targets.attained of the selection."""
    incidents = response.incidents(view, filters)
    rows = _judged(view, incidents, measure, targets_set)
    return targets.attained(incidents, rows, targets_set, measure)


@question()
def change(view: View, filters: Filters, measure: Measure, targets_set: Targets) -> Estimate | None:
    """Return attainment.change against the period before; None if that is not collected."""
    since, earlier = view.covered_since, previous(filters)
    if since is None or earlier.start < since:
        return None
    every = response.incidents(view, response.of_all_weeks(view, filters))
    return attaining.change(
        _judged(view, every, measure, targets_set),
        attained(view, filters, measure, targets_set),
        attained(view, earlier, measure, targets_set),
        Collected(filters.start, filters.end, since, view.as_of),
    )


@question(usual={"group": ("level", "service", "team")})
def by_group(
    view: View, filters: Filters, measure: Measure, group: Group, targets_set: Targets
) -> pd.DataFrame:
    """Return attainment.by_group of the selection."""
    rows = _judged(view, response.incidents(view, filters), measure, targets_set)
    return attaining.by_group(rows, group)


@question(depends_on=response.of_all_weeks)
def weeks(
    view: View, filters: Filters, measure: Measure, time_zone: str, targets_set: Targets
) -> pd.DataFrame:
    """Return attainment.weekly of all weeks collected, of the same filters, whatever the period."""
    rows = _judged(view, response.incidents(view, filters), measure, targets_set)
    return attaining.weekly(rows, view.since, view.as_of, time_zone)


def missed(view: View, filters: Filters, measure: Measure) -> pd.DataFrame:
    """Return attainment.missed of the selection, under the view's targets."""
    rows = _judged(view, response.incidents(view, filters), measure, view.targets)
    return attaining.missed(rows, view.as_of)


def names_of(view: View, group: Group) -> dict[str, str]:
    """Return the label of each priority or urgency, service, or team."""
    if group != "level":
        return labels.names(view, group)
    return labels.priorities(view) or labels.names(view, "urgency")


def _judged(
    view: View, incidents: pd.DataFrame, measure: Measure, targets_set: Targets
) -> pd.DataFrame:
    return targets.judged(incidents, targets_set, measure, by=by_what(view), as_of=view.as_of)
