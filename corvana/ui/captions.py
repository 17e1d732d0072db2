"""The captions below charts: how to read them, and which parts are not drawn."""

from typing import Final

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.staffing.covered_levels import Cover
from corvana.charts.dependency_graph import left_out
from corvana.questions import dependencies
from corvana.questions.on_call import ROTATIONS
from corvana.questions.view import View

RADIUS: Final = (
    "Incidents in brackets, merged ones left out, each counted for a day at most; fewer than ten "
    "pale and last. By declaration: most incidents stay where they are. Click one to choose it."
)
PAIRS: Final = (
    "Left: after how many of the first one's failures the second failed within ten minutes. Right: "
    "how much later, median; left of zero, the second fails first. A failure: an incident on a "
    "service that had none for an hour. Whisker: 95 % interval; fewer than ten failures pale, last."
)
LAGS: Final = (
    "Each failure with the other service's next one, within ten minutes. At the same instant "
    "counts for neither."
)
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
_BY_PERIOD_ONLY: Final = (
    "The period applies to all services: it takes two to fail together. Services chosen by any "
    "filter are highlighted, and pairs without them left out."
)
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


def graph(view: View, filters: Filters) -> str:
    """Return how to read the graph of dependencies, and which parts are not drawn."""
    n = left_out(dependencies.linked(view, filters))
    fewer = f" {wording.count(n)} of the least exposing services are not drawn." if n else ""
    return (
        "Left: what others need; right, squares: business services. Size: time of incidents in the "
        f"period; accent: chosen, else most at stake. Click a service to choose it.{fewer} "
        f"{_BY_PERIOD_ONLY}"
    )


def burden(who: str, measure: str) -> str:
    """Return how to read the burden, and which rows are not drawn."""
    alone = " Rotations of one person are not drawn." if who == ROTATIONS else ""
    return _BURDEN[measure] + alone


def cover(cover: Cover) -> str:
    """Return the end of the known shifts, and which parts are not drawn."""
    left_out = (
        f" {wording.count(cover.unknown)} levels hang on schedules that were not collected."
        if cover.unknown
        else ""
    )
    return (
        "Policies in use, the level after the dot, worst first. Shifts are known until "
        f"{wording.instant(cover.until)}; levels are the present ones.{left_out}"
    )
