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
    f"Incidents in brackets, {wording.LEFT_OUT}, each counted for a day at most; fewer than ten "
    "pale and last. By declaration: most incidents do not reach other services. Click one to "
    "choose it."
)
PAIRS: Final = (
    "Left: share of the first service's failures that the second one's followed within ten "
    "minutes. Right: median time between them; left of zero, the second fails first. A failure is "
    "an incident on a service that had none for an hour. Whisker: 95 % interval; fewer than ten "
    "failures pale and last."
)
LAGS: Final = (
    "Each failure with the other service's next one, within ten minutes. Simultaneous failures are "
    "not counted."
)
HOURS: Final = (
    "Mean number of interruptions by push, phone or SMS a week, on shift or not, in the period."
)
EVEN: Final = (
    "All rotations pooled; busier ones raise the Gini. Findings judges each rotation by itself."
)
BUS_FACTOR: Final = (
    "First acknowledgements by people, their number in brackets; fewer than ten pale and last. "
    "Click one to filter."
)
LEAVING: Final = (
    "Share of the person with most acknowledgements, as if nobody stepped in. Whisker: 95 % "
    "interval."
)
_BY_PERIOD_ONLY: Final = (
    "Only the period narrows these numbers. Services chosen by another filter are highlighted, and "
    "pairs without them are left out."
)
_BURDEN: Final = {
    "interruptions": (
        "Interruptions during shifts, all levels together; their number in brackets, fewer than "
        "ten pale and last. Whisker: 95 % interval; pages of one storm or one turn belong "
        "together. The norm counts incidents, and one may interrupt more than once; it is a norm, "
        "not a law."
    ),
    "time on call": (
        "By the shifts of schedules; of a rotation, the mean of its members. A quarter is a norm "
        "of Google's SRE book, not a law; interruptions in brackets."
    ),
}


def graph(view: View, filters: Filters) -> str:
    """Return how to read the graph of dependencies, and which parts are not drawn."""
    n = left_out(dependencies.linked(view, filters))
    fewer = (
        f" Not drawn: {wording.plural(n, 'service', 'services')} with least exposure." if n else ""
    )
    return (
        "Left: services that others need; right, squares: business services. Size: time of "
        "incidents in the period; accent: the chosen services, else those with most exposure. "
        f"Click a service to choose it.{fewer} "
        f"{_BY_PERIOD_ONLY}"
    )


def burden(who: str, measure: str) -> str:
    """Return how to read the burden, and which rows are not drawn."""
    alone = " Rotations of one person are not drawn." if who == ROTATIONS else ""
    return _BURDEN[measure] + alone


def cover(cover: Cover) -> str:
    """Return the end of the known shifts, and which parts are not drawn."""
    left_out = (
        f" {wording.plural(cover.unknown, 'level is', 'levels are')} not shown: no schedules are "
        "known for them."
        if cover.unknown
        else ""
    )
    return (
        "Policies in use, the level after the dot, worst first. Urgency does not narrow coverage. "
        f"Shifts are known until {wording.instant(cover.until)}; levels are the present ones."
        f"{left_out}"
    )
