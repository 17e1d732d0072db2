"""The scorecard: five dimensions, each with the checks behind its score."""

from dataclasses import dataclass

from corvana.analysis.answers import scorecard as words
from corvana.analysis.answers.scorecard import short_of, told
from corvana.analysis.scorecard import dimensions
from corvana.questions.question import question
from corvana.questions.view import View


@dataclass(frozen=True, slots=True)
class Score:
    """A dimension for display; `points` are None if no check is known."""

    dimension: str
    points: float | None
    short_of: str
    checks: str
    """In Markdown."""


@question()
def scores(view: View) -> tuple[Score, ...]:
    """Return the dimensions of SCORECARD over all collected data."""
    checked = view.frame("scorecard")
    return tuple(
        Score(name, float(points) if known else None, short_of(own), "\n\n".join(told(own)))
        for name, points, known, own in (
            (
                str(row["dimension"]),
                row["score"],
                row["known_checks"],
                checked[checked["dimension"].eq(row["dimension"])],
            )
            for row in dimensions(checked).to_dict("records")
        )
    )


@question()
def weakest(view: View) -> str:
    """Return answers.scorecard.weakest of all collected data."""
    return words.weakest(view.frame("scorecard"))
