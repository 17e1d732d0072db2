"""The whole stack, used as a company uses it: through nginx, with a provider, from a browser."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.builders.visitor import Visitor
from tests.stack.running import FIRST, Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

FORGOTTEN_WITHIN = 5_000
"""Milliseconds: the promise."""


@pytest.fixture(autouse=True)
def whole(running: Stack) -> Iterator[None]:
    """After each test all parts run, and browsers are led to both web processes."""
    yield
    for part in running.parts:
        if not part.is_running:
            part.start()
    running.proxy.lead_to(0, 1)


@pytest.fixture(scope="module")
def connected(running: Stack, collected: Callable[[str], None]) -> Stack:
    """The stack with its first engagement connected and collected."""
    running.join(FIRST)
    collected(FIRST)
    return running


def figures(visitor: Visitor) -> str:
    """What the page of answers says, completely drawn."""
    visitor.open("response")
    visitor.see_figure()
    return visitor.settle()


def test_every_part_is_up_and_both_web_processes_are_ready(running: Stack) -> None:
    assert [part.name for part in running.parts if not part.is_running] == []
    for web in running.web:
        ready = httpx.get(f"{web.url}/readyz")
        assert ready.status_code == 200
        assert ready.json()["worker"]
        assert ready.json()["snapshots"]


def test_nodes_reach_the_database_by_tls_alone(running: Stack) -> None:
    with running.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*), bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE usename = 'corvana'"
        ).one()
    assert found[0] > len(running.nodes)
    assert found[1]


def test_somebody_signs_in_and_connects_the_simulated_account(
    running: Stack, signed_in: Visitor, collected: Callable[[str], None]
) -> None:
    signed_in.open("integrations")
    signed_in.connect()
    expect(signed_in.page.locator(".corvana-dot.corvana-green")).to_be_visible()
    collected(FIRST)
    signed_in.expect_no_fault()


@pytest.mark.slow
def test_both_web_processes_show_what_workers_collected(
    connected: Stack, signed_in: Visitor
) -> None:
    seen = []
    for web in range(2):
        connected.proxy.lead_to(web)
        seen.append(figures(signed_in))
    assert seen[0] == seen[1]
    assert re.search(r"\d", seen[0])


def test_an_open_page_goes_on_at_the_other_web_process_when_its_own_is_killed(
    connected: Stack, signed_in: Visitor
) -> None:
    connected.proxy.lead_to(0)
    figures(signed_in)
    connected.proxy.lead_to(0, 1)
    connected.web[0].kill()
    signed_in.choose("Findings")
    signed_in.see_title("Where is the response process stuck?")
    signed_in.expect_no_fault()


@pytest.mark.slow
def test_a_disconnect_at_one_web_process_reaches_the_other(
    connected: Stack, signed_in: Visitor
) -> None:
    connected.proxy.lead_to(1)
    figures(signed_in)
    connected.proxy.lead_to(0)
    other = Visitor(signed_in.page.context.new_page(), signed_in.app)
    other.open("integrations")
    other.page.get_by_role("button", name="Details and Disconnect").click()
    other.page.get_by_role("button", name="Disconnect", exact=True).click()
    other.page.get_by_role("button", name="Disconnect and delete").click()
    expect(other.page.get_by_text("Everything was deleted on")).to_be_visible()
    expect(signed_in.page.get_by_text("PagerDuty is not connected")).to_be_visible(
        timeout=FORGOTTEN_WITHIN
    )
    assert connected.store.bucket.objects() == []
