"""Lists without an end, and rows that cannot be sent: what can be read is read, and it ends."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import pytest
from starlette.responses import Response

from corvana.collectors import alert_grouping_settings, listing
from corvana.collectors.context import Context
from corvana.errors import UnreadableBody
from corvana.pagerduty import client as client_module
from corvana.pagerduty import cutting, paging, payloads, responses
from corvana.pagerduty.client import Client
from tests.builders.client.dated_lists import START, WEEK, ids, reader, spread
from tests.builders.misbehaving_server import HandMade, Log
from tests.conftest import GoodToken

TEAMS: Final = responses.page_of("teams", payloads.Team)
HOUR: Final = timedelta(hours=1)
CUT: Final = Response(b'{"teams":[{"id":"P1","na', media_type="application/json")
HUGE: Final = Response(b" " * 9_000_000, media_type="application/json")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


def read(answer: Callable[[dict[str, str]], Any], extract: Any) -> tuple[Any, int]:
    """What is read of a list, and with how many requests."""

    async def once(url: str) -> Any:
        async with Client(
            url, GoodToken("pdus+x"), requests_per_minute=6_000_000, concurrency=4
        ) as client:
            context: Any = Context("c", "h", client, None, None)  # type: ignore[arg-type]
            return await extract(context)

    with HandMade(answer) as server:
        return asyncio.run(once(server.url)), len(server.asked)


async def teams(context: Context) -> listing.Listing[Any]:
    return await listing.read(context, "/teams", TEAMS)


def some(first: int, rows: int, **more: Any) -> dict[str, Any]:
    """A page of teams."""
    found = [{"id": f"P{number}", "name": "a"} for number in range(first, first + rows)]
    return {"teams": found, "limit": 100, "more": True, "total": None} | more


def test_cursors_without_an_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alert_grouping_settings, "_MOST_PAGES", 20)
    numbers = count()

    def answer(_: dict[str, str]) -> Any:
        row = {"id": f"P{next(numbers)}", "type": "time", "services": []}
        return {"alert_grouping_settings": [row], "after": f"c{next(numbers)}"}

    found, asked = read(answer, alert_grouping_settings.extract)
    assert (len(found.rows), found.whole, asked) == (21, False, 21)


def test_a_cursor_no_address_can_hold_is_left() -> None:
    page = {"alert_grouping_settings": [], "after": "c" * 1_000_000}
    found, asked = read(lambda _: page, alert_grouping_settings.extract)
    assert (found.rows, found.whole, asked) == ([], False, 1)


@pytest.mark.parametrize("rows", [0, 100, 250])
def test_a_list_without_an_end_is_left_after_ten_thousand_rows(rows: int) -> None:
    found, asked = read(lambda query: some(int(query["offset"]), rows), teams)
    assert not found.whole
    assert asked <= 3 * 100


def test_a_list_of_more_parts_than_fit_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.Room.__init__, "__defaults__", (1_500,))
    found, asked = read(lambda query: some(int(query["offset"]), 900), teams)
    assert (len(found.rows), found.whole, asked) == (900, False, 2)


@pytest.mark.parametrize("spoilt", [CUT, HUGE], ids=["cut", "huge"])
@pytest.mark.parametrize("bad", [{0}, {57}, {299}, {40, 41, 120}])
def test_a_row_that_cannot_be_sent_costs_itself(spoilt: Response, bad: set[int]) -> None:
    def answer(query: dict[str, str]) -> Any:
        offset, limit = int(query["offset"]), int(query["limit"])
        end = min(offset + limit, 300)
        if bad & set(range(offset, end)):
            return spoilt
        return some(offset, end - offset, limit=limit, more=end < 300)

    found, asked = read(answer, teams)
    assert {row.id for row in found.rows} == {f"P{n}" for n in range(300) if n not in bad}
    assert not found.whole
    assert asked < 250


def test_a_list_of_which_nothing_can_be_read_ends_in_its_error() -> None:
    with pytest.raises(UnreadableBody):
        read(lambda _: CUT, teams)


def test_a_log_entry_that_cannot_be_sent_costs_itself() -> None:
    log = Log(spread(400, HOUR))
    bad = "R217"

    def answer(query: dict[str, str]) -> Any:
        page = log(query)
        return CUT if bad in {row["id"] for row in page["log_entries"]} else page

    with reader(answer) as (server, entries):
        spans = entries((START - HOUR, START + HOUR))
    assert set(ids(spans)) == {name for name, _ in log.rows} - {bad}
    assert [span.unreadable for span in spans if span.incomplete] == [1]
    assert len(server.asked) < 100


@pytest.mark.parametrize("total", [10**9, 10_000, 9_900])
def test_totals_that_are_never_given_are_soon_not_believed(total: int) -> None:
    empty = {"log_entries": [], "limit": 100, "more": False, "total": total}
    with reader(lambda _: empty) as (server, entries):
        spans = entries((START, START + WEEK), (START - WEEK, START))
    assert ids(spans) == []
    assert any(span.incomplete for span in spans)
    assert len(server.asked) < 4_000


def test_one_hour_that_is_not_answered_in_time_is_incomplete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_module, "_MOST", client_module._MOST._replace(seconds=0.3))
    log = Log(spread(200, timedelta(hours=8)))
    bad = START + timedelta(hours=3, minutes=10)

    class Late(Response):
        async def __call__(self, *_: Any) -> None:
            await asyncio.sleep(3)

    def answer(query: dict[str, str]) -> Any:
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        return Late() if since <= bad < until else log(query)

    with reader(answer) as (_, entries):
        spans = entries((START, START + timedelta(hours=8)))
    (hole,) = [span for span in spans if span.incomplete]
    assert hole.since <= bad < hole.until
    assert set(ids(spans)) == {id_ for id_, at in log.rows if not hole.since <= at < hole.until}


def test_a_redirect_of_one_hour_makes_it_incomplete() -> None:
    log = Log(spread(200, timedelta(hours=8)))
    bad = START + timedelta(hours=3, minutes=10)

    def answer(query: dict[str, str]) -> Any:
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        moved = Response(status_code=302, headers={"location": "/elsewhere"})
        return moved if since <= bad < until else log(query)

    with reader(answer) as (_, entries):
        spans = entries((START, START + timedelta(hours=8)))
    (hole,) = [span for span in spans if span.incomplete]
    assert set(ids(spans)) == {id_ for id_, at in log.rows if not hole.since <= at < hole.until}


def test_a_window_of_more_parts_than_fit_is_split(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging.Room.__init__, "__defaults__", (250,))
    log = Log(spread(600))
    with reader(log) as (_, entries):
        spans = entries((START, START + WEEK))
    assert len(spans) == 4
    assert sorted(ids(spans)) == sorted(name for name, _ in log.rows)


def test_a_window_is_cut_into_a_thousand_parts_at_most() -> None:
    assert len(cutting.cut(START, START + WEEK, 10**9)) == 1_000
    assert cutting.parts(10**9) == 200_000
