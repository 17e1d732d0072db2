"""The captions below charts: how to read them, and which parts are not drawn."""

from collections.abc import Sequence
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.settings import beside_pagerduty
from corvana.analysis.staffing.covered_levels import Cover
from corvana.assessment.settings import DEFAULT_NORMS, Hours, Norms
from corvana.questions.dependencies import Folded
from corvana.questions.on_call import ROTATIONS

DRAG: Final = "Drag over days to make them the period."
_LINES: Final = "Dotted lines: days of the *Timeline*."
RADIUS: Final = (
    f"Incidents in brackets, {wording.LEFT_OUT}, each counted for a day at most; fewer than ten "
    "pale and last. By declaration: most incidents do not reach other services. Click one to "
    "highlight it."
)
PAIRS: Final = (
    "Left: share of the first service's failures that the second one's followed within ten "
    "minutes. Right: median time between them; left of zero, the second fails first. A failure is "
    "an incident on a service that had none for an hour. Whisker: 95 % interval; fewer than ten "
    "failures pale and last. Declared pairs that never failed together are left out, if others did."
)
_LAGS: Final = (
    "Each failure with the other service's next one, within ten minutes. Simultaneous failures are "
    "not counted."
)
_HOURS: Final = (
    "Mean number of interruptions by push, phone or SMS a week, on shift or not, in the period."
)
EVEN: Final = (
    "All rotations pooled; busier ones raise the Gini. Findings judges each rotation by itself."
)
EVEN_ROTATIONS: Final = (
    "Of everything collected; the filters do not change it, because a few weeks have too few "
    "turns. Nights with pages in brackets; fewer than ten pale and last. Whisker: 95 % interval. "
    "Rotations of one person, or with too few turns to tell, are not drawn."
)
BUS_FACTOR: Final = (
    "First acknowledgements by people, their number in brackets; fewer than ten pale and last. "
    "Click one to highlight it."
)
LEAVING: Final = (
    "Share of the person with most acknowledgements, as if nobody stepped in. Whisker: 95 % "
    "interval."
)
ON_CALL_FILTERS: Final = (
    "Urgency, hours, days and priority narrow the interruptions. They do not narrow time on call, "
    "coverage and people on call: a rate is these interruptions by all time on call."
)
DEPENDENCY_FILTERS: Final = (
    "Only the period narrows this page, because pairs need the failures of all services. Chosen "
    "services, teams and policies are highlighted; urgency, hours, days and priority change "
    "nothing here."
)
OVERVIEW_FILTERS: Final = (
    "Filters narrow the numbers below. The scores, the findings and the weeks of the last chart "
    "are of everything collected."
)
FINDINGS_FILTERS: Final = (
    "The filters of the other pages do not narrow this one: findings are of everything collected."
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
        "By the shifts of schedules; of a rotation, the mean of its members. {share}; "
        "interruptions in brackets."
    ),
}


def graph(folded: Folded) -> str:
    """Return how to read the graph of dependencies, and how much of it is drawn."""
    every = folded.drawn + len(folded.linked)
    which = (
        f" Drawn: {wording.count(folded.drawn)} of {wording.count(every)} linked services, those "
        "with most exposure and what they are linked to; a chosen service is always drawn."
        if folded.linked
        else ""
    )
    return (
        "Left: services that others need; right, squares: business services. Size: time of "
        "incidents in the period; accent: the chosen services, else those with most exposure. "
        f"Click a service to highlight it.{which} "
        f"{_BY_PERIOD_ONLY}"
    )


def hours(n: int, own: Hours) -> str:
    """Return how to read the hours of the week, of `n` interruptions, and where the hours of the
    assessment are not PagerDuty's."""
    other = beside_pagerduty(own)
    return f"{_of(n)}{_HOURS}{f' {wording.plain(other)}' if other else ''}"


def lags(n: int) -> str:
    """Return how to read the times between the failures of a pair, of which there are `n`."""
    return f"{_of(n)}{_LAGS}"


def _of(n: int) -> str:
    return f"n = {wording.count(n)}. " if n else ""


def burden(who: str, measure: str, norms: Norms = DEFAULT_NORMS) -> str:
    """Return how to read the burden under these norms, and which rows are not drawn."""
    share = (
        "A quarter is a norm of Google's SRE book, not a law"
        if norms.on_call_share == DEFAULT_NORMS.on_call_share
        else f"{wording.percent(norms.on_call_share)} is the norm of this assessment"
    )
    alone = " Rotations of one person are not drawn." if who == ROTATIONS else ""
    return _BURDEN[measure].format(share=share) + alone


def cover(cover: Cover) -> str:
    """Return the end of the known shifts, and which parts are not drawn."""
    left_out = (
        f" {wording.plural(cover.unknown, 'level is', 'levels are')} not shown: no schedules are "
        "known for them."
        if cover.unknown
        else ""
    )
    return (
        "Policies in use, the level after the dot, worst first. Urgency, hours, days and priority "
        "do not narrow coverage. "
        f"Shifts are known until {wording.instant(cover.until)}; levels are the present ones."
        f"{left_out}"
    )


def of_weeks(lines: Sequence[object]) -> str:
    """Return what follows the caption of a chart of weeks: its `lines`, if it has any, and that
    days can be dragged."""
    return f"{_LINES} {DRAG}" if lines else DRAG
