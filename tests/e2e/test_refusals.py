"""A connection that does not come about, or only in part, is told in a sentence."""

import sqlite3

import pytest
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser

HOSTILE = {
    "a state nobody was given": "code=x&state=y",
    "no parameters": "",
    "a script": "code=%3Cscript%3Ealert(1)%3C/script%3E&state=%3Cscript%3E",
    "an error without a state": "error=access_denied&error_description=Traceback",
    "an endless state": f"code=x&state={'y' * 4000}",
    "bytes that are no text": "code=%ff%00&state=%ff%00",
}


def connections_in(app) -> int:
    with sqlite3.connect(f"file:{app.data_dir / 'corvana.db'}?mode=ro", uri=True) as opened:
        (count,) = opened.execute("SELECT count(*) FROM connection").fetchone()
    opened.close()
    return int(count)


def test_denied_at_the_consent_page(app, visitor) -> None:
    visitor.open("/integrations")
    visitor.see("Not connected")
    visitor.connect(decision="Deny")
    visitor.see("Access was denied at PagerDuty, so this attempt connected nothing.")
    visitor.see("Connect again and choose Allow")
    visitor.see("Not connected")
    visitor.expect_no_fault()
    visitor.keep("integrations-denied")
    assert connections_in(app) == 0


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_callback_gets_a_sentence(app, visitor, query: str) -> None:
    visitor.open(f"/oauth/pagerduty/callback?{query}")
    visitor.see("This connection attempt is more than ten minutes old or was already used.")
    visitor.see("Not connected")
    visitor.expect_no_fault()
    assert connections_in(app) == 0


def test_the_state_of_another_browser_is_refused(app, visit) -> None:
    attacker, victim = visit(app), visit(app)
    attacker.open("/integrations")
    ways_back = []

    def keep_the_way_back(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        ways_back.append(answer.headers["location"])
        route.abort()

    attacker.page.get_by_role("link", name="Connect PagerDuty").click()
    allow = attacker.page.get_by_role("button", name="Allow")
    allow.wait_for()
    attacker.page.route("**/oauth/authorize", keep_the_way_back)
    with attacker.page.expect_event("requestfailed"):
        allow.click()
    victim.page.goto(ways_back[0])
    victim.see("This connection attempt could not be matched to this browser, so it was stopped.")
    victim.expect_no_fault()
    assert connections_in(app) == 0


def test_an_unknown_reason_in_the_address_shows_nothing(app, visitor) -> None:
    visitor.open("/integrations?refused=%3Cscript%3E&connected=1")
    visitor.see("Not connected")
    visitor.expect_no_fault()
    expect(visitor.page.get_by_test_id("stAlert")).to_have_count(0)


def test_a_responder_connects_but_the_data_is_called_partial(app, visitor) -> None:
    visitor.open("/integrations")
    visitor.connect(person="Responder (not an admin)")
    expect(visitor.page.get_by_role("status").filter(has_text="Connected")).to_be_visible()
    visitor.see("so the data is partial")
    visitor.see("let an account owner or admin reconnect")
    visitor.expect_no_fault()
    visitor.keep("integrations-partial")
    assert connections_in(app) == 1
