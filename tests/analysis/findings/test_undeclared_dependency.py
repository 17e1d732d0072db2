"""Services that fail together without a declared edge: who is looked at, and how many."""

from dataclasses import replace

import numpy as np
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
from tests.builders.analysis.rotations import at
from tests.builders.analysis.written_account import MONTHS, account_of, first_finding


def judged(frame, *pairs):
    found = KIND.tests(declared(frame, *pairs))
    return {(row["subject_id"], row["detail"]): row for _, row in found.iterrows()}


THREE = {"db": daily(5), "api": [*daily(5.1, 20), *daily(8.5, 15)], "web": daily(15)}


def test_the_p_value_is_multiplied_by_the_number_of_partners_looked_at():
    rows = judged(failing(**THREE))
    row = rows["db", "api"]
    assert (row["effect"], row["n"]) == (pytest.approx(20 / 30), 30)
    assert row["p_value"] == pytest.approx(2 * stats.binom.sf(19, 30, row["reference"] + 0.2))
    assert row["is_material"]
    minutes = 20 * 30 * (1 - 30 * row["reference"] / 20)
    assert row["avoidable_minutes_per_month"] == pytest.approx(minutes / MONTHS)
    alone = judged(failing(db=THREE["db"], api=THREE["api"]))["db", "api"]
    assert alone["p_value"] == pytest.approx(stats.binom.sf(19, 30, alone["reference"] + 0.2))


def test_a_pair_that_fails_together_without_an_order_is_found():
    """142 failures, 82 of them with one of the other service, which is first in half of them."""
    hours = np.array([13.0 * step for step in range(142)])
    turns = np.where(np.arange(82) % 2, 0.1, -0.1)
    both = failing(db=hours + 1, api=[*(hours[:82] + 1 + turns), *(hours[82:] + 7)])
    world = replace(account_of(incidents=both), as_of=at(14 * 142))
    rows = {(row["subject_id"], row["detail"]): row for _, row in KIND.tests(world).iterrows()}
    (pair,) = rows
    row = rows[pair]
    assert set(pair) == {"db", "api"}
    assert (row["effect"], row["n"]) == (pytest.approx(82 / 142), 142)
    assert row["reference"] < 0.06
    assert row["is_material"]
    assert row["p_value"] < 1e-7


def test_a_service_counts_once_when_none_of_its_partners_reaches_the_floor():
    rows = judged(failing(**THREE, old=daily(20), new=daily(10)))
    assert [pair for pair, row in rows.items() if row["is_material"]] == [("db", "api")]
    subjects = [subject for subject, _ in rows]
    assert len(subjects) == len(set(subjects))
    assert all(row["p_value"] == 1 for pair, row in rows.items() if pair != ("db", "api"))


def test_every_partner_that_reaches_the_floor_is_judged():
    worker = [*daily(5.12, 25), *daily(11.5, 10)]
    rows = judged(failing(**THREE, worker=worker))
    assert {("db", "api"), ("db", "worker")} <= {
        pair for pair, row in rows.items() if row["is_material"]
    }


def test_the_share_is_that_of_the_service_with_fewer_failures():
    rows = judged(followed(20))
    assert {pair: (row["effect"], row["n"]) for pair, row in rows.items()} == {
        ("api", "db"): (1.0, 20)
    }


def test_of_two_with_as_many_failures_the_one_more_often_first_is_named():
    hours = np.array(daily(5)) + 0.2
    later = np.where(np.arange(30) < 18, 0.1, -0.1)
    assert list(judged(failing(db=hours, api=hours + later))) == [("db", "api")]
    assert list(judged(failing(db=hours, api=hours - later))) == [("api", "db")]
    assert list(judged(failing(db=hours, api=hours))) == [("api", "db")]


@pytest.mark.parametrize(
    "pairs",
    [("db>api",), ("api>db",), ("db>hub", "hub>api"), ("hub>db", "hub>api")],
    ids=["declared", "the other way", "through a third", "both need a third"],
)
def test_what_the_declared_graph_explains_is_not_looked_at(pairs):
    assert not judged(followed(20), *pairs)


def test_needed_by_the_same_service_explains_nothing():
    assert judged(followed(20), "db>shop", "api>shop")["api", "db"]["is_material"]


def test_services_with_fewer_than_ten_failures_are_neither_judged_nor_counted_as_partners():
    rows = judged(failing(**THREE, rare=daily(5.12, 9)))
    assert "rare" not in {name for pair in rows for name in pair}
    assert sum(subject == "db" for subject, _ in rows) == 1
    row = rows["db", "api"]
    assert row["p_value"] == pytest.approx(2 * stats.binom.sf(19, 30, row["reference"] + 0.2))


def test_an_account_without_incidents_has_nothing_to_judge():
    found = KIND.tests(account_of())
    assert found.empty
    assert found.columns.to_list() == list(TESTS)


def test_the_evidence_and_the_sentence_name_both_services():
    world = declared(followed(20))
    found = KIND.tests(world)
    row = first_finding(found[found["is_material"]])
    assert KIND.evidence(world, row)["then_incident_id"].to_list()[:2] == ["db-0", "db-1"]
    assert KIND.sentence(row, NAMES) == (
        "100 % (84 to 100 %) of the 20 failures of Orders API came within ten minutes of one of "
        "Orders database; by chance it would be 3 %. No dependency is declared."
    )
    assert KIND.is_association


@pytest.mark.slow
@pytest.mark.parametrize("is_planted", [True, False])
def test_of_a_simulated_account_only_the_planted_pairs_are_material(is_planted):
    world = build_world(seed=32, end=END, planted=is_planted)
    found = KIND.tests(simulated_account.account(world))
    planted = {
        frozenset((each.subject_id, each.detail.split()[-1]))
        for each in world.planted
        if each.detail.startswith("undeclared, ")
    }
    material = found[found["is_material"]]
    assert {frozenset(pair) for pair in material[["subject_id", "detail"]].to_numpy()} == planted
    assert len(material) == len(planted)
    assert (material["p_value"] < 1e-6).all()
    assert len(found) <= 47
