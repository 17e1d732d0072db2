"""A mark of a chart is highlighted, narrowed to and left again, by mouse and by keyboard alone."""

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.running_app import App
from corvana.analysis import wording
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

RANKING = ".st-key-acknowledged-service-ranking"
GREY = "rgb(180, 188, 197)"


@pytest.fixture
def visitor(stored: App, visit: Callable[..., Visitor]) -> Visitor:
    visitor = visit(stored, color_scheme="light")
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    return visitor


def test_a_click_highlights_a_mark_and_keeps_the_others_in_grey(visitor: Visitor) -> None:
    page, ranking = visitor.page, visitor.page.locator(RANKING)
    marks = ranking.locator("path.point")
    n = marks.count()
    visitor.click_mark(marks.nth(n - 1))
    expect(only(ranking)).to_be_visible()
    expect(marks).to_have_count(n)
    assert greys(marks) == n - 1
    assert "service=" not in page.url

    # A rerun of the page leaves it highlighted.
    menu = page.get_by_role("combobox", name="Period")
    menu.scroll_into_view_if_needed()
    # Scrolling closes a list that is open.
    visitor.settle()
    menu.fill("90 days")
    page.keyboard.press("Enter")
    page.wait_for_url("**period=90*")
    visitor.settle()
    expect(only(ranking)).to_be_visible()
    assert greys(marks) == marks.count() - 1


def test_a_click_beside_the_marks_undoes(visitor: Visitor) -> None:
    ranking = visitor.page.locator(RANKING)
    marks = ranking.locator("path.point")
    visitor.click_mark(marks.last)
    expect(only(ranking)).to_be_visible()
    visitor.page.wait_for_timeout(600)
    ranking.locator(".gtitle").click(force=True)
    expect(only(ranking)).to_have_count(0)
    assert greys(marks) == 0


def test_by_keyboard_a_mark_is_said_highlighted_undone_and_narrowed_to(visitor: Visitor) -> None:
    page, ranking = visitor.page, visitor.page.locator(RANKING)
    marks = ranking.get_by_role("listbox")
    visitor.reach(marks)
    first = said(marks)
    page.keyboard.press("ArrowDown")
    expect(marks.get_by_role("option")).not_to_have_text(first)
    assert said(marks).startswith("North service ")
    ring = ranking.locator(".corvana-ring")
    expect(ring).to_be_visible()
    page.keyboard.press("Home")
    assert said(marks) == first

    page.keyboard.press("Enter")
    expect(only(ranking)).to_be_visible()
    expect(marks.get_by_role("option")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(only(ranking)).to_have_count(0)
    expect(marks).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(only(ranking)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**service=*")
    visitor.settle()
    expect(ranking.locator("path.point")).to_have_count(1)


def test_every_chart_with_marks_is_a_stop_of_the_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    for path in ("/escalations", "/on_call", "/dependencies", "/findings", "/"):
        visitor.open(path)
        visitor.see_figure()
        visitor.settle()
        charts = page.locator(".corvana-chart:visible")
        for chart in charts.all():
            marks = chart.get_by_role("listbox")
            expect(marks).to_have_attribute("tabindex", "0")
            expect(marks.get_by_role("option")).to_have_text(re.compile("."))


def test_days_dragged_out_on_a_time_axis_are_the_period_until_taken_back(visitor: Visitor) -> None:
    page = visitor.page
    weeks = page.locator(".st-key-acknowledged-weeks")
    drag(visitor, weeks, 0.4, 0.7)
    page.wait_for_url("**dates=*")
    visitor.settle()
    assert "period=Own+dates" in page.url

    assert said_days(page) == chosen_days(page) == dates_in(page.url)

    # A reload, and somebody who opens the link, see the same days.
    days = said_days(page)
    shared = page.url
    page.reload()
    visitor.see_figure()
    visitor.settle()
    assert said_days(page) == days
    assert page.url == shared


def test_days_dragged_out_again_are_in_the_address_until_taken_back(visitor: Visitor) -> None:
    page = visitor.page
    weeks = page.locator(".st-key-acknowledged-weeks")
    drag(visitor, weeks, 0.4, 0.7)
    page.wait_for_url("**dates=*")
    visitor.settle()
    first, days = page.url, said_days(page)
    drag(visitor, weeks, 0.2, 0.5)
    page.wait_for_url(lambda url: url != first)
    visitor.settle()
    assert said_days(page) != days
    assert said_days(page) == chosen_days(page)

    weeks.get_by_role("button", name="Back to the period before").click()
    expect(page).not_to_have_url(re.compile("dates="))
    visitor.expect_no_fault()


def test_what_a_filter_leaves_is_said(visitor: Visitor) -> None:
    page = visitor.page
    status = page.locator(".corvana-announced")
    expect(status).to_have_text(re.compile(r"^[\d,]+ incidents match the filters\.$"))
    before = status.inner_text()
    page.get_by_label("Period").first.fill("7 days")
    page.keyboard.press("Enter")
    expect(status).not_to_have_text(before)


def drag(visitor: Visitor, chart: Locator, begin: float, end: float) -> None:
    """Drag out days between two shares of a chart's width."""
    chart.scroll_into_view_if_needed()
    box = chart.locator(".nsewdrag").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    mouse = visitor.page.mouse
    mouse.move(box["x"] + box["width"] * begin, middle)
    mouse.down()
    mouse.move(box["x"] + box["width"] * end, middle, steps=5)
    mouse.up()


def dates_in(address: str) -> list[str]:
    """The period's days as the address says them, in words."""
    return [in_words(day) for day in parse_qs(urlsplit(address).query)["dates"]]


def chosen_days(page: Page) -> list[str]:
    """The period's days as its control says them, in words."""
    fields = page.get_by_test_id("stDateInput").locator("input").all()
    return [in_words(field.input_value()) for field in fields]


def said_days(page: Page) -> list[str]:
    """The period's days as the row of filters says them: "13 Sep – 26 Oct (Europe/Berlin)"."""
    row = page.locator(".st-key-active_filters").inner_text()
    first, last = row.split(" (Europe/Berlin)")[0].split(" – ")
    return [first, last]


def in_words(day: str) -> str:
    return wording.instant(date.fromisoformat(day))


def only(chart: Locator) -> Locator:
    return chart.get_by_role("button", name=re.compile("^Only North service"))


def said(marks: Locator) -> str:
    return marks.get_by_role("option").inner_text()


def greys(marks: Locator) -> int:
    return int(
        marks.evaluate_all(
            "(marks, grey) => marks.filter(one => getComputedStyle(one).fill === grey).length", GREY
        )
    )
