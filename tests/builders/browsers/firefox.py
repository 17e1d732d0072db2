"""A visitor with Firefox, driven by Mozilla's own driver: Debian's Firefox knows no other one."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from marionette_driver.by import By
from marionette_driver.errors import MarionetteException
from marionette_driver.marionette import ActionSequence, Marionette

from benchmarks.running_app import free_port

PROGRAM: Final = shutil.which("firefox-esr") or shutil.which("firefox")
_PATIENCE_SECONDS: Final = 90.0
_MIDDLE: Final = """
const element = [...document.querySelectorAll(arguments[0])].find(
  each => each.getClientRects().length && each.textContent.includes(arguments[1]));
if (!element) return null;
element.scrollIntoView({block: 'center'});
const box = element.getBoundingClientRect();
return [box.x + box.width / 2, box.y + box.height / 2];
"""
_TEXT: Final = "return document.body ? document.body.innerText : ''"


@contextmanager
def firefox(downloads: Path) -> Iterator["FirefoxVisitor"]:
    """Start Firefox without a window. Files that it is given are saved in `downloads`."""
    downloads.mkdir()
    driver = Marionette(
        bin=PROGRAM,
        headless=True,
        host="127.0.0.1",
        port=free_port(),
        prefs={
            "browser.download.folderList": 2,
            "browser.download.dir": str(downloads),
            "browser.download.always_ask_before_handling_new_types": False,
        },
    )
    driver.start_session()
    try:
        driver.set_window_rect(width=1440, height=900)
        yield FirefoxVisitor(driver, downloads)
    finally:
        driver.quit(in_app=False)
        driver.cleanup()


@dataclass(frozen=True, slots=True)
class FirefoxVisitor:
    """Somebody who uses the application with Firefox."""

    driver: Any
    downloads: Path

    def open(self, address: str) -> None:
        self.driver.navigate(address)

    def address(self) -> str:
        return str(self.driver.get_url())

    def text(self) -> str:
        """The text that is seen, navigation included."""
        return str(self.driver.execute_script(_TEXT))

    def see(self, text: str) -> None:
        """Wait until the text is seen."""
        self.until(lambda: text in self.text(), f"“{text}” is seen")

    def see_one(self, selector: str) -> None:
        """Wait until there is such an element."""
        self.until(lambda: bool(self.driver.find_elements(By.CSS_SELECTOR, selector)), selector)

    def click(self, selector: str, text: str = "") -> None:
        """Click, with the pointer, on the first visible element that has this text."""
        found: list[float] = []

        def find() -> bool:
            place = self.driver.execute_script(_MIDDLE, script_args=[selector, text])
            still = place is not None and place == found
            found[:] = place or []
            return still

        self.until(find, f"{selector} “{text}” stands still")
        mouse = ActionSequence(self.driver, "pointer", "mouse", {"pointerType": "mouse"})
        x, y = (round(each) for each in found)
        # A chart marks what the pointer is over, so the pointer comes before the click.
        mouse.pointer_move(x - 1, y).pointer_move(x, y).pause(200).pointer_down(button=0)
        mouse.pointer_up(button=0).perform()

    def downloaded(self) -> Path:
        """Wait until a file has been saved, and return it."""
        self.until(lambda: bool(self._saved()), "a file is saved")
        return self._saved()[0]

    def _saved(self) -> list[Path]:
        files = list(self.downloads.iterdir())
        under_way = [each for each in files if each.suffix == ".part" or not each.stat().st_size]
        return [] if under_way else files

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until it is so; the page may be replaced meanwhile."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                if is_so():
                    return
            except MarionetteException:
                pass
            time.sleep(0.2)
        raise AssertionError(f"Not so after {_PATIENCE_SECONDS:.0f} s: {what}\n{self.text()}")
