"""A filter that changes draws anew what depends on it, and nothing else."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import WebSocket, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.running_app import App
from tests.builders.visitor import Visitor

pytestmark = pytest.mark.browser

PAGES = ("", "response", "escalations", "on_call", "dependencies", "teams")


@pytest.mark.parametrize("path", PAGES)
def test_neither_header_nor_sidebar_is_drawn_again(
    path: str, stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor, kinds = visit(stored), list[str]()
    page = visitor.page

    def hear(payload: str | bytes) -> None:
        message = ForwardMsg.FromString(payload if isinstance(payload, bytes) else b"")
        kinds.append(message.WhichOneof("type") or "")

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", hear)

    page.on("websocket", listen)
    visitor.open(f"/{path}")
    visitor.see_figure()
    before = visitor.settle()
    assert "navigation" in kinds
    kinds.clear()
    page.get_by_test_id("stButtonGroup").get_by_text("high", exact=True).first.click()
    page.wait_for_url("**urgency=high*")
    expect(page.get_by_role("button", name="Urgency: high")).to_be_visible()
    assert visitor.settle() != before
    assert "delta" in kinds
    assert not {"navigation", "logo", "page_config_changed"} & set(kinds)
    visitor.expect_no_fault()


def test_a_selection_without_incidents_has_no_answer(
    stored: App, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(stored)
    page = visitor.page
    page.goto(f"{stored.url}/response?engagement={stored.engagement}&days=weekend")
    told = page.get_by_text(re.compile("^Half of the .* incidents")).first
    expect(told).to_be_visible()
    # Business hours are on weekdays only.
    page.get_by_test_id("stButtonGroup").get_by_text("business", exact=True).first.click()
    expect(page.get_by_text("No incident matches.")).to_be_visible()
    expect(told).to_have_count(0)
