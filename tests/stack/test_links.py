"""A link passes bytes on, holds them back, or ends what goes through it."""

import socket
import threading
from collections.abc import Iterator

import pytest

from tests.stack.links import Link, Links, Network

SOON = 5.0
NEVER = 0.3


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it is sent."""
    listening = socket.create_server(("127.0.0.1", 0))

    def answer(taken: socket.socket) -> None:
        with taken:
            while piece := taken.recv(1 << 16):
                taken.sendall(piece)

    def serve() -> None:
        while True:
            try:
                taken, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(taken,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.fixture
def network() -> Iterator[Network]:
    made = Network()
    yield made
    made.close()


@pytest.fixture
def link(network: Network, echo: int) -> Link:
    return network.link(echo)


def client(link: Link) -> socket.socket:
    return socket.create_connection(("127.0.0.1", link.port), timeout=SOON)


def said_back(connection: socket.socket, said: bytes) -> bytes:
    connection.sendall(said)
    heard = b""
    while len(heard) < len(said):
        piece = connection.recv(1 << 16)
        if not piece:
            break
        heard += piece
    return heard


def is_ended(connection: socket.socket) -> bool:
    """Whether the other side has ended it. Raises `TimeoutError` when it is still open."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_bytes_pass_in_both_directions(link: Link) -> None:
    with client(link) as connection:
        assert said_back(connection, b"x" * 300_000) == b"x" * 300_000


def test_a_stalled_link_keeps_connections_and_holds_bytes_back_until_it_passes_on(
    link: Link,
) -> None:
    with client(link) as old:
        assert said_back(old, b"one") == b"one"
        link.stall()
        with client(link) as new:
            for connection in (old, new):
                connection.settimeout(NEVER)
                connection.sendall(b"two")
                with pytest.raises(TimeoutError):
                    connection.recv(3)
                connection.settimeout(SOON)
            link.pass_on()
            assert [connection.recv(3) for connection in (old, new)] == [b"two", b"two"]


def test_a_cut_link_ends_connections_and_refuses_new_ones_until_it_passes_on(link: Link) -> None:
    with client(link) as connection:
        assert said_back(connection, b"one") == b"one"
        link.cut()
        assert is_ended(connection)
    with pytest.raises(ConnectionRefusedError):
        client(link)
    link.pass_on()
    with client(link) as connection:
        assert said_back(connection, b"three") == b"three"


def test_a_stalled_link_can_be_cut(link: Link) -> None:
    link.stall()
    with client(link) as connection:
        connection.sendall(b"one")
        link.cut()
        with pytest.raises(ConnectionRefusedError):
            client(link)


def test_several_links_are_cut_as_one(network: Network, echo: int) -> None:
    both = Links([network.link(echo), network.link(echo)])
    both.cut()
    for link in both.each:
        with pytest.raises(ConnectionRefusedError):
            client(link)
    both.pass_on()
    for link in both.each:
        with client(link) as connection:
            assert said_back(connection, b"one") == b"one"


def test_a_link_to_nobody_ends_connections(network: Network) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with client(network.link(port)) as connection:
        assert is_ended(connection)
