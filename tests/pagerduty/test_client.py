"""The client over real HTTP against everything that can go wrong at PagerDuty."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.errors import (
    Forbidden,
    NotOnPlan,
    RateLimited,
    ServerFault,
    TooLong,
    Unauthorized,
    Unreachable,
)
from corvana.pagerduty import client as client_module
from corvana.pagerduty import cutting, oauth, payloads, protocol, responses
from corvana.pagerduty.client import Client, Span
from corvana.pagerduty.limiter import Limiter
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from corvana.store import connections, purge
from corvana.tokens import Tokens
from tests.builders.conclusions import conclude_nothing
from tests.conftest import Connected


class Authorization:
    """One token; a newer one only when there is one to be had."""

    def __init__(self, token: str, newer: str | None = None) -> None:
        self.token, self.newer = token, newer
        self.refreshed: list[str] = []

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:
        self.refreshed.append(refused)
        if self.newer is None:
            raise Unauthorized("no newer token")
        self.token = self.newer
        return self.token


@pytest.fixture
def authorization(sandbox: RunningSandbox) -> Authorization:
    return Authorization(sandbox.issue_tokens()[0])


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Full jitter whose dice always show zero."""
    monkeypatch.setattr(random, "random", lambda: 0.0)


@pytest.fixture
def ask(sandbox: RunningSandbox, authorization: Authorization) -> Callable[..., Any]:
    """Run one coroutine function with a client."""

    def run(work: Callable[[Client], Awaitable[Any]]) -> Any:
        async def inside() -> Any:
            async with Client(
                sandbox.api_url, authorization, requests_per_minute=600_000, concurrency=4
            ) as client:
                return await work(client)

        return asyncio.run(inside())

    return run


async def teams(client: Client) -> tuple[int, int]:
    page = await client.get("/teams", responses.page_of("teams", payloads.Team), {"limit": 100})
    return len(page.rows), client.requests


async def users(client: Client) -> list[str]:
    pages = client.pages("/users", responses.page_of("users", payloads.User))
    return [user.id async for page in pages for user in page.rows]


def incidents(world: World) -> Callable[[Client], Awaitable[list[Span[payloads.Incident]]]]:
    async def read(client: Client) -> list[Span[payloads.Incident]]:
        return [
            span
            async for span in client.spans(
                "/incidents", responses.IncidentsPage, world.start, world.end
            )
        ]

    return read


def log(world: World) -> Callable[[Client], Awaitable[list[Span[payloads.LogEntry]]]]:
    async def read(client: Client) -> list[Span[payloads.LogEntry]]:
        return [
            span
            async for span in client.spans(
                "/log_entries", responses.LogEntriesPage, world.start, world.end
            )
        ]

    return read


def entries_before_the_end(world: World) -> set[str]:
    return {e.id for i in world.incidents for e in i.log_entries if e.at < world.end}


def ids(spans: list[Span[Any]]) -> list[str]:
    return [row.id for span in spans for row in span.rows]


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


def test_every_page_of_a_list_is_read(ask: Callable[..., Any], sandbox: RunningSandbox) -> None:
    assert ask(users) == [user.id for user in sandbox.world.users]


def test_short_pages_of_a_list_lose_nothing(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    sandbox.faults.short_pages = 2
    assert ask(users) == [user.id for user in sandbox.world.users]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_short_pages_of_a_dated_list_lose_nothing(
    ask: Callable[..., Any], sandbox: RunningSandbox, count: int
) -> None:
    sandbox.faults.short_pages = count
    (span,) = ask(incidents(sandbox.world))
    assert sorted(ids([span])) == sorted(each.id for each in sandbox.world.incidents)
    assert not span.incomplete


@pytest.mark.parametrize("count", [1, 2, 4])
def test_empty_pages_that_say_more_lose_nothing(
    ask: Callable[..., Any], sandbox: RunningSandbox, count: int
) -> None:
    sandbox.faults.empty_pages = count
    assert set(ids(ask(log(sandbox.world)))) == entries_before_the_end(sandbox.world)


def test_a_row_sent_twice_is_one_row(ask: Callable[..., Any], sandbox: RunningSandbox) -> None:
    sandbox.faults.duplicate_rows = 3
    read = ids(ask(incidents(sandbox.world)))
    assert len(read) == len(set(read)) == len(sandbox.world.incidents)


def test_everything_at_once_loses_nothing(ask: Callable[..., Any], sandbox: RunningSandbox) -> None:
    sandbox.faults.update(
        {"short_pages": 5, "duplicate_rows": 5, "server_errors": 2, "dropped": 2, "empty_pages": 2}
    )
    read = ids(ask(log(sandbox.world)))
    assert len(read) == len(set(read))
    assert set(read) == entries_before_the_end(sandbox.world)


def test_too_many_rows_for_one_window_are_read_in_parts_newest_first(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", 250)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", 120)
    spans = ask(log(sandbox.world))
    assert len(spans) > 12
    assert all(len(span.rows) <= 250 for span in spans)
    assert spans[0].until == sandbox.world.end
    assert spans[-1].since == sandbox.world.start
    assert all(newer.since == older.until for newer, older in pairwise(spans))
    read = ids(spans)
    assert len(read) == len(set(read))
    assert set(read) == entries_before_the_end(sandbox.world)
    for span in spans:
        assert all(span.since <= row.created_at < span.until for row in span.rows)


def test_rows_that_do_not_fit_are_counted(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sandbox.world.incidents[0].id
    decipher = protocol.decipher

    def spoil(status: int, headers: Any, body: bytes, model: Any) -> Any:
        return decipher(status, headers, body.replace(first.encode(), b"not an id"), model)

    monkeypatch.setattr(client_module, "decipher", spoil)
    spans = ask(incidents(sandbox.world))
    assert sum(span.unreadable for span in spans) == 1
    assert first not in ids(spans)
    assert len(ids(spans)) == len(sandbox.world.incidents) - 1


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
    assert connections.claim_due(connected.engine, datetime.now(UTC) + timedelta(days=1)) == []


def test_rows_from_a_zone_other_than_utc_are_the_same_instants(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    spans = ask(incidents(sandbox.world))
    created = {row.id: row.created_at for span in spans for row in span.rows}
    assert created == {each.id: each.created_at for each in sandbox.world.incidents}


def test_an_empty_page_of_configuration_is_asked_for_again_so_that_nothing_is_pruned(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    async def read(client: Client) -> list[str]:
        pages = client.pages("/services", responses.page_of("services", payloads.Service))
        return [row.id async for page in pages for row in page.rows if row]

    sandbox.faults.empty_pages = 1
    assert sorted(ask(read)) == sorted(service.id for service in sandbox.world.services)


def test_short_pages_lose_nothing_when_the_total_is_not_told(
    ask: Callable[..., Any], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox.faults.update({"hide_total": True, "short_pages": 5})
    read = {row.id for span in ask(incidents(sandbox.world)) for row in span.rows}
    assert read == {each.id for each in sandbox.world.incidents}


@pytest.mark.parametrize(("failures", "size"), [(4, 50), (8, 25)])
def test_a_page_pagerduty_cannot_manage_is_asked_for_in_halves(
    ask: Callable[..., Any], sandbox: RunningSandbox, failures: int, size: int
) -> None:
    async def read(client: Client) -> tuple[list[str], int]:
        return await users(client), client.requests

    sandbox.faults.answer("/users", status=408, times=failures)
    everybody = [user.id for user in sandbox.world.users]
    assert ask(read) == (everybody, failures + -(-len(everybody) // size))


def test_a_list_that_fails_at_every_size_ends_in_its_error(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    rule = sandbox.faults.answer("/users", status=504, times=100)
    with pytest.raises(ServerFault):
        ask(users)
    assert rule.times == 100 - 3 * 4


def test_a_list_longer_than_the_row_limit_is_given_and_then_said_to_be_cut(
    ask: Callable[..., Any], sandbox: RunningSandbox
) -> None:
    sandbox.faults.change("/services", lambda body: {**body, "more": True})
    pages: list[Any] = []

    async def read(client: Client) -> None:
        async for page in client.pages(
            "/services", responses.page_of("services", payloads.Service)
        ):
            pages.append(page)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(TooLong):
        ask(read)
    read_ids = [row.id for page in pages for row in page.rows]
    assert sorted(read_ids) == sorted(service.id for service in sandbox.world.services)


@pytest.mark.parametrize("skew", [timedelta(0), timedelta(minutes=7), timedelta(hours=-2)])
def test_the_offset_of_pagerdutys_clock_is_known_after_the_first_answer(
    small_world: World, skew: timedelta
) -> None:
    ours = datetime(2026, 3, 1, 12, tzinfo=UTC)

    async def read(url: str, token: str) -> list[timedelta | None]:
        async with Client(
            url,
            Authorization(token),
            requests_per_minute=60_000,
            concurrency=1,
            clock=lambda: ours,
        ) as client:
            before = client.clock_offset
            await teams(client)
            return [before, client.clock_offset]

    with RunningSandbox(small_world, clock=lambda: ours + skew) as sandbox:
        offsets = asyncio.run(read(sandbox.api_url, sandbox.issue_tokens()[0]))
    assert offsets == [None, skew]


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
