"""A connection in between, which can stall or be cut: a TCP proxy, and several taken as one."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

_PIECE: Final = 1 << 16
_SOON: Final = 10.0


class Network:
    """The event loop of all links, in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._links: list[Link] = []
        self._thread.start()

    def link(self, target: int, port: int = 0) -> "Link":
        """A link to the port `target` of this computer, listening on `port` (0: a free one)."""
        made = Link(self, target, port)
        made.pass_on()
        self._links.append(made)
        return made

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it in the loop, and wait for that."""
        asyncio.run_coroutine_threadsafe(work, self.loop).result(_SOON)

    def close(self) -> None:
        """Cut every link, and end the thread."""
        for link in self._links:
            link.cut()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(_SOON)
        self.loop.close()


class Link:
    """Passes bytes on to a port of this computer, until it is told otherwise.

    `stall`: connections stay open and new ones are taken, but no byte arrives any more. `cut`: all
    connections end, and new ones are refused. `pass_on`: what was held back arrives.
    """

    def __init__(self, network: Network, target: int, port: int) -> None:
        self.port = port or _free_port()
        self._network, self._target = network, target
        self._flows: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._passes = asyncio.Event()

    def stall(self) -> None:
        """Hold every byte back."""
        self._network.run(self._stall())

    def cut(self) -> None:
        """End all connections, and refuse new ones."""
        self._network.run(self._cut())

    def pass_on(self) -> None:
        """Pass bytes on, from now on and those that were held back."""
        self._network.run(self._pass_on())

    async def _stall(self) -> None:
        self._passes.clear()
        await self._listen()

    async def _cut(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for flow in self._flows:
            flow.cancel()
        await asyncio.gather(*self._flows, return_exceptions=True)

    async def _pass_on(self) -> None:
        await self._listen()
        self._passes.set()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        flow = asyncio.current_task()
        assert flow is not None
        self._flows.add(flow)
        opened = [writer]
        try:
            await self._passes.wait()
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            opened.append(back)
            await asyncio.gather(self._flow(reader, back), self._flow(there, writer))
        except (OSError, asyncio.CancelledError):
            pass  # one side is gone, or the link was cut: both sides end below
        finally:
            for each in opened:
                each.transport.abort()
            self._flows.discard(flow)

    async def _flow(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(_PIECE):
            await self._passes.wait()
            writer.write(piece)
            await writer.drain()
        with contextlib.suppress(OSError):
            writer.write_eof()


@dataclass(frozen=True, slots=True)
class Links:
    """Several links as one: what is said to it is said to each."""

    each: list[Link] = field(default_factory=list)

    def stall(self) -> None:
        """Hold every byte back."""
        _all(link.stall for link in self.each)

    def cut(self) -> None:
        """End all connections, and refuse new ones."""
        _all(link.cut for link in self.each)

    def pass_on(self) -> None:
        """Pass bytes on, from now on and those that were held back."""
        _all(link.pass_on for link in self.each)


def _all(acts: Iterable[Any]) -> None:
    for act in acts:
        act()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
