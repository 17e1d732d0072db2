"""A short soak: every kind of trouble once. `make soak` goes on with two hundred runs."""

import pytest

from tests.builders.conclusions import conclude_nothing
from tests.soak.run import run, troubles_of
from tests.soak.troubles import KINDS

SEEDS = (17, 95, 101, 181, 228)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_after_random_troubles_everything_is_there_or_shown_as_incomplete(seed: int) -> None:
    outcome = run(seed, conclude_nothing)
    assert outcome.ended["finished"] >= 1
    assert outcome.missing == 0 or outcome.incomplete


def test_together_these_runs_have_every_kind_of_trouble() -> None:
    assert {trouble for seed in SEEDS for trouble in troubles_of(seed)} == set(KINDS)
