"""Most pages come to nothing, on incidents written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.ledger import findings
from corvana.analysis.findings.pages_for_nothing import KIND
from corvana.analysis.findings.registry import KINDS
from corvana.frames import TESTS
from tests.builders.analysis.written_account import account, finding, incident, subjects


def gone(service: str = "db", policy: str = "P1", **more: Any) -> dict[str, Any]:
    return incident(
        service, resolved=3, **{"resolution": "auto", "escalation_policy_id": policy, **more}
    )


def taken(service: str = "db", policy: str = "P1") -> dict[str, Any]:
    return incident(service, acked=4, resolved=30, escalation_policy_id=policy)


def test_where_every_page_resolves_itself_nothing_stands_out_but_it_is_a_finding() -> None:
    """200 of 200 on one service: nothing to compare with."""
    ledger = findings(account([gone()] * 200, db={}), KINDS)
    found = ledger[["kind", "subject_id", "effect", "n"]].to_numpy().tolist()
    assert found == [["pages_for_nothing", "P1", 1.0, 200]]


def test_one_service_alone_with_four_of_five_for_nothing_is_a_finding() -> None:
    found: Any = subjects(account([gone()] * 80 + [taken()] * 20, db={}), KIND)
    assert found.loc["P1", ["effect", "reference", "is_material"]].to_list() == [0.8, 0.5, True]
    assert found.loc["P1", "p_value"] < 1e-8
    assert not found.loc["account", "is_material"]


def test_noise_on_most_policies_is_told_once_of_the_whole_account() -> None:
    rows = [gone(policy=policy) for policy in ("P1", "P2", "P3") for _ in range(30)]
    found: Any = subjects(account(rows, db={}), KIND)
    assert found.index[found["is_material"]].to_list() == ["account"]
    assert found.loc["account", "n"] == 90


def test_services_far_noisier_than_the_others_are_another_finding() -> None:
    noisy = [gone("db")] * 40 + [taken("api")] * 40
    found: Any = subjects(account(noisy, db={}, api={}), KIND)
    assert found.loc["P1", ["n", "effect"]].to_list() == [40, 0.0]


def test_every_second_page_is_not_yet_most_of_them() -> None:
    found: Any = subjects(account([gone()] * 12 + [taken()] * 8, db={}), KIND)
    assert found.loc["P1", "effect"] == 0.6
    assert not found["is_material"].any()


def test_less_than_one_interruption_a_week_is_not_worth_a_change() -> None:
    few = account([gone(pages=0, first_paged_at=None)] * 30 + [gone()] * 4, db={})
    assert subjects(few, KIND).loc["P1", "n"] == 4
    assert not subjects(few, KIND)["is_material"].any()


def test_incidents_closed_by_the_timeout_did_not_resolve_themselves() -> None:
    closed = incident("db", resolved=120, resolution="auto")
    found: Any = subjects(account([closed] * 20, db={"auto_resolve_timeout": 7_200}), KIND)
    assert found.loc["P1", "effect"] == 0


def test_avoidable_are_ten_minutes_for_each_of_these_interruptions() -> None:
    minutes = subjects(account([gone(pages=2)] * 20 + [taken()] * 5, db={}), KIND)
    assert minutes["avoidable_minutes_per_month"].to_dict() == {
        "P1": pytest.approx(20 * 2 * 10),
        "account": pytest.approx(20 * 2 * 10),
    }


def test_the_rows_behind_are_the_incidents_that_resolved_themselves() -> None:
    world = account([gone()] * 20 + [taken()] * 2, db={})
    rows = KIND.evidence(world, finding(world, KIND, "P1"))
    assert rows.iloc[0].to_dict() == {
        "incident_id": "Q0",
        "service_id": "db",
        "escalation_policy_id": "P1",
        "created_at": pd.Timestamp("2026-03-02T10:00:00", tz="UTC"),
        "seconds_to_resolve": 180,
        "interruptions": 1,
    }
    assert len(rows) == 20


def test_it_is_told_in_one_sentence_with_interval() -> None:
    world = account([gone()] * 20, db={})
    assert KIND.sentence(finding(world, KIND, "P1"), {"P1": "Payments"}) == (
        "100 % (84 to 100 %) of 20 incidents of Payments that paged somebody resolved themselves "
        "before anybody acted on them."
    )
    assert "incidents of the account that" in KIND.sentence(finding(world, KIND, "account"), {})


def test_nothing_is_tested_without_incidents() -> None:
    found = KIND.tests(account())
    assert (len(found), list(found)) == (0, list(TESTS))
