"""Logging: one line per event on standard error, without values received from PagerDuty.

Lines of libraries have the same form as our own. Of an error only its class and its places in the
code are written: its message may quote data.
"""

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, Final, Literal

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

Format = Literal["text", "json"]
_QUIET: Final = (
    "httpx",
    "httpcore",
    "urllib3",
    "requests_oauthlib",
    "oauthlib",
    "asyncio",
    "huey",
    "alembic",
    "corvana.store.engine.MeasuredPool",
)
_MOST_PLACES: Final = 8
_log = structlog.get_logger()


class _OnStandardError(logging.Handler):
    """Writes the lines of libraries."""

    def emit(self, record: logging.LogRecord) -> None:
        _write(self.format(record))


class _OurLines:
    """Writes our own lines: what structlog calls a logger."""

    def __init__(self, *_names: object) -> None:
        """It is made for each logger; the line has no name of it."""

    def msg(self, line: str) -> None:
        _write(line)

    debug = info = warning = error = critical = msg


def configure(level: str, form: Format = "text") -> None:
    """Give all lines of this process one form: ours, those of libraries, and of its crash.

    Libraries that could log requests or responses log warnings only. May be called again.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    first: tuple[Processor, ...] = (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _places,
    )
    last = _renderer(form)
    handler = _OnStandardError()
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*first, structlog.stdlib.add_logger_name, _first_line],
            processors=[ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if not _is_ours(one)), handler]
    root.setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[*first, last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_OurLines,
    )
    sys.excepthook = _tell_crash
    threading.excepthook = _tell_thread_crash


def through_root(name: str) -> None:
    """Let a library's logger write nothing itself, so that its lines have the one form."""
    logger = logging.getLogger(name)
    logger.handlers = [one for one in logger.handlers if _is_ours(one)]
    logger.propagate = True


def places_of(error: BaseException) -> list[str]:
    """The places in the code through which the error came, the last ones."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_PLACES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _write(line: str) -> None:
    """Write to what is standard error at that moment. Nothing fails because a line is lost."""
    try:
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        pass  # a full disk or a closed stream: there is nowhere to tell it


def _is_ours(handler: logging.Handler) -> bool:
    return isinstance(handler, _OnStandardError)


def _renderer(form: Format) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer()
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])


def _places(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put class and places of an error where its message and the values around it would be."""
    error = _error(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        event.setdefault("error", type(error).__name__)
        event["places"] = places_of(error)
    return event


def _error(told: Any) -> BaseException | None:
    """The error of an `exc_info`, in any of the forms that loggers accept."""
    if isinstance(told, BaseException):
        return told
    if isinstance(told, tuple):
        return told[1] if isinstance(told[1], BaseException) else None
    return sys.exc_info()[1] if told else None


def _first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Of a library's message keep the first line: asyncio writes the error itself on the next."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _tell_crash(
    kind: type[BaseException], error: BaseException, _trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("this process ends by an error", exc_info=error)


def _tell_thread_crash(told: threading.ExceptHookArgs) -> None:
    if told.exc_type is not SystemExit:
        _log.error("a thread ended by an error", exc_info=told.exc_value)
