"""Lines of Streamlit and of its server in the form of ours."""

import logging
from typing import Final

from streamlit import logger as streamlit_logger

from corvana import logs
from corvana.config import Settings

_SERVER: Final = ("uvicorn", "uvicorn.asgi", "uvicorn.error", "websockets")
_ADDRESSES: Final = "uvicorn.access"
"""The logger that writes the address of each request. It has no place in a log: an address can hold
what PagerDuty or a sign-in provider sent back with a browser."""


def unify(settings: Settings) -> None:
    """Set up the log of this web process.

    Streamlit gives each of its loggers a handler, also to those that it makes later, and has no
    setting against it. Its server tells warnings and errors only.
    """
    logs.configure(settings.log_level, settings.log_format)
    vars(streamlit_logger)["setup_formatter"] = _leave_to_root
    for name in vars(streamlit_logger)["_loggers"]:
        logs.through_root("streamlit" if name == "root" else name)
    for name in _SERVER:
        logs.through_root(name)
        logging.getLogger(name).setLevel(logging.WARNING)
    addresses = logging.getLogger(_ADDRESSES)
    addresses.handlers, addresses.propagate = [], False


def _leave_to_root(logger: logging.Logger) -> None:
    """Instead of Streamlit's own handler. Streamlit has set `propagate` to false just before."""
    logs.through_root(logger.name)
