"""Whatever goes wrong, and whatever the answer says, no error carries content."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from corvana.collectors.listed import Listed
from corvana.collectors.nouns import NOUNS
from corvana.config import Settings
from corvana.errors import (
    ConnectRefused,
    CorvanaError,
    PagerDutyError,
    Unauthorized,
    Unreachable,
    UnreadableBody,
)
from corvana.pagerduty import client as client_module
from corvana.pagerduty import id_token, limiter, oauth, payloads, responses
from corvana.pagerduty.client import Client, fetch_me
from corvana.pagerduty.protocol import decipher
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.fault_rules import USUAL
from corvana.tokens import Tokens
from tests.builders.left_behind import MARKER, LeftBehind, printable
from tests.conftest import consent

PATHS: dict[str, type[BaseModel]] = {
    "/incidents": responses.IncidentsPage,
    "/incidents/Q1": responses.IncidentResponse,
    "/log_entries": responses.LogEntriesWithIncidentsPage,
    "/schedules": responses.SchedulesPage,
    "/v3/schedules": responses.ScheduleReferencesPage,
    "/v3/schedules/P1": responses.ScheduleV3Response,
    "/oncalls": responses.page_of("oncalls", payloads.OnCall),
    "/users/me": responses.UserResponse,
    "/service_dependencies/technical_services/P1": responses.RelationshipsResponse,
    "/service_dependencies/business_services/P1": responses.RelationshipsResponse,
    "/alert_grouping_settings": responses.AlertGroupingSettingsPage,
}
PATHS |= {
    noun.path: responses.page_of(noun.name, noun.payload)
    for noun in NOUNS
    if isinstance(noun, Listed) and noun.path not in {*PATHS, "/service_dependencies"}
}
STATUSES = (301, 400, 401, 402, 403, 404, 408, 429, 500, 503)
BODIES = (
    USUAL,
    {"error": {"message": "Not Found", "code": 2100, "errors": ["It is gone."]}},
    {"error": {"message": "Invalid", "code": 2001, "errors": {"name": ["It is taken."]}}},
    {"error": {"message": "Invalid", "code": 2001, "errors": None}},
    {"error": "Page Not Found"},
    ["Page Not Found"],
    "<!doctype html><h1>We are sorry</h1>",
    f'{{"error": {{"message": "{MARKER}", "code": "{MARKER}"}}}}'.encode(),
    f'{{"error": {{"message": "{MARKER}'.encode(),
    f'"{MARKER}"'.encode(),
)
UNREADABLE = (
    "<!doctype html><h1>We are sorry</h1>",
    ["Everything"],
    {"error": "Everything"},
    {"user": {"id": {"name": "Jane"}}, "schedule": "Primary", "incident": {"id": ["Down"]}},
    f'{{"incidents": [{{"title": "{MARKER}'.encode(),
    f'"{MARKER}"'.encode(),
    b"\xff" + MARKER.encode(),
)
HEADERS = {
    "ratelimit-remaining": MARKER,
    "ratelimit-reset": MARKER,
    "date": MARKER,
    "location": f"/{MARKER}",
    "x-request-id": MARKER,
}

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class FixedAuthorization:
    def access_token(self) -> str:
        return "pdus+" + "x" * 20

    def refresh(self, refused: str) -> str:
        raise Unauthorized("no newer token")


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither tried again nor held back, as `/oncalls` is."""
    monkeypatch.setattr(client_module, "_ATTEMPTS", 1)
    monkeypatch.setattr(limiter, "OWN_LIMITS", {})


def errors_of(
    sandbox: RunningSandbox, answers: Iterable[tuple[int, Any, Sequence[str]]]
) -> list[PagerDutyError]:
    """What the client makes of each (status, body) on each of the paths."""
    found: list[Any] = []

    async def ask() -> None:
        async with Client(
            sandbox.api_url, FixedAuthorization(), requests_per_minute=60_000, concurrency=9
        ) as client:
            for status, body, paths in answers:
                rule = sandbox.faults.answer("^/us/", status=status, body=body, headers=HEADERS)
                asked = (client.get(path, PATHS[path]) for path in paths)
                found.extend(await asyncio.gather(*asked, return_exceptions=True))
                sandbox.faults.remove(rule)

    asyncio.run(ask())
    assert [each for each in found if not isinstance(each, PagerDutyError)] == []
    return found


@pytest.mark.usefixtures("once")
def test_no_refusal_of_any_endpoint_carries_content(left: LeftBehind) -> None:
    """Every status on every path, and every body with every status."""
    paths, pairs = list(PATHS), product(STATUSES, BODIES)
    answers = [(*pair, paths[number % 3 :: 3]) for number, pair in enumerate(pairs)]
    left.errors += errors_of(left.connected.sandbox, answers)
    assert len(PATHS) >= 18
    assert len(left.errors) == sum(len(asked) for *_, asked in answers) >= 600
    assert left.holding() == []


@pytest.mark.usefixtures("once")
def test_no_answer_that_cannot_be_read_carries_content(left: LeftBehind) -> None:
    found = errors_of(left.connected.sandbox, [(200, body, list(PATHS)) for body in UNREADABLE])
    assert {type(error) for error in found} == {UnreadableBody}
    left.errors += found
    assert left.holding() == []


def test_a_page_of_another_endpoint_or_half_a_page_carries_nothing(left: LeftBehind) -> None:
    connected = left.connected
    headers = {"Authorization": f"Bearer {connected.sandbox.issue_tokens()[0]}"}
    page = httpx.get(f"{connected.sandbox.api_url}/users", headers=headers).content
    assert MARKER.encode() in page
    for body in (page, page[:-40]):
        with pytest.raises(UnreadableBody) as caught:
            decipher(200, {}, body, responses.IncidentsPage)
        left.errors.append(caught.value)
    assert left.holding() == []


def test_every_refusal_the_client_hears_does_carry_the_marker(left: LeftBehind) -> None:
    sandbox = left.connected.sandbox
    for body in (*BODIES, *UNREADABLE):
        sandbox.faults.answer("^/us/", status=404, body=body, headers=HEADERS)
        answer = httpx.get(f"{sandbox.api_url}/teams")
        assert MARKER.encode() in answer.content
        assert MARKER in answer.headers["x-request-id"]
        sandbox.faults.reset()
        sandbox.faults.content_marker = MARKER


def test_a_dropped_or_slow_answer_carries_nothing(
    left: LeftBehind, monkeypatch: pytest.MonkeyPatch, once: None
) -> None:
    sandbox = left.connected.sandbox
    monkeypatch.setattr(client_module, "_MOST", client_module._MOST._replace(seconds=0.2))
    for break_off in (
        lambda: sandbox.faults.hang_up("^/us/", times=1),
        lambda: sandbox.faults.delay("^/us/", 0.4, times=1),
    ):
        break_off()
        with pytest.raises(Unreachable) as caught:
            fetch_with_client(sandbox)
        left.errors.append(caught.value)
    assert left.holding() == []


def fetch_with_client(sandbox: RunningSandbox) -> None:
    async def ask() -> None:
        async with Client(
            sandbox.api_url, FixedAuthorization(), requests_per_minute=60_000, concurrency=1
        ) as client:
            await client.get("/users", responses.page_of("users", payloads.User))

    asyncio.run(ask())


# --- the identity server ---


def grant_refused(settings: Settings) -> None:
    oauth.exchange(settings, code=MARKER, verifier=oauth.create_verifier(), now=datetime.now(UTC))


def renewal_refused(settings: Settings) -> None:
    oauth.refresh(settings, "pdus+" + "x" * 20, datetime.now(UTC))


def proof_refused(settings: Settings) -> None:
    id_token.verify(settings, f"{MARKER}.{MARKER}.{MARKER}", datetime.now(UTC))


def role_refused(settings: Settings) -> None:
    fetch_me(next(iter(settings.api_urls.values())), "pdus+" + "x" * 20)


TOKEN_BODIES = (
    {"error": "invalid_grant", "error_description": "The grant is gone"},
    {"error": "invalid_client", "error_description": "The client is unknown"},
    {"access_token": 7, "scope": "Everything"},
    {"scope": "write"},
    *BODIES[1:],
)


def test_no_refusal_of_the_identity_server_carries_content(left: LeftBehind) -> None:
    faults, settings = left.connected.sandbox.faults, left.connected.settings
    for path, ask, statuses in (
        ("/oauth/token", grant_refused, (200, 302, 400, 401, 429, 503)),
        ("/oauth/token", renewal_refused, (200, 302, 400, 401, 429, 503)),
        ("/oauth/anonymous/jwks", proof_refused, (200, 302, 400, 503)),
        ("/users/me", role_refused, (200, 403)),
    ):
        for status, body in product(statuses, TOKEN_BODIES):
            rule = faults.answer(path, status=status, body=body, headers=HEADERS)
            with pytest.raises(CorvanaError) as caught:
                ask(settings)
            left.errors.append(caught.value)
            faults.remove(rule)
    assert left.holding() == []


def test_a_proof_of_identity_that_is_refused_carries_nothing(left: LeftBehind) -> None:
    faults, settings = left.connected.sandbox.faults, left.connected.settings
    for lie in ({"issuer": MARKER}, {"audience": MARKER}, {"wrong_signature": True}):
        faults.update(lie)
        grant = consent(settings)
        with pytest.raises(ConnectRefused) as caught:
            id_token.verify(settings, grant.id_token, datetime.now(UTC))
        left.errors.append(caught.value)
        faults.reset()
        faults.content_marker = MARKER
    assert left.holding() == []


def test_an_answer_to_a_revocation_is_not_read(left: LeftBehind) -> None:
    faults, settings = left.connected.sandbox.faults, left.connected.settings
    tokens = Tokens("pdus+a", "pdus+b", datetime.now(UTC))
    for status, body in product((200, 302, 400, 404, 503), TOKEN_BODIES):
        rule = faults.answer("/oauth/revoke", status=status, body=body, headers=HEADERS)
        assert oauth.revoke(settings, tokens) == (status == 200)
        faults.remove(rule)
    assert left.holding() == []


def test_the_search_finds_what_an_error_or_its_cause_does_carry(left: LeftBehind) -> None:
    plain, chained = PagerDutyError(MARKER), PagerDutyError("chained")
    chained.__cause__ = ValueError("another")
    chained.__cause__.__context__ = KeyError(MARKER)
    attribute = PagerDutyError("attribute")
    attribute.body = MARKER  # type: ignore[attr-defined]
    for error in (plain, chained, attribute):
        assert MARKER in "".join(printable(error))
        left.errors = [error]
        assert left.holding() == ["errors"]
