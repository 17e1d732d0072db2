"""Waiting times for an answer: from what was seen, from other policies, and beyond."""

import numpy as np
import pytest

from corvana.analysis.escalations.latency import latency, pool

SECONDS = np.repeat([60.0, 120.0, 180.0, 300.0], 5)
ANSWERED = np.repeat([True, True, True, False], 5)


def test_a_latency_is_drawn_from_what_was_seen_and_goes_on_at_its_later_rate() -> None:
    """KM: ¼, ½, ¾ at 60, 120, 180 s. In the later half of 300 s, five acks in 30 s of waiting each
    and five times 150 s without one."""
    seen = latency(SECONDS, ANSWERED)
    drawn = seen.draw(np.array([0.1, 0.25, 0.26, 0.75]))
    assert drawn.tolist() == [60, 60, 120, 180]
    assert (seen.horizon, seen.rates.tolist()) == (300, [5 / 900])
    beyond = seen.draw(np.array([0.2, 0.9]))
    assert beyond.tolist() == pytest.approx([60, 300 - 180 * np.log(0.4)])


def test_without_an_event_a_latency_is_never_over() -> None:
    seen = latency(np.array([60.0, 90.0]), np.array([False, False]))
    assert seen.draw(np.array([0.01, 0.99])).tolist() == [np.inf, np.inf]


def test_who_has_waited_is_drawn_from_those_who_waited_as_long() -> None:
    """Of ten that wait at 120 s, five are answered at 180 s and five at 300 s or later."""
    seen = latency(SECONDS, ANSWERED)
    drawn = seen.draw(np.array([0.1, 0.5, 0.9]), np.array([120.0, 120.0, 120.0]))
    assert drawn[:2].tolist() == [180, 180]
    assert drawn[2] == pytest.approx(300 - 180 * np.log(0.2))
    after = seen.draw(np.array([0.5]), np.array([480.0]))
    assert after.tolist() == pytest.approx([480 - 180 * np.log(0.5)])


def test_later_than_was_watched_answers_come_as_they_do_elsewhere() -> None:
    """Elsewhere everybody waits for ten minutes and nobody answers in the sixth to ninth."""
    others = pool(np.repeat([200.0, 599.0], 50), np.repeat([True, False], 50))
    seen = latency(SECONDS, ANSWERED, others)
    assert seen.draw(np.array([0.75])).tolist() == [180]
    # In the last cells of waiting elsewhere nobody answers, and nobody is known to answer later.
    assert seen.draw(np.array([0.9])).tolist() == [np.inf]


def test_a_policy_slower_than_the_others_stays_slower() -> None:
    """A hundred pages waited for 300 s without an answer; elsewhere a third was answered."""
    others = pool(np.linspace(10, 900, 500), np.ones(500, dtype=bool))
    slow = latency(np.full(100, 300.0), np.zeros(100, dtype=bool), others)
    alike = latency(
        np.linspace(10, 900, 500).clip(max=300.0), np.linspace(10, 900, 500) <= 300, others
    )
    later = [each.draw(np.array([0.5]), np.array([300.0]))[0] for each in (slow, alike)]
    assert later[0] > later[1] > 300
