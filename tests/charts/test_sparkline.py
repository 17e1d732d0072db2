"""The small course below a number: what it draws, and what it says to who cannot see it."""

import base64
import math
import re
from xml.etree import ElementTree as ET

import pytest

from corvana.charts.sparkline import sparkline_image

SAYS = "4 weeks: from 5 min in the first to 10 min in the last"


def drawn(image: str) -> ET.Element:
    content = re.fullmatch(r'!\[.*\]\(data:image/svg\+xml;base64,([\w+/=]+) ".*"\)', image)
    assert content
    return ET.fromstring(base64.b64decode(content[1]))


def line(image: str) -> list[tuple[float, float]]:
    polyline = drawn(image).find("{*}polyline")
    assert polyline is not None
    points = [point.split(",") for point in polyline.attrib["points"].split()]
    return [(float(x), float(y)) for x, y in points]


def test_values_are_spread_over_the_width_and_rise_from_zero():
    assert line(sparkline_image([0, 5, 10], SAYS)) == [(4, 36), (120, 20), (236, 4)]


def test_the_newest_value_is_marked():
    dot = drawn(sparkline_image([0, 5, 10, 5], SAYS)).find("{*}circle")
    assert dot is not None
    assert (dot.get("cx"), dot.get("cy")) == ("236", "20")


def test_a_calm_course_looks_calm():
    heights = [y for _, y in line(sparkline_image([1_000, 990, 1_000, 995], SAYS))]
    assert max(heights) - min(heights) < 0.5


def test_a_course_of_zeros_lies_on_the_ground():
    assert line(sparkline_image([0, 0, 0], SAYS)) == [(4, 36), (120, 36), (236, 36)]


def test_a_week_without_a_value_keeps_its_place():
    assert line(sparkline_image([10, math.nan, 5, 0], SAYS)) == [(4, 4), (158.7, 20), (236, 36)]


@pytest.mark.parametrize("values", [[], [1], [1, 2], [1, math.nan, 2], [math.nan] * 3])
def test_fewer_than_three_values_are_no_course(values):
    assert sparkline_image(values, SAYS) == ""


def test_it_says_in_words_what_it_shows():
    image = sparkline_image([5, 8, 7, 10], SAYS)
    assert image.startswith(f"![{SAYS}](")
    assert image.endswith(f' "{SAYS}")')


def test_years_of_weeks_stay_a_small_image():
    assert len(sparkline_image([float(week % 7) for week in range(400)], SAYS)) < 15_000
