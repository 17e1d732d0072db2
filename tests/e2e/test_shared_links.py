"""A link copied from the address bar opens the same view for somebody else."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

AGE = re.compile(r"collected .* ago|collected just now")


def test_filters(stored: App, visit: Callable[..., Visitor]) -> None:
    sender = visit(stored)
    page = sender.page
    sender.open("/response")
    unfiltered = seen(sender)
    choose(sender, "Period", "90 days")
    page.wait_for_url("**period=*")
    choose(sender, "Service", "North service 11")
    page.wait_for_url("**service=*")
    page.keyboard.press("Escape")
    page.get_by_test_id("stButtonGroup").get_by_text("high", exact=True).click()
    page.wait_for_url("**urgency=high*")
    assert seen(sender) != unfiltered
    same_for_somebody_else(visit(stored), sender, "period", "service", "urgency")


def test_the_period_of_the_overview(stored: App, visit: Callable[..., Visitor]) -> None:
    sender = visit(stored)
    sender.open("/")
    sender.see_figure()
    before = seen(sender)
    choose(sender, "Period", "7 days")
    sender.page.wait_for_url("**period=7*")
    after = seen(sender)
    answer = next(line for line in after if line.startswith("Half of the ") and "incidents" in line)
    assert answer not in before, "what the page says above is of the period chosen"
    assert "Biggest problems" in after
    same_for_somebody_else(visit(stored), sender, "period")


def test_an_opened_finding(stored: App, visit: Callable[..., Visitor]) -> None:
    sender = visit(stored)
    page = sender.page
    sender.open("/findings")
    sender.see_figure()
    sender.settle()
    first = page.get_by_role("heading", level=2).first.inner_text()
    sender.click_mark(page.locator(".st-key-findings-ledger .barlayer .point").nth(1))
    page.wait_for_url("**finding=*")
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(first)
    same_for_somebody_else(visit(stored), sender, "finding")


def test_a_policy_and_another_delay(stored: App, visit: Callable[..., Visitor]) -> None:
    sender = visit(stored)
    page = sender.page
    sender.open("/escalations")
    expect(page.get_by_role("slider").first).to_be_visible(timeout=30_000)
    present = seen(sender)
    choose(sender, "Escalation policy", 1)
    page.wait_for_url("**chain=*")
    seen(sender)
    page.get_by_role("slider").first.press("End")
    page.wait_for_url("**delay_*")
    assert seen(sender) != present
    delay = next(name for name in asked(page) if name.startswith("delay_"))
    same_for_somebody_else(visit(stored), sender, "chain", delay)


def test_a_step_of_the_walkthrough(stored: App, visit: Callable[..., Visitor]) -> None:
    sender = visit(stored)
    page = sender.page
    sender.open("/walkthrough")
    sender.see_figure()
    first = seen(sender)
    page.get_by_role("button", name="Next").click()
    page.wait_for_url("**step=2*")
    expect(page.get_by_text("2 of", exact=False)).to_be_visible()
    assert seen(sender) != first
    same_for_somebody_else(visit(stored), sender, "step")


def same_for_somebody_else(receiver: Visitor, sender: Visitor, *parts: str) -> None:
    """Open what is in the sender's address bar; it names the parts of the view."""
    assert set(parts) <= set(asked(sender.page))
    receiver.page.goto(sender.page.url)
    receiver.see_figure()
    assert seen(receiver) == seen(sender)
    assert asked(receiver.page) == asked(sender.page)
    receiver.expect_no_fault()


def seen(visitor: Visitor) -> list[str]:
    """What can be read and what is filled in, but for the age of the data."""
    # A mark below the mouse has a label.
    visitor.page.mouse.move(0, 0)
    text = AGE.sub("", visitor.settle())
    fields = visitor.page.get_by_test_id("stMain").locator("input:visible, input[type=range]")
    values = fields.evaluate_all(
        "fields => fields.map(field => `${field.ariaLabel}: ${field.value}`)"
    )
    return [line for line in text.splitlines() if line.strip()] + values


def choose(visitor: Visitor, label: str, option: str | int) -> None:
    """Choose an option of a field, by its text or its place."""
    field = visitor.page.get_by_role("combobox", name=label)
    field.scroll_into_view_if_needed()
    # Scrolling closes a list that is open.
    visitor.settle()
    field.click()
    options = visitor.page.get_by_role("option")
    (options.nth(option) if isinstance(option, int) else options.filter(has_text=option)).click()


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)
