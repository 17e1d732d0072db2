"""Questions of the overview: the main answer, and the collected data."""

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import overview as answers
from corvana.analysis.response import breakdowns
from corvana.questions import accounts, findings, scorecard
from corvana.questions.labels import selected
from corvana.questions.question import question
from corvana.questions.response import summary, trend
from corvana.questions.view import View


def answer(view: View, filters: Filters, time_zone: str) -> str:
    """Return answers.overview.answer: the acknowledgements of the period, and the results of all
    collected data."""
    acks = summary(view, filters, "seconds_to_first_ack")
    until, concluded = view.analysed_as_of, None
    if until is not None:
        # Neither sentence depends on the filters, so each is kept and not made at every change.
        found = findings.answer(view, findings.answered(view))
        concluded = answers.Concluded(scorecard.weakest(view), found, view.since, until)
    return answers.answer(acks, selected(view, filters, time_zone), concluded)


@question()
def weeks(view: View) -> pd.DataFrame:
    """Return breakdowns.weekly_trend of the acknowledgements of all that was collected.

    Weeks begin on Monday on the account's clock, as those of the walkthrough. `is_whole` says
    whether a week lies wholly in the collected time.
    """
    account = accounts.whole(view)
    found = breakdowns.weekly_trend(account.incidents, "seconds_to_first_ack", account.time_zone)
    whole = breakdowns.whole_weeks(found, account.start, account.end, account.time_zone)
    partly = found[~found["week"].isin(whole["week"])]
    every = pd.concat([partly.assign(is_whole=False), whole.assign(is_whole=True)])
    return every.sort_values("week", ignore_index=True)


@question()
def usual_weeks(view: View, filters: Filters) -> pd.DataFrame:
    """Return the selection's whole weeks on the account's clock, by which usual weeks are told."""
    return trend(view, filters, "seconds_to_first_ack", accounts.whole(view).time_zone)


@question()
def collected(view: View) -> str:
    """Return answers.overview.collected of the data version."""
    return answers.collected(
        view.frame("incidents"), view.covered_since, view.as_of, view.incomplete
    )
