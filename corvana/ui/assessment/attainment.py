"""How often targets are met: the numbers, and the chart by priority, team or service."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import targets as answers
from corvana.analysis.assessment.attainment import Group
from corvana.analysis.assessment.targets import Attained, Attainment
from corvana.analysis.assessment.typed_duration import exact
from corvana.analysis.response.durations import Measure
from corvana.charts.assessment.targets import plot_attained
from corvana.questions import response
from corvana.questions.assessment import target_tables, targets
from corvana.questions.view import View
from corvana.ui import components
from corvana.ui.cards.targets import target_cards
from corvana.ui.controls.choices import one_in_view
from corvana.ui.figures import draw_once

TABS: Final[Mapping[str, Measure]] = MappingProxyType(
    {"acknowledge within": "seconds_to_first_ack", "resolve within": "seconds_to_resolve"}
)
_CHART: Final = (
    "Share of the judged incidents, their number in brackets; fewer than ten pale and last. "
    "Whisker: 95 % interval. Click one to highlight it."
)


def draw_numbers(view: View, filters: Filters, attainment: Attainment, time_zone: str) -> None:
    """Draw the cards of both targets."""
    cards = []
    for measure in targets.MEASURES:
        change = (
            targets.change(view, filters, measure, view.targets)
            if response.can_compare(view, filters)
            else None
        )
        weeks = targets.weeks(view, filters, measure, time_zone, view.targets)
        cards += target_cards(measure, attainment.of(measure), change, weeks)
    components.cards(
        cards, "vs. before", of="Of the incidents of this selection whose target has passed"
    )


def draw_groups(view: View, filters: Filters, measure: Measure, attained: Attained) -> None:
    """Draw the choice of groups, and the share of each."""
    by = targets.by_what(view)
    several = "priorities" if by == "priority" else "urgencies"
    kinds: dict[str, tuple[Group, str]] = {
        by: ("level", several),
        "team": ("team", "teams"),
        "service": ("service", "services"),
    }
    chosen = one_in_view("By", kinds, "targets_by")
    group, plural = kinds[chosen]
    verb = answers.VERB[measure]
    names = targets.names_of(view, group)
    found = targets.by_group(view, filters, measure, group, view.targets)
    components.chart(
        draw_once(
            plot_attained,
            found,
            _with_times(view, names, measure) if group == "level" else names,
            verb,
            plural,
        ),
        key=f"targets-{verb}-{chosen}",
        filters_by=chosen,
        table=target_tables.GROUPS.of(view, filters, measure, group),
        caption=f"{answers.composition(attained, verb)}. {_CHART}",
    )


def _with_times(view: View, names: Mapping[str, str], measure: Measure) -> dict[str, str]:
    """The names of priorities or urgencies, each with its own target."""
    by = targets.by_what(view)
    times = {
        one.level: one.seconds(measure) for one in view.targets if one.by == by and not one.service
    }
    return {
        level: f"{name}, {exact(seconds)}" if (seconds := times.get(level)) else name
        for level, name in names.items()
    }
