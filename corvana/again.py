"""Start the web process on a socket that listens already: `python -m corvana.again SOCKET run …`.

A process that replaces itself (`corvana.web.processes.replacing`) hands its socket on, so that
nobody is refused while the new program starts. The arguments after the socket's number are those
of `streamlit`.
"""

import socket
import sys

from streamlit.web import cli  # noqa: TID251 - it starts Streamlit
from streamlit.web.server.starlette import starlette_server  # noqa: TID251


def main() -> None:
    """Let Streamlit listen on the socket, and start it."""
    listening = socket.socket(fileno=int(sys.argv[1]))
    listening.set_inheritable(False)
    listening.setblocking(False)
    vars(starlette_server)["_bind_socket"] = lambda *_: listening
    sys.argv = [sys.argv[0], *sys.argv[2:]]
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
