"""Ask PagerDuty and read its answer within limits. The only user of httpx.

An answer may come from a server or a proxy that means harm. Nobody waits longer than the limit for
the whole of it, and no more of it is kept or unpacked than the limit allows.
"""

import asyncio
import ssl
import zlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final, NamedTuple

import httpx

from corvana.errors import TimedOut, TooLarge, Unreachable, UnreadableBody
from corvana.metrics import NO_ANSWER, pagerduty_requests, status_class

_CONNECT_SECONDS: Final = 5.0
_PACKED: Final = {"Accept-Encoding": "gzip"}
_GZIP: Final = zlib.MAX_WBITS | 16


class Limits(NamedTuple):
    """What an answer may have at most.

    `size` in bytes, packed and unpacked; `parts` counts its values, so that no small body becomes
    millions of objects; `seconds` from the request until its last byte.
    """

    size: int
    parts: int
    seconds: float


class Answer(NamedTuple):
    """An answer, unpacked. The body of an error may be cut at the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def open_http(
    base_url: str = "", *, kept_alive: int = 0, proxied: bool = True
) -> httpx.AsyncClient:
    """A client that stores no cookies. Without `proxied` it ignores proxies of the environment."""
    return httpx.AsyncClient(
        base_url=base_url,
        headers=_PACKED,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        trust_env=proxied,
        verify=_trusted(),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=kept_alive),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """The trusted certificates, read from the disk once per process, not once per client."""
    return httpx.create_ssl_context()


def ask(method: str, url: str, limits: Limits, *, proxied: bool = True, **request: Any) -> Answer:
    """Send one request and wait for its answer. See `receive`. Any thread may call this, also one
    whose event loop is running."""

    async def once() -> Answer:
        async with open_http(proxied=proxied) as http:
            return await receive(http, method, url, limits, **request)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, once()).result()


async def receive(
    http: httpx.AsyncClient, method: str, url: str, limits: Limits, **request: Any
) -> Answer:
    """Send a request and return its answer; a redirect is an answer and is not followed.

    Raises
    ------
    Unreachable, TimedOut
        No answer, or not all of it in time.
    TooLarge, UnreadableBody
        Status 200, and the body is larger than the limits, or cannot be unpacked.
    """
    timeout = httpx.Timeout(limits.seconds, connect=_CONNECT_SECONDS)
    answered = NO_ANSWER
    try:
        async with (
            asyncio.timeout(limits.seconds),
            http.stream(method, url, timeout=timeout, **request) as response,
        ):
            answered = status_class(response.status_code)
            return Answer(response.status_code, response.headers, await _body(response, limits))
    except TimeoutError:
        answered = NO_ANSWER
        raise TimedOut("no complete answer from PagerDuty in time") from None
    except httpx.HTTPError as error:
        answered = NO_ANSWER
        raise _unanswered(error) from None
    finally:
        pagerduty_requests.labels(answered).inc()


def _unanswered(error: httpx.HTTPError) -> Unreachable:
    """The error without httpx's own message, which can quote the requested address."""
    kind = TimedOut if isinstance(error, httpx.ReadTimeout) else Unreachable
    return kind(f"no answer from PagerDuty ({type(error).__name__})")


async def _body(response: httpx.Response, limits: Limits) -> bytes:
    try:
        body = await _unpacked(response, limits.size)
        if sum(map(body.count, (b",", b"[", b"{"))) > limits.parts:
            raise TooLarge("an answer has too many parts")
    except UnreadableBody:
        if response.status_code == 200:
            raise
        return b""  # the status of an error says enough
    return body


async def _unpacked(response: httpx.Response, size: int) -> bytes:
    unpack = _unpacker(response.headers.get("content-encoding", "identity"))
    body, received = bytearray(), 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received <= size:
            body += unpack(chunk, size + 1 - len(body))
        if received > size or len(body) > size:
            raise TooLarge("an answer has too many bytes")
    return bytes(body)


def _unpacker(encoding: str) -> Callable[[bytes, int], bytes]:
    """The function that unpacks a piece, to at most so many bytes."""
    if encoding == "identity":
        return lambda piece, _: piece
    if encoding != "gzip":
        raise UnreadableBody("an answer is packed in a way that was not asked for")
    unpacking = zlib.decompressobj(_GZIP)

    def unpack(piece: bytes, most: int) -> bytes:
        try:
            return unpacking.decompress(piece, most)
        except zlib.error:
            raise UnreadableBody("an answer cannot be unpacked") from None

    return unpack
