"""Connect, watch it fill, read every page, disconnect, and find nothing of the account left."""

import json
import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.builders.browsers.traces import found_in, traces_of_the_account

pytestmark = pytest.mark.browser

FIRST_FIGURES_WITHIN = 10.0
EVERYTHING_WITHIN = 90.0
TITLES = {
    "Overview": "How well are incidents answered?",
    "Findings": "Where is the response process stuck?",
    "Teams": "Which team first?",
    "Response": "How fast do we respond?",
    "On-call": "Who carries the pager?",
    "Dependencies": "What fails together?",
    "Walkthrough": "What did we find?",
    "Integrations": "Where does the data come from?",
    "Privacy": "What do you keep of our account?",
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
    elsewhere.locator("summary").filter(has_text="Numbers").first.wait_for(timeout=60_000)
    overview = page.context.new_page()
    overview.goto(app.url)
    overview.get_by_role("combobox", name="Period").wait_for(timeout=60_000)

    visitor.choose("Integrations")
    visitor.see_title(TITLES["Integrations"])
    visitor.click_mark(page.get_by_text("Last collected"))
    page.get_by_role("button", name="Disconnect", exact=True).click()
    visitor.see("This deletes everything collected")
    visitor.keep("integrations-confirm-disconnect")
    page.get_by_role("button", name="Disconnect and delete").click()
    visitor.see("Everything was deleted on", 30)
    visitor.see("Not connected")
    visitor.see("PagerDuty confirmed that the access was revoked.")
    visitor.keep("integrations-receipt")

    # Open pages forget by themselves, without a click.
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
