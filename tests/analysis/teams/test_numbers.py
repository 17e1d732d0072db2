"""Six numbers of a team beside those of all other incidents."""

from datetime import timedelta

import numpy as np
import pytest

from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.teams.numbers import Beside, beside_the_rest
from tests.builders.analysis.written_account import START, account, incident


def some(n, team, *, acked, resolution="responder", first=0, **more):
    """Acknowledged after `acked` minutes, each a quarter of a minute later than the one before."""
    waits = [None if acked is None else acked + number / 4 for number in range(n)]
    return [
        incident(
            "pay",
            acked=wait,
            seconds_to_first_ack=None if wait is None else wait * 60.0,
            resolved=60,
            team_ids=team,
            resolution=resolution,
            created_at=START + timedelta(hours=7 * (first + number)),
            **more,
        )
        for number, wait in enumerate(waits)
    ]


def numbers(*told, team="money"):
    rows = [row for part in told for row in part]
    return {one.name: one for one in beside_the_rest(account(rows, pay={}), team)}


def test_the_rest_are_all_others_those_of_no_team_among_them():
    found = numbers(
        some(12, "money", acked=5),
        some(11, "web", acked=20, first=12),
        some(4, None, acked=20, first=23),
    )
    acks = found["acknowledged"]
    assert (acks.own.value, acks.n) == (375.0, 12)
    assert (acks.rest.value, acks.rest_n) == (1_245.0, 15)
    assert acks.stands_out == "better"
    assert found["resolved"].own.value == found["resolved"].rest.value == 3_600.0
    assert found["resolved"].stands_out == ""


def test_an_incident_of_two_teams_is_the_team_s_and_not_of_the_rest():
    found = numbers(some(3, "money web", acked=5), some(2, "web", acked=5, first=3))
    assert (found["acknowledged"].n, found["acknowledged"].rest_n) == (3, 2)


def test_incidents_that_close_by_themselves_before_an_ack_are_unanswered():
    found = numbers(
        some(12, "money", acked=None, resolution="auto"), some(20, "web", acked=5, first=12)
    )
    unanswered = found["unanswered"]
    assert (unanswered.own.value, unanswered.n) == (1.0, 12)
    assert (unanswered.rest.value, unanswered.rest_n) == (0.0, 20)
    assert unanswered.stands_out == "worse"


def test_an_escalation_counts_by_timer_and_by_hand():
    found = numbers(
        some(4, "money", acked=5, timeout_escalation_count=1),
        some(4, "money", acked=5, manual_escalation_count=2, first=4),
        some(8, "money", acked=5, first=8),
    )
    assert (found["escalated"].own.value, found["escalated"].n) == (0.5, 16)
    assert found["escalated"].rest_n == 0
    assert np.isnan(found["escalated"].rest.value)


def test_interruptions_are_those_that_the_team_s_incidents_caused():
    found = numbers(some(6, "money", acked=5, pages=2), some(3, "web", acked=5, first=6))
    assert (found["asleep"].n, found["asleep"].rest_n) == (12, 3)
    # Every seventh hour from 10:00 on, in UTC: 10, 17, 0, 7, 14, 21.
    assert found["asleep"].own.value == pytest.approx(2 / 6)


def test_incidents_a_week_are_by_the_length_of_the_period():
    found = numbers(some(12, "money", acked=5))
    assert found["weekly"].own.value == pytest.approx(12 / (365.25 / 12 / 7))
    assert found["weekly"].stands_out == ""


@pytest.mark.parametrize(
    ("own", "rest", "n", "stands_out"),
    [
        ((5, 4, 6), (2, 1, 3), 10, "worse"),
        ((2, 1, 3), (5, 4, 6), 10, "better"),
        ((5, 3, 7), (2, 1, 3), 10, ""),
        ((5, 4, 6), (2, 1, 3), 9, ""),
        ((5, np.nan, 6), (2, 1, 3), 10, ""),
    ],
)
def test_a_team_stands_out_if_the_intervals_do_not_overlap_and_both_rest_on_ten(
    own, rest, n, stands_out
):
    found = Beside("acknowledged", "seconds", Estimate(*own), n, Estimate(*rest), 50)
    assert found.stands_out == stands_out


def test_a_team_without_incidents_has_no_values():
    found = numbers(some(12, "web", acked=5))
    assert found["acknowledged"].n == 0
    assert all(np.isnan(one.own.value) for one in found.values() if one.unit != "a week")
