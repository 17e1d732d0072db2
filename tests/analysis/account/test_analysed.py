"""What an account shares: computed once, and whose pages are whose."""

from dataclasses import replace

import pandas as pd

from corvana import frames
from corvana.analysis.account.analysed import Account, per_account
from tests.builders.analysis.rotations import at, framed, shifts
from tests.builders.analysis.written_account import DAY, PERIOD, account_of, incidents


def test_what_is_kept_per_account_is_computed_once_for_each() -> None:
    asked: list[Account] = []

    @per_account
    def kept(account: Account) -> int:
        asked.append(account)
        return len(asked)

    one, other = account_of(), account_of()
    assert [kept(one), kept(one), kept(other), kept(one)] == [1, 1, 2, 1]
    assert asked == [one, other]


def test_shifts_are_planned_until_84_days_after_collection_if_any_is_still_to_come() -> None:
    past = account_of(shifts=shifts(("S1", "ann", 0, PERIOD)))
    assert past.planned_until == at(PERIOD)
    coming = account_of(shifts=shifts(("S1", "ann", 0, PERIOD + 1)))
    assert coming.planned_until == at(PERIOD + 84 * DAY)


def test_a_page_belongs_to_its_incidents_row_or_to_none() -> None:
    rows = [
        {"responder": "ann", "at": at(hour), "incident_id": incident}
        for hour, incident in ((9, "Q1"), (10, "gone"), (2, "Q1"), (3, "Q0"))
    ]
    pages = framed(rows, frames.INTERRUPTIONS)
    known = account_of(incidents=incidents({}, {}, {}), interruptions=pages)
    assert known.page_incidents.tolist() == [1, -1, 1, 0]
    # The first page of Q1 came at two in the night, Q2 had none.
    assert known.hours_class.astype("str").fillna("none").tolist() == ["sleep", "sleep", "none"]
    fewer = replace(known, incidents=known.incidents.iloc[1:])
    assert fewer.page_incidents.tolist() == [0, -1, 0, -1]
    assert fewer.hours_class.isna().tolist() == [False, True]
    assert pd.Index(fewer.hours_class.index).tolist() == [1, 2]
