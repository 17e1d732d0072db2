"""What a process counts about itself, for `/metrics`.

No label names a client, an engagement, a connection, a person or a part of an address that a
visitor chooses: every label is one of a few words that this code or its libraries write.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from corvana.errors import Interrupted, LeaseLost, name_of

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
NO_ANSWER: Final = "none"
"""The status class of a request that was not answered."""

_TOO_MANY: Final = 429
_SHORT: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LONG: Final = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 10800)

disable_created_metrics()  # type: ignore[no-untyped-call] # the time each series began is of no use
REGISTRY: Final = CollectorRegistry()
"""All metrics of this process."""

ProcessCollector(registry=REGISTRY)

requests: Final = Histogram(
    "corvana_http_request_seconds",
    "HTTP requests that were answered, by route and class of status.",
    ("route", "status"),
    buckets=_SHORT,
    registry=REGISTRY,
)
page_runs: Final = Histogram(
    "corvana_page_run_seconds",
    "Runs of a page's script, or of one part of a page.",
    ("page", "part"),
    buckets=_SHORT,
    registry=REGISTRY,
)
open_sessions: Final = Gauge(
    "corvana_open_sessions", "Pages that are open in browsers now.", registry=REGISTRY
)
runs: Final = Histogram(
    "corvana_run_seconds",
    "Collection runs that ended, by outcome; of failed runs with the class of the error.",
    ("outcome", "error"),
    buckets=_LONG,
    registry=REGISTRY,
)
rows_stored: Final = Counter(
    "corvana_rows_stored", "Rows that collection runs stored.", registry=REGISTRY
)
pagerduty_requests: Final = Counter(
    "corvana_pagerduty_requests",
    "Requests to PagerDuty's API, by class of status; 429 is a class of its own.",
    ("status",),
    registry=REGISTRY,
)
limiter_wait: Final = Counter(
    "corvana_pagerduty_limiter_wait_seconds",
    "Seconds that requests to PagerDuty waited for the rate limit, all requests together.",
    registry=REGISTRY,
)
deletions_done: Final = Counter(
    "corvana_deletions_done", "Disconnects that this process finished.", registry=REGISTRY
)
connection_wait: Final = Histogram(
    "corvana_database_wait_seconds",
    "How long this process waited for a connection to the database.",
    buckets=_SHORT,
    registry=REGISTRY,
)


def exposed() -> bytes:
    """All metrics of this process in the text format of Prometheus."""
    return generate_latest(REGISTRY)


def status_class(status: int) -> str:
    """Return `2xx` for 204, and so on; 429 has its own class."""
    return str(status) if status == _TOO_MANY else f"{status // 100}xx"


@contextmanager
def watched_run() -> Iterator[None]:
    """Measure a collection run, and note how it ended. Its error goes on."""
    begun, outcome, error = time.monotonic(), "finished", ""
    try:
        yield
    except LeaseLost:
        outcome = "lease lost"
        raise
    except Interrupted:
        outcome = "interrupted"
        raise
    except BaseException as raised:
        outcome, error = "failed", name_of(raised)
        raise
    finally:
        runs.labels(outcome, error).observe(time.monotonic() - begun)
