"""The places where the pages say something, so that a new one is noticed."""

import importlib
import pkgutil
import re
from collections.abc import Mapping, Sequence
from typing import Final

from corvana import charts
from tests.builders.sentences.shown import Said

WITHOUT_AN_ACCOUNT: Final = {"administration", "integrations", "method", "privacy", "settings"}
"""Pages that say nothing of an account's incidents."""
LOOKED_AT_ELSEWHERE: Final = {"register", "what_changed"}
"""Pages about what assessors wrote or froze, which no account of the grid has. Their sentences are
held by `tests/ui/assessment` and `tests/analysis/answers`."""
DRAWN_ELSEWHERE: Final = {"plot_members", "plot_ratios", "plot_shares", "plot_scores"}
"""Charts that no account of the grid has data for, and those of pages looked at elsewhere."""
_ON_EVERY_PAGE: Final = (
    "alert", "button", "expandable", "heading", "html", "label", "markdown",
    "page_link", "popover", "progress", "slider", "tab", "text", "answer", "cards", "metric",
    "selectbox", "text_input", "date_input",
)  # fmt: skip
_PART: Final = re.compile(
    r" · (?:value|note|help|change|course|title|caption|legend|label|axis|hover)$"
)
_CARDS: Final[Mapping[str, Sequence[str]]] = {
    "overview": (
        "Half acknowledged in", "Half resolved in", "Acknowledged", "Incidents", "Open now",
    ),
    "response": (
        "Half acknowledged in", "Half resolved in", "Acknowledged", "Resolved", "Median", "P90",
        "P95",
    ),
    "escalations": (
        "Level 1 answers", "Escalated", "Policy repeated", "Ran out of people",
        "Escalations by hand", "P90 to first ack", "Acknowledged", "Pages in sleep hours",
    ),
    "on_call": (
        "Per hour on level 1", "Per hour on level 2 and above", "Per hour on call",
        "Interruptions on level 1", "Interruptions on level 2 and above",
        "In sleep hours", "Shifts over the norm", "Levels covered", "People on call",
    ),
    "dependencies": (
        "Linked services", "Largest blast radius", "Failing together", "Undeclared pairs",
        "Circles",
    ),
    "teams": (
        "Half acknowledged in", "Half resolved in", "Escalated", "Closed by themselves",
        "In sleep hours", "Incidents a week",
    ),
    "targets": (
        "Acknowledged in time", "Missed: acknowledge", "Resolved in time", "Missed: resolve",
    ),
    "findings": ("Effect", "Comparison value", "Avoidable a month", "Certainty"),
}  # fmt: skip
_CHARTS: Final[Mapping[str, str]] = {
    "overview": "overview-(?:acknowledged-within|volume)",
    "response": (
        r"stages|(?:acknowledged|resolved)-(?:within|weeks|bins|hour of week-|"
        r"(?:service|policy|team|urgency)-(?:ranking|stages|funnel-.*))"
    ),
    "escalations": "escalation-(?:funnel|policies|paths|latency|what-if)",
    "on_call": (
        "on-call-(?:(?:responders|rotations)-(?:interruptions|time on call)|hours|lorenz|cover|"
        "evenness|bus-factor|leaving)"
    ),
    "dependencies": "dependency-(?:graph|pairs|lags)|blast-radius",
    "teams": (
        "teams-(?:avoidable|medians)|team-(?:findings|policies|load-(?:rotations|responders))"
    ),
    "targets": r"targets-(?:acknowledged|resolved)-(?:weeks|urgency|service|team)",
    "findings": "findings-ledger|finding-(?:tested|waits|course|timeline|members)",
    "walkthrough": "walkthrough",
}


def is_known(said: Said) -> bool:
    """Return whether a text is at a place that the grid knows."""
    if said.where in _ON_EVERY_PAGE:
        return True
    place = _PART.sub("", said.where)
    if place.startswith("card "):
        return place.removeprefix("card ") in _CARDS.get(said.page, ())
    charts_of = _CHARTS.get(said.page, "")
    return bool(re.fullmatch(f"chart (?:{charts_of})", place))


def every_chart() -> set[str]:
    """The names of all functions that draw a chart."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(charts.__path__, f"{charts.__name__}.")
    ]
    return {
        name
        for module in modules
        for name, value in vars(module).items()
        if name.startswith("plot_") and value.__module__ == module.__name__
    }
