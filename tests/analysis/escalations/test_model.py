"""What a policy is replayed with, learnt from stays that are told by hand."""

import numpy as np

from corvana.analysis.escalations.latency import NO_POOL
from corvana.analysis.escalations.model import (
    Chain,
    Elsewhere,
    RunOut,
    learn,
    pages,
    run_outs,
    timed,
)
from corvana.analysis.escalations.replay import replay
from tests.builders.analysis.policy_history import History

CHAIN = Chain({1: 300.0, 2: 1_800.0}, 0)


def test_a_stay_without_a_timer_says_nothing_of_late_answers() -> None:
    """Its urgency was low for a while: level 2 was not paged, and the answer came after an hour."""
    history = History().add(30, (0, 1), acked=1).add(20, (0, 1), acked=60)
    seen = history.add(20, (0, 1), (5, 2), acked=7).observed()["P1"]
    stays = timed(seen, CHAIN)
    assert stays.seconds[stays.level == 1].max() == 300
    assert stays.answered[stays.level == 1].sum() == 30
    model = learn(seen, CHAIN)
    assert model.untimed.sum() == 20
    assert model.watched == {1: 300.0, 2: 120.0}


def test_such_a_stay_goes_on_without_a_timer() -> None:
    history = History().add(80, (0, 1), acked=1).add(20, (0, 1), acked=60)
    shorter = Chain({1: 120.0, 2: 1_800.0}, 0)
    seen = history.observed()["P1"]
    again = replay(learn(seen, CHAIN), shorter, np.random.default_rng(1))
    assert sorted(set(again.to_ack)) == [60, 3_600]


def test_a_longer_delay_that_held_before_was_watched() -> None:
    history = History().add(30, (0, 1), acked=1).add(10, (0, 1), (10, 2), acked=12)
    model = learn(history.add(10, (0, 1), (5, 2), acked=7).observed()["P1"], CHAIN)
    assert model.watched[1] == 600


def test_incidents_of_which_nobody_is_left_to_page_are_no_answers_of_the_last_level() -> None:
    """Twelve are looked at half an hour after level 2's delay, half of them resolved at once."""
    history = History().add(30, (0, 1), acked=1).add(6, (0, 1), (5, 2), acked=65)
    seen = history.add(6, (0, 1), (5, 2), resolved=65).observed()["P1"]
    found = run_outs(seen, CHAIN)
    assert sorted(found.seconds) == [1_800] * 12
    assert found.acked.sum() == 6
    assert pages(seen, CHAIN).answered.sum() == 30


def test_with_few_of_its_own_a_policy_runs_out_of_people_like_the_others() -> None:
    seen = History().add(30, (0, 1), acked=1).add(9, (0, 1), (5, 2), acked=65).observed()["P1"]
    elsewhere = RunOut(np.full(40, 60.0), np.ones(40, dtype=bool))
    model = learn(seen, CHAIN, Elsewhere(pages(seen, CHAIN), NO_POOL, elsewhere))
    assert model.run_out is elsewhere


def test_whose_page_was_not_answered_in_time_is_drawn_from_those_who_waited_as_long() -> None:
    """Ten that level 1 passed on after 2 minutes would have been answered after 4, as twenty were
    whose level kept them for 5."""
    history = History().add(20, (0, 1), acked=4).add(10, (0, 1), (2, 2), acked=30)
    seen = history.add(10, (0, 1), (5, 2), acked=6).observed()["P1"]
    again = replay(learn(seen, CHAIN), CHAIN, np.random.default_rng(1))
    # Two of three wait for four minutes; the third is passed on, and level 2 takes 28.
    late = np.mean(again.to_ack == (5 + 28) * 60)
    assert 0.05 < late < 0.12
    assert np.mean(again.to_ack == 240) > 0.6
