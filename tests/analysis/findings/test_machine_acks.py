"""Acknowledgements that no person can have made, on incidents written by hand."""

from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings import slow_ack
from corvana.analysis.findings.ledger import findings
from corvana.analysis.findings.machine_acks import KIND, answered_by_machine
from corvana.analysis.findings.registry import KINDS
from corvana.frames import TESTS
from tests.builders.analysis.written_account import START, account, finding, incident, subjects


def acked(seconds: float, policy: str = "P1", lasts: float = 60, **more: Any) -> dict[str, Any]:
    return incident(
        "db",
        acked=seconds / 60,
        resolved=lasts,
        seconds_to_first_ack=seconds,
        escalation_policy_id=policy,
        acknowledged_by="ann",
        **more,
    )


BOT = [acked(2, lasts=90)] * 18 + [acked(300)] * 2
PEOPLE = [acked(300, "P2", lasts=30)] * 20
ONE_BOT = account(BOT + PEOPLE, db={}, api={})


def test_a_policy_most_of_whose_acknowledgements_come_at_once_is_a_finding() -> None:
    found: Any = subjects(ONE_BOT, KIND)
    assert found["is_material"].to_dict() == {"P1": True, "P2": False, "account": False}
    assert found.loc["P1", ["n", "effect", "reference"]].to_list() == [20, 0.9, 0.2]
    assert found.loc["P1", "p_value"] < 1e-9


def test_it_needs_no_others_to_compare_with() -> None:
    """200 of 200 within two seconds: a comparison would find that all are alike."""
    ledger = findings(account([acked(2)] * 200, db={}), KINDS)
    found = ledger[ledger["kind"].eq(KIND.name)]
    assert found[["subject_id", "effect", "n"]].to_numpy().tolist() == [["P1", 1.0, 200]]


def test_a_machine_on_most_policies_is_told_once_of_the_whole_account() -> None:
    found: Any = subjects(
        account(BOT + [acked(1, "P2")] * 12 + [acked(400, "P3")] * 12, db={}), KIND
    )
    assert found.index[found["is_material"]].to_list() == ["account"]
    whole = found.loc["account"]
    assert (whole["subject_type"], whole["n"]) == ("account", 44)
    assert whole["effect"] == pytest.approx(30 / 44)


@pytest.mark.parametrize(("seconds", "is_at_once"), [(0, True), (5, True), (6, False)])
def test_five_seconds_are_too_few_to_read_a_page(seconds: float, is_at_once: bool) -> None:
    found: Any = subjects(account([acked(seconds)] * 20, db={}), KIND)
    assert found.loc["P1", "effect"] == float(is_at_once)


def test_a_person_who_acknowledges_everything_once_a_minute_is_no_machine() -> None:
    storm = [acked(seconds) for seconds in range(60)] * 2
    found: Any = subjects(account(storm, db={}), KIND)
    assert found.loc["P1", "effect"] == pytest.approx(0.1)
    assert not found["is_material"].any()


@pytest.mark.parametrize(
    "more",
    [{"urgency": "low"}, {"resolution": "merged"}, {"clock_skew": True}],
    ids=["low urgency", "merged", "wrong clock"],
)
def test_low_urgency_merged_and_wrongly_clocked_incidents_are_left_out(
    more: dict[str, Any],
) -> None:
    found: Any = subjects(account(BOT + [acked(1, **more)] * 10, db={}), KIND)
    assert found.loc["P1", "n"] == 20


def test_an_acknowledgement_by_a_service_is_counted_apart() -> None:
    by_service = incident("db", resolved=60, service_acknowledgement_count=1)
    assert KIND.tests(account([by_service] * 20, db={}))["n"].to_list() == []


def test_avoidable_is_how_much_longer_these_incidents_last_than_those_of_people() -> None:
    # 18 incidents of 90 minutes against the 30 minutes of 22 that people acknowledged.
    minutes = subjects(ONE_BOT, KIND)["avoidable_minutes_per_month"]
    assert minutes.to_dict() == {"P1": pytest.approx(18 * 60), "P2": 0, "account": 18 * 60}
    assert (
        subjects(account([acked(2)] * 20, db={}), KIND)["avoidable_minutes_per_month"].eq(0).all()
    )


def test_the_incidents_a_machine_acknowledged_are_known_only_where_it_is_a_finding() -> None:
    assert answered_by_machine(ONE_BOT).to_list() == [True] * 18 + [False] * 22
    once = account([acked(2, "P2"), *PEOPLE], db={})
    assert not answered_by_machine(once).any()


def test_a_machine_does_not_make_people_elsewhere_look_slow() -> None:
    """People take twelve minutes everywhere; against the machine's two seconds that were slow."""
    people = [acked(720, "P2", created_at=START + timedelta(hours=n)) for n in range(30)]
    others = [acked(720, "P3", created_at=START + timedelta(hours=n)) for n in range(30)]
    machine = [acked(2, created_at=START + timedelta(hours=n)) for n in range(90)]
    tests = slow_ack.KIND.tests(account(people + others + machine, db={}))
    assert not tests["is_material"].any()
    assert tests.set_index("subject_id").loc["P2", "reference"] == 720


def test_the_rows_behind_are_the_acknowledgements_that_came_at_once() -> None:
    rows = KIND.evidence(ONE_BOT, finding(ONE_BOT, KIND, "P1"))
    assert len(rows) == 18
    assert rows.iloc[0].to_dict() == {
        "incident_id": "Q0",
        "service_id": "db",
        "escalation_policy_id": "P1",
        "created_at": pd.Timestamp(START),
        "waited": 2,
        "acknowledged_by": "ann",
        "seconds_to_resolve": 5_400,
    }
    assert len(KIND.evidence(ONE_BOT, finding(ONE_BOT, KIND, "account"))) == 18


def test_it_is_told_in_sentences_with_interval_and_without_a_reference() -> None:
    assert KIND.sentence(finding(ONE_BOT, KIND, "P1"), {"P1": "Payments"}) == (
        "90 % (70 to 97 %) of 20 first acknowledgements on Payments come within 5 s, under "
        "people's names. In that time nobody can read a page, and the escalation stops."
    )
    assert "on the account come" in KIND.sentence(finding(ONE_BOT, KIND, "account"), {})


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
