"""An answer that is cut off is asked for again, then its window is split, then left incomplete."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.responses import Response

from corvana.errors import UnreadableBody
from tests.builders.client.dated_lists import START, WEEK, ids, reader, spread, windows_of
from tests.builders.misbehaving_server import Log

CUT = Response(b'{"log_entries": [{"id": "R1", "ty', media_type="application/json")
HOUR = timedelta(hours=1)


def test_an_answer_cut_off_once_is_asked_for_again() -> None:
    log = Log(spread(50))
    with reader(lambda query: CUT if len(server.asked) == 1 else log(query)) as (server, read):
        (span,) = read((START, START + WEEK))
    assert len(ids([span])) == 50
    assert (span.incomplete, len(server.asked)) == (False, 2)


def test_a_window_too_long_to_be_answered_whole_is_split() -> None:
    log = Log(spread(50))

    def answer(query: dict[str, str]) -> Any:
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        return CUT if until - since > WEEK / 2 else log(query)

    with reader(answer) as (_, read):
        spans = read((START, START + WEEK))
    assert sorted(ids(spans)) == sorted(name for name, _ in log.rows)
    assert not any(span.incomplete for span in spans)


def test_one_hour_that_cannot_be_read_is_incomplete_and_the_rest_is_there() -> None:
    log = Log(spread(200))
    bad = START + timedelta(days=3, minutes=10)

    def answer(query: dict[str, str]) -> Any:
        since, until = (datetime.fromisoformat(query[name]) for name in ("since", "until"))
        return CUT if since <= bad < until else log(query)

    with reader(answer) as (_, read):
        spans = read((START, START + WEEK))
    (hole,) = [span for span in spans if span.incomplete]
    assert hole.since <= bad < hole.until
    assert hole.until - hole.since < 2 * HOUR
    known = {name for name, at in log.rows if not hole.since <= at < hole.until}
    assert set(ids(spans)) == known
    covered = sorted((span.since, span.until) for span in spans)
    assert covered[0][0] == START
    assert covered[-1][1] == START + WEEK
    assert all(until == since for (_, until), (since, _) in pairwise(covered))


def test_when_nothing_can_be_read_the_reading_ends_instead_of_going_on_for_hours() -> None:
    with reader(lambda _: CUT) as (server, read), pytest.raises(UnreadableBody):
        read((START, START + WEEK))
    assert len(windows_of(server)) < 20
    assert len(server.asked) < 60
