"""What-if of delays: worked by hand, and against accounts whose delays are really changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.escalations.climbing import stays
from corvana.analysis.escalations.latency import latency
from corvana.analysis.escalations.replay import Model
from corvana.analysis.escalations.simulate import first_delays, observe, what_if
from corvana.analysis.on_call.hours import classify
from corvana.sandbox.play import build as sandbox
from corvana.sandbox.world.organisation import add_priorities
from tests.builders.analysis.climbing_incidents import AS_OF, incident, incidents_of, step, steps_of


def delays(*minutes: int, policy: str = "P1") -> pd.DataFrame:
    """A chain of levels with these delays, or the new ones of its first levels."""
    rows = [
        {
            "escalation_policy_id": policy,
            "level": level,
            "escalation_delay_in_minutes": delay,
            "target": "ann",
            "target_type": "user",
        }
        for level, delay in enumerate(minutes, start=1)
    ]
    return frames.conform(pd.DataFrame(rows, columns=list(frames.RULES)), frames.RULES)


def loops(count: int) -> pd.DataFrame:
    return pd.DataFrame({"escalation_policy_id": ["P1"], "num_loops": [count]})


class History:
    """Incidents of one policy, told by their steps."""

    def __init__(self) -> None:
        self._incidents: list[dict[str, Any]] = []
        self._steps: list[dict[str, Any]] = []
        self._hours: list[str | None] = []

    def add(
        self,
        count: int,
        *steps: tuple[float, int],
        hours: str | None = "business",
        begins: str = "first",
        **ends: float,
    ) -> "History":
        for _ in range(count):
            name = f"Q{len(self._incidents)}"
            self._incidents.append(incident(name, **ends))
            self._hours.append(hours)
            for place, (minute, level) in enumerate(steps):
                self._steps.append(step(name, minute, level, "timeout" if place else begins))
        return self

    def what_if(
        self, present: pd.DataFrame, new: pd.DataFrame, *, repeats: int = 0, seed: int = 1
    ) -> pd.DataFrame:
        return what_if(self.observed(), present, loops(repeats), new, seed=seed)

    def observed(self) -> dict[str, Model]:
        incidents = incidents_of(*self._incidents)
        found = stays(incidents, steps_of(*self._steps), as_of=AS_OF)
        known = incidents.assign(hours_class=pd.array(self._hours, dtype="str"))
        return observe(found, known)


def test_a_latency_is_drawn_from_what_was_seen_and_goes_on_at_its_later_rate() -> None:
    """KM: ¼, ½, ¾ at 60, 120, 180 s; beyond 120 s one ack in 60 + 180 s of watching."""
    seen = latency(np.array([60.0, 120.0, 180.0, 300.0]), np.array([True, True, True, False]))
    drawn = seen.draw(np.array([0.1, 0.25, 0.26, 0.75]))
    assert drawn.tolist() == [60, 60, 120, 180]
    assert (seen.observed, seen.rate) == (300, 1 / 240)
    beyond = seen.draw(np.array([0.2, 0.9]))
    assert beyond.tolist() == pytest.approx([60, 300 - 240 * np.log(0.4)])


def test_without_an_event_a_latency_is_never_over() -> None:
    seen = latency(np.array([60.0, 90.0]), np.array([False, False]))
    assert seen.draw(np.array([0.01, 0.99])).tolist() == [np.inf, np.inf]


def test_a_level_that_never_answers_costs_its_delay() -> None:
    """Level 1 is deaf for 5 minutes, level 2 answers after 2: with 3 minutes it is 5 in all."""
    history = History().add(20, (0, 1), (5, 2), acked=7, hours="sleep")
    row = history.what_if(delays(5, 30), delays(3)).iloc[0]
    assert (row["n"], row["n_acked"], row["n_open"]) == (20, 20, 0)
    assert (row["p90_observed"], row["p90_replayed"], row["p90"]) == (420, 420, 300)
    assert (row["p50_observed"], row["p50_replayed"], row["p50"]) == (420, 420, 300)
    assert (row["backtest"], row["change"]) == (0, pytest.approx(-2 / 7))
    assert (row["p90_low"], row["p90_high"]) == (300, 300)
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


def test_a_level_that_nobody_came_to_is_beyond_what_was_watched() -> None:
    history = History().add(20, (0, 1), acked=1)
    new = delays(5, 10).query("level == 2")
    assert history.what_if(delays(5, 30), new)["extrapolated"].to_list() == [True, True]
    assert history.what_if(delays(5, 30), delays(1))["extrapolated"].to_list() == [False, False]


def test_acks_at_once_have_no_error_to_speak_of() -> None:
    row = History().add(20, (0, 1), acked=0).what_if(delays(5), delays(2)).iloc[0]
    assert (row["p90"], row["p90_low"], row["p90_high"]) == (0, 0, 0)


def test_an_earlier_page_can_come_before_the_monitor_resolves() -> None:
    """Half are resolved after 4 minutes; level 2 would have answered 2 minutes after its page."""
    history = History().add(15, (0, 1), resolved=4).add(15, (0, 1), (5, 2), acked=7)
    row = history.what_if(delays(5, 30), delays(1)).iloc[0]
    assert (row["acked_observed"], row["acked"]) == (0.5, 1.0)
    assert row["acked_replayed"] == pytest.approx(0.5, abs=0.02)
    assert row["p50"] == 180


def test_the_back_test_shows_that_a_repeat_is_no_second_draw() -> None:
    """One level: nobody answers at once, everybody a minute into the repeat.

    Drawn anew each time, half would answer at once and a quarter not at all.
    """
    history = History().add(20, (0, 1), (5, 1), acked=6)
    row = history.what_if(delays(5), delays(), repeats=1).iloc[0]
    assert (row["p50_observed"], row["p50_replayed"]) == (360, 60)
    assert row["acked_observed"] == 1.0
    assert row["acked_replayed"] == pytest.approx(0.75, abs=0.02)


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


# --- accounts whose delays are really changed ---


def lived(monkeypatch: pytest.MonkeyPatch, change: Callable[[int], int]) -> Account:
    """An account played from the start with changed delays; arrivals and people are the same."""

    def with_other_delays(organisation: Any) -> None:
        add_priorities(organisation)
        for policy in tuple(organisation.policies):
            rules = tuple(
                replace(rule, delay_minutes=change(rule.delay_minutes)) for rule in policy.rules
            )
            organisation.replace_policy(replace(policy, rules=rules))

    with monkeypatch.context() as patched:
        patched.setattr(sandbox, "add_priorities", with_other_delays)
        world = sandbox.build_world(
            seed=5, end=datetime(2026, 3, 1, tzinfo=UTC), days=120, incidents=5000, planted=False
        )
    found = account(world)
    zones = {user.id: user.time_zone for user in world.users}
    first = found.escalation_steps.drop_duplicates("incident_id").set_index("incident_id")
    paged = first["to_responders"].str.split().str[0].map(zones)
    hours = classify(first["at"], paged)
    classes = found.incidents["incident_id"].map(hours)
    return replace(found, incidents=found.incidents.assign(hours_class=classes))


def replayed(lived: Account, new: pd.DataFrame) -> pd.DataFrame:
    found = stays(lived.incidents, lived.escalation_steps, as_of=lived.end)
    models = observe(found, lived.incidents)
    return what_if(models, lived.rules, lived.repeats, new, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", [lambda minutes: max(1, minutes // 2), lambda _: 5], ids=["halved", "five minutes"]
)
def test_what_really_happens_lies_within_the_stated_error(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[int], int]
) -> None:
    present, really = (lived(monkeypatch, each) for each in (lambda minutes: minutes, change))
    predicted = replayed(present, really.rules)
    observed = replayed(really, really.rules.iloc[:0])
    both = predicted.merge(
        observed[["escalation_policy_id", "p90_observed", "night_pages_observed"]],
        on="escalation_policy_id",
        suffixes=("", "_really"),
    )
    total = both.iloc[-1]
    assert total["p90_low"] <= total["p90_observed_really"] <= total["p90_high"]
    assert total["p90_high"] / total["p90_low"] < 1.5
    assert total["night_pages"] == pytest.approx(total["night_pages_observed_really"], rel=0.1)
    known = both.iloc[:-1].dropna(subset=["p90_low", "p90_observed_really"])
    within = known["p90_observed_really"].between(known["p90_low"], known["p90_high"])
    assert len(known) > 10
    assert within.mean() >= 0.85
