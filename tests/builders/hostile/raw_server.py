"""A server that writes bytes as it likes, HTTP or not, as fast or as slowly as it likes."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

Conversation = Callable[[socket.socket, Event], None]
"""What is written to a client that has asked; ends when the event is set."""


def trickling(head: bytes, piece: bytes = b"x", seconds: float = 0.05) -> Conversation:
    """The head at once, and then a piece every few moments for ever."""

    def talk(client: socket.socket, over: Event) -> None:
        client.sendall(head)
        while not over.wait(seconds):
            client.sendall(piece)

    return talk


def flooding(head: bytes, piece: bytes, times: int) -> Conversation:
    """The head, and then the piece so many times, as fast as it is taken."""

    def talk(client: socket.socket, over: Event) -> None:
        client.sendall(head)
        for _ in range(times):
            if over.is_set():
                return
            client.sendall(piece)

    return talk


@contextmanager
def serving(talk: Conversation) -> Iterator[str]:
    """The address of the server."""
    over = Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.2)

    def answer(client: socket.socket) -> None:
        with client, suppress(OSError):
            client.recv(65536)
            talk(client, over)

    def listen() -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                client, _ = listening.accept()
                Thread(target=answer, args=(client,), daemon=True).start()

    thread = Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listening.close()
