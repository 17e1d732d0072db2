"""Viewers without a browser: they speak Streamlit's websocket protocol and click at random."""

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ELSEWHERE: Final = frozenset({"Engagement"})
"""Choices that would change the viewer's engagement."""
PAGES: Final = (
    *("overview", "findings", "teams", "response", "escalations", "on_call", "dependencies"),
    "timeline",
    "what_changed",
)
CLICKS_ON_A_PAGE: Final = 0.75
THINKING_SECONDS: Final = (2.0, 10.0)
_LONGEST_SECONDS: Final = 120.0


@dataclass
class Viewer:
    """A viewer of one engagement. The lists hold everything received."""

    url: str
    engagement: str
    seed: int
    names: Sequence[str]
    """The names of all engagements. Objects of an account have the engagement's name as a prefix,
    see `benchmarks.stored_account`."""
    reruns: list[float] = field(default_factory=list)
    """Seconds from each click until the page's script has finished."""
    errors: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    """The engagements whose names were in the shown texts."""
    _pages: dict[str, str] = field(default_factory=dict)
    _page: str = ""
    _choices: dict[str, Any] = field(default_factory=dict)
    _fragments: dict[str, str] = field(default_factory=dict)
    """Id of a choice → the part of the page that runs when it is used."""
    _chosen: dict[str, WidgetState] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = "business service|escalation policy|schedule|service|team"
        names = "|".join(self.names)
        self._named_after = re.compile(rf"({names}) (?:{kinds}) \d".encode())

    async def look_around(self, seconds: float, pauses: Sequence[float] = THINKING_SECONDS) -> None:
        """Click at random for `seconds`, with a pause after each page."""
        luck = random.Random(self.seed)
        address = self.url.replace("http", "ws", 1) + "/_stcore/stream"
        until = time.monotonic() + seconds
        async with connect(
            address, max_size=None, subprotocols=[Subprotocol("streamlit")]
        ) as socket:
            await self._rerun(socket)
            while time.monotonic() < until:
                await asyncio.sleep(luck.uniform(*pauses))
                fragment = self._click(luck)
                began = time.perf_counter()
                await self._rerun(socket, fragment)
                self.reruns.append(time.perf_counter() - began)

    def _click(self, luck: random.Random) -> str:
        """Choose another page, or another value on this page; return the part that must run."""
        if not self._choices or luck.random() > CLICKS_ON_A_PAGE:
            self._page = luck.choice(sorted(self._pages.values()))
            self._chosen.clear()
            return ""
        widget = self._choices[luck.choice(sorted(self._choices))]
        kind = type(widget).__name__
        state = WidgetState(id=widget.id)
        if kind == "Selectbox":
            state.string_value = luck.choice(widget.options)
        elif kind == "ButtonGroup":
            state.string_array_value.data.append(luck.choice(widget.options).content)
        else:
            state.string_array_value.data.extend(luck.sample(list(widget.options), 1))
        self._chosen[widget.id] = state
        return self._fragments[widget.id]

    async def _rerun(self, socket: ClientConnection, fragment: str = "") -> None:
        """Request the page or a part of it; read all messages until its script has finished."""
        asked = BackMsg()
        asked.rerun_script.query_string = f"engagement={self.engagement}"
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.fragment_id = fragment
        asked.rerun_script.widget_states.widgets.extend(self._chosen.values())
        asked.rerun_script.context_info.timezone = "Europe/Berlin"
        await socket.send(asked.SerializeToString())
        self._choices = {
            each: widget
            for each, widget in self._choices.items()
            if fragment and self._fragments[each] != fragment
        }
        deadline = time.monotonic() + _LONGEST_SECONDS
        while time.monotonic() < deadline:
            payload = await socket.recv()
            if isinstance(payload, bytes) and self._take(payload):
                return
        self.errors.append("a page did not finish")

    def _take(self, payload: bytes) -> bool:
        """Record the contents of a message. True once the script has finished."""
        self.seen.update(found.decode() for found in self._named_after.findall(payload))
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._pages = {
                page.url_pathname: page.page_script_hash
                for page in message.navigation.app_pages
                if page.url_pathname in PAGES or page.is_default
            }
            self._page = message.navigation.page_script_hash
        elif kind == "delta":
            self._show(message)
        return kind == "script_finished" and message.script_finished in (
            ForwardMsg.FINISHED_SUCCESSFULLY,
            ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
            ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
        )

    def _show(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == Alert.ERROR:
            self.errors.append(element.alert.body)
        elif kind in ("selectbox", "button_group", "multiselect"):
            widget = getattr(element, kind)
            if widget.options and widget.label not in ELSEWHERE:
                self._choices[widget.id] = widget
                self._fragments[widget.id] = message.delta.fragment_id
