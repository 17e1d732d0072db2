"""The way of a first visit in Firefox: connect, five pages, a mark of a chart, a file."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.running_app import running
from tests.builders.browsers import firefox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(
        firefox.PROGRAM is None,
        reason="Firefox is not installed here: `apt-get install firefox-esr` brings it",
    ),
]
PAGES = {
    "Overview": "How well are incidents answered?",
    "Findings": "Where is the response process stuck?",
    "Escalations": "Who answers when we escalate?",
    "On-call": "Who carries the pager?",
    "Response": "How fast do we respond?",
}
RANKING = ".st-key-acknowledged-service-ranking"


@pytest.mark.timeout(600)
def test_a_first_visit_in_firefox(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "CORVANA_SANDBOX_INCIDENTS": "2000",
        "CORVANA_SANDBOX_REQUESTS_PER_MINUTE": "60000",
        "CORVANA_REQUESTS_PER_MINUTE": "60000",
    }
    with (
        running(tmp_path, **settings) as app,
        firefox.firefox(tmp_path / "downloads") as visitor,
    ):
        visitor.open(f"{app.url}/integrations")
        visitor.click("a", "Connect PagerDuty")
        visitor.click("button", "Allow")
        visitor.see_one(".corvana-dot.corvana-green")
        visitor.see("in 1")  # the next collection: this one has ended
        for name, title in PAGES.items():
            visitor.click("[data-testid=stSidebarNav] a", name)
            visitor.see(title)
            visitor.see_one(".js-plotly-plot .main-svg")
            shown = visitor.text()
            for fault in ("Traceback", "Something went wrong", "Error:"):
                assert fault not in shown, f"{name}:\n{shown}"
        visitor.click(f"{RANKING} path.point")
        visitor.until(
            lambda: "service=" in visitor.address() or "Only " in visitor.text(),
            "the mark is chosen",
        )
        visitor.click("summary", "Numbers")
        visitor.click("a.corvana-download")
        saved = visitor.downloaded()
        assert saved.name.startswith("response-")
        assert saved.suffix == ".csv"
        assert len(saved.read_text().splitlines()) > 2
        visitor.see(PAGES["Response"])
