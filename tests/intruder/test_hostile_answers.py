"""Answers that mean harm: none is waited for, kept or unpacked beyond its limits."""

import asyncio
import gzip
import json
import random
import time
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from corvana.config import Settings
from corvana.errors import (
    ConnectRefused,
    CorvanaError,
    PagerDutyError,
    TimedOut,
    TooLarge,
    Unreachable,
    UnreadableBody,
    UnreadableResponse,
)
from corvana.pagerduty import client as client_module
from corvana.pagerduty import id_token, oauth, payloads, responses
from corvana.pagerduty.client import Client, fetch_me
from corvana.tokens import Tokens
from tests.builders.hostile.raw_server import Conversation, flooding, serving, trickling
from tests.conftest import GoodToken

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
PAGE: Final = responses.page_of("teams", payloads.Team)
MB: Final = 1_000_000
LIMIT: Final = 0.5
"""Seconds, instead of those of the application."""

PACKED: Final = b"Content-Encoding: gzip\r\n"


def head(status: str = "200 OK", more: bytes = b"", length: int | None = None) -> bytes:
    told = b"" if length is None else b"Content-Length: %d\r\n" % length
    return b"HTTP/1.1 %s\r\nConnection: close\r\n%s%s\r\n" % (status.encode(), more, told)


def answer(body: bytes, status: str = "200 OK", more: bytes = b"") -> Conversation:
    return flooding(head(status, more, len(body)), body, 1)


def bomb(megabytes: int) -> bytes:
    """A page whose only row has a field of so many megabytes."""
    packing = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packing.compress(b'{"teams":[{"id":"P1","name":"a","x":"')]
    parts += [packing.compress(b"a" * MB) for _ in range(megabytes)]
    return b"".join([*parts, packing.compress(b'"}]}'), packing.flush()])


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)
    for module, name in ((client_module, "_MOST"), (client_module, "_MOST_OF_ME")):
        monkeypatch.setattr(module, name, getattr(module, name)._replace(seconds=LIMIT))
    for module, name in ((oauth, "_MOST"), (oauth, "_MOST_OF_REVOKED"), (id_token, "_MOST")):
        monkeypatch.setattr(module, name, getattr(module, name)._replace(seconds=LIMIT))


def ask(talk: Conversation) -> Any:
    async def once(url: str) -> Any:
        async with Client(
            url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=4
        ) as client:
            return await client.get("/teams", PAGE)

    with serving(talk) as url:
        return asyncio.run(once(url))


SLOW: Final = {
    "a body without an end": trickling(head()),
    "a body of a told length": trickling(head(length=10_000)),
    "headers without an end": trickling(b"HTTP/1.1 200 OK\r\n", b"a: b\r\n"),
    "one header without an end": trickling(b"HTTP/1.1 200 OK\r\nX-Long: "),
    "a status without an end": trickling(b"HTTP/1.1 2"),
}
LARGE: Final = {
    "a bomb": answer(bomb(300), more=PACKED),
    "seven hundred megabytes": flooding(head(length=700 * MB), b"[" * MB, 700),
    "a body without an end": flooding(head(), b" " * MB, 10_000),
    "a packed body without an end": flooding(head(more=PACKED), gzip.compress(b"") * 50_000, 1_000),
    "a million empty rows": answer(b'{"teams":[%s0]}' % (b"0," * MB)),
}


@pytest.mark.parametrize("talk", [*SLOW.values()], ids=[*SLOW])
def test_a_byte_now_and_then_is_waited_for_no_longer_than_the_limit(talk: Conversation) -> None:
    began = time.monotonic()
    with pytest.raises(TimedOut):
        ask(talk)
    assert time.monotonic() - began < 4 * LIMIT + 5


@pytest.mark.parametrize("talk", [*LARGE.values()], ids=[*LARGE])
def test_too_much_is_asked_for_once_and_left(talk: Conversation) -> None:
    with pytest.raises((TooLarge, Unreachable)) as caught:
        ask(talk)
    assert isinstance(caught.value, TooLarge)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "204 No Content"])
def test_a_redirect_is_not_followed(status: str) -> None:
    with serving(answer(b'{"teams":[]}')) as elsewhere, pytest.raises(UnreadableResponse):
        ask(answer(b"", status, b"Location: %s/teams\r\n" % elsewhere.encode()))


ODD: Final = {
    "an odd encoding": answer(b"{}", more=b"Content-Encoding: br\r\n"),
    "packed twice": answer(b"{}", more=b"Content-Encoding: gzip, gzip\r\n"),
    "not packed at all": answer(b'{"teams":[]}', more=PACKED),
    "half of a packed body": answer(gzip.compress(b'{"teams":[]}' * 99)[:20], more=PACKED),
    "cut JSON": answer(b'{"teams":[{"id":"P1","na'),
    "nothing": answer(b""),
    "brackets": answer(b"[" * MB),
    "quotes": answer(b'{"teams":["' + rb"\"" * MB),
    "quotes and an end": answer(b'{"teams":["' + rb"\"" * MB + b"\\"),
    "a number": answer(b"9" * MB),
}


@pytest.mark.parametrize("talk", [*ODD.values()], ids=[*ODD])
def test_a_body_that_cannot_be_read_is_said_to_be_unreadable(talk: Conversation) -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableBody):
        ask(talk)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("length", ["x", "-1", "9" * 400])
def test_a_length_that_is_none_is_no_answer(length: str) -> None:
    with pytest.raises(PagerDutyError):
        ask(flooding(b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n" % length.encode(), b"{}", 1))


def test_an_error_with_an_endless_body_is_the_error() -> None:
    with pytest.raises(PagerDutyError) as caught:
        ask(flooding(head("403 Forbidden"), b" " * MB, 10_000))
    assert caught.value.status == 403


def test_no_cookie_is_kept() -> None:
    async def twice(url: str) -> int:
        async with Client(
            url, GoodToken("pdus+x"), requests_per_minute=600_000, concurrency=4
        ) as client:
            await client.get("/teams", PAGE)
            return len(client._http.cookies)

    with serving(answer(b'{"teams":[]}', more=b"Set-Cookie: a=b; Path=/\r\n")) as url:
        assert asyncio.run(twice(url)) == 0


IDENTITY: Final = {
    **SLOW,
    **LARGE,
    **ODD,
    "a redirect": answer(b"", "302 Found", b"Location: http://127.0.0.1:9/\r\n"),
    "nested deeply": answer(b'{"access_token":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "nested less deeply": answer(b'{"keys":' + b"[" * 290 + b"]" * 290 + b"}"),
    "no object": answer(b"[1]"),
    "no keys": answer(b'{"keys":[1,null,{}]}'),
    "odd keys": answer(b'{"keys":[{"kty":"RSA","n":1e400,"e":[]}]}'),
    "odd tokens": answer(
        b'{"access_token":"a\\nb","refresh_token":"\\ud800","expires_in":1e400,"token_type":[],'
        b'"scope":[[1]]}'
    ),
    "tokens in another alphabet": answer(
        '{"access_token":"ä","refresh_token":"ö","expires_in":9}'.encode()
    ),
    "endless life": answer(
        b'{"access_token":"a","refresh_token":"b","expires_in":1e400,"token_type":"bearer"}'
    ),
}


@pytest.mark.parametrize("talk", [*IDENTITY.values()], ids=[*IDENTITY])
def test_the_identity_server_is_given_its_limits_too(talk: Conversation) -> None:
    tokens = Tokens("pdus+a", "pdus+r", NOW)
    with serving(talk) as url:
        settings = Settings(identity_url_setting=url)
        began = time.monotonic()
        with pytest.raises((ConnectRefused, Unreachable)):
            oauth.exchange(settings, code="c", verifier="v" * 64, now=NOW)
        with pytest.raises((ConnectRefused, Unreachable)):
            id_token.verify(settings, "x.y.z", NOW)
        with pytest.raises(CorvanaError):
            fetch_me(url, "pdus+a")
        assert oauth.revoke(settings, tokens) in {True, False}
        with suppress(Unreachable):
            assert oauth.refresh(settings, "pdus+r", NOW).expires_at > NOW
    assert time.monotonic() - began < 6 * LIMIT + 5


def test_the_identity_server_may_be_asked_while_an_event_loop_runs() -> None:
    async def inside(url: str) -> None:
        with pytest.raises(ConnectRefused):
            id_token.verify(Settings(identity_url_setting=url), "x.y.z", NOW)

    with serving(answer(b'{"keys":[]}')) as url:
        asyncio.run(inside(url))


def test_scopes_of_any_kind_are_no_scope() -> None:
    for scope in (5, [[1]], {"read": 1}, None, True, [None]):
        body = {
            "access_token": "a",
            "refresh_token": "b",
            "expires_in": 60,
            "token_type": "bearer",
            "scope": scope,
        }
        with serving(answer(json.dumps(body).encode())) as url:
            settings = Settings(identity_url_setting=url)
            with pytest.raises(ConnectRefused):
                oauth.exchange(settings, code="c", verifier="v" * 64, now=NOW)
