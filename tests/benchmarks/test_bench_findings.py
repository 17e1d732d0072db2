"""The whole ledger on simulated accounts: what was planted is found, and nothing else.

Two seeds of each sort; `benchmarks/bench_findings.py` measures thirty.
"""

import pytest

from benchmarks.bench_findings import Outcome, Sort, false_share, outcome, per_account, recall

pytestmark = pytest.mark.slow

SEEDS = (1, 2)


def _outcomes(sort: Sort) -> list[Outcome]:
    return [outcome(sort, seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def planted() -> list[Outcome]:
    return _outcomes("planted")


def test_nine_in_ten_planted_bottlenecks_are_found(planted):
    assert recall(planted) >= 0.9


def test_at_most_one_finding_in_ten_was_not_planted(planted):
    assert false_share(planted) <= 0.1


def test_what_was_planted_is_at_the_top_of_the_ledger(planted):
    assert min(each.top for each in planted) >= 0.9


def test_where_nothing_was_planted_there_is_at_most_one_finding_an_account():
    assert per_account(_outcomes("unplanted")) <= 1


def test_tiny_services_with_wild_means_and_one_busy_in_proportion_are_never_findings():
    assert [found for each in _outcomes("decoys") for found in each.ledger if found.is_decoy] == []


def test_noise_that_is_everywhere_is_found_and_nothing_else_is():
    found = [(each.kind, each.is_planted) for one in _outcomes("noise") for each in one.ledger]
    assert found == [("pages_for_nothing", True)] * len(SEEDS)
