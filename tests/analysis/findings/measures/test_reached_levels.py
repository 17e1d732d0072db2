"""When incidents came to a level, also to an empty one that PagerDuty passed over."""

from corvana.analysis.findings.measures.reached_levels import reached_levels
from tests.builders.analysis.written_account import START, account_of_ways, begun, paged, way

RULES = {"P1": [(15, "ann"), (15, "bob"), (15, "cat")]}


def reached(*ways):
    """Level, minute of coming to it and minutes of waiting from then on, of each incident."""
    found = reached_levels(account_of_ways(ways, RULES))
    minutes = (found["at"] - START).dt.total_seconds() / 60
    return [
        (f"Q{incident}", level, minute, waited / 60)
        for incident, level, minute, waited in zip(
            found["incident"], found["level"], minutes, found["waited"], strict=True
        )
    ]


def test_an_incident_acknowledged_on_level_1_never_came_to_level_2():
    assert reached(way(begun(), acked=9)) == [("Q0", 1, 0.0, 9.0)]


def test_an_empty_level_was_reached_when_a_later_one_was_paged():
    passed_over = way(begun(), paged(15, 3), acked=20)
    assert reached(passed_over) == [("Q0", 1, 0, 20), ("Q0", 2, 15, 5), ("Q0", 3, 15, 5)]


def test_a_first_level_that_was_empty_at_the_start_was_reached_at_the_start():
    assert reached(way(paged(0, 2, "first"), acked=4)) == [("Q0", 1, 0, 4), ("Q0", 2, 0, 4)]


def test_a_new_round_means_that_all_levels_had_their_turn():
    again = way(begun(), paged(15, 2), paged(30, 1), acked=50)
    assert reached(again) == [("Q0", 1, 0, 50), ("Q0", 2, 15, 35), ("Q0", 3, 30, 20)]


def test_sent_back_by_hand_is_no_new_round():
    back = way(begun(), paged(15, 2), paged(20, 1, "manual"), acked=50)
    assert reached(back) == [("Q0", 1, 0, 50), ("Q0", 2, 15, 35)]


def test_who_ran_out_of_people_on_a_level_came_to_the_later_ones_after_its_delay():
    out = way(begun(), acked=40, exhausted=True)
    assert reached(out) == [("Q0", 1, 0, 40), ("Q0", 2, 15, 25), ("Q0", 3, 15, 25)]


def test_running_out_of_people_after_the_ack_says_nothing_of_the_time_before():
    later = way(begun(), acked=9, exhausted=True)
    assert reached(later) == [("Q0", 1, 0, 9)]


def test_an_account_without_incidents_came_to_no_level():
    assert reached() == []
