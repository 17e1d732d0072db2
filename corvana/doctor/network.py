"""Ask PagerDuty: does each server respond, and does the API accept the token?

The result is ready within `DEADLINE_SECONDS`, even when the network hangs. Name lookups have no
timeout, so each request runs in its own thread, and nothing waits for a thread that is late.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from threading import Thread
from time import monotonic
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from corvana.doctor.facts import Access, Answer, Host, LiveFacts
from corvana.errors import AccountClosed, Forbidden, PagerDutyError, Unauthorized
from corvana.pagerduty.client import fetch_me
from corvana.setting_kinds import LOOPBACK_HOSTS

DEADLINE_SECONDS: Final = 9.0
_TIMEOUT_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Heard:
    """The results received so far. A missing result took too long."""

    identity: Answer = "timeout"
    api: Answer = "timeout"
    access: Access = "unanswered"
    role: str | None = None


def ask(identity_url: str, api_url: str | None, access_token: str | None) -> LiveFacts:
    """Send all requests at the same time. Without a token, skip the access check."""
    heard = _Heard()

    def ask_identity() -> None:
        heard.identity = probe(identity_url)

    def ask_api(url: str) -> None:
        heard.api = probe(url)

    def ask_who(url: str, token: str) -> None:
        heard.access, heard.role = _access(url, token)

    questions: list[Callable[[], None]] = [ask_identity]
    if api_url is not None:
        questions.append(partial(ask_api, api_url))
    if api_url is not None and access_token is not None:
        questions.append(partial(ask_who, api_url, access_token))
    _wait_for(questions, DEADLINE_SECONDS)
    return LiveFacts(
        identity=Host(_name(identity_url), heard.identity),
        api=Host(_name(api_url), heard.api) if api_url else None,
        access=heard.access if api_url and access_token else None,
        role=heard.role,
    )


def probe(url: str) -> Answer:
    """Request the URL and return the outcome. Any HTTP status counts as a response."""
    # `SafeUrl` allows only http and https.
    request = Request(url, method="HEAD")  # noqa: S310
    try:
        _opener(url).open(request, timeout=_TIMEOUT_SECONDS).close()
    except HTTPError as error:
        error.close()
        return "fault" if error.code >= 500 else "answered"
    except URLError as error:
        return _meaning(error.reason)
    except (OSError, HTTPException) as error:
        return _meaning(error)
    return "answered"


def _wait_for(questions: Sequence[Callable[[], None]], seconds: float) -> None:
    """Run all at the same time, for `seconds`. Late threads go on and end with the process."""
    threads = [Thread(target=question, daemon=True) for question in questions]
    until = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=max(0.0, until - monotonic()))


def _name(url: str) -> str:
    """Return only host and port, because a path may contain data."""
    return urlsplit(url).netloc


def _access(api_url: str, access_token: str) -> tuple[Access, str | None]:
    try:
        return "accepted", fetch_me(api_url, access_token).role
    except Unauthorized:
        return "refused", None
    except Forbidden:
        return "forbidden", None
    except AccountClosed:
        return "closed", None
    except PagerDutyError:
        return "unanswered", None


def _meaning(error: object) -> Answer:
    kinds: tuple[tuple[type[BaseException], Answer], ...] = (
        (socket.gaierror, "dns"),
        (ssl.SSLError, "tls"),
        (ConnectionRefusedError, "refused"),
        (TimeoutError, "timeout"),
        (ConnectionError, "dropped"),
        (HTTPException, "dropped"),
    )
    return next((answer for kind, answer in kinds if isinstance(error, kind)), "unreachable")


def _opener(url: str) -> OpenerDirector:
    """Opens URLs through the configured proxy, loopback directly. Does not follow redirects."""
    opener = OpenerDirector()
    proxies: dict[str, str] | None = {} if urlsplit(url).hostname in LOOPBACK_HOSTS else None
    for handler in (
        ProxyHandler(proxies),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPErrorProcessor(),
        HTTPDefaultErrorHandler(),
    ):
        opener.add_handler(handler)
    return opener
