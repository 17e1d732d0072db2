"""What the doctor makes of the network."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from corvana.doctor import network
from corvana.doctor.facts import (
    Host,
    LiveFacts,
)
from corvana.sandbox.api.running import RunningSandbox


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that gives everybody the same answer and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    caller, _ = server.accept()
                except OSError:
                    return
                with caller:
                    caller.recv(1024)
                    caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_every_failure_of_the_network_has_its_name(
    sandbox: RunningSandbox, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"127.0.0.1:{closed.getsockname()[1]}"
    assert network.probe(sandbox.api_url) == "answered"
    assert network.probe("https://no-such-host.invalid") == "dns"
    assert network.probe(f"http://{nobody}") == "refused"
    assert network.probe(f"http://{silent}") == "timeout"
    assert network.probe(f"https://{sandbox.url.removeprefix('http://')}") == "tls"


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (b"", "dropped"),
        (b"no http at all\r\n\r\n", "dropped"),
        (b"HTTP/1.1 503 Unavailable\r\n\r\n", "fault"),
        (b"HTTP/1.1 404 Not Found\r\n\r\n", "answered"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n", "answered"),
    ],
)
def test_any_answer_below_500_is_one(answer: bytes, meaning: str) -> None:
    with answering(answer) as address:
        assert network.probe(f"http://{address}") == meaning


def test_a_dead_network_has_an_answer_when_the_time_is_up(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "DEADLINE_SECONDS", 0.2)
    live = network.ask(f"http://{silent}", f"http://{silent}/us", "token")
    assert live == LiveFacts(Host(silent, "timeout"), Host(silent, "timeout"), "unanswered", None)


def test_the_default_deadline_leaves_an_answer_within_a_quarter_of_a_minute() -> None:
    assert network.DEADLINE_SECONDS <= 10
