"""Tables: the texts of values, and what is sent so that sorting goes by value."""

from typing import Any

import pandas as pd

from corvana.questions.readable import Form, Readable
from corvana.ui.tables import links, told


def texts(shown: Readable) -> list[list[str]]:
    """The texts of the cells, row by row."""
    styled: Any = told(shown)
    body: list[Any] = styled._translate(False, False)["body"]
    return [[str(cell["display_value"]) for cell in row if cell["type"] == "td"] for row in body]


def sent(shown: Readable) -> pd.DataFrame:
    styled: Any = told(shown)
    frame: pd.DataFrame = styled.data
    return frame


def of(form: Form, *values: Any) -> Readable:
    return Readable(pd.DataFrame({"Heading": list(values)}), {"Heading": form})


def test_values_are_told_as_everywhere_else() -> None:
    assert texts(of("seconds", 252.0, 12_000.0, 216_000.0)) == [
        ["4 min 12 s"],
        ["3 h 20 min"],
        ["2.5 days"],
    ]
    assert texts(of("lag", -103.0, 5.0)) == [["−1 min 43 s"], ["5 s"]]
    assert texts(of("minutes", 90.0)) == [["1 h 30 min"]]
    assert texts(of("share", 0.384, 0.003)) == [["38 %"], ["0.3 %"]]
    assert texts(of("count", 1_200, 3)) == [["1,200"], ["3"]]
    assert texts(of("number", 0.187)) == [["0.19"]]
    assert texts(of("times", 6.28)) == [["6.3 ×"]]
    assert texts(of("times", 148.2)) == [["148 ×"]]
    assert texts(of("probability", 0.00001, 0.0421)) == [["< 0.001"], ["0.042"]]
    assert texts(of("weekday", 0, 6)) == [["Mon"], ["Sun"]]
    assert texts(of("hour", 3)) == [["03:00"]]
    assert texts(of("incident", 1_234)) == [["#1234"]]


def test_what_is_missing_is_empty() -> None:
    assert texts(of("seconds", 60.0, float("nan"))) == [["1 min"], [""]]
    some = Readable(
        pd.DataFrame({"Level": pd.Series([1, None], dtype="Int16")}), {"Level": "count"}
    )
    assert texts(some) == [["1"], [""]]


def test_the_values_that_are_sent_stay_numbers() -> None:
    assert sent(of("seconds", 252.0))["Heading"].tolist() == [252.0]
    assert sent(of("share", 0.5))["Heading"].tolist() == [0.5]


def test_a_link_has_the_address_as_its_value_and_the_number_as_its_text() -> None:
    address = "https://acme.pagerduty.com/incidents/Q1"
    shown = Readable(
        pd.DataFrame({"Incident": pd.Series([1_234], dtype="Int64")}),
        {"Incident": "incident"},
        {"Incident": pd.Series([address])},
    )
    assert sent(shown)["Incident"].tolist() == [address]
    assert texts(shown) == [["#1234"]]


def test_every_link_of_a_table_is_a_link_outside_its_picture_too() -> None:
    numbers = pd.Series([12, None, 14], dtype="Int64")
    addresses = pd.Series(["https://acme.pagerduty.com/incidents/Q1", None, "https://acme/Q3"])
    assert links(numbers, addresses) == (
        "[#12](https://acme.pagerduty.com/incidents/Q1) · [#14](https://acme/Q3)"
    )


def test_of_many_links_the_first_hundred_are_listed_and_it_is_said() -> None:
    many = pd.Series(range(250), dtype="Int64")
    listed = links(many, many.map(lambda one: f"https://acme/Q{one}"))
    assert listed.count("](") == 100
    assert listed.endswith("[#99](https://acme/Q99) The first 100.")
