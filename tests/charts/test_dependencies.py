"""Figures of dependencies: where services stand, empty, one row, large, and what titles claim."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.dependencies.cascades import by_evidence
from corvana.charts import dependencies as charts
from corvana.charts.blast_radius import plot_blast_radius
from corvana.charts.dependency_graph import drawn_services, plot_graph
from corvana.charts.layered import MOST, positions
from corvana.charts.theme import ACCENT, CONTEXT
from tests.builders.charts.dependencies import edges, pairs, radius

NAMES = {"db": "Database", "api": "Orders <api>", "web": "Web", "SHOP": "Shop"}


DECLARED = edges("db>api", "api>web", "db>web", "web>SHOP", "db>SHOP")
RADIUS = radius(db=7_200.0, api=3_600.0, web=0.0, SHOP=0.0)
NONE = pairs()


def layers(dependencies, undeclared=NONE):
    linked = set(dependencies[["supporting_id", "dependent_id"]].to_numpy().ravel())
    ends = set(undeclared[["supporting_id", "dependent_id"]].to_numpy().ravel())
    placed = positions(dependencies, undeclared, linked | ends)
    return placed.set_index("service_id")["x"].to_dict()


def test_a_layer_is_the_longest_path_and_business_services_are_last():
    assert layers(DECLARED) == {"db": 0.0, "api": 1.0, "web": 2.0, "SHOP": 3.0}
    assert layers(edges("a>b", "b>c", "c>d", "x>SHOP"))["SHOP"] == 4.0


def test_services_in_a_circle_share_a_layer():
    assert layers(edges("a>b", "b>a", "b>c")) == {"a": 0.0, "b": 0.0, "c": 1.0}


def test_a_service_known_from_an_undeclared_pair_alone_stands_after_its_partner():
    placed = layers(DECLARED, pairs("api>new", is_declared=False))
    assert placed["new"] == placed["api"] + 1


def test_neighbours_stand_side_by_side():
    placed = positions(edges("a>x", "b>y", "c>z"), NONE, {*"abcxyz"}).set_index("service_id")["y"]
    assert [placed[one] for one in "abc"] == [placed[other] for other in "xyz"]
    assert sorted(placed[one] for one in "abc") == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "figure",
    [
        plot_graph(edges(), NONE, RADIUS.iloc[:0], {}),
        plot_blast_radius(RADIUS.iloc[:0], {}),
        plot_blast_radius(radius(db=0.0), {}),
        charts.plot_pairs(NONE, {}),
        charts.plot_lags(pd.DataFrame({"lag": []}), pairs("db>api"), NAMES),
        charts.plot_lags(pd.DataFrame({"lag": [1.0]}), NONE, NAMES),
    ],
)
def test_nothing_to_draw_is_said_in_words(figure):
    assert not figure.data
    assert len(figure.layout.annotations[0].text) > 10


def test_the_graph_tells_how_many_edges_fail_together_of_those_that_could():
    met = pd.concat(
        [
            pairs("db>api"),
            pairs("api>web", beyond_chance=False),
            pairs("api>mail", is_declared=False),
        ]
    )
    drawn = plot_graph(DECLARED, met, RADIUS, NAMES)
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "1 of 2 declared edges fails together beyond chance; 1 undeclared pair does, too"
    )
    styles = {trace.name: trace.line.dash for trace in drawn.data if trace.mode == "lines"}
    assert styles == {
        "declared": None,
        "declared, fails together beyond chance": None,
        "not declared, fails together": "dot",
    }


def nodes(drawn):
    return [trace for trace in drawn.data if trace.mode == "markers+text"]


def test_only_named_technical_services_can_be_clicked():
    technical, business = nodes(plot_graph(DECLARED, NONE, RADIUS, {"db": "D", "SHOP": "S"}))
    assert sorted(each for each in technical.customdata if each) == ["db"]
    assert list(business.customdata) == [None]
    assert business.marker.symbol == "square"


def test_names_of_the_last_layer_stand_inside_so_that_a_phone_shows_them_whole():
    technical, business = nodes(plot_graph(DECLARED, NONE, RADIUS, NAMES))
    assert set(technical.textposition) == {"top center"}
    assert list(business.textposition) == ["top left"]
    alone = plot_graph(edges(), pairs("a>b", "b>a", is_declared=False), RADIUS.iloc[:0], {})
    assert {name for one in nodes(alone) for name in one.textposition} == {"top center"}


def test_the_chosen_service_is_accented_and_what_is_not_near_fades():
    declared = edges("db>api", "x>y")
    drawn = plot_graph(declared, NONE, radius(db=60.0, api=0.0, x=9.0, y=0.0), NAMES, ["db"])
    (services,) = nodes(drawn)
    seen = dict(
        zip(services.text, zip(services.marker.color, services.marker.opacity, strict=True),
            strict=True)
    )  # fmt: skip
    assert seen == {
        "Database": (ACCENT, 1.0),
        "Orders &lt;api&gt;": (CONTEXT, 1.0),
        "": (CONTEXT, 0.3),
    }
    assert "Database with what it needs" in drawn.layout.title.text


def test_without_declared_edges_undeclared_pairs_are_drawn():
    drawn = plot_graph(edges(), pairs("db>api", is_declared=False), RADIUS.iloc[:0], NAMES)
    assert drawn.layout.title.text == "1 pair fails together, not declared"
    assert sorted(nodes(drawn)[0].text) == ["Database", "Orders &lt;api&gt;"]


def test_of_many_services_the_chosen_ones_and_the_most_exposing_are_drawn():
    many = edges(*(f"s{i}>t{i}" for i in range(300)))
    ranked = radius(**{f"t{i}": float(i + 1) for i in reversed(range(300))})
    drawn = plot_graph(many, NONE, ranked, {}, ["s0"])
    (services,) = nodes(drawn)
    assert len(services.x) == MOST
    assert f"top {MOST} of 600 services" in drawn.layout.title.text.replace("<br>", " ")
    assert ACCENT in services.marker.color
    assert sum(len(trace.x) for trace in drawn.data) <= 10_000


def test_no_service_is_drawn_without_one_that_it_is_linked_to():
    many = edges(*(f"s{i}>t{i}" for i in range(300)))
    ranked = radius(**{f"t{i}": float(i + 1) for i in reversed(range(300))})
    kept = drawn_services(many, NONE, ranked, [])
    assert len(kept) == MOST
    assert all(f"s{each[1:]}" in kept and f"t{each[1:]}" in kept for each in kept)
    hub = edges(*(f"db>t{i}" for i in range(300)))
    assert "db" in drawn_services(hub, NONE, ranked, [])


def test_all_services_are_drawn_if_they_are_few():
    few = edges(*(f"s{i}>t{i}" for i in range(MOST // 2)))
    drawn = plot_graph(few, NONE, radius(s0=60.0), {})
    assert len(nodes(drawn)[0].x) == MOST
    assert "top" not in drawn.layout.title.text


def test_names_have_a_shadow_in_the_page_s_background_so_that_no_line_runs_through_them():
    assert {one.textfont.shadow for one in nodes(plot_graph(DECLARED, NONE, RADIUS, NAMES))} == {
        "auto"
    }


def test_names_of_neighbouring_layers_never_stand_at_the_same_height():
    drawn = plot_graph(edges("a>x", "b>y", "c>z", "x>m", "y>m"), NONE, RADIUS, {})
    (services,) = nodes(drawn)
    layers_of = {layer: {y for x, y in zip(services.x, services.y, strict=True) if x == layer}
                 for layer in set(services.x)}  # fmt: skip
    for layer in (0.0, 1.0):
        apart = [abs(one - other) for one in layers_of[layer] for other in layers_of[layer + 1]]
        assert min(apart) >= 0.5


def test_the_title_says_how_many_of_the_bars_are_drawn():
    many = radius(**{f"s{i}": 1_000.0 - i for i in range(274)})
    title = plot_blast_radius(many, {}).layout.title.text.replace("<br>", " ")
    assert title.endswith(" · top 15 of 274")


def test_the_blast_radius_is_hours_times_services_and_few_incidents_come_last():
    few = RADIUS.assign(n=[9, 10, 0, 0])
    drawn = plot_blast_radius(few, NAMES)
    (bars,) = drawn.data
    assert list(bars.y) == ["api", "db"]
    assert list(bars.x) == [3.0, 6.0]
    assert list(bars.marker.opacity) == [1.0, 0.4]
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "Orders &lt;api&gt; exposes most: 1 h of incidents, 3 services need it"
    )


def test_a_chosen_service_is_among_the_bars_wherever_it_ranks():
    many = radius(**{f"s{i}": 1_000.0 - i for i in range(100)})
    (bars,) = plot_blast_radius(many, {}, ["s99"]).data
    assert len(bars.y) == 16
    assert bars.y[-1] == "s99"
    assert list(bars.marker.color).count(ACCENT) == 1


def test_a_pair_is_drawn_against_chance_with_its_lag_in_minutes():
    drawn = charts.plot_pairs(pairs("db>api"), NAMES)
    share, lag, chance = drawn.data
    assert (share.x[0], share.error_x.array[0]) == (0.5, pytest.approx(0.15))
    assert (lag.x[0], lag.xaxis, lag.error_x.arrayminus[0]) == (2.0, "x2", 0.5)
    # Of two expected together, the supporting service is first in one, of its forty failures.
    assert chance.x[0] == 1 / 40
    assert drawn.layout.title.text.replace("<br>", " ") == (
        "Orders &lt;api&gt; follows 50 % of Database’s 40 failures; by chance 2 %"
    )


def test_pairs_beyond_chance_come_first_and_few_failures_last():
    mixed = pd.concat(
        [
            pairs("a>b", n=9),
            pairs("c>d", beyond_chance=False).assign(followed_low=0.9),
            pairs("e>f", is_declared=False),
        ]
    )
    assert by_evidence(mixed)["supporting_id"].tolist() == ["e", "c", "a"]
    by_name = {trace.name: trace for trace in charts.plot_pairs(mixed, {}).data}
    assert list(by_name["declared, beyond chance"].marker.opacity) == [0.4]


def test_nothing_beyond_chance_is_not_claimed_as_a_pair():
    drawn = charts.plot_pairs(pairs("db>api", beyond_chance=False, lag=np.nan), NAMES)
    assert drawn.layout.title.text == "No pair fails together beyond chance"
    single = pairs("db>api", beyond_chance=False)
    some = charts.plot_pairs(single, NAMES, of_chosen=True).layout.title.text.replace("<br>", " ")
    assert some == "No pair with a chosen service fails together beyond chance"
    few = charts.plot_pairs(single, NAMES, can_tell=False).layout.title.text
    assert few == "Pairs: too few failures to tell from chance"
    assert "never together" in drawn.data[0].text[0]


def test_a_long_list_of_pairs_is_cut():
    many = pairs(*(f"a{i}>b{i}" for i in range(400)))
    assert len(charts.plot_pairs(many, {}).data[0].y) == 20


def test_lags_are_counted_by_the_minute_on_either_side():
    lags = pd.DataFrame({"lag": [-70.0, 10.0, 50.0, 65.0]})
    after, before = charts.plot_lags(lags, pairs("db>api"), NAMES).data[::-1]
    assert dict(zip(before.x, before.y, strict=True))[-1.5] == 1
    assert sum(before.y) == 1
    assert list(after.y[:2]) == [2, 1]


@pytest.mark.parametrize(
    ("direction", "lag", "title"),
    [
        ("supporting", 120.0, "Database fails first, Web 2 min later (median)"),
        ("dependent", -45.0, "Web fails first, Database 45 s later (median)"),
        ("unclear", 45.0, "Neither Database nor Web clearly fails first"),
    ],
)
def test_who_fails_first_is_told_only_where_it_is_clear(direction, lag, title):
    pair = pairs("db>web", lag=lag).assign(direction=direction)
    drawn = charts.plot_lags(pd.DataFrame({"lag": [lag]}), pair, NAMES)
    assert drawn.layout.title.text == title


def test_failures_at_the_same_instant_are_told_as_together_and_have_no_lag():
    at_once = pairs("db>web", lag=0.0).assign(followed=0.0, lift=17.2, direction="unclear")
    drawn = charts.plot_pairs(at_once, NAMES)
    title = drawn.layout.title.text.replace("<br>", " ")
    assert title == "Database and Web fail together 17 times as often as by chance"
    assert drawn.data[0].text[0].endswith("at the same instant (median)")
    told = [
        charts.plot_lags(pd.DataFrame({"lag": []}), pair, NAMES).layout.annotations[0].text
        for pair in (at_once, at_once.assign(together=0))
    ]
    assert told == [
        "The two failed together at the same instant only: neither follows the other",
        "The two never failed within ten minutes of each other",
    ]


def test_pairs_that_never_failed_together_are_left_out_where_others_did():
    mixed = pd.concat(
        [pairs("a>b").assign(together=4), pairs("c>d", beyond_chance=False).assign(together=0)]
    )
    drawn = charts.plot_pairs(mixed, {})
    assert list(drawn.layout.yaxis.categoryarray) == ["a>b"]
    never = charts.plot_pairs(mixed.assign(together=0), {})
    assert set(never.layout.yaxis.categoryarray) == {"a>b", "c>d"}
