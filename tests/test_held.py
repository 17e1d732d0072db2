"""What a process notes of the connections whose data it has read."""

from corvana.held import Held


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_connection_is_held_since_its_data_was_first_read() -> None:
    clock = Clock()
    held = Held(clock)
    held.note("a")
    clock.now = 105.0
    held.note("a")
    held.note("b")
    clock.now = 107.0
    assert held.ages() == {"a": 7.0, "b": 2.0}
    assert held.left_for() is None


def test_traces_are_left_since_the_first_held_connection_was_forgotten() -> None:
    clock = Clock()
    held = Held(clock)
    held.note("a")
    held.note("b")
    held.forget(["a"])
    clock.now = 110.0
    held.forget(["b"])
    assert held.ages() == {}
    assert held.left_for() == 10.0


def test_of_a_connection_that_was_never_held_nothing_is_left() -> None:
    held = Held(Clock())
    held.note("a")
    held.forget(["b"])
    assert held.left_for() is None
    assert held.ages() == {"a": 0.0}
