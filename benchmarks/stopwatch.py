"""The time until a page's last chart is drawn in a real browser, and the bytes sent for it.

The browser itself records the last click or key and the last change of a chart, so the time has
neither waiting nor polling in it. A page is done when the server has reported the end of its
script and no chart has changed for a while.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, WebSocket
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

QUIET_MS: Final = 1_000
LONGEST_SECONDS: Final = 120.0
_DRAWN: Final = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
)
_STOPWATCH: Final = """
(() => {
  window.began = 0;
  window.drawn = 0;
  const chart = '.js-plotly-plot';
  const watch = new MutationObserver(changes => {
    for (const change of changes) {
      // Only says that names are not at their places yet; nothing is drawn.
      if (change.attributeName === 'aria-busy') continue;
      const target = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      if (target && target.closest(chart)) { window.drawn = performance.now(); return; }
    }
  });
  watch.observe(document, {subtree: true, childList: true, attributes: true});
  for (const kind of ['pointerdown', 'keydown'])
    addEventListener(kind, () => { window.began = performance.now(); }, true);
})()
"""
_STILL_MILLISECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Time:
    """Seconds until the last chart was drawn, and the bytes that the server sent."""

    seconds: float
    received: int


@dataclass
class Watched:
    """A page whose messages and drawings are all recorded."""

    page: Page
    received: int = 0
    finished: int = 0
    is_running: bool = False
    specs: list[dict[str, Any]] = field(default_factory=list)
    """The charts of the last run of the page's script, in order."""
    _cached: dict[str, bytes] = field(default_factory=dict)

    def load(self, url: str) -> Time:
        """Open an address like a first visit, and wait for the last chart."""
        return self._timed(lambda: self.page.goto(url))

    def go_to(self, title: str) -> Time:
        """Choose a page in the sidebar."""
        link = self.page.get_by_test_id("stSidebarNav").get_by_text(title, exact=True)
        return self._timed(link.click)

    def choose_period(self, period: str) -> Time:
        """Choose another period, with the keyboard."""
        menu = self.page.get_by_label("Period").first
        # A page that scrolls while the list is open closes it.
        menu.scroll_into_view_if_needed()
        self.page.wait_for_timeout(_STILL_MILLISECONDS)
        menu.fill(period)
        self.page.get_by_role("option", name=period).first.wait_for()
        return self._timed(lambda: self.page.keyboard.press("Enter"))

    def choose_urgency(self, urgency: str) -> None:
        """Choose an urgency and wait for the page, even if no chart changes."""
        choices = self.page.get_by_test_id("stButtonGroup")
        self._waited(choices.get_by_text(urgency, exact=True).first.click)

    def choose_service(self, service: str) -> None:
        """Choose a service and wait for the page, even if no chart changes."""
        self.page.get_by_role("combobox", name="Service", exact=True).fill(service)
        self._waited(self.page.get_by_role("option", name=service, exact=True).click)
        self.page.keyboard.press("Escape")

    def hear(self, payload: str | bytes) -> None:
        """Record a message of the server."""
        if isinstance(payload, str):
            return
        self.received += len(payload)
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            message = ForwardMsg.FromString(self._cached[message.ref_hash])
        elif message.metadata.cacheable:
            self._cached[message.hash] = payload
        if kind == "new_session":
            self.is_running = True
            self.specs.clear()
        elif kind == "script_finished":
            self.is_running = False
            # A run that a newer run interrupts has not drawn the page.
            self.finished += message.script_finished in _DRAWN
        element = message.delta.new_element
        if element.WhichOneof("type") == "bidi_component":
            # Not every part of a page with a script of ours is a chart.
            if element.bidi_component.component_name == "corvana.chart":
                self.specs.append(json.loads(element.bidi_component.bytes)["figure"])
        elif element.WhichOneof("type") == "plotly_chart":
            self.specs.append(json.loads(element.plotly_chart.spec))

    def _waited(self, act: Callable[[], object]) -> None:
        finished = self.finished
        act()
        while self.is_running or self.finished == finished:
            self.page.wait_for_timeout(100)
        self.page.wait_for_timeout(QUIET_MS)

    def _timed(self, act: Any) -> Time:
        before, finished = self.received, self.finished
        act()
        deadline = time.monotonic() + LONGEST_SECONDS
        while not self._is_done(finished):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{self.page.url} did not finish: {self.page.inner_text('body')}"
                )
            self.page.wait_for_timeout(100)
        milliseconds = self.page.evaluate("window.drawn - window.began")
        return Time(milliseconds / 1_000, self.received - before)

    def _is_done(self, finished: int) -> bool:
        if self.is_running or self.finished == finished:
            return False
        began, drawn, now = self.page.evaluate("[window.began, window.drawn, performance.now()]")
        return bool((drawn > began or not self.specs) and now - drawn > QUIET_MS)


def watch(context: BrowserContext) -> Watched:
    """Open a page that is recorded from its beginning."""
    page = context.new_page()
    page.add_init_script(_STOPWATCH)
    watched = Watched(page)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", watched.hear)

    page.on("websocket", listen)
    return watched
