"""What each kind of finding sets beside what, in words short enough for a picture."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Comparison(NamedTuple):
    """What was measured, and what the reference stands for."""

    measured: str
    elsewhere: str


_FOLLOWED: Final = "Failures that the other service's followed within ten minutes"

COMPARISONS: Final[Mapping[str, Comparison]] = MappingProxyType(
    {
        "slow_ack": Comparison("Time in which half of the incidents are answered", "Elsewhere"),
        "level_never_answers": Comparison("Incidents that get no answer on a level", "Elsewhere"),
        "exhausted_policy": Comparison(
            "Incidents for which nobody was left to page", "Other policies"
        ),
        "ack_timeouts": Comparison(
            "Acknowledged incidents that timed out and paged again", "Other services with a timeout"
        ),
        "ping_pong_routing": Comparison(
            "Incidents that were passed on and came back", "Other policies"
        ),
        "fake_redundancy": Comparison(
            "Time in which two levels lead to the same person", "With different people"
        ),
        "coverage_gap": Comparison(
            "Time with nobody on call, of the time somebody is needed", "With no gap"
        ),
        "overloaded_responder": Comparison(
            "Incidents of one person, as a multiple of an equal split", "An equal split"
        ),
        "unfair_rotation": Comparison(
            "How unevenly nights fall (Gini: 0 all alike, 1 as uneven as can be)",
            "By their hours at night",
        ),
        "single_responder_service": Comparison(
            "Acknowledgements by one and the same person", "If the others answered as often"
        ),
        "noisy_service": Comparison(
            "Incidents gone before anybody acted on the page", "Other services"
        ),
        "auto_resolve_wall": Comparison(
            "Incidents closed by the clock and by nobody", "Other services with a timeout"
        ),
        "timer_misfit": Comparison(
            "Time in which nine of ten are answered, as a multiple of what could be",
            "With another delay",
        ),
        "dependency_cascade": Comparison(_FOLLOWED, "By chance"),
        "undeclared_dependency": Comparison(_FOLLOWED, "By chance"),
        "handoff_slowdown": Comparison(
            "Time in which half are answered, in the hour after a handoff", "Later on the shift"
        ),
        "load_slowdown": Comparison(
            "Time in which half are answered while people are busy", "When they are free"
        ),
        "regression": Comparison(
            "Time to the first acknowledgement, as a multiple of before", "Before"
        ),
    }
)
"""By kind of finding. The reference's exact definition is the kind's own."""
