"""Signing in and out with a real provider and a real browser."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from corvana.store import engagements
from corvana.store.people import audit, members
from tests.builders.browsers.axe import violations
from tests.builders.browsers.hosted import House

pytestmark = pytest.mark.browser
AT_ONCE = 6_000
"""Milliseconds within which an open page must notice; it looks every two seconds."""


@pytest.fixture
def come(chromium: Browser, house: House) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a browser, which may have cookies already."""
    with ExitStack() as opened:

        def come(cookies: dict[str, str] | None = None, **options: Any) -> BrowserContext:
            context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
            opened.callback(context.close)
            context.add_cookies(
                [
                    {"name": name, "value": value, "url": house.app.url}
                    for name, value in (cookies or {}).items()
                ]
            )
            return context

        yield come
        house.provider.refuse = None


def test_somebody_invited_signs_in_sees_the_own_engagement_and_signs_out_of_every_tab(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    person = members.invite(house.engine, "ann@example.com", datetime.now(UTC))
    members.set_role(house.engine, house.mine, person, "viewer")
    house.provider.person = {"sub": "ann", "email": "ann@example.com", "email_verified": True}
    context = come()
    page = context.new_page()
    page.goto(f"{house.app.url}/response?engagement={house.theirs}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Corvana")
    page.get_by_role("link", name="Sign in").click()
    page.wait_for_url("**/response**")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    assert "Theirs" not in page.inner_text("body")
    [cookie] = [one for one in context.cookies() if one["name"] == "corvana_session"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    second = context.new_page()
    second.goto(f"{house.app.url}/escalations")
    expect(second.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Corvana")
    expect(second.get_by_role("heading", level=1)).to_have_text(
        "Sign in to Corvana", timeout=AT_ONCE
    )
    assert second.locator(".js-plotly-plot").count() == 0
    assert house.provider.signed_out == 1
    context.add_cookies(
        [{"name": "corvana_session", "value": cookie["value"], "url": house.app.url}]
    )
    page.goto(house.app.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in to Corvana")
    told = {entry.action for entry in audit.newest(house.engine) if entry.by == person}
    assert {"signed in", "signed out"} <= told


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        ("access_denied", "cancelled or denied at the sign-in provider"),
        ("login_required", "wants you to sign in or to choose an account there first"),
        ("invalid_client", "refused this application"),
    ],
)
def test_a_refusal_of_the_provider_is_told_with_the_next_step(
    house: House, come: Callable[..., BrowserContext], error: str, sentence: str
) -> None:
    house.provider.refuse = error
    page = come().new_page()
    page.goto(house.app.url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_text(sentence).wait_for()
    page.screenshot(path=f"test-results/refused-{error}.png")
    reference = page.get_by_text("Reference: ").inner_text().removeprefix("Reference: ")
    assert reference in {entry.id for entry in audit.newest(house.engine)}


def test_somebody_nobody_invited_is_told_so_and_gets_no_session(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    house.provider.person = {"sub": "eve", "email": "eve@example.com"}
    context = come()
    page = context.new_page()
    page.goto(house.app.url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_text("nobody has invited you to Corvana").wait_for()
    assert "corvana_session" not in {cookie["name"] for cookie in context.cookies()}


def test_an_address_that_is_not_verified_opens_no_invitation(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    members.invite(house.engine, "carl@example.com", datetime.now(UTC), administrator=True)
    house.provider.person = {"sub": "x", "email": "carl@example.com", "email_verified": False}
    page = come().new_page()
    page.goto(house.app.url)
    page.get_by_role("link", name="Sign in").click()
    page.get_by_text("nobody has invited you to Corvana").wait_for()


def test_a_membership_that_is_removed_is_gone_from_an_open_page(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    page = come(house.cookies("dora@example.com", "assessor")).new_page()
    page.goto(f"{house.app.url}/response")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    [dora] = [
        one.person_id
        for one in members.members(house.engine, house.mine)
        if one.email == "dora@example.com"
    ]
    members.remove(house.engine, house.mine, dora)
    expect(page.get_by_role("heading", level=1)).to_have_text("No engagement", timeout=AT_ONCE)
    assert page.locator(".js-plotly-plot").count() == 0
    assert "Mine" not in page.inner_text("body")


def test_an_administrator_manages_members_and_sees_no_clients_data(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    page = come(house.cookies("root@example.com", None, is_administrator=True)).new_page()
    page.goto(f"{house.app.url}/response?engagement={house.mine}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Who may see what?")
    assert page.locator(".js-plotly-plot").count() == 0
    page.goto(house.app.url)
    page.get_by_label("E-mail address").first.fill("new@example.com")
    page.get_by_role("button", name="Add member").click()
    page.get_by_text("viewer, not yet signed in").first.wait_for()
    invited = {entry.action for entry in audit.newest(house.engine)}
    assert {"invited", "member changed"} <= invited
    page.screenshot(path="test-results/administration.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_of_ours_on_the_administration_page(
    house: House, come: Callable[..., BrowserContext], scheme: str
) -> None:
    cookies = house.cookies("root@example.com", None, is_administrator=True)
    page = come(cookies, color_scheme=scheme, bypass_csp=True).new_page()
    page.goto(f"{house.app.url}/administration")
    page.get_by_role("heading", name="What was done").wait_for()
    page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)
    assert violations(page) == []


def test_a_viewer_cannot_open_the_administration(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    page = come(house.cookies("vic@example.com", "viewer")).new_page()
    page.goto(f"{house.app.url}/administration")
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=30_000)
    assert "Who may see what?" not in page.inner_text("body")


def test_an_assessor_makes_a_link_that_shows_a_stranger_nothing_but_its_purpose(
    house: House, come: Callable[..., BrowserContext]
) -> None:
    fresh = engagements.create(house.engine, "Fresh", datetime.now(UTC))
    cookies = house.cookies("gus@example.com", "assessor")
    gus = members.invite(house.engine, "gus@example.com", datetime.now(UTC))
    members.set_role(house.engine, fresh, gus, "assessor")
    page = come(cookies).new_page()
    page.goto(f"{house.app.url}/integrations?engagement={fresh}")
    page.get_by_role("button", name="Let the client's admin connect").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_test_id("stCode").inner_text().strip()
    page.screenshot(path="test-results/client-link-made.png")
    assert link.startswith(f"{house.app.url}/connect/")
    stranger = come().new_page()
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Connect PagerDuty to Corvana")
    stranger.screenshot(path="test-results/client-link.png")
    assert "Mine" not in stranger.inner_text("body")
    with stranger.expect_request("https://identity.pagerduty.com/oauth/authorize?**"):
        stranger.get_by_role("button", name="Continue to PagerDuty").click()
    later = stranger.context.new_page()
    later.goto(house.app.url)
    expect(later.get_by_role("heading", level=1)).to_have_text("Sign in to Corvana")
