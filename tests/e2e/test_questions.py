"""An assessor's questions, each from the Overview in few clicks; by mouse, and by keyboard alone.

Every click is counted, and so is every key that stands for one. Typing into a field is not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

OVERVIEW = "How well are incidents answered?"
_MOST_STOPS = 300
_MOST_BUTTONS = 10
Way = Literal["mouse", "keyboard"]


@dataclass(slots=True)
class Hand:
    """What an assessor does on the page, by mouse or by keyboard, and how often."""

    visitor: Visitor
    way: Way
    clicks: int = field(default=0)

    @property
    def page(self) -> Page:
        return self.visitor.page

    def press(self, wanted: Locator) -> None:
        """Click it, or go to it with Tab and press Enter."""
        self.clicks += 1
        if self.way == "mouse":
            wanted.click()
        else:
            self.visitor.reach(wanted)
            self.page.keyboard.press("Enter")
        self.visitor.settle()

    def go_to(self, name: str, title: str) -> None:
        """Choose a page in the sidebar."""
        self.press(self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=name))
        self.visitor.see_title(title)
        self.visitor.settle()

    def choose(self, menu: str, text: str) -> None:
        """Open a menu and type what is looked for; Enter takes it."""
        field = self.page.get_by_test_id("stMain").get_by_role("combobox", name=menu).first
        self.clicks += 1
        if self.way == "mouse":
            field.click()
        else:
            self.visitor.reach(field)
        self._type(text)

    def write_date(self, label: str, day: datetime) -> None:
        """Write a date into a field, from its year on, in place of what is there."""
        year = self.page.get_by_role("spinbutton", name=re.compile(f"year, {label}"))
        self.clicks += 1
        if self.way == "mouse":
            year.click()
        else:
            self.visitor.reach(year)
        self.page.keyboard.type(f"{day:%Y%m%d}")
        # The date is taken when the calendar closes, or else when the field is left.
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("Tab")
        self.visitor.settle()

    def set_minutes(self, level: Locator, minutes: int) -> None:
        """Take a level's handle, then let the arrows move it; each key is typing."""
        self.clicks += 1
        if self.way == "mouse":
            level.locator("xpath=../..").click()
        else:
            self.visitor.reach(level)
        self.page.keyboard.press("Home")
        for _ in range(minutes - int(level.get_attribute("min") or 0)):
            self.page.keyboard.press("ArrowRight")
        expect(level).to_have_value(str(minutes))
        self.visitor.settle()

    def take(self, wanted: Locator) -> None:
        """Choose one of buttons beside each other. Tab goes to their group, arrows go within it."""
        if self.way == "mouse":
            return self.press(wanted)
        self.clicks += 1
        group = wanted.locator("xpath=ancestor::*[@data-rac and @role][1]")
        for _ in range(_MOST_STOPS):
            if group.evaluate("element => element.contains(document.activeElement)"):
                break
            self.page.keyboard.press("Tab")
        for _ in range(_MOST_BUTTONS):
            if wanted.evaluate("element => element === document.activeElement"):
                break
            self.page.keyboard.press("ArrowRight")
        expect(wanted).to_be_focused()
        self.page.keyboard.press("Enter")
        self.visitor.settle()
        return None

    def _type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.page.wait_for_timeout(300)
        self.page.keyboard.press("Enter")
        self.visitor.settle()


@pytest.fixture(params=["mouse", "keyboard"])
def hand(request: pytest.FixtureRequest, stored: App, visit: Callable[..., Visitor]) -> Hand:
    visitor = visit(stored)
    visitor.open("/")
    visitor.see_title(OVERVIEW)
    visitor.settle()
    return Hand(visitor, request.param)


def bold(page: Page, pattern: str) -> str:
    """The name in bold letters that stands in a sentence of the page."""
    said = page.get_by_test_id("stMain").locator("strong").filter(has_text=re.compile(pattern))
    return said.first.inner_text()


def test_the_worst_policy_and_why(hand: Hand) -> None:
    hand.go_to("Escalations", "Who answers when we escalate?")
    worst = bold(hand.page, "policy")
    hand.choose("Escalation policy", worst)
    chosen = hand.page.get_by_role("combobox", name="Escalation policy").last
    expect(chosen).to_have_value(worst)
    for chart in ("escalation-paths", "escalation-latency"):
        expect(hand.page.locator(f".st-key-{chart} .main-svg").first).to_be_visible()
    assert hand.clicks <= 2


def test_who_is_overloaded_and_in_which_hours(hand: Hand) -> None:
    hand.go_to("On-call", "Who carries the pager?")
    hand.take(hand.page.get_by_test_id("stMain").get_by_role("radio", name="responders"))
    marks = hand.page.locator(".st-key-on-call-responders-interruptions")
    for hours in ("in sleep hours", "in off hours", "in business hours"):
        expect(marks.get_by_text(hours).first).to_be_visible()
    assert hand.clicks <= 2


def test_pages_for_nothing(hand: Hand) -> None:
    hand.press(hand.page.get_by_role("link", name=re.compile("for nothing", re.IGNORECASE)))
    hand.visitor.see_title("Where is the response process stuck?")
    expect(hand.page.locator(".st-key-finding-tested .main-svg").first).to_be_visible()
    assert hand.clicks <= 2


def test_what_if_level_1_had_five_minutes(hand: Hand) -> None:
    hand.go_to("Escalations", "Who answers when we escalate?")
    hand.set_minutes(hand.page.get_by_role("slider").first, 5)
    expect(hand.page.locator(".st-key-escalation-what-if .gtitle").first).to_be_visible()
    assert hand.clicks <= 3


def test_high_urgency_at_night_by_team(hand: Hand) -> None:
    main = hand.page.get_by_test_id("stMain")
    hand.take(main.get_by_role("radio", name="high", exact=True))
    hand.take(main.get_by_role("button", name="sleep", exact=True))
    hand.go_to("Teams", "Which team first?")
    for chip in ("Urgency: high", "Hours: sleep"):
        expect(main.get_by_role("button", name=chip).first).to_be_visible()
    expect(hand.page.locator(".st-key-teams-medians .main-svg").first).to_be_visible()
    assert hand.clicks <= 3


def test_which_team_first(hand: Hand) -> None:
    hand.go_to("Teams", "Which team first?")
    assert bold(hand.page, "first")
    assert hand.clicks <= 1


def test_what_changed_since_a_date(hand: Hand) -> None:
    hand.choose("Period", "Since")
    day = datetime.now(UTC) - timedelta(days=40)
    hand.write_date("Since", day)
    hand.page.wait_for_url(f"**since={day:%Y-%m-%d}**")
    hand.visitor.see("clear change")
    assert hand.clicks <= 2


def test_who_is_paged_next_sunday_at_three(hand: Hand) -> None:
    hand.go_to("Escalations", "Who answers when we escalate?")
    hand.choose("Service to page", "service 1")
    expect(hand.page.get_by_test_id("stTable").first).to_be_visible()
    assert hand.clicks <= 3


def test_everything_is_cleared(hand: Hand) -> None:
    hand.visitor.open("/response")
    query = "&urgency=high&hours=sleep&days=weekend&period=90+days"
    hand.page.goto(hand.page.url + query)
    hand.visitor.settle()
    hand.press(hand.page.get_by_role("button", name="Clear all"))
    expect(hand.page.get_by_role("button", name="Clear all")).to_have_count(0)
    assert "urgency" not in hand.page.url
    assert hand.clicks <= 1
