"""Figures of on-call: empty, one row, large, and what their titles claim."""

from datetime import time

import numpy as np
import pandas as pd
import pytest

from corvana.assessment.settings import Holidays, Hours, Norms
from corvana.charts import on_call as charts
from corvana.charts.bus_factor import plot_bus_factor, plot_if_one_leaves
from tests.builders.charts.on_call import burdens, services

COUNTS = ("n", "asleep", "on_days_off")
HOURS = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"]).to_frame(
    index=False
)


def words(drawn):
    return drawn.layout.title.text.replace("<br>", " ")


@pytest.mark.parametrize(
    "figure",
    [
        charts.plot_burden(burdens(0), {}, "responders"),
        charts.plot_time_on_call(burdens(0), {}, "rotations"),
        charts.plot_hours(HOURS.iloc[:0].assign(**dict.fromkeys(COUNTS, 0), per_week=0.0)),
        charts.plot_hours(HOURS.assign(**dict.fromkeys(COUNTS, 0), per_week=0.0)),
        plot_bus_factor(services(0), {}),
        plot_if_one_leaves(services(0), {}),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


def test_the_title_counts_who_is_surely_above_the_norm_and_names_nobody():
    burden = burdens(3).assign(per_hour_low=[0.4, 0.17, 0.16])
    drawn = charts.plot_burden(burden, {"R0": "Responder 7F2K"}, "responders")
    assert words(drawn) == (
        "2 of 3 responders are clearly interrupted more than 2 times in 12 h on call"
    )
    whole, norm = drawn.layout.shapes
    assert norm.x0 == 2 / 12
    assert whole.x0 == 33 / 300
    assert drawn.data[-1].name == "all responders together: 0.11"
    assert drawn.layout.annotations[0].text == "norm: 2 in 12 h"


def test_the_parts_of_the_day_stack_to_the_rate_with_its_interval():
    burden = burdens(3)
    *parts, whole, _ = charts.plot_burden(burden, {}, "responders").data
    assert np.allclose(sum(np.array(part.x) for part in parts), burden["per_hour"])
    assert list(whole.error_x.array) == list(burden["per_hour_high"] - burden["per_hour"])


def test_few_interruptions_are_pale_and_one_row_is_drawn():
    (sleep, *_) = charts.plot_burden(burdens(1).assign(enough=False), {}, "responders").data
    assert list(sleep.marker.opacity) == [0.4]
    title = words(charts.plot_burden(burdens(1).assign(enough=False), {}, "responders"))
    assert title == "0 of 1 responder is interrupted 10 times or more on call"


def test_many_rows_show_the_first_and_say_how_many_more():
    drawn = charts.plot_burden(burdens(400), {}, "responders")
    assert len(drawn.data[0].x) == 25
    assert words(drawn).endswith("· top 25 of 400")


def test_names_are_no_markup():
    drawn = charts.plot_burden(burdens(1), {"R0": "<b>x"}, "rotations")
    assert drawn.layout.yaxis.ticktext == ("&lt;b&gt;x  (10)",)


def test_time_on_call_is_beside_the_norm_longest_first():
    burden = burdens(3).assign(on_call_share=[0.25, 0.1, 0.6])
    drawn = charts.plot_time_on_call(burden, {}, "responders")
    assert words(drawn) == "1 of 3 responders is on call for more than 25 % of the period"
    assert list(drawn.data[0].y) == ["R2", "R0", "R1"]
    assert drawn.layout.shapes[0].x0 == 0.25


def in_legend(drawn):
    return [each.name for each in drawn.data if each.name and each.showlegend is not False]


def test_time_on_call_has_the_mean_of_all_rows_also_of_those_not_drawn():
    burden = burdens(40).assign(on_call_share=np.r_[np.full(25, 0.4), np.zeros(15)])
    drawn = charts.plot_time_on_call(burden, {}, "responders")
    assert in_legend(drawn) == ["mean of all responders: 25 %"]
    assert drawn.layout.shapes[1].x0 == pytest.approx(0.25)
    assert in_legend(charts.plot_time_on_call(burdens(1), {}, "responders")) == []


def test_people_behind_services_have_the_median_of_all_services_with_enough():
    many = services(60).assign(effective_responders=np.r_[np.full(57, 2.5), np.full(3, 9.0)])
    drawn = plot_bus_factor(many, {})
    assert in_legend(drawn)[-1] == "median of 58 services: 2.5 effective"
    assert drawn.layout.shapes[1].x0 == 2.5
    assert not any("median" in each for each in in_legend(plot_bus_factor(services(3), {})))


def test_the_week_is_told_by_sleep_hours_and_weekends():
    night = HOURS["hour"].eq(22) & HOURS["weekday"].eq(0)
    noon = HOURS["hour"].eq(12) & HOURS["weekday"].eq(6)
    drawn = charts.plot_hours(
        HOURS.assign(
            n=9 * night + 3 * noon,
            asleep=9 * night,
            on_days_off=3 * noon,
            per_week=1.5 * night + 0.5 * noon,
        )
    )
    assert words(drawn) == (
        "75 % of interruptions fall in sleep hours (42 % of the week), 25 % at weekends "
        "(29 % of the week)"
    )
    assert (drawn.data[0].z[0][22], drawn.data[0].zmin, drawn.data[0].zmax) == (1.5, 0, 1.5)


def test_few_interruptions_are_counted():
    once = HOURS["hour"].eq(22) & HOURS["weekday"].eq(5)
    drawn = charts.plot_hours(HOURS.assign(**dict.fromkeys(COUNTS, 1 * once), per_week=1.0 * once))
    assert words(drawn) == "1 interruption: 1 in sleep hours, 1 at weekends"


def test_the_week_is_told_by_the_hours_and_days_off_of_the_assessment():
    """On a holiday that is a Tuesday, an interruption is on a day off."""
    at = HOURS["hour"].eq(23) & HOURS["weekday"].eq(1)
    counted = HOURS.assign(n=12 * at, asleep=12 * at, on_days_off=3 * at, per_week=1.0 * at)
    berlin = Holidays(time_zone="Europe/Berlin", country="DE")
    edited = Hours(sleep_start=time(22, 30), sleep_end=time(6), holidays=(berlin,))
    drawn = charts.plot_hours(counted, edited)
    assert words(drawn) == (
        "100 % of interruptions fall in sleep hours (31 % of the week), 25 % at weekends and on "
        "holidays"
    )
    assert [shape.x0 for shape in drawn.layout.shapes] == [5.5, 22.0]
    friday_off = charts.plot_hours(counted, Hours(weekend=(5,), sleep_start=time(8)))
    assert "(0 % of the week), 25 % at weekends (14 % of the week)" in words(friday_off)
    assert not friday_off.layout.shapes
    assert friday_off.layout.xaxis.title.text == "responder's own clock"


def test_norms_are_those_of_the_assessment():
    norms = Norms(incidents_per_shift=1, shift_hours=8, on_call_share=0.5)
    drawn = charts.plot_burden(burdens(2), {}, "responders", norms)
    assert "clearly interrupted more than once in 8 h on call" in words(drawn)
    assert [note.text for note in drawn.layout.annotations] == ["norm: 1 in 8 h"]
    time_on_call = charts.plot_time_on_call(burdens(2), {}, "responders", norms)
    assert words(time_on_call) == ("0 of 2 responders are on call for more than 50 % of the period")


def test_one_row_is_no_plural():
    one = burdens(1).assign(on_call_share=0.5)
    assert words(charts.plot_time_on_call(one, {}, "responders")) == (
        "1 of 1 responder is on call for more than 25 % of the period"
    )


def test_a_rotation_is_always_on_call_so_the_title_is_of_its_members():
    two = burdens(2).assign(on_call_share=[0.5, 0.2])
    assert words(charts.plot_time_on_call(two, {}, "rotations")) == (
        "In 1 of 2 rotations, a member is on average on call for more than 25 % of the period"
    )


def test_services_that_hang_on_fewest_come_first_and_small_ones_last_and_pale():
    drawn = plot_bus_factor(services(6), {"S2": "Pay"})
    assert list(drawn.data[2].y) == ["S2", "S3", "S4", "S5", "S0", "S1"]
    assert list(drawn.data[2].marker.opacity) == [1, 1, 1, 1, 0.35, 0.35]
    assert words(drawn) == (
        "1 of 4 services with 10 acknowledgements or more has at least 80 % of them from one person"
    )
    assert len(plot_bus_factor(services(300), {}).data[0].x) == 25
    assert words(plot_bus_factor(services(1), {})) == (
        "No service has 10 acknowledgements in this selection"
    )


def test_what_one_leaves_uncovered_is_drawn_in_the_same_order():
    few, many = services(1), services(6).assign(uncovered_share_low=[0, 0, 0, 0.45, 0, 0])
    drawn = plot_if_one_leaves(many, {"S3": "Pay"})
    assert list(drawn.data[0].y) == list(plot_bus_factor(many, {}).data[0].y)
    n = many["acknowledgements"].iloc[3]
    assert words(drawn) == (
        f"Most clearly dependent on one person: Pay, 50 % of its {n} acknowledgements"
    )
    assert words(plot_if_one_leaves(few, {})) == (
        "No service has 10 acknowledgements in this selection"
    )


def test_nobody_is_told_apart_in_the_figures_of_services():
    assert "secret" not in plot_bus_factor(services(6), {}).to_json()
    assert "secret" not in plot_if_one_leaves(services(6), {}).to_json()
