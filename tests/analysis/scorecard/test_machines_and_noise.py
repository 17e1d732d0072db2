"""No points for answers that nobody gave: a machine's acknowledgements, and pages that pass."""

from typing import Any

import pandas as pd

from corvana.analysis import scorecard
from corvana.analysis.account.analysed import Account
from tests.builders.analysis.written_account import account, incident


def checks(known: Account, dimension: str) -> pd.DataFrame:
    card = scorecard.scorecard(known)
    return card[card["dimension"].eq(dimension)].set_index("check")


def acked(seconds: float, **more: Any) -> dict[str, Any]:
    return incident("db", acked=seconds / 60, resolved=60, seconds_to_first_ack=seconds, **more)


def test_where_a_machine_acknowledges_everything_responsiveness_is_not_known() -> None:
    found = checks(account([acked(2)] * 200, db={}), "Responsiveness")
    assert not found["is_known"].any()
    assert scorecard.dimensions(found.reset_index())["score"].isna().all()


def test_where_a_machine_acknowledges_everything_it_hides_whether_levels_answer() -> None:
    found = checks(account([acked(2)] * 200, db={}), "Escalation hygiene")
    hidden = ["Few incidents escalate", "Somebody is always left to page", "Every level answers"]
    assert not found.loc[hidden, "is_known"].any()


def test_what_people_acknowledge_beside_a_machine_is_what_counts() -> None:
    found = checks(account([acked(2)] * 60 + [acked(600)] * 20, db={}), "Responsiveness")
    soon = found.loc["Half are acknowledged soon"]
    assert (soon["value"], soon["n"]) == (600, 20)


def test_a_resolve_is_not_an_answer() -> None:
    """Nobody acknowledged: not those that passed, nor those that a person only closed."""
    gone = [incident("db", resolved=3, resolution="auto")] * 200
    closed = [incident("db", resolved=3)] * 50
    for rows in (gone, closed, gone + closed):
        found = checks(account(rows, db={}), "Responsiveness")
        assert not found.loc["Acknowledged in time", "is_known"]


def test_an_incident_that_was_open_for_half_an_hour_unacknowledged_was_not_answered() -> None:
    late = [incident("db", resolved=45)] * 10
    found = checks(account(late + [acked(60)] * 10, db={}), "Responsiveness")
    answered = found.loc["Acknowledged in time"]
    assert (answered["value"], answered["n"]) == (0.5, 20)


def test_where_every_page_resolves_itself_no_dimension_of_answers_has_full_points() -> None:
    gone = account([incident("db", resolved=3, resolution="auto")] * 200, db={})
    assert checks(gone, "Responsiveness")["points"].dropna().to_list() == [0, 0]
    escalations = checks(gone, "Escalation hygiene")
    assert not escalations.loc["Few incidents escalate", "is_known"]
    assert not escalations.loc["Every level answers", "is_known"]
