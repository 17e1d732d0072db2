"""Charts are drawn in place, in the page's colours and width, and say so when they cannot be."""

from collections.abc import Callable
from itertools import combinations, pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

CURVE = ".st-key-acknowledged-within"
HEIGHT = 380
PAPER = 680
TOUCH = 2
MOVED = 1_000


def test_another_period_is_drawn_into_the_drawing_that_is_there(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    page = visitor.page
    figure = page.locator(f"{CURVE} [role=figure]")
    said = figure.get_attribute("aria-label")
    drawn = page.locator(f"{CURVE} .js-plotly-plot .main-svg").first.element_handle()
    choose_period(page, "7 days")
    expect(figure).not_to_have_attribute("aria-label", said or "")
    assert drawn is not None
    assert drawn.evaluate("svg => svg.isConnected")
    visitor.expect_no_fault()


def test_it_wears_the_colours_of_the_page(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored, color_scheme="light")
    visitor.open("/response")
    visitor.see_figure()
    page = visitor.page
    drawn = page.locator(f"{CURVE} .gtitle")
    light = colour(page)
    expect(drawn).to_have_css("fill", light)
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_role("heading", level=1)).not_to_have_css("color", light)
    expect(drawn).to_have_css("fill", colour(page))


def test_it_is_as_wide_as_its_place(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored)
    visitor.open("/response")
    visitor.see_figure()
    page = visitor.page
    assert width(page, ".main-svg") == width(page, "")
    page.set_viewport_size({"width": 900, "height": 900})
    visitor.settle()
    expect(page.locator(f"{CURVE} .main-svg").first).to_have_attribute(
        "width", str(width(page, ""))
    )


@pytest.mark.parametrize("pixels", [390, 1920])
def test_its_title_fits_and_lies_under_no_legend(
    stored: App, visit: Callable[..., Visitor], pixels: int
) -> None:
    visitor = visit(stored, pixels)
    visitor.open("/escalations")
    visitor.see_figure()
    visitor.settle()
    figures = visitor.page.locator("[role=figure]")
    for figure in figures.all():
        place, title, legend = (box(figure, part) for part in ("", ".gtitle", ".legend"))
        assert title["x"] + title["width"] <= place["x"] + place["width"]
        if legend:
            beside = legend["x"] >= title["x"] + title["width"]
            assert beside or legend["y"] >= title["y"] + title["height"]
    lines = figures.first.locator(".gtitle .line").count()
    assert lines > 1 if pixels == 390 else lines == 0, "a title that fits is not broken"


@pytest.mark.parametrize(("pixels", "fewest"), [(390, 3), (1440, 8)])
def test_times_on_its_axis_stand_upright_and_apart(
    stored: App, visit: Callable[..., Visitor], pixels: int, fewest: int
) -> None:
    visitor = visit(stored, pixels)
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    ticks = visitor.page.locator(f"{CURVE} .xtick text")
    assert ticks.count() >= fewest
    boxes = [tick.bounding_box() for tick in ticks.all()]
    assert not [
        tick for tick in ticks.all() if "rotate(90" in (tick.get_attribute("transform") or "")
    ]
    known = sorted((box for box in boxes if box is not None), key=lambda box: box["x"])
    assert len(known) == len(boxes)
    for box, following in pairwise(known):
        assert box["width"] > box["height"] / 2
        assert box["x"] + box["width"] < following["x"]


def test_names_in_a_flow_lie_over_no_other_name(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored, 390)
    visitor.open("/escalations")
    visitor.see_figure()
    visitor.settle()
    labels = visitor.page.locator(".st-key-escalation-paths .node-label")
    # The nodes move to their places before names are left out.
    visitor.page.wait_for_timeout(MOVED)
    shown = [label.bounding_box() for label in labels.filter(visible=True).all()]
    boxes = [box for box in shown if box is not None]
    assert len(boxes) > 2
    for one, other in combinations(boxes, 2):
        across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(
            one["x"], other["x"]
        )
        along = min(one["y"] + one["height"], other["y"] + other["height"]) - max(
            one["y"], other["y"]
        )
        assert min(across, along) <= TOUCH


def test_a_finger_scrolls_over_it_and_taps_its_marks(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored, 390, has_touch=True, is_mobile=True)
    page = visitor.page
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    mark = page.locator(".st-key-acknowledged-service-ranking path.point").first
    mark.evaluate("mark => mark.scrollIntoView({block: 'center'})")
    before, ticks = place(mark), page.locator(".ytick").all_text_contents()
    swipe(page, before, -150)
    assert place(mark)[1] < before[1] - 50
    assert page.locator(".ytick").all_text_contents() == ticks, "nothing was zoomed"
    page.touchscreen.tap(*place(mark))
    page.get_by_role("button", name="Only North service").tap()
    page.wait_for_url("**service=*")


def test_the_pointer_shows_which_marks_can_be_clicked(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    ranking = page.locator(".st-key-acknowledged-service-ranking")
    mark = ranking.locator("path.point").first
    mark.scroll_into_view_if_needed()
    x, y = place(mark)
    page.mouse.move(x, y, steps=2)
    expect(ranking.locator(".nsewdrag")).to_have_css("cursor", "pointer")
    page.mouse.move(0, 0, steps=4)
    expect(ranking.locator(".nsewdrag")).not_to_have_css("cursor", "pointer")


def test_paper_gets_a_drawing_that_fits_on_it(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored)
    page = visitor.page
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    drawn = page.locator(f"{CURVE} .main-svg").first
    on_screen = drawn.get_attribute("width") or ""
    assert int(on_screen) > PAPER
    page.evaluate("() => { dispatchEvent(new Event('beforeprint')); }")
    expect(drawn).to_have_attribute("width", str(PAPER))
    page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
    expect(drawn).to_have_attribute("width", on_screen)
    height = drawn.get_attribute("height")
    assert drawn.get_attribute("viewBox") == f"0 0 {on_screen} {height}"


def test_without_its_script_it_says_so_in_its_place(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    page.route("**/scripts/plotly-*", lambda route: route.abort())
    visitor.open("/response")
    missing = page.locator(CURVE).get_by_text("Reload the page to try again")
    expect(missing).to_be_visible()
    box = page.locator(f"{CURVE} [role=figure]").bounding_box()
    assert box is not None
    assert box["height"] >= HEIGHT
    page.unroute("**/scripts/plotly-*")
    choose_period(page, "7 days")
    visitor.see_figure()
    expect(missing).to_have_count(0)


def test_without_what_draws_it_it_says_so_in_plain_words(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    page.route("**/scripts/chart-*", lambda route: route.abort())
    visitor.open("/response")
    missing = page.locator(CURVE).get_by_text("Reload the page to try again")
    expect(missing).to_be_visible()
    visitor.expect_no_fault()
    page.unroute("**/scripts/chart-*")
    page.reload()
    visitor.see_figure()
    expect(missing).to_have_count(0)


def test_a_figure_that_cannot_be_drawn_is_told_and_the_next_one_drawn(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    visitor.open("/response")
    visitor.see_figure()
    visitor.settle()
    page.evaluate(
        "() => { window.whole = Plotly.react; Plotly.react = () => { throw Error('broken'); }; }"
    )
    choose_period(page, "7 days")
    failed = page.locator(CURVE).get_by_text("This chart could not be drawn")
    expect(failed).to_be_visible()
    page.evaluate("() => { Plotly.react = window.whole; }")
    choose_period(page, "90 days")
    expect(page.locator(f"{CURVE} .main-svg").first).to_be_visible()
    expect(failed).to_have_count(0)


def test_it_is_fetched_from_this_server_alone(stored: App, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stored)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.open("/")
    visitor.see_figure()
    elsewhere = [url for url in asked if not url.startswith((stored.url, "blob:", "data:"))]
    assert elsewhere == []


def colour(page: Page) -> str:
    """The colour of the page's title."""
    title = page.get_by_role("heading", level=1)
    return str(title.evaluate("title => getComputedStyle(title).color"))


def choose_period(page: Page, period: str) -> None:
    page.get_by_label("Period").first.fill(period)
    page.keyboard.press("Enter")


def place(mark: Locator) -> tuple[float, float]:
    """The middle of a mark."""
    found = mark.bounding_box()
    assert found is not None
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def swipe(page: Page, start: tuple[float, float], pixels: int) -> None:
    """Move a finger up or down; Playwright itself can only tap."""
    session = page.context.new_cdp_session(page)
    x, y = start
    steps = [("touchStart", y), *(("touchMove", y + pixels * step / 10) for step in range(1, 11))]
    for kind, at in steps:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": at}]})
        page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(700)


def box(figure: Locator, part: str) -> dict[str, float]:
    """Where a part of a chart lies; empty where it has none."""
    found = figure.locator(part).first if part else figure
    lies = found.bounding_box() if found.count() else None
    if lies is None:
        return {}
    return {"x": lies["x"], "y": lies["y"], "width": lies["width"], "height": lies["height"]}


def width(page: Page, part: str) -> int:
    """Whole pixels of a part of the curve's element."""
    found = page.locator(f"{CURVE} [role=figure] {part}".strip()).first
    return int(found.evaluate("part => part.getBoundingClientRect().width"))
