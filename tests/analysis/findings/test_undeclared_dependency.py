"""Services that follow each other without a declared edge: who is looked at, and how many."""

import pytest
from scipy import stats

from benchmarks import simulated_account
from corvana.analysis.findings.undeclared_dependency import KIND
from corvana.frames import TESTS
from corvana.sandbox.play.build import build_world
from tests.builders.analysis.following_failures import (
    END,
    NAMES,
    daily,
    declared,
    failing,
    followed,
)
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding


def judged(frame, *pairs):
    found = KIND.tests(declared(frame, *pairs))
    return {(row["subject_id"], row["detail"]): row for _, row in found.iterrows()}


THREE = {"db": daily(5), "api": daily(5.1, 20), "web": daily(15)}


def test_the_p_value_is_multiplied_by_the_number_of_followers_looked_at():
    rows = judged(failing(**THREE))
    row = rows["db", "api"]
    assert (row["effect"], row["n"]) == (pytest.approx(20 / 30), 30)
    assert row["p_value"] == pytest.approx(2 * stats.binom.sf(19, 30, 1 / 9 + 0.2))
    assert row["is_material"]
    assert row["avoidable_minutes_per_month"] == pytest.approx(20 * 30 * (1 - 1 / 6) / MONTHS)
    alone = judged(failing(db=THREE["db"], api=THREE["api"]))
    assert alone["db", "api"]["p_value"] == pytest.approx(row["p_value"] / 2)


def test_a_service_counts_once_when_none_of_its_followers_reaches_the_floor():
    rows = judged(failing(**THREE, old=daily(20), new=daily(10)))
    subjects = [subject for subject, _ in rows]
    assert sorted(subjects) == ["api", "db", "new", "old", "web"]
    assert [pair for pair, row in rows.items() if row["is_material"]] == [("db", "api")]
    assert all(row["p_value"] == 1 for pair, row in rows.items() if pair != ("db", "api"))


def test_every_follower_that_reaches_the_floor_is_judged():
    rows = judged(failing(**THREE, worker=daily(5.12, 25)))
    assert {("db", "api"), ("db", "worker")} <= {
        pair for pair, row in rows.items() if row["is_material"]
    }


def test_of_two_that_follow_each_other_the_one_more_often_first_is_named():
    one_way, other_way = daily(5, 30)[:18], daily(5, 30)[18:]
    db = [*one_way, *(hour + 0.1 for hour in other_way)]
    api = [*(hour + 0.1 for hour in one_way), *other_way]
    rows = judged(failing(db=db, api=api))
    assert list(rows) == [("db", "api")]
    assert rows["db", "api"]["effect"] == pytest.approx(18 / 30)


@pytest.mark.parametrize(
    "pairs",
    [("db>api",), ("api>db",), ("db>hub", "hub>api"), ("hub>db", "hub>api")],
    ids=["declared", "the other way", "through a third", "both need a third"],
)
def test_what_the_declared_graph_explains_is_not_looked_at(pairs):
    assert not judged(followed(20), *pairs)


def test_needed_by_the_same_service_explains_nothing():
    assert judged(followed(20), "db>shop", "api>shop")["db", "api"]["is_material"]


def test_services_with_fewer_than_ten_failures_are_neither_judged_nor_counted_as_followers():
    rows = judged(failing(**THREE, rare=daily(5.12, 9)))
    assert "rare" not in {name for pair in rows for name in pair}
    assert rows["db", "api"]["p_value"] == judged(failing(**THREE))["db", "api"]["p_value"]


def test_an_account_without_incidents_has_nothing_to_judge():
    found = KIND.tests(account_of())
    assert found.empty
    assert found.columns.to_list() == list(TESTS)


def test_the_evidence_and_the_sentence_name_both_services():
    world = declared(followed(20))
    found = KIND.tests(world)
    row = first_finding(found[found["is_material"]])
    assert KIND.evidence(world, row)["then_incident_id"].to_list()[:2] == ["api-0", "api-1"]
    assert KIND.sentence(row, NAMES) == (
        "67 % (49 to 81 %) of the 30 failures of Orders database were followed by one of "
        "Orders API within ten minutes; by chance it would be 11 %. No dependency is declared."
    )
    assert KIND.is_association


@pytest.mark.slow
@pytest.mark.parametrize("is_planted", [True, False])
def test_of_a_simulated_account_only_the_planted_pair_is_material(is_planted):
    world = build_world(seed=32, end=END, planted=is_planted)
    found = KIND.tests(simulated_account.account(world))
    planted = [
        [each.subject_id, each.detail.removeprefix("undeclared, to ")]
        for each in world.planted
        if each.detail.startswith("undeclared, to ")
    ]
    material = found[found["is_material"]]
    assert material[["subject_id", "detail"]].to_numpy().tolist() == planted
    assert (material["p_value"] < 1e-6).all()
    assert len(found) <= 45
