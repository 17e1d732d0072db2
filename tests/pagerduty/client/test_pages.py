"""Pages over real HTTP: short, empty, repeated, refused or endless, no row is lost or made up."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from corvana.errors import (
    ServerFault,
    TooLong,
)
from corvana.pagerduty import client as client_module
from corvana.pagerduty import cutting, payloads, protocol, responses
from corvana.pagerduty.client import Client, Span
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.world.model import World
from tests.builders.client.reading import Authorization, teams


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
