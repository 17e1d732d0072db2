"""Dated lists over real HTTP: as few requests as possible, no row lost, none silently missing."""

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse

from corvana.collectors.windows import FIRST_WINDOW, WINDOW, Window, plan
from corvana.errors import BadRequest, ServerFault
from corvana.pagerduty import client as client_module
from corvana.pagerduty import cutting, responses
from corvana.pagerduty.client import Client, Span
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.misbehaving_server import Answer, HandMade, Log
from tests.conftest import GoodToken

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


def spread(count: int, length: timedelta = WEEK, start: datetime = START) -> list[datetime]:
    """So many instants, evenly, on whole seconds."""
    seconds = int(length.total_seconds())
    return [start + timedelta(seconds=seconds * n // count) for n in range(count)]


@contextmanager
def reader(answer: Answer) -> Iterator[tuple[HandMade, Callable[..., list[Span[Any]]]]]:
    """A server, and what reads windows of its `/log_entries` with one client."""
    with HandMade(answer) as server:

        async def spans(*windows: tuple[datetime, datetime]) -> list[Span[Any]]:
            async with Client(
                server.url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=8
            ) as client:
                return [
                    span
                    for window in windows
                    async for span in client.spans(
                        "/log_entries", responses.LogEntriesPage, *window
                    )
                ]

        yield server, lambda *windows: asyncio.run(spans(*windows))


def ids(spans: list[Span[Any]]) -> list[str]:
    return [row.id for span in spans for row in span.rows]


def windows_of(server: HandMade) -> list[tuple[datetime, datetime]]:
    """Every window asked for, in order, each once."""
    return list(
        dict.fromkeys(
            (datetime.fromisoformat(q["since"]), datetime.fromisoformat(q["until"]))
            for q in server.asked
        )
    )


# --- no more requests than there have to be ----------------------------------------------------


def test_a_window_costs_one_request_a_page() -> None:
    with reader(Log(spread(250))) as (server, read):
        (span,) = read((START, START + WEEK))
    assert sorted(q["offset"] for q in server.asked) == ["0", "100", "200"]
    assert (len(span.rows), span.duplicates, span.incomplete) == (250, 0, False)


def test_a_full_last_page_is_the_last() -> None:
    with reader(Log(spread(300))) as (server, read):
        read((START, START + WEEK))
    assert len(server.asked) == 3


def test_an_empty_window_costs_one_request() -> None:
    with reader(Log([])) as (server, read):
        (span,) = read((START, START + WEEK))
    assert len(server.asked) == 1
    assert (list(span.rows), span.incomplete) == ([], False)


def test_the_second_week_is_cut_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", 900)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", 500)
    log = Log(spread(2_400, 2 * WEEK))
    with reader(log) as (server, read):
        read((START + WEEK, START + 2 * WEEK), (START, START + WEEK))
    first, second = windows_of(server)[:4], windows_of(server)[4:]
    assert first[0] == (START + WEEK, START + 2 * WEEK)
    assert [until - since for since, until in first[1:]] == [WEEK / 3] * 3
    assert [until - since for since, until in second] == [WEEK / 3] * 3
    assert len(server.asked) == 1 + 6 * 4


def test_what_is_learnt_of_one_list_is_not_believed_of_another() -> None:
    dense = {"include[]": ["incidents"]}

    async def read(client: Client, **more: Any) -> int:
        before = client.requests
        spans = client.spans("/log_entries", responses.LogEntriesPage, START, START + WEEK, **more)
        assert [span.until - span.since async for span in spans] == [WEEK]
        return client.requests - before

    def answer(query: dict[str, str]) -> Any:
        return log(query) if "include[]" in query else Log([])(query)

    log = Log(spread(9_000))
    with HandMade(answer) as server:

        async def both() -> tuple[int, int]:
            async with Client(
                server.url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=8
            ) as client:
                return await read(client, parameters=dense), await read(client)

        assert asyncio.run(both()) == (90, 1)


@pytest.mark.slow
def test_ninety_days_in_weekly_windows_cost_at_most_a_twentieth_more_than_the_pages() -> None:
    """20,000 incidents and 190,000 log entries, busier by day than by night."""

    def busy(count: int) -> list[datetime]:
        return [
            at - timedelta(hours=at.hour / 3)
            for at in (each.replace(microsecond=0) for each in spread(count, timedelta(days=90)))
        ]

    windows = plan(Window(START, START + timedelta(days=90)), [], WINDOW, first=FIRST_WINDOW)
    for count in (20_000, 190_000):
        log = Log(at for at in busy(count) if at >= START)
        with reader(log) as (server, read):
            spans = read(*windows)
        assert len(set(ids(spans))) == len(ids(spans)) == len(log.rows)
        assert len(server.asked) <= 1.05 * -(-len(log.rows) // 100)


# --- nothing lost at the limits ----------------------------------------------------------------


def test_a_row_at_the_edge_of_two_parts_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", 250)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", 200)
    middle = START + WEEK / 2
    log = Log([*spread(300), *[middle] * 7])

    with reader(log) as (_, read):
        spans = read((START, START + WEEK))
    assert spans[0].since == spans[1].until == middle
    assert (len(ids(spans)), sum(span.duplicates for span in spans)) == (307, 0)


def test_a_server_that_gives_the_edge_to_both_parts_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", 250)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", 200)
    log = Log([*spread(300), *[START + WEEK / 2] * 7])

    def until_included(query: dict[str, str]) -> Any:
        until = datetime.fromisoformat(query["until"])
        return log({**query, "until": (until + SECOND).isoformat()})

    with reader(until_included) as (_, read):
        spans = read((START, START + WEEK))
    assert sorted(ids(spans)) == sorted(id_ for id_, _ in log.rows)
    assert [span.duplicates for span in spans] == [0, 8]
    assert not any(span.incomplete for span in spans)


def test_of_more_than_ten_thousand_rows_in_a_second_ten_thousand_are_read() -> None:
    with reader(Log([START] * 10_050)) as (server, read):
        (span,) = read((START, START + SECOND))
    assert (len(span.rows), span.incomplete) == (10_000, True)
    assert len(server.asked) == 100


def test_ten_thousand_rows_in_a_second_are_complete() -> None:
    with reader(Log([START] * 10_000)) as (_, read):
        (span,) = read((START, START + SECOND))
    assert (len(span.rows), span.incomplete) == (10_000, False)


def test_a_busy_second_is_reached_by_splitting_and_does_not_hide_its_neighbours() -> None:
    log = Log([*[START + timedelta(seconds=90)] * 9_950, *spread(200, timedelta(seconds=200))])
    with reader(log) as (_, read):
        spans = read((START, START + timedelta(seconds=200)))
    assert sorted(ids(spans)) == sorted(id_ for id_, _ in log.rows)
    assert not any(span.incomplete for span in spans)
    assert all(newer.since == older.until for newer, older in pairwise(spans))


def test_more_rows_than_the_limit_are_split_even_if_no_total_is_told() -> None:
    log = Log(spread(12_000))
    with reader(lambda query: log({**query, "total": "false"})) as (_, read):
        spans = read((START, START + WEEK))
    assert sorted(ids(spans)) == sorted(id_ for id_, _ in log.rows)
    assert not any(span.incomplete for span in spans)


def test_a_window_refused_for_reaching_too_far_is_split() -> None:
    log = Log(spread(900))

    def strict(query: dict[str, str]) -> Any:
        if int(query["offset"]) + int(query["limit"]) > 500:
            return JSONResponse({"error": {"code": 2002}}, 400)
        return log(query)

    with reader(strict) as (_, read):
        spans = read((START, START + WEEK))
    assert [span.until - span.since for span in spans] == [WEEK / 2] * 2
    assert sorted(ids(spans)) == sorted(id_ for id_, _ in log.rows)


def test_any_other_bad_request_is_raised_at_once() -> None:
    refusal = JSONResponse({"error": {"code": 2005}}, 400)
    with reader(lambda _: refusal) as (server, read), pytest.raises(BadRequest) as caught:
        read((START, START + WEEK))
    assert (caught.value.code, len(server.asked)) == (2005, 1)


def test_a_range_wider_than_allowed_is_cut_and_not_refused(sandbox: RunningSandbox) -> None:
    world = sandbox.world
    since = world.end - timedelta(days=400)

    async def read() -> list[Span[Any]]:
        async with Client(
            sandbox.api_url,
            GoodToken(sandbox.issue_tokens()[0]),
            requests_per_minute=600_000,
            concurrency=4,
        ) as client:
            spans = client.spans("/incidents", responses.IncidentsPage, since, world.end)
            return [span async for span in spans]

    spans = asyncio.run(read())
    assert len(spans) == 3
    assert all(span.until - span.since <= timedelta(days=170) for span in spans)
    assert (spans[0].until, spans[-1].since) == (world.end, since)
    assert sorted(ids(spans)) == sorted(each.id for each in world.incidents)


# --- lists that move or lie --------------------------------------------------------------------


def test_a_total_that_grows_meanwhile_is_followed() -> None:
    newer, older = spread(250, WEEK / 2, START + WEEK / 2), spread(90, WEEK / 2)
    log, grown = Log(newer), Log([*newer, *older])
    with reader(lambda query: (log if query["offset"] == "0" else grown)(query)) as (server, read):
        (span,) = read((START, START + WEEK))
    assert sorted(ids([span])) == sorted(id_ for id_, _ in grown.rows)
    assert (span.incomplete, len(server.asked)) == (False, 4)


def test_rows_that_slip_through_because_others_went_away_are_read_again() -> None:
    log = Log(spread(250))
    gone = {"R3"}
    seen_first: list[bool] = []

    def shrinking(query: dict[str, str]) -> Any:
        if query["offset"] == "0":
            seen_first.append(True)
        rows = log.rows if len(server.asked) == 1 else [r for r in log.rows if r[0] not in gone]
        return Log.page(query, rows)

    with reader(shrinking) as (server, read):
        (span,) = read((START, START + WEEK))
    assert set(ids([span])) >= {id_ for id_, _ in log.rows} - gone
    assert (len(seen_first), span.incomplete) == (2, False)


def test_a_row_sent_twice_instead_of_another_makes_the_window_be_read_again() -> None:
    log = Log(spread(250))
    swapped: list[bool] = []

    def unstable(query: dict[str, str]) -> Any:
        body = log(query)
        if query["offset"] == "100" and not swapped:
            swapped.append(True)
            body["log_entries"][0] = {**body["log_entries"][0], "id": "R99"}
        return body

    with reader(unstable) as (_, read):
        (span,) = read((START, START + WEEK))
    assert set(ids([span])) == {id_ for id_, _ in log.rows}
    assert (span.incomplete, span.duplicates) == (False, 1)


def test_rows_that_pagerduty_counts_and_never_gives_make_the_span_incomplete() -> None:
    log = Log(spread(250))

    def hiding(query: dict[str, str]) -> Any:
        body = log(query)
        body["log_entries"] = [row for row in body["log_entries"] if row["id"] != "R42"]
        return body

    with reader(hiding) as (server, read):
        (span,) = read((START, START + WEEK))
    assert set(ids([span])) == {id_ for id_, _ in log.rows} - {"R42"}
    assert (span.incomplete, len(server.asked)) == (True, 4)


@pytest.mark.parametrize("most", [30, 50])
def test_a_smaller_limit_than_asked_for_is_followed(most: int) -> None:
    log = Log(spread(250))

    def small(query: dict[str, str]) -> Any:
        return log({**query, "limit": str(min(most, int(query["limit"])))})

    with reader(small) as (_, read):
        (span,) = read((START, START + WEEK))
    assert sorted(ids([span])) == sorted(id_ for id_, _ in log.rows)
    assert (span.incomplete, span.duplicates) == (False, 0)


def test_short_pages_that_echo_the_limit_asked_for_lose_nothing() -> None:
    log = Log(spread(250))

    def short(query: dict[str, str]) -> Any:
        body = log({**query, "limit": str(min(60, int(query["limit"])))})
        return {**body, "limit": int(query["limit"])}

    with reader(short) as (_, read):
        (span,) = read((START, START + WEEK))
    assert sorted(ids([span])) == sorted(id_ for id_, _ in log.rows)
    assert not span.incomplete


@pytest.mark.parametrize("total", [None, 250])
def test_pages_that_stay_empty_make_the_span_incomplete_and_end(total: int | None) -> None:
    def empty(query: dict[str, str]) -> Any:
        return {**Log([])(query), "more": True, "total": total}

    with reader(empty) as (server, read):
        (span,) = read((START, START + WEEK))
    assert (list(span.rows), span.incomplete) == ([], True)
    assert len(server.asked) == (6 if total is None else 18)


def test_more_behind_the_last_row_costs_one_request_and_changes_nothing() -> None:
    log = Log(spread(200))
    with reader(lambda query: {**log(query), "more": True}) as (server, read):
        (span,) = read((START, START + WEEK))
    assert (len(span.rows), span.incomplete, len(server.asked)) == (200, False, 3)


# --- windows that are too much -----------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 500, 504])
def test_a_window_pagerduty_cannot_manage_is_halved(status: int) -> None:
    log = Log(spread(80))

    def weak(query: dict[str, str]) -> Any:
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        return JSONResponse({}, status) if until - since > WEEK / 4 else log(query)

    with reader(weak) as (server, read):
        spans = read((START, START + WEEK))
    assert [span.until - span.since for span in spans] == [WEEK / 4] * 4
    assert sorted(ids(spans)) == sorted(id_ for id_, _ in log.rows)
    assert len(server.asked) == 3 * 4 + 4


def test_a_window_pagerduty_does_not_answer_in_time_is_halved(
    sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_TIMEOUT", httpx.Timeout(0.5))
    world = sandbox.world
    sandbox.faults.delay("/incidents", 2.0, times=2)

    async def read() -> tuple[list[Span[Any]], int]:
        async with Client(
            sandbox.api_url,
            GoodToken(sandbox.issue_tokens()[0]),
            requests_per_minute=600_000,
            concurrency=1,
        ) as client:
            spans = client.spans("/incidents", responses.IncidentsPage, world.start, world.end)
            return [span async for span in spans], client.requests

    spans, requests = asyncio.run(read())
    assert len(spans) == 2
    assert sorted(ids(spans)) == sorted(each.id for each in world.incidents)
    assert requests == 2 + sum(-(-len(span.rows) // 100) for span in spans)


def test_an_outage_ends_in_its_error_once_an_hour_is_refused_too() -> None:
    with (
        reader(lambda _: JSONResponse({}, 503)) as (server, read),
        pytest.raises(ServerFault) as caught,
    ):
        read((START, START + WEEK))
    assert caught.value.status == 503
    lengths = [until - since for since, until in windows_of(server)]
    assert lengths == [WEEK / 2**n for n in range(8)]
    assert len(server.asked) == 7 * 4 + 8


def test_spans_read_before_an_error_are_handed_over_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cutting, "SPLIT_ABOVE", 250)
    monkeypatch.setattr(cutting, "SPLIT_INTO_ROWS", 200)
    log = Log(spread(300))

    def failing(query: dict[str, str]) -> Any:
        older = datetime.fromisoformat(query["until"]) <= START + WEEK / 2
        return JSONResponse({"error": {"code": 2005}}, 400) if older else log(query)

    async def read(url: str, spans: list[Span[Any]]) -> None:
        async with Client(
            url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=8
        ) as client:
            async for span in client.spans(
                "/log_entries", responses.LogEntriesPage, START, START + WEEK
            ):
                spans.append(span)  # noqa: PERF401 - what came before the error counts

    spans: list[Span[Any]] = []
    with HandMade(failing) as server, pytest.raises(BadRequest):
        asyncio.run(read(server.url, spans))
    (span,) = spans
    assert (span.since, span.until, len(span.rows)) == (START + WEEK / 2, START + WEEK, 150)
