"""What a chart says in colour is seen in both looks of the page (WCAG 2.2, 1.4.3, 1.4.11)."""

import tomllib
from typing import Any

import pytest

from benchmarks.running_app import ROOT
from corvana.charts import stages
from corvana.charts.theme import INK, PALETTE

MARKS, TEXT = 3.0, 4.5


def looks() -> dict[str, dict[str, Any]]:
    theme = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"]
    return {look: theme[look] for look in ("light", "dark")}


def luminance(colour: str) -> float:
    """The relative luminance of a colour, by its definition in WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_the_largest_contrast() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("colour", PALETTE)
def test_a_mark_stands_out_from_the_page(colour: str, look: str) -> None:
    assert contrast(colour, looks()[look]["backgroundColor"]) >= MARKS


@pytest.mark.parametrize("colour", stages._COLOURS.values())
def test_text_inside_a_mark_is_read(colour: str) -> None:
    assert contrast(INK, colour) >= TEXT


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize(
    "colour", ["textColor", "linkColor", "primaryColor", "greenColor", "orangeColor", "redColor"]
)
def test_text_of_a_page_is_read(colour: str, look: str) -> None:
    theme = looks()[look]
    assert contrast(theme[colour], theme["backgroundColor"]) >= TEXT
