"""Dated lists over real HTTP: as few requests as possible, no row lost, none silently missing."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.responses import JSONResponse

from corvana.collectors.windows import FIRST_WINDOW, WINDOW, Window, plan
from corvana.errors import BadRequest
from corvana.pagerduty import cutting, responses
from corvana.pagerduty.client import Client, Span
from corvana.sandbox.api.running import RunningSandbox
from tests.builders.client.dated_lists import ids, reader, spread, windows_of
from tests.builders.misbehaving_server import HandMade, Log
from tests.conftest import GoodToken

START = datetime(2026, 3, 1, tzinfo=UTC)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


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
