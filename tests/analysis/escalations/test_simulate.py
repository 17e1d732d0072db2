"""What-if of delays, worked by hand; its accuracy is measured by `benchmarks/bench_what_if.py`."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.escalations.simulate import first_delays
from tests.builders.analysis.policy_history import History, delays, loops


def test_a_level_that_never_answers_costs_its_delay() -> None:
    """Level 1 is deaf for 5 minutes, level 2 answers after 2: with 3 minutes it is 5 in all."""
    history = History().add(20, (0, 1), (5, 2), acked=7, hours="sleep")
    row = history.what_if(delays(5, 30), delays(3)).iloc[0]
    assert (row["n"], row["n_acked"], row["n_open"]) == (20, 20, 0)
    assert (row["p90_observed"], row["p90_replayed"], row["p90"]) == (420, 420, 300)
    assert (row["p50_observed"], row["p50_replayed"], row["p50"]) == (420, 420, 300)
    assert row["change"] == pytest.approx(-2 / 7)
    assert row[["p90_low", "p90_high"]].to_list() == pytest.approx([300, 300])
    assert (row["night_pages_observed"], row["night_pages"]) == (40, pytest.approx(40))
    assert not row["extrapolated"]


def test_several_first_delays_tried_at_once_are_each_what_they_are_alone() -> None:
    history = History().add(30, (0, 1), acked=2).add(30, (0, 1), (5, 2), acked=7, hours="sleep")
    present = delays(5, 30)
    together = first_delays("P1", history.observed()["P1"], present, loops(1), [3, 5, 1], seed=1)
    alone = [history.what_if(present, delays(each), repeats=1).iloc[:1] for each in (3, 5, 1)]
    pd.testing.assert_frame_equal(together, pd.concat(alone, ignore_index=True))


def test_a_delay_shorter_than_every_answer_passes_everybody_on() -> None:
    history = History().add(20, (0, 1), acked=1).add(20, (0, 1), (5, 2), acked=7)
    row = history.what_if(delays(5, 30), delays(0)).iloc[0]
    assert (row["p50"], row["p90"], row["acked"]) == (120, 120, 1.0)
    assert row["acked_observed"] == 1.0


def test_a_delay_beyond_what_was_watched_is_marked() -> None:
    history = History().add(20, (0, 1), acked=1).add(20, (0, 1), (5, 2), acked=7)
    table = history.what_if(delays(5, 30), delays(10))
    assert table["extrapolated"].to_list() == [True, True]


def test_the_delay_of_a_level_that_nobody_comes_to_changes_nothing() -> None:
    history = History().add(20, (0, 1), acked=1)
    longer = delays(5, 10).query("level == 2")
    for new in (longer, delays(1)):
        row = history.what_if(delays(5, 30), new).iloc[0]
        assert (row["p90"], row["change"], row["extrapolated"]) == (60, 0, False)


def test_acks_at_once_have_no_error_to_speak_of() -> None:
    row = History().add(20, (0, 1), acked=0).what_if(delays(5), delays(2)).iloc[0]
    assert (row["p90"], row["p90_low"], row["p90_high"]) == (0, 0, 0)


def test_an_earlier_page_can_come_before_the_monitor_resolves() -> None:
    """Half are resolved after 4 minutes; level 2 would have answered 2 minutes after its page."""
    history = History().add(15, (0, 1), resolved=4, resolution="auto")
    row = history.add(15, (0, 1), (5, 2), acked=7).what_if(delays(5, 30), delays(1)).iloc[0]
    assert (row["acked_observed"], row["acked_replayed"], row["acked"]) == (0.5, 0.5, 1.0)
    assert row["p50"] == 180


def test_what_ended_without_a_person_ends_again_at_the_same_time() -> None:
    """Level 2 would have answered 7 minutes after the incident, and it is over after 4."""
    history = History().add(15, (0, 1), resolved=4, resolution="auto")
    row = history.add(15, (0, 1), (5, 2), acked=10).what_if(delays(5, 30), delays(2)).iloc[0]
    assert row["acked"] == 0.5


def test_a_resolve_by_a_person_answers_the_page_as_an_acknowledgement_does() -> None:
    """It comes 4 minutes after the page, however late the page is."""
    history = History().add(20, (0, 1), (5, 2), resolved=9).add(20, (0, 1), (5, 2), acked=9)
    row = history.what_if(delays(5, 30), delays(2)).iloc[0]
    assert (row["acked_replayed"], row["acked"], row["p90"]) == (0.5, 0.5, 360)


def test_a_repeat_that_answered_otherwise_than_the_first_page_does_so_again() -> None:
    """One level: nobody answers at once, everybody a minute into the repeat."""
    history = History().add(20, (0, 1), (5, 1), acked=6)
    row = history.what_if(delays(5), delays(3), repeats=1).iloc[0]
    assert (row["p50_observed"], row["p50_replayed"], row["p50"]) == (360, 360, 240)
    assert (row["acked_observed"], row["acked_replayed"], row["acked"]) == (1, 1, 1)


def test_an_answer_within_a_longer_delay_comes_again_and_nobody_is_made_to_wait() -> None:
    """Those passed on after 5 minutes wait on; what they do then was never seen."""
    history = History().add(180, (0, 1), acked=1).add(9, (0, 1), (5, 2), acked=7)
    row = history.what_if(delays(5, 30), delays(10)).iloc[0]
    assert (row["p50"], row["p90"], row["extrapolated"]) == (60, 60, False)


def test_beyond_what_was_observed_there_is_a_range_and_no_number() -> None:
    """Level 1 was watched for 5 minutes: it may answer at any time in the next five, or never."""
    history = History().add(60, (0, 1), acked=1).add(40, (0, 1), (5, 2), acked=7)
    row = history.what_if(delays(5, 30), delays(10)).iloc[0]
    assert row["extrapolated"]
    assert row[["p50", "p90", "change", "acked", "night_pages", "ran_out"]].isna().all()
    # From no change to a page that comes five minutes later.
    assert row[["p90_low", "p90_high"]].to_list() == pytest.approx([7 * 60, 12 * 60])


def test_the_last_page_is_answered_also_when_nobody_else_is_left_to_page() -> None:
    history = History().add(60, (0, 1), acked=1).add(40, (0, 1), acked=4)
    row = history.what_if(delays(5), delays(2)).iloc[0]
    assert (row["p90"], row["ran_out"], row["extrapolated"]) == (240, 0.4, False)


def test_the_range_has_no_upper_end_when_more_run_out_of_people_than_ever_did() -> None:
    """Level 2, which nobody ever came to, has to answer 40 incidents within two minutes."""
    history = History().add(60, (0, 1), acked=1).add(40, (0, 1), acked=4)
    row = history.what_if(delays(5, 30), delays(2, 2)).iloc[0]
    assert row["extrapolated"]
    assert row["p90_low"] <= 240
    assert np.isnan(row["p90_high"])


def test_who_runs_out_of_people_is_looked_at_as_late_as_before() -> None:
    """Twenty were acknowledged 55 minutes after nobody was left to page, which is now earlier."""
    history = History().add(80, (0, 1), acked=1).add(20, (0, 1), acked=60)
    row = history.what_if(delays(5), delays(2)).iloc[0]
    assert (row["p90_observed"], row["p90_replayed"], row["p90"]) == (3_600, 3_600, 57 * 60)
    assert (row["ran_out_replayed"], row["ran_out"]) == (0.2, 0.2)


def test_answers_that_come_after_the_new_delay_are_counted() -> None:
    history = History().add(60, (0, 1), acked=1).add(40, (0, 1), acked=4)
    table = history.what_if(delays(5, 30), delays(2))
    assert table["cut_off"].to_list() == [40, 40]


def test_hours_with_enough_incidents_answer_in_their_own_way() -> None:
    history = History().add(40, (0, 1), acked=1)
    history.add(30, (0, 1), (5, 2), acked=7, hours="sleep")
    row = history.what_if(delays(5, 30), delays(3)).iloc[0]
    assert row["night_pages_observed"] == 60
    assert row["night_pages_replayed"] == pytest.approx(60, rel=1e-3)
    assert (row["p50_replayed"], row["p90_replayed"], row["p90"]) == (60, 420, 300)


def test_unknown_hours_are_replayed_from_all_and_are_no_night() -> None:
    row = History().add(20, (0, 1), acked=1, hours=None).what_if(delays(5), delays(2)).iloc[0]
    assert (row["p90"], row["night_pages"]) == (60, 0)


def test_with_fewer_than_twenty_acks_there_is_no_p90() -> None:
    row = History().add(19, (0, 1), acked=1).what_if(delays(5), delays(2)).iloc[0]
    assert row["p50"] == 60
    assert row[["p90", "p90_low", "p90_observed", "change", "backtest"]].isna().all()


def test_incidents_delegated_to_a_policy_are_not_replayed_on_it() -> None:
    history = History().add(20, (0, 1), acked=1).add(5, (0, 1), acked=9, begins="delegation")
    assert history.what_if(delays(5), delays()).iloc[0]["n"] == 20


def test_open_incidents_are_watched_until_the_end_of_sight() -> None:
    history = History().add(20, (0, 1), acked=1).add(4, (0, 1))
    row = history.what_if(delays(500), delays()).iloc[0]
    assert (row["n"], row["n_acked"], row["n_open"]) == (24, 20, 4)
    assert row["acked_observed"] == pytest.approx(20 / 24)


def test_the_same_delays_and_luck_change_nothing_and_another_seed_little() -> None:
    history = History()
    for second in range(1, 41):
        history.add(1, (0, 1), acked=second / 20)
    history.add(10, (0, 1), (5, 2), acked=7)
    one, other = (history.what_if(delays(5, 30), delays(5, 30), seed=seed) for seed in (1, 2))
    assert one["change"].to_list() == [0, 0]
    assert one.loc[0, "p50"] == pytest.approx(other.loc[0, "p50"], rel=0.05)
    pd.testing.assert_frame_equal(one, history.what_if(delays(5, 30), delays(5, 30), seed=1))


def test_a_policy_without_rules_has_no_timers() -> None:
    row = History().add(20, (0, 1), (5, 2), acked=7).what_if(delays(), delays()).iloc[0]
    assert row["acked_replayed"] == 0
    assert row["acked_observed"] == 1


def test_nothing_to_replay_is_an_empty_account() -> None:
    table: Any = History().what_if(delays(5), delays(2))
    assert table["n"].to_list() == [0]
    assert table["escalation_policy_id"].isna().all()
    assert np.isnan(table.loc[0, "acked"])
