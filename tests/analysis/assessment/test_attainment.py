"""Where and when targets are met, on a few incidents written by hand."""

import math
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

from corvana.analysis.account.selection import NO_PRIORITY
from corvana.analysis.assessment import attainment
from corvana.analysis.assessment.targets import Target
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.blocks import Collected
from tests.builders.analysis.targets import ACK, AS_OF, MONDAY, P1, RESOLVE, attained, judged, lived


def test_groups_are_worst_first_and_those_of_fewer_than_ten_last():
    rows = [
        *(lived(60, 90, service_id="good") for _ in range(12)),
        *(lived(60 if n < 6 else 1_000, 2_000, service_id="bad") for n in range(12)),
        *(lived(None, 2_000, service_id="few") for _ in range(9)),
        lived(30, 60, service_id="young", created_at=AS_OF - timedelta(seconds=60)),
    ]
    got = attainment.by_group(judged(*rows), "service").set_index("id")
    assert got.index.tolist() == ["bad", "good", "few", "young"]
    assert got["n"].tolist() == [12, 12, 9, 0]
    assert got["n_met"].tolist() == [6, 12, 0, 0]
    assert got["n_missed"].tolist() == [6, 0, 9, 0]
    assert got["n_young"].tolist() == [0, 0, 0, 1]
    assert got["value"].tolist()[:3] == [0.5, 1.0, 0.0]
    assert got["value"].isna().tolist() == [False, False, False, True]
    assert tuple(got.loc["bad", ["low", "high"]]) == pytest.approx(
        estimates.share(6, 12).interval[1:]
    )
    assert got["enough"].tolist() == [True, True, False, False]


def of_service(service, met, n=40):
    return [lived(60 if k < met else 2_000, 3_000, service_id=service) for k in range(n)]


def test_a_group_is_named_only_if_it_is_lower_than_chance_and_worth_naming():
    clear = attainment.by_group(judged(*of_service("bad", 10), *of_service("good", 35)), "service")
    named = attainment.lowest(clear)
    assert named is not None
    assert named["id"] == "bad"
    assert named["p_value"] < 1e-6
    alike = attainment.by_group(judged(*of_service("a", 30), *of_service("b", 33)), "service")
    assert attainment.lowest(alike) is None
    few = attainment.by_group(judged(*of_service("bad", 0, 9), *of_service("good", 35)), "service")
    assert attainment.lowest(few) is None
    assert few["q_value"].isna().tolist() == [False, True]
    slightly = [*of_service("a", 1_500, 2_000), *of_service("b", 1_560, 2_000)]
    sure = attainment.by_group(judged(*slightly), "service")
    assert sure["q_value"].iloc[0] < 0.05
    assert attainment.lowest(sure) is None


def test_one_storm_makes_no_group_clearly_lower():
    bad = [each | {"storm": 1} for each in of_service("bad", 0, 12)]
    groups = attainment.by_group(judged(*bad, *of_service("good", 35)), "service")
    assert groups["id"].iloc[0] == "bad"
    assert groups["effective_n"].iloc[0] < 4
    assert attainment.lowest(groups) is None


def test_an_incident_of_several_teams_counts_in_each_and_one_of_none_in_none():
    rows = (lived(60, 90, team_ids="one two"), lived(1_000, 1_100), lived(60, 90, team_ids=None))
    got = attainment.by_group(judged(*rows), "team").set_index("id")
    assert got["n"].to_dict() == {"one": 2, "two": 1}
    assert got["n_met"].to_dict() == {"one": 1, "two": 1}


def test_levels_have_the_incidents_without_a_priority_too():
    none = Target("priority", NO_PRIORITY, acknowledge=60)
    got = attainment.by_group(judged(lived(60, 90), lived(90, 100, priority=None), of=(P1, none)),
                           "level")  # fmt: skip
    assert set(got["id"]) == {"P1", NO_PRIORITY}


def test_ten_incidents_of_one_storm_tell_less_than_ten_apart():
    apart = [lived(60 if n % 2 else 1_000, 2_000) for n in range(40)]
    together = [
        each | {"storm": 1 + number // 10, ACK: 60.0 if number // 10 % 2 else 1_000.0}
        for number, each in enumerate(apart)
    ]
    wide, narrow = attained(*together).share, attained(*apart).share
    assert wide.value == narrow.value == 0.5
    assert narrow.effective_n == 40
    assert wide.effective_n < 8
    assert wide.low < narrow.low
    by_level = attainment.by_group(judged(*together), "level").iloc[0]
    assert by_level["effective_n"] == pytest.approx(wide.effective_n)


def in_week(number, **other):
    return lived(**other) | {"created_at": MONDAY + timedelta(weeks=number, hours=30)}


def test_weeks_are_whole_ones_those_without_an_incident_included():
    rows = judged(in_week(0, ack=60), in_week(0, ack=2_000), in_week(2, ack=60))
    got = attainment.weekly(rows, MONDAY - timedelta(days=1), AS_OF, "UTC")
    assert got["week"].tolist() == [pd.Timestamp(2026, 3, day) for day in (2, 9, 16, 23)]
    assert got["n"].tolist() == [2, 0, 1, 0]
    assert got["n_met"].tolist() == [1, 0, 1, 0]
    assert got["value"].tolist()[::2] == [0.5, 1.0]
    assert got["value"].isna().tolist() == [False, True, False, True]
    assert got["low"].iloc[0] == estimates.share(1, 2).low


def test_a_week_with_an_incident_that_is_too_young_has_no_share_yet():
    end = MONDAY + timedelta(weeks=1, hours=2)
    late = MONDAY + timedelta(days=6, hours=23)
    rows = judged(lived(60, 90), lived(60, 90, created_at=late), measure=RESOLVE, as_of=end)
    got = attainment.weekly(rows, MONDAY, end, "UTC").iloc[0]
    assert (got["n"], got["n_met"], got["n_young"]) == (1, 1, 1)
    assert math.isnan(got["value"])


def test_a_week_begins_on_monday_on_the_readers_clock():
    late = lived(60, created_at=MONDAY - timedelta(minutes=30))
    rows = judged(late)
    berlin = attainment.weekly(rows, MONDAY - timedelta(days=8), AS_OF, "Europe/Berlin")
    utc = attainment.weekly(rows, MONDAY - timedelta(days=8), AS_OF, "UTC")
    assert berlin.loc[berlin["n"].eq(1), "week"].tolist() == [pd.Timestamp(2026, 3, 2)]
    assert utc.loc[utc["n"].eq(1), "week"].tolist() == [pd.Timestamp(2026, 2, 23)]


def test_missed_incidents_say_how_and_by_how_much_the_newest_first():
    got = attainment.missed(
        judged(
            lived(60, 90, number=1),
            lived(1_000, 2_000, number=2),
            lived(None, 300, number=3, created_at=MONDAY + timedelta(hours=1)),
            lived(number=4, created_at=AS_OF - timedelta(seconds=1_000)),
            lived(number=5, created_at=AS_OF - timedelta(seconds=100)),
            lived(number=6, priority="P4"),
        ),
        AS_OF,
    )
    assert got["number"].tolist() == [4, 3, 2]
    assert got["how"].tolist() == ["open", "resolved", "late"]
    assert got["target_seconds"].tolist() == [900, 900, 900]
    assert got["seconds"].tolist()[::2] == [1_000, 1_000]
    assert got["over_seconds"].tolist()[::2] == [100, 100]
    assert math.isnan(got["seconds"].iloc[1])


def weeks_of(shares):
    """Twenty incidents a week; so many of them were acknowledged in time."""
    return [
        in_week(week, ack=60 if n < met else 2_000, resolved=3_000)
        for week, met in enumerate(shares)
        for n in range(20)
    ]


def changed(shares, weeks=4):
    """The change of the last weeks against as many before."""
    end, last = MONDAY + timedelta(weeks=len(shares)), len(shares)
    every, as_of = weeks_of(shares), end + timedelta(days=1)
    now, before = (
        attained(*every[20 * (until - weeks) : 20 * until], as_of=as_of)
        for until in (last, last - weeks)
    )
    collected = Collected(end - timedelta(weeks=weeks), end, MONDAY, end)
    return attainment.change(judged(*every, as_of=as_of), now, before, collected)


def test_a_change_beyond_what_weeks_differ_has_an_interval_without_none():
    got = changed([10, 11] * 8 + [18, 19, 18, 19])
    assert got.value == pytest.approx((18.5 - 10.5) / 20)
    assert 0 < got.low < got.value < got.high


def test_weeks_that_differ_much_anyway_make_a_change_uncertain():
    steady = changed([10, 11] * 8 + [13, 14, 13, 14])
    restless = changed([2, 18] * 8 + [4, 20, 6, 20])
    assert restless.high - restless.low > 1.5 * (steady.high - steady.low)
    assert restless.low < 0 < restless.high


def test_with_too_few_weeks_a_change_has_no_bounds_and_with_too_few_incidents_no_value():
    got = changed([10, 12, 11, 13], weeks=2)
    assert not math.isnan(got.value)
    assert math.isnan(got.low)
    few = replace(attained(lived(60, 90)), n=9)
    none = attainment.change(judged(lived(60, 90)), few, few,
                          Collected(MONDAY, AS_OF, MONDAY, AS_OF))  # fmt: skip
    assert math.isnan(none.value)
