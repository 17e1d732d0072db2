"""Neither a token nor a code follows a redirect to another server."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest

from corvana.config import Settings
from corvana.errors import CorvanaError
from corvana.pagerduty import client as client_module
from corvana.pagerduty import id_token, oauth
from corvana.sandbox.api.running import RunningSandbox
from corvana.tokens import Tokens
from tests.builders.client.reading import teams

NOW = datetime.now(UTC)
TOKENS = Tokens("access", "refresh", NOW)
everywhere = pytest.mark.parametrize("status", [301, 302, 303, 307, 308])


class Thief:
    """A server that keeps whatever is sent to it."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.visits = 0
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def thief() -> Iterator[Thief]:
    made = Thief()
    yield made
    made.close()


def send_to(thief: Thief, sandbox: RunningSandbox, path: str, status: int) -> None:
    """Let the simulated account answer with a redirect to the thief."""
    sandbox.faults.answer(path, status=status, headers={"location": f"{thief.url}/"})


@everywhere
def test_an_access_token_is_not_sent_on(
    ask: Callable[..., Any], sandbox: RunningSandbox, thief: Thief, status: int
) -> None:
    send_to(thief, sandbox, "/us/", status)
    with pytest.raises(CorvanaError):
        ask(teams)
    with pytest.raises(CorvanaError):
        client_module.fetch_me(sandbox.api_url, "token")
    assert thief.visits == 0


@everywhere
def test_neither_a_code_nor_a_refresh_token_nor_the_secret_is_sent_on(
    sandbox: RunningSandbox, thief: Thief, status: int
) -> None:
    settings = Settings(identity_url_setting=sandbox.url)
    send_to(thief, sandbox, "/oauth/", status)
    with pytest.raises(CorvanaError):
        oauth.exchange(settings, code="code", verifier="v" * 64, now=NOW)
    with pytest.raises(CorvanaError):
        oauth.refresh(settings, "refresh", NOW)
    assert not oauth.revoke(settings, TOKENS)
    assert thief.visits == 0


@everywhere
def test_keys_of_another_server_are_not_taken(
    sandbox: RunningSandbox, thief: Thief, status: int
) -> None:
    send_to(thief, sandbox, "/jwks", status)
    with pytest.raises(CorvanaError):
        id_token.verify(Settings(identity_url_setting=sandbox.url), "a.b.c", NOW)
    assert thief.visits == 0
