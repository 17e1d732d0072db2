"""How often targets are met, on a few incidents written by hand."""

import math
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corvana.analysis.account.selection import NO_PRIORITY
from corvana.analysis.assessment import targets
from corvana.analysis.assessment.attainment import by_group
from corvana.analysis.assessment.targets import Target
from corvana.analysis.response import durations
from corvana.analysis.statistics import estimates
from tests.builders.analysis.targets import (
    ACK,
    ALL,
    AS_OF,
    P1,
    RESOLVE,
    attained,
    judged,
    lived,
)
from tests.builders.analysis.written_account import incidents


def test_every_incident_is_accounted_for():
    got = attained(
        lived(60, 600),
        lived(900, 950),
        lived(901, 950),
        lived(None, 300, resolution="auto"),
        lived(None, 4_000),
        lived(),
        lived(created_at=AS_OF - timedelta(seconds=600)),
        lived(30, 60, created_at=AS_OF - timedelta(seconds=600)),
        lived(30, 60, priority="P4"),
        lived(30, 60, priority=None),
        lived(30, 60, resolution="merged"),
        lived(30, 60, in_maintenance=True),
    )
    assert (got.n, got.n_met, got.n_missed) == (6, 2, 4)
    assert (got.n_late, got.n_without_ack, got.n_open) == (1, 2, 1)
    assert got.n_late + got.n_without_ack + got.n_open == got.n_missed
    assert (got.n_early, got.n_young, got.n_without_target, got.n_left_out) == (1, 2, 2, 2)
    assert got.share.value == 2 / 6
    assert got.share.interval == estimates.share(2, 6).interval


@pytest.mark.parametrize(("seconds", "met"), [(0, 1), (899.9, 1), (900, 1), (900.1, 0)])
def test_a_target_is_met_at_exactly_its_time_and_missed_after(seconds, met):
    assert attained(lived(seconds, 5_000)).n_met == met


@pytest.mark.parametrize(
    ("age", "n", "young"), [(899, 0, 1), (900, 0, 1), (901, 1, 0), (86_400, 1, 0)]
)
def test_an_open_incident_is_missed_once_its_target_passed_and_unknown_before(age, n, young):
    got = attained(lived(created_at=AS_OF - timedelta(seconds=age)))
    assert (got.n, got.n_open, got.n_met, got.n_young) == (n, n, 0, young)


def test_a_young_incident_that_is_over_is_not_judged_before_the_others_of_its_age():
    got = attained(
        lived(60, 120, created_at=AS_OF - timedelta(hours=3)),
        lived(60, 120, created_at=AS_OF - timedelta(hours=5)),
        measure=RESOLVE,
    )
    assert (got.n, got.n_met, got.n_young) == (1, 1, 1)


def test_a_resolve_is_no_acknowledgement_and_an_early_one_is_told_apart():
    got = attained(lived(None, 60), lived(None, 901))
    assert (got.n_met, got.n_without_ack, got.n_early) == (0, 2, 1)


def test_a_resolve_by_a_machine_meets_the_target_to_resolve():
    got = attained(lived(None, 60, resolution="auto"), lived(60, 14_401), measure=RESOLVE)
    assert (got.n, got.n_met, got.n_late, got.n_without_ack) == (2, 1, 1, 0)


def test_a_reopened_incident_counts_by_its_first_resolve_and_is_not_resolved_while_open_again():
    ended, again = lived(60, 3_600, reopened=True), lived(60, None, reopened=True)
    got = attained(ended, again, measure=RESOLVE)
    assert (got.n, got.n_met, got.n_open) == (2, 1, 1)
    assert attained(ended, again).n_met == 2


def test_nothing_is_judged_without_incidents():
    got = attained(lived(30, 60, resolution="merged"))
    assert (got.n, got.n_met, got.n_left_out) == (0, 0, 1)
    assert math.isnan(got.share.value)
    assert by_group(judged(lived(30, 60, resolution="merged")), "level").empty


def test_nothing_is_judged_without_a_target():
    got = attained(lived(30, 60), of=())
    assert (got.is_set, got.n, got.n_without_target) == (False, 0, 1)
    only_ack = attained(lived(30, 60, priority="P2"), measure=RESOLVE, of=ALL[1:])
    assert (only_ack.is_set, only_ack.n, only_ack.n_without_target) == (False, 0, 1)


def test_a_services_own_target_replaces_that_of_the_priority_in_any_order():
    own = Target("priority", "P1", service="pay", acknowledge=60)
    rows = (lived(90, 100), lived(90, 100, service_id="web"), lived(90, 100, service_id=None))
    for of in ((own, P1), (P1, own)):
        assert judged(*rows, of=of)["target"].tolist() == [60, 900, 900]
        assert judged(*rows, of=of)["is_met"].tolist() == [False, True, True]


def test_an_empty_time_of_a_services_own_target_leaves_that_of_the_priority():
    own = Target("priority", "P1", service="pay", acknowledge=60)
    assert judged(lived(90, 100), of=(P1, own), measure=RESOLVE)["target"].tolist() == [14_400]


def test_a_services_own_target_holds_for_its_priority_only():
    own = Target("priority", "P1", service="pay", acknowledge=60)
    got = judged(lived(90, 100, priority="P2"), lived(90, 100, priority="P3"), of=(*ALL, own))
    assert got["target"].fillna(-1).tolist() == [1_800, -1]


def test_a_target_of_a_priority_or_a_service_that_is_not_there_changes_nothing():
    gone = (Target("priority", "gone", acknowledge=1), Target("priority", "P1", "gone", 1, 1))
    assert judged(lived(90, 100), of=(*ALL, *gone))["target"].tolist() == [900]


def test_incidents_without_a_priority_can_have_a_target_of_their_own():
    none = Target("priority", NO_PRIORITY, acknowledge=60)
    got = judged(lived(90, 100, priority=None), lived(90, 100), of=(P1, none))
    assert got["target"].tolist() == [60, 900]
    assert got["level"].tolist() == [NO_PRIORITY, "P1"]


def test_targets_are_set_by_urgency_only_where_no_incident_has_a_priority():
    without = [lived(60, 90, priority=None), lived(60, 90, priority=None, urgency="low")]
    assert targets.by_what(incidents(*without)) == "urgency"
    assert targets.by_what(incidents(*without, lived())) == "priority"
    assert targets.by_what(incidents(*without).iloc[:0]) == "urgency"
    high = Target("urgency", "high", acknowledge=30)
    got = judged(*without, of=(P1, high), by="urgency")
    assert got["target"].fillna(-1).tolist() == [30, -1]
    assert attained(*without, of=(P1, high), by="urgency").n_without_target == 1


TIMES = st.one_of(st.none(), st.integers(min_value=0, max_value=4_000))


@given(
    st.lists(st.tuples(TIMES, TIMES, st.integers(min_value=1, max_value=5_000)), max_size=30),
    st.sampled_from([ACK, RESOLVE]),
)
def test_of_any_incidents_each_is_counted_once_and_only_known_ones_are_judged(lives, measure):
    rows = [
        lived(
            ack if ack is not None and ack < age else None,
            resolved if resolved is not None and resolved < age else None,
            created_at=AS_OF - timedelta(seconds=age),
        )
        for ack, resolved, age in lives
    ]
    if not rows:
        return
    target = (Target("priority", "P1", acknowledge=900, resolve=900),)
    got = attained(*rows, measure=measure, of=target)
    assert got.n + got.n_young == len(rows)
    assert got.n_met + got.n_late + got.n_open + got.n_without_ack == got.n
    assert got.n == sum(age > 900 for *_, age in lives)


@given(st.lists(st.one_of(st.none(), st.integers(0, 3_000)), min_size=1, max_size=40))
def test_without_censoring_the_share_is_that_of_the_curve_on_response(acks):
    rows = [lived(ack, 3_600) for ack in acks]
    curve = durations.ack_summary(incidents(*rows), AS_OF).curve
    by_then = curve.loc[curve["seconds"] <= 900, "share"]
    share = attained(*rows).share.value
    assert share == pytest.approx(by_then.iloc[-1] if len(by_then) else 0.0)


@given(st.permutations(range(6)))
def test_the_order_of_targets_does_not_matter(order):
    every = [
        P1,
        ALL[1],
        Target("priority", "P1", "pay", acknowledge=60),
        Target("priority", "P1", "web", resolve=60),
        Target("priority", NO_PRIORITY, acknowledge=5),
        Target("urgency", "high", acknowledge=1),
    ]
    frame = incidents(
        *(lived(priority=one, service_id=service) for one in ("P1", "P2", None)
          for service in ("pay", "web", None))
    )  # fmt: skip
    shuffled = [every[place] for place in order]
    for measure in (ACK, RESOLVE):
        wanted = targets.seconds_of(frame, every, measure, "priority")
        got = targets.seconds_of(frame, shuffled, measure, "priority")
        np.testing.assert_array_equal(got, wanted)
