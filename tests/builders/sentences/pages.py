"""The pages, each with the choices a reader can make on it."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Looked(NamedTuple):
    """A page and the options chosen on it, by the label of the choice."""

    page: str
    options: Mapping[str, str] = {}


_RESOLVE: Final = {"Duration": "Time to resolve"}
PAGES: Final = (
    Looked("overview"),
    Looked("response"),
    Looked("response", {**_RESOLVE, "By": "policy", "View": "funnel"}),
    Looked("escalations"),
    Looked("on_call"),
    Looked("dependencies"),
    Looked("teams"),
    Looked("targets"),
)
"""Looked at for every selection."""
OPTIONS: Final = (
    Looked("response", {"By": "urgency", "View": "stages"}),
    Looked("response", {"By": "team", "View": "funnel", "Value": "waiting after 15 min"}),
    Looked("response", {"By": "hour of week"}),
    Looked("response", {**_RESOLVE, "By": "team"}),
    Looked("response", {**_RESOLVE, "By": "hour of week"}),
    Looked("response", {**_RESOLVE, "View": "funnel", "Value": "waiting after 1 h"}),
    Looked("response", {**_RESOLVE, "View": "stages"}),
    Looked(
        "on_call",
        {
            "Burden of": "responders",
            "Evenness of": "all people together",
            "What is shared": "weekend hours",
        },
    ),
    Looked(
        "on_call",
        {
            "Burden of": "rotations",
            "Burden": "time on call",
            "Evenness of": "all people together",
            "What is shared": "engaged time",
        },
    ),
    Looked("on_call", {"Burden": "time on call"}),
    Looked("escalations", {"number": "1"}),
    Looked("dependencies", {"number": "1"}),
    Looked("targets", {"Target": "resolve within", "By": "service"}),
    Looked("targets", {"Target": "resolve within"}),
    Looked("targets", {"By": "team"}),
    Looked("teams", {"number": "1", "Burden of": "responders"}),
    Looked("timeline"),
)
"""The other options, looked at for all that was collected of every account."""
WITHOUT_FILTERS: Final = ("findings", "walkthrough")
"""Pages of all that was collected, with a finding or a step at a time."""
