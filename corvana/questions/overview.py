"""Questions of the overview: the main answer, and the collected data."""

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import overview as answers
from corvana.analysis.response import breakdowns
from corvana.questions import findings
from corvana.questions.labels import subjects
from corvana.questions.question import question
from corvana.questions.response import summary
from corvana.questions.view import View


@question()
def answer(view: View, filters: Filters) -> str:
    """Return answers.overview.answer: the acknowledgements of the period, and the results of all
    collected data."""
    acks = summary(view, filters, "seconds_to_first_ack")
    checks, found = None, None
    if findings.is_analysed(view):
        checks, found = view.frame("scorecard"), findings.listed(view)
    return answers.answer(acks, filters, checks, found, subjects(view))


@question()
def weeks(view: View, time_zone: str) -> pd.DataFrame:
    """Return breakdowns.weekly_trend of the acknowledgements of all that was collected."""
    return breakdowns.weekly_trend(view.frame("incidents"), "seconds_to_first_ack", time_zone)


@question()
def collected(view: View) -> str:
    """Return answers.overview.collected of the data version."""
    return answers.collected(
        view.frame("incidents"), view.covered_since, view.as_of, view.incomplete
    )
