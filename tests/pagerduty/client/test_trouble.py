"""The client over real HTTP against everything that can go wrong at PagerDuty."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.errors import (
    Forbidden,
    NotOnPlan,
    RateLimited,
    ServerFault,
    Unauthorized,
    Unreachable,
)
from corvana.pagerduty import client as client_module
from corvana.pagerduty import oauth, payloads, responses
from corvana.pagerduty.client import Client
from corvana.pagerduty.limiter import Limiter
from corvana.sandbox.api.running import RunningSandbox
from corvana.store import purge, turns
from corvana.tokens import Tokens
from tests.builders.client.reading import Authorization, teams
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected


def test_a_429_with_headers_waits_for_the_reset(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    sandbox.faults.update({"rate_limited": 1, "rate_limit_reset": 1})
    began = time.monotonic()
    assert ask(teams) == (len(sandbox.world.teams), 2)
    assert time.monotonic() - began >= 1.0


def test_a_429_without_headers_backs_off_and_tries_again(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(Limiter, "pause", lambda _, seconds: pauses.append(seconds))
    sandbox.faults.update({"rate_limited": 3, "rate_limit_headers": False})
    assert ask(teams) == (len(sandbox.world.teams), 4)
    assert pauses == [5.0, 10.0, 20.0]


def test_a_429_whose_minute_is_over_waits_a_second_and_not_for_ever(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(Limiter, "pause", lambda _, seconds: pauses.append(seconds))
    sandbox.faults.update({"rate_limited": 2, "rate_limit_reset": 0})
    assert ask(teams) == (len(sandbox.world.teams), 3)
    assert pauses == [1.0, 1.0]


def test_a_429_without_a_body_is_a_429(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limiter, "pause", lambda *_: None)
    sandbox.faults.answer("/teams", status=429, body=b"", headers={}, times=2)
    assert ask(teams) == (len(sandbox.world.teams), 3)


def test_a_429_that_stays_is_raised_after_eight_attempts(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limiter, "pause", lambda *_: None)
    sandbox.faults.rate_limited = 100
    with pytest.raises(RateLimited):
        ask(teams)
    assert sandbox.faults.rate_limited == 100 - 8


def test_server_faults_pass(ask: Callable[..., Any], sandbox: RunningSandbox) -> None:
    sandbox.faults.update({"server_errors": 4, "server_error_status": 502, "html_errors": True})
    assert ask(teams) == (len(sandbox.world.teams), 5)


def test_a_server_fault_that_stays_is_raised_after_eight_attempts(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    sandbox.faults.server_errors = 100
    with pytest.raises(ServerFault) as caught:
        ask(teams)
    assert caught.value.status == 503
    assert sandbox.faults.server_errors == 100 - 8


def test_a_dropped_connection_is_opened_again(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    sandbox.faults.dropped = 2
    assert ask(teams) == (len(sandbox.world.teams), 3)


def test_nobody_listening_is_unreachable_and_the_address_is_not_told(
    monkeypatch: pytest.MonkeyPatch, authorization: Authorization
) -> None:
    monkeypatch.setattr(client_module, "_ATTEMPTS", 2)

    async def work() -> None:
        async with Client(
            "http://127.0.0.1:9", authorization, requests_per_minute=60_000, concurrency=1
        ) as client:
            await teams(client)

    with pytest.raises(Unreachable) as caught:
        asyncio.run(work())
    assert str(caught.value) == "no answer from PagerDuty (ConnectError)"
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(("fault", "error"), [("forbidden", Forbidden), ("not_on_plan", NotOnPlan)])
def test_a_refusal_is_raised_at_once(
    ask: Callable[..., Any], sandbox: RunningSandbox, fault: str, error: type[Exception]
) -> None:
    sandbox.faults.update({fault: True, "server_errors": 0})
    counted: list[int] = []

    async def once(client: Client) -> None:
        try:
            await teams(client)
        finally:
            counted.append(client.requests)

    with pytest.raises(error):
        ask(once)
    assert counted == [1]


def test_a_refused_token_is_renewed_once_for_all_requests(
    sandbox: RunningSandbox,
) -> None:
    authorization = Authorization("pdus+expired", newer=sandbox.issue_tokens()[0])

    async def many() -> list[tuple[int, int]]:
        async with Client(
            sandbox.api_url, authorization, requests_per_minute=600_000, concurrency=4
        ) as client:
            return await asyncio.gather(*(teams(client) for _ in range(6)))

    answers = asyncio.run(many())
    assert {count for count, _ in answers} == {len(sandbox.world.teams)}
    assert authorization.refreshed == ["pdus+expired"]


def test_a_token_that_cannot_be_renewed_is_asked_about_once_for_all_requests(
    sandbox: RunningSandbox,
) -> None:
    authorization = Authorization("pdus+expired")

    async def many() -> list[Any]:
        async with Client(
            sandbox.api_url, authorization, requests_per_minute=600_000, concurrency=4
        ) as client:
            first = await asyncio.gather(*(teams(client) for _ in range(6)), return_exceptions=True)
            return [*first, *await asyncio.gather(teams(client), return_exceptions=True)]

    assert [type(answer) for answer in asyncio.run(many())] == [Unauthorized] * 7
    assert authorization.refreshed == ["pdus+expired"]


def test_a_refresh_that_gets_no_answer_is_tried_again(sandbox: RunningSandbox) -> None:
    class Hesitant(Authorization):
        def refresh(self, refused: str) -> str:
            if not self.refreshed:
                self.refreshed.append(refused)
                raise Unreachable("the identity server did not answer")
            return super().refresh(refused)

    authorization = Hesitant("pdus+expired", newer=sandbox.issue_tokens()[0])

    async def many() -> list[tuple[int, int]]:
        async with Client(
            sandbox.api_url, authorization, requests_per_minute=600_000, concurrency=4
        ) as client:
            return await asyncio.gather(*(teams(client) for _ in range(6)))

    assert {count for count, _ in asyncio.run(many())} == {len(sandbox.world.teams)}
    assert authorization.refreshed == ["pdus+expired"] * 2


def test_a_token_refused_again_after_renewal_is_unauthorized(
    ask: Callable[..., Any], sandbox: RunningSandbox, authorization: Authorization
) -> None:
    authorization.newer = sandbox.issue_tokens()[0]
    sandbox.faults.token_revoked = True
    with pytest.raises(Unauthorized):
        ask(teams)
    assert len(authorization.refreshed) == 1


def forget_access(connected: Connected) -> tuple[str, str]:
    """PagerDuty forgets the access token, the refresh token stays good."""
    with Session(connected.engine) as session:
        stored = connected.vault.tokens(session, connected.id)
    del connected.sandbox.identity.tokens.access[stored.access_token]
    return stored.access_token, stored.refresh_token


def test_a_401_refreshes_once_and_saves_the_rotated_pair(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_BACKFILL_DAYS", "1")
    access, refresh_token = forget_access(connected)
    used: list[str] = []
    refresh = oauth.refresh

    def counted(settings: Any, token: str, now: datetime) -> Tokens:
        used.append(token)
        return refresh(settings, token, now)

    monkeypatch.setattr(oauth, "refresh", counted)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    assert used == [refresh_token]
    assert connected.latest_run.status == "finished"
    with Session(connected.engine) as session:
        stored = connected.vault.tokens(session, connected.id)
    assert stored.access_token != access
    assert stored.refresh_token != refresh_token
    family = connected.sandbox.identity.tokens.family_of(stored.access_token, now=datetime.now(UTC))
    assert family is not None


def test_a_refused_refresh_disconnects_and_keeps_the_data(
    connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORVANA_BACKFILL_DAYS", "1")
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    before = purge.counts(connected.engine, connected.id)
    _, refresh_token = forget_access(connected)
    connected.sandbox.identity.tokens.revoke(refresh_token)
    jobs.collect_connection(connected.id, analyse=conclude_nothing)
    connection = connected.connection
    assert (connection.status, connection.status_reason) == ("disconnected", "token_refused")
    assert connection.lease_holder is None
    after = purge.counts(connected.engine, connected.id)
    assert after.pop("collectionrun") == before.pop("collectionrun") + 1
    assert after == before
    assert len(connected.data().frame("services")) == len(connected.sandbox.world.services)
    assert turns.due(connected.engine, datetime.now(UTC) + timedelta(days=1)) == []


def test_a_refused_oncalls_request_leaves_the_others_alone(sandbox: RunningSandbox) -> None:
    sandbox.faults.answer("/oncalls", status=429, headers={"ratelimit-reset": "60"}, times=1)

    async def work(client: Client) -> tuple[bool, int]:
        oncalls = asyncio.create_task(
            client.get("/oncalls", responses.page_of("oncalls", payloads.OnCall))
        )
        while client.requests == 0:  # noqa: ASYNC110 - the client has no event for it
            await asyncio.sleep(0.01)
        count, _ = await asyncio.wait_for(teams(client), 10)
        still_waiting = not oncalls.done()
        oncalls.cancel()
        return still_waiting, count

    async def inside() -> tuple[bool, int]:
        async with Client(
            sandbox.api_url,
            Authorization(sandbox.issue_tokens()[0]),
            requests_per_minute=600_000,
            concurrency=4,
        ) as client:
            return await work(client)

    assert asyncio.run(inside()) == (True, len(sandbox.world.teams))
