"""An assessor who uses the application by mouse, or by the keyboard alone."""

from dataclasses import dataclass
from typing import Final, Literal

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.builders.visitor import Visitor

Way = Literal["mouse", "keyboard"]
_LONG: Final = 120_000
_SOON: Final = 10_000
"""Milliseconds."""
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Assessor:
    """What an assessor does, in one of both ways. Typing is typing in both."""

    visitor: Visitor
    way: Way

    @property
    def page(self) -> Page:
        return self.visitor.page

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Click it, or reach it with Tab and press the key."""
        wanted.wait_for(timeout=_LONG)
        if self.way == "mouse":
            wanted.click()
            return
        self.visitor.reach(wanted)
        self.page.keyboard.press(key)

    def button(self, name: str) -> None:
        """Press the first button of the name that can be pressed."""
        found = self.page.get_by_role("button", name=name, exact=True)
        self.press(found.filter(visible=True).first)

    def go(self, title: str, heading: str) -> None:
        """Choose a page in the sidebar, and wait until it is drawn."""
        self.press(self.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title))
        self.visitor.see_title(heading)
        self.visitor.settle()

    def unfold(self, words: str) -> None:
        """Open a section, unless it is open already."""
        section = self.page.locator("details").filter(
            has=self.page.locator("summary").filter(has_text=words)
        )
        section.first.wait_for()
        if section.first.get_attribute("open") is None:
            self.press(section.first.locator("summary").first)
            self.visitor.settle()

    def type_into(self, label: str, text: str) -> None:
        """Put the text into a field, in place of what is there."""
        field = self.page.get_by_label(label, exact=True).filter(visible=True).first
        self.press(field, "Control+a")
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a menu by typing its beginning.

        A page that is drawn again closes an open menu; a person opens it again, and so does this.
        """
        for _ in range(_ATTEMPTS):
            field = self.page.get_by_role("combobox", name=label).filter(visible=True).first
            self.press(field, "ArrowDown")
            self.page.keyboard.type(option)
            found = self.page.get_by_role("option", name=option).first
            try:
                found.wait_for(timeout=_SOON)
                if self.way == "mouse":
                    found.click(timeout=_SOON)
                else:
                    self.page.keyboard.press("Enter")
            except PlaywrightTimeout:
                self.page.keyboard.press("Escape")
            else:
                return
        pytest.fail(f"{option} could not be chosen as {label}", pytrace=False)

    def answer(self, option: str) -> None:
        """Choose one of a group of radio buttons, of which the first one is chosen."""
        group = self.page.get_by_test_id("stRadio").filter(visible=True).first
        if self.way == "mouse":
            group.get_by_text(option, exact=True).click()
            return
        self.visitor.reach(group.get_by_role("radio").first)
        while not group.get_by_role("radio", name=option, exact=True).is_checked():
            self.page.keyboard.press("ArrowRight")

    def download(self, name: str) -> bytes:
        """Press a link to a file and return the file."""
        link = self.page.get_by_role("link", name=name, exact=True).first
        link.wait_for(timeout=_LONG)
        with self.page.expect_download(timeout=_LONG) as handed_out:
            self.press(link)
        return handed_out.value.path().read_bytes()

    def see(self, text: str, seconds: float = 30) -> Locator:
        return self.visitor.see(text, seconds)

    def gone(self, text: str, seconds: float = 60) -> None:
        """Wait until the text is not on the page any more."""
        expect(self.page.get_by_text(text).first).to_be_hidden(timeout=seconds * 1000)
