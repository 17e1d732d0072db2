"""The account of a data version, whole and narrowed; they are shared between sessions, so read
only."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.narrowing import narrow
from corvana.analysis.account.selection import Filters
from corvana.questions.question import question
from corvana.questions.view import View
from corvana.versions.account_frames import account_of


def whole(view: View) -> Account:
    """Return the account over all time that was collected in full."""
    return view.cache.accounts.get(view.key(), lambda: account_of(view.data, view.settings))


def narrowed(view: View, filters: Filters) -> Account:
    """Return the account of a selection; its computed properties are kept with it.

    A page asks for one service over three periods: the chosen one, the one before, and all weeks.
    So a service, team or policy is found in the whole account once, over all weeks, and the periods
    are taken from those few rows. A team of chosen services is found among their rows.
    """
    every = replace(filters, start=view.since, end=view.as_of)
    is_within = every.start <= filters.start and filters.end <= every.end
    if filters.of_places and is_within and filters != every:
        # All but the period is done by then, and must not be done again: of an interruption at
        # night, the incident may have been first paged by day.
        return _narrowed(view, filters, lambda: narrow(narrowed(view, every), filters.period))
    if filters == every and filters.teams and filters.services and not filters.of_times:
        others = replace(filters, teams=())
        return _narrowed(
            view, filters, lambda: narrow(whole(view), filters, narrowed(view, others))
        )
    return _narrowed(view, filters, lambda: narrow(whole(view), filters))


@question()
def first_pages(view: View) -> pd.DataFrame:
    """Return `Account.first_pages` of the whole account: two small columns, a row an incident."""
    return whole(view).first_pages


def incidents(view: View, filters: Filters) -> pd.DataFrame:
    """Return all incidents, with the hours and days of their first page where the filters name
    hours or days."""
    every = view.frame("incidents")
    return every.assign(**first_pages(view)) if filters.of_times else every


def _narrowed(view: View, filters: Filters, make: Callable[[], Account]) -> Account:
    return view.cache.narrowed.get(view.key(filters), make)
