"""The declared graph: reach, blast radius and circles of services written by hand."""

from typing import Any

import pandas as pd

from corvana.analysis.dependencies.declared_graph import cycles, graph, reach
from tests.builders.analysis.declared_edges import edges


def test_a_failure_travels_from_supporting_to_dependent() -> None:
    table: Any = reach(edges("db>api", "api>web", "web>SHOP", "db>worker")).set_index("service_id")
    assert table.index.to_list() == ["db", "api", "web", "SHOP", "worker"]
    assert table.loc["db"].to_list() == ["technical_service", 0, 2, 0, 4, 1, 3]
    assert table.loc["web"].to_list() == ["technical_service", 1, 1, 2, 1, 1, 1]
    assert table.loc["SHOP"].to_list()[:-1] == ["business_service", 1, 0, 3, 0, 0]
    assert pd.isna(table.loc["worker", "steps_to_business"])


def test_two_edges_between_the_same_services_are_one() -> None:
    table: Any = reach(edges("db>api", "db>api")).set_index("service_id")
    assert table.loc["db", ["dependents", "downstream"]].to_list() == [1, 1]
    assert graph(edges("db>api", "db>api")).number_of_edges() == 1


def test_a_service_is_not_its_own_neighbour_but_a_circle_of_one() -> None:
    table: Any = reach(edges("db>db", "db>api")).set_index("service_id")
    assert table.loc["db", ["supporting", "dependents", "upstream", "downstream"]].to_list() == [
        0,
        1,
        0,
        1,
    ]
    assert cycles(edges("db>db", "db>api")) == [("db",)]


def test_circles_are_reported_largest_first_and_do_not_hang_the_reach() -> None:
    circular = edges("a>b", "b>c", "c>a", "x>y", "y>x", "c>x")
    assert cycles(circular) == [("a", "b", "c"), ("x", "y")]
    table: Any = reach(circular).set_index("service_id")
    assert table.loc["a", ["upstream", "downstream"]].to_list() == [2, 4]


def test_without_edges_there_is_no_graph() -> None:
    assert reach(edges()).empty
    assert cycles(edges()) == []
