"""Reading ahead: the next pieces are fetched while the last piece is stored."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TypeVar

T = TypeVar("T")


async def read_ahead(source: AsyncGenerator[T, None], depth: int) -> AsyncGenerator[T, None]:
    """Yield what `source` yields, in order, with up to `depth` items waiting.

    An error of the source is raised after the items that came before it.
    """
    waiting: asyncio.Queue[T] = asyncio.Queue(depth)
    filling = asyncio.create_task(_fill(waiting, source))
    try:
        while True:
            taking = asyncio.create_task(waiting.get())
            await asyncio.wait({taking, filling}, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                taking.cancel()
                break
            yield taking.result()
        while not waiting.empty():
            yield waiting.get_nowait()
        filling.result()
    finally:
        filling.cancel()
        await asyncio.gather(filling, return_exceptions=True)


async def _fill(waiting: "asyncio.Queue[T]", source: AsyncGenerator[T, None]) -> None:
    async with aclosing(source):
        async for item in source:
            await waiting.put(item)
