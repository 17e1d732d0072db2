"""Ids that log lines carry: of a request, of a run of a page, and of a collection run.

Pages show the same id when something failed, so that an operator finds the lines about it. A
process that is started for a run gets the run's id in its environment.
"""

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

REQUEST: Final = "request"
RUN: Final = "run"
_ENVIRONMENT: Final = "CORVANA_RUN"
_DIGITS: Final = 12


@contextmanager
def request() -> Iterator[str]:
    """Give what happens inside an id of its own: one HTTP request, or one run of a page."""
    made = new_id()
    with bound_contextvars(**{REQUEST: made}):
        yield made


def request_id() -> str:
    """The id of the present request or run of a page. Outside of both it is a new one."""
    return str(get_contextvars().get(REQUEST) or new_id())


@contextmanager
def run(run_id: str) -> Iterator[None]:
    """Let all log lines inside carry the id of this collection run."""
    with bound_contextvars(**{RUN: run_id}):
        yield


def environment() -> Mapping[str, str]:
    """The environment of a process that is started now; it has the id of the run, if any."""
    run_id = get_contextvars().get(RUN)
    others = {name: value for name, value in os.environ.items() if name != _ENVIRONMENT}
    return {**others, _ENVIRONMENT: str(run_id)} if run_id else others


def continue_run(run_id: str | None = None) -> None:
    """In a process that was started for a run: carry on its id."""
    if wanted := run_id or os.environ.get(_ENVIRONMENT):
        bind_contextvars(**{RUN: wanted})


def run_id() -> str | None:
    """The id of the present run; None outside of any."""
    found = get_contextvars().get(RUN)
    return None if found is None else str(found)


def new_id() -> str:
    """Return as many digits as a person can read out."""
    return secrets.token_hex(_DIGITS // 2)


def reference(run_id: str) -> str:
    """The beginning of a run's id, which pages show; the log has all of it."""
    return run_id[:_DIGITS]
