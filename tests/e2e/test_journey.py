"""Connect, watch it fill, read every page, disconnect, and find nothing of the account left."""

import json
import re
import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FIRST_FIGURES_WITHIN = 10.0
EVERYTHING_WITHIN = 90.0
TITLES = {
    "Overview": "How well are incidents answered?",
    "Findings": "Where is the response process stuck?",
    "Response": "How fast do we respond?",
    "On-call": "Who carries the pager?",
    "Dependencies": "What fails together?",
    "Walkthrough": "What did we find?",
    "Integrations": "Where does the data come from?",
    "Privacy": "What do you keep of our account?",
}


def traces_of_the_account(database: Path) -> list[bytes]:
    """Return what must be nowhere after a disconnect: whose account it is, and its labels."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        account = opened.execute("SELECT account_id, account_label FROM connection").fetchone()
        services = opened.execute("SELECT id, label FROM service").fetchall()
        schedules = opened.execute("SELECT id, label FROM schedule").fetchall()
        people = opened.execute("SELECT responder FROM responder").fetchall()
    opened.close()
    assert len(services) > 10
    return [str(text).encode() for row in (account, *services, *schedules, *people) for text in row]


def found_in(folder: Path, traces: list[bytes]) -> set[tuple[str, str]]:
    """Return which files below the folder hold which traces, byte for byte."""
    return {
        (str(path.relative_to(folder)), trace.decode())
        for path in folder.rglob("*")
        if path.is_file()
        for content in [path.read_bytes()]
        for trace in traces
        if trace in content
    }


def test_the_journey(app, visitor, record_property) -> None:
    page = visitor.page
    visitor.open("/")
    visitor.see("PagerDuty is not connected.")
    visitor.keep("overview-not-connected")
    visitor.choose("Integrations")
    visitor.see("Not connected")
    visitor.keep("integrations-not-connected")

    page.get_by_role("link", name="Connect PagerDuty").click()
    page.get_by_role("button", name="Allow").wait_for()
    visitor.keep("consent")
    page.get_by_role("button", name="Allow").click()
    allowed = time.monotonic()
    page.wait_for_url("**/integrations**")
    expect(page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    expect(page.locator(".corvana-dot.corvana-green")).to_be_visible()
    visitor.keep("integrations-collecting")

    visitor.choose("Response")
    visitor.see_figure()
    first_figures = time.monotonic() - allowed
    visitor.keep("response-first-figures")
    visitor.expect_no_fault()

    visitor.choose("Integrations")
    visitor.see_title(TITLES["Integrations"])
    next_run = page.get_by_test_id("stText").filter(has_text=re.compile(r"^in \d"))
    next_run.wait_for(timeout=EVERYTHING_WITHIN * 1000)
    everything = time.monotonic() - allowed
    visitor.keep("integrations-connected")
    print(  # noqa: T201 - two acceptance criteria, to be read in the report
        f"\nAfter Allow: first figures {first_figures:.1f} s, everything {everything:.1f} s"
    )
    record_property("first_figures_seconds", round(first_figures, 1))
    record_property("everything_seconds", round(everything, 1))
    assert first_figures <= FIRST_FIGURES_WITHIN
    assert everything <= EVERYTHING_WITHIN

    for name, title in TITLES.items():
        visitor.choose(name)
        visitor.see_title(title)
        if name in ("Overview", "Response"):
            visitor.see_figure()
        visitor.expect_no_fault()
        visitor.keep(name.lower())
        assert "older weeks are still coming" not in visitor.text()

    traces = traces_of_the_account(app.data_dir / "corvana.db")
    assert found_in(app.data_dir, traces), "the search must be able to find something"

    elsewhere = page.context.new_page()
    elsewhere.goto(f"{app.url}/response")
    numbers = elsewhere.get_by_role("button", name="Numbers").first
    numbers.wait_for(timeout=60_000)
    overview = page.context.new_page()
    overview.goto(app.url)
    period = overview.get_by_role("combobox", name="Period")
    period.wait_for(timeout=60_000)
    # Scrolling closes a list that is open, so the field is in view long before it is clicked.
    period.scroll_into_view_if_needed()

    visitor.choose("Integrations")
    visitor.see_title(TITLES["Integrations"])
    page.get_by_role("button", name="Disconnect", exact=True).click()
    visitor.see("This deletes everything collected")
    visitor.keep("integrations-confirm-disconnect")
    page.get_by_role("button", name="Disconnect and delete").click()
    visitor.see("Everything was deleted on", 30)
    visitor.see("Not connected")
    visitor.see("PagerDuty confirmed that the access was revoked.")
    visitor.keep("integrations-receipt")

    numbers.click()
    period.click()
    overview.get_by_role("option", name="7 days").click()
    for still_open in (elsewhere, overview):
        still_open.get_by_text("PagerDuty is not connected.").wait_for()
        assert still_open.locator(".js-plotly-plot").count() == 0
        still_open.close()

    with page.expect_download() as handed_out:
        page.get_by_role("link", name="Download receipt").click()
    assert handed_out.value.suggested_filename.startswith("corvana-deletion-receipt-")
    receipt = json.loads(Path(handed_out.value.path()).read_text())
    assert receipt["rows_left"] == 0
    assert receipt["access_revoked_at_pagerduty"] is True
    assert receipt["deleted"]["incident"] > 1_000
    assert not any(trace.decode() in json.dumps(receipt) for trace in traces)

    for name in ("Overview", "Response"):
        visitor.choose(name)
        visitor.see_title(TITLES[name])
        visitor.see("PagerDuty is not connected.")
        expect(page.locator(".js-plotly-plot")).to_have_count(0)
    visitor.choose("Privacy")
    visitor.see("Nothing: no account is connected to this engagement.")
    visitor.expect_no_fault()

    assert found_in(app.data_dir, traces) == set()
    assert not [trace for trace in traces if trace.decode() in app.output()]
