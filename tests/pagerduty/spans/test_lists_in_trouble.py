"""Dated lists that move, lie or are too much: no row is lost, none silently missing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.responses import JSONResponse

from corvana.errors import BadRequest, ServerFault
from corvana.pagerduty import client as client_module
from corvana.pagerduty import cutting, responses
from corvana.pagerduty.client import Client, Span
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.client.dated_lists import ids, reader, spread, windows_of
from tests.builders.misbehaving_server import HandMade, Log
from tests.conftest import GoodToken

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


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
    monkeypatch.setattr(client_module, "_MOST", client_module._MOST._replace(seconds=1.0))
    world = sandbox.world
    sandbox.faults.delay("/incidents", 2.5, times=2)

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
