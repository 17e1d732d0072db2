"""Figures of findings: empty, one row, large, and what their titles claim."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from corvana.charts import findings, rests_on
from corvana.charts.overview import plot_volume
from tests.builders.charts.findings import NAN, SLOW, ledger, looked_at

AS_OF = datetime(2026, 11, 20, tzinfo=UTC)
CURVE = pd.DataFrame({"seconds": [60.0, 600.0], "share": [0.3, 0.6]}).assign(
    low=0.1, high=0.9, at_risk=[9, 5], effective=1.0
)


def spans(*pairs):
    return pd.DataFrame(pairs, columns=["start", "end"]).apply(pd.to_datetime, utc=True)


def title(drawn):
    return drawn.layout.title.text.replace("<br>", " ")


@pytest.mark.parametrize(
    "figure",
    [
        findings.plot_ledger(ledger(0)),
        rests_on.plot_waits(CURVE.iloc[:0], CURVE, "on the one", "on the others"),
        rests_on.plot_timeline(spans(), AS_OF, "UTC"),
        rests_on.plot_members(pd.DataFrame({"name": [], "value": [], "expected": []}), "nights"),
        plot_volume(pd.DataFrame({"week": [], "n": [], "n_done": []}), AS_OF, AS_OF),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


def test_the_ledger_names_the_largest_and_what_it_costs():
    drawn = findings.plot_ledger(ledger(3), "slow_ack:S1")
    assert title(drawn) == (
        "3 findings; the largest: &lt;b&gt;Shop 0, slow to acknowledge, up to 6 days a month"
    )
    assert [trace.name for trace in drawn.data] == ["incidents wait", "people's time"]
    assert list(drawn.data[0].text) == ["6 days", "not measured"]
    assert list(drawn.data[0].customdata) == ["slow_ack:S0", "slow_ack:S2"]


def test_the_open_finding_alone_is_marked_in_the_ledger():
    labels = findings.plot_ledger(ledger(3), "slow_ack:S1").layout.yaxis.ticktext
    assert ["▸" in label for label in labels] == [False, True, False]


def test_a_ledger_of_one_finding_or_of_hundreds_is_drawn():
    one = ledger(1)
    assert title(findings.plot_ledger(one)).endswith(
        "Shop 0, slow to acknowledge, up to 6 days a month"
    )
    assert title(findings.plot_ledger(one)).startswith("One finding: ")
    without = one.assign(avoidable_minutes_per_month=0.0)
    assert title(findings.plot_ledger(without)).endswith(
        "Shop 0, slow to acknowledge, no avoidable time measured"
    )
    whole = one.assign(where="Whole account", title="most pages come to nothing")
    assert title(findings.plot_ledger(whole)) == (
        "One finding: most pages come to nothing, up to 6 days a month"
    )
    many = findings.plot_ledger(ledger(500))
    assert sum(len(trace.y) for trace in many.data) == 40
    assert title(many).startswith("500 findings;")


def test_a_finding_is_drawn_with_its_interval_beside_all_others_and_not_twice():
    drawn = findings.plot_tested(looked_at(5), SLOW, "seconds", "Shop 1")
    others, own = drawn.data
    assert len(others.x) == 4
    assert list(own.x) == [1_600.0]
    assert (own.error_x.array[0], own.error_x.arrayminus[0]) == (300.0, 300.0)
    assert title(drawn) == (
        "Median wait until acknowledged or over. Shop 1: 26 min 40 s; comparison value 4 min 10 s"
    )
    assert drawn.layout.shapes[0].x0 == 250.0


def test_too_little_data_is_not_drawn_beside_a_finding_and_what_needs_none_is():
    few = looked_at(5).assign(n=9)
    assert len(findings.plot_tested(few, SLOW, "seconds", "Shop 1").data[0].x) == 0
    read_off = few.assign(p_value=NAN)
    assert len(findings.plot_tested(read_off, SLOW, "seconds", "Shop 1").data[0].x) == 4


def test_of_many_others_the_largest_are_drawn():
    others, _ = findings.plot_tested(looked_at(5_000), SLOW, "seconds", "Shop 1").data
    assert len(others.x) == findings.MOST_TESTED
    assert min(others.x) > 900.0


@pytest.mark.parametrize(
    ("unit", "suffix"),
    [("share", "0 %"), ("times", "1.0 ×"), ("count", "1"), ("Gini", "Gini 1.00")],
)
def test_an_effect_reads_in_its_unit(unit, suffix):
    one = SLOW._replace(effect=0.0 if unit == "share" else 1.0, low=NAN, high=NAN, reference=0.0)
    drawn = findings.plot_tested(looked_at(0), one, unit, "Shop")
    assert title(drawn).startswith(
        f"Median wait until acknowledged or over. Shop: {suffix}; comparison value"
    )


def test_waits_say_how_long_half_take_in_both_circumstances():
    drawn = rests_on.plot_waits(CURVE, CURVE.assign(seconds=[30.0, 60.0]), "at night", "by day")
    assert title(drawn) == "Half are acknowledged within 10 min at night, 1 min by day"
    assert {"at night", "by day"} <= {trace.name for trace in drawn.data}


def test_the_course_marks_the_week_of_the_change():
    weeks = pd.DataFrame(
        {"week": pd.to_datetime(["2026-10-05", "2026-10-12"]), "n": 20, "n_done": 20,
         "p50": [60.0, 300.0], "low": [50.0, 250.0], "high": [70.0, 350.0]}
    )  # fmt: skip
    drawn = rests_on.plot_course(weeks, pd.Timestamp("2026-10-12"))
    assert drawn.layout.annotations[-1].text == "longer from 12 Oct"
    assert not rests_on.plot_course(weeks.iloc[:0], pd.Timestamp("2026-10-12")).data


def test_a_gap_over_midnight_stands_in_both_days_on_the_readers_clock():
    drawn = rests_on.plot_timeline(
        spans(("2026-11-10 22:30Z", "2026-11-11 01:30Z")), AS_OF, "Europe/Berlin"
    )
    (bars,) = drawn.data
    assert list(bars.base) == [23.5, 0.0]
    assert list(bars.y) == [0.5, 2.5]
    assert title(drawn) == "Nobody is on call from 10 Nov to 11 Nov"


def test_a_gap_until_midnight_belongs_to_one_day():
    (bars,) = rests_on.plot_timeline(spans(("2026-11-10", "2026-11-11")), AS_OF, "UTC").data
    assert (list(bars.base), list(bars.y)) == ([0.0], [24.0])


def test_what_is_planned_is_told_from_what_happened():
    past = spans(("2026-11-10", "2026-11-11"))
    coming = spans(("2026-11-10", "2026-11-11"), ("2026-12-10", "2026-12-11"))
    assert not rests_on.plot_timeline(past, AS_OF, "UTC").layout.annotations
    drawn = rests_on.plot_timeline(coming, AS_OF, "UTC")
    assert "planned to the right" in drawn.layout.annotations[0].text
    assert title(drawn) == "Nobody is on call in 2 stretches from 10 Nov to 11 Dec"


def test_people_are_held_against_their_part_where_it_is_known():
    members = pd.DataFrame({"name": ["A", "B"], "value": [30, 10], "expected": [20.0, 20.0]})
    drawn = rests_on.plot_members(members, "nights")
    assert title(drawn) == "A has 75 % of the nights"
    assert len(drawn.data) == 2
    assert len(rests_on.plot_members(members.assign(expected=NAN), "nights").data) == 1
    many = pd.concat([members] * 50)
    assert len(rests_on.plot_members(many, "nights").data[0].x) == 20


def test_the_weeks_of_the_selection_stand_out_among_those_collected():
    weeks = pd.DataFrame(
        {"week": pd.to_datetime(["2026-11-02", "2026-11-09", "2026-11-16"]), "n": [1_000, 10, 20],
         "n_done": 5, "is_whole": [True, True, False]}
    )  # fmt: skip
    drawn = plot_volume(weeks, datetime(2026, 11, 9, tzinfo=UTC), AS_OF)
    colours = drawn.data[0].marker.color
    assert (colours[0] != colours[1], colours[1] == colours[2]) == (True, True)
    assert title(drawn) == "About 505 incidents in a usual week"
    whole, _, partial = drawn.data[0].marker.opacity
    assert partial < whole
    none = plot_volume(weeks.assign(is_whole=False), datetime(2026, 11, 9, tzinfo=UTC), AS_OF)
    assert title(none) == "No whole week is collected yet"
