"""Every page before anything is connected, without a browser."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from tests.builders.drawn_charts import charts, texts

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"
PAGES = {
    "overview": ("How well are incidents answered?", "PagerDuty is not connected."),
    "findings": ("Where is the response process stuck?", "PagerDuty is not connected."),
    "teams": ("Which team first?", "PagerDuty is not connected."),
    "response": ("How fast do we respond?", "PagerDuty is not connected."),
    "escalations": ("Who answers when we escalate?", "PagerDuty is not connected."),
    "on_call": ("Who carries the pager?", "PagerDuty is not connected."),
    "dependencies": ("What fails together?", "PagerDuty is not connected."),
    "targets": ("Are the targets met?", "PagerDuty is not connected."),
    "walkthrough": ("What did we find?", "PagerDuty is not connected."),
    "register": ("What was decided?", "PagerDuty is not connected."),
    "settings": ("What does this assessment rest on?", "Figures and findings of all pages"),
    "what_changed": ("What changed?", "PagerDuty is not connected."),
    "timeline": ("What happened when?", "PagerDuty is not connected."),
    "method": ("How is this computed?", "Goes together is not cause"),
    "integrations": ("Where does the data come from?", "What is read:"),
    "privacy": ("What do you keep of our account?", "Nothing: no account is connected"),
}


def words(shown: AppTest) -> str:
    """Return what the page says outside its widgets."""
    return "\n".join(texts(shown, "markdown", "info"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_before_anything_is_connected(router: AppTest, page: str) -> None:
    title, sentence = PAGES[page]
    shown = router.run().switch_page(f"../../pages/{page}.py").run()
    assert not shown.exception
    assert not shown.error
    assert [one.value for one in shown.title] == [title]
    assert sentence in words(shown)
    assert not charts(shown)


def test_the_first_page_is_the_overview(router: AppTest) -> None:
    shown = router.run()
    assert not shown.exception
    assert [one.value for one in shown.title] == [PAGES["overview"][0]]


def test_connecting_starts_at_our_own_route(router: AppTest) -> None:
    shown = router.run().switch_page("../../pages/integrations.py").run()
    links = [one.proto.body for one in shown.get("html") if "corvana-action" in one.proto.body]
    base = load_settings().base_url
    assert any(f"href='{base}/oauth/pagerduty/start?engagement=" in link for link in links)


def test_a_refusal_is_told_with_its_next_step(router: AppTest) -> None:
    router.query_params["refused"] = "denied"
    shown = router.run().switch_page("../../pages/integrations.py").run()
    assert not shown.exception
    # Changing the page drops the address's parameters, as in a browser.
    shown.query_params["refused"] = "denied"
    shown = shown.run()
    assert "Access was denied at PagerDuty" in shown.warning[0].value
    assert "choose Allow" in shown.warning[0].value
