"""Ports of this computer."""

import errno
import socket

from corvana.errors import ConfigError


def require_free(port: int, settings: str) -> None:
    """Refuse a port on which another program listens.

    Raises
    ------
    ConfigError
        It is taken, or may not be used; the message ends with the `settings` to change.
    """
    try:
        # As servers do it: a port of a program that has just ended can be used again.
        socket.create_server(("127.0.0.1", port), reuse_port=False).close()
    except (OSError, OverflowError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        trouble = "is taken by another program" if taken else "cannot be used"
        raise ConfigError(f"Port {port} {trouble}. Choose another one with {settings}") from None
