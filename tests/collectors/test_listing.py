"""Asking for many objects one by one."""

import asyncio

import pytest

from corvana.collectors.listing import gathered
from corvana.errors import Forbidden


def test_answers_come_in_the_order_of_the_ids_however_many_there_are() -> None:
    async def call(each: str) -> str:
        await asyncio.sleep(0.001 if int(each) % 2 else 0)
        return each

    ids = [str(number) for number in range(450)]
    assert asyncio.run(gathered(call, ids)) == ids
    assert asyncio.run(gathered(call, [])) == []


def test_the_first_failure_stops_those_under_way_and_begins_no_more() -> None:
    begun, ended = [], []

    async def call(each: str) -> None:
        begun.append(each)
        if each == "3":
            raise Forbidden("no", status=403)
        await asyncio.sleep(60)
        ended.append(each)

    with pytest.raises(Forbidden):
        asyncio.run(gathered(call, [str(number) for number in range(1_000)]))
    assert len(begun) == 200
    assert ended == []
