"""Decipher PagerDuty's responses, in pure functions, so that tests need no network.

Rules: https://developer.pagerduty.com/docs/errors and /docs/rest-api-rate-limits.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from corvana.errors import (
    AccountClosed,
    BadRequest,
    Forbidden,
    Gone,
    MissingPermission,
    NotOnPlan,
    PagerDutyError,
    RateLimited,
    ServerFault,
    Unauthorized,
    UnreadableBody,
    UnreadableResponse,
    without_origin,
)
from corvana.pagerduty import row_by_row
from corvana.pagerduty.responses import ErrorResponse

M = TypeVar("M", bound=BaseModel)

_BY_STATUS: Final[Mapping[int, type[PagerDutyError]]] = {
    400: BadRequest,
    401: Unauthorized,
    402: NotOnPlan,
    404: Gone,
    408: ServerFault,
}
_ACCOUNT_CLOSED: Final = frozenset({2008, 2012})
_ACCESS_DENIED: Final = 2010
_SCOPE_MISSING: Final = b"missing required scope"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """The requests left in the current minute; None where PagerDuty did not say."""

    remaining: int | None
    reset_seconds: float | None
    limit: int | None = None
    """Requests per minute."""


def rate_limit(headers: Mapping[str, str]) -> RateLimit:
    """Read the `ratelimit-*` headers. A value that is not a number becomes None."""
    remaining = _number(headers.get("ratelimit-remaining"))
    limit = _number(headers.get("ratelimit-limit"))
    return RateLimit(
        remaining=None if remaining is None else int(remaining),
        reset_seconds=_number(headers.get("ratelimit-reset")),
        limit=None if limit is None else int(limit),
    )


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Read PagerDuty's time from the `Date` header, in whole seconds; None without a valid date."""
    try:
        instant = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


@without_origin()
def decipher(status: int, headers: Mapping[str, str], body: bytes, model: type[M]) -> M:
    """Return the payload, or raise the `PagerDutyError` for the response."""
    if status == 200:
        try:
            return model.model_validate_json(body)
        except ValidationError as error:
            page = row_by_row.read(body, model) if _is_no_json(error) else None
            if page is not None:
                return page
            # `from None`: pydantic hides its input, but its context may still quote a body.
            raise UnreadableBody(
                f"a {model.__name__} does not fit: {error.error_count()} field(s)", status=status
            ) from None
    raise _error(status, headers, body)


def _is_no_json(error: ValidationError) -> bool:
    if error.error_count() > 1:
        return False
    (found,) = error.errors(include_url=False, include_context=False, include_input=False)
    return found["type"] == "json_invalid"


def _error(status: int, headers: Mapping[str, str], body: bytes) -> PagerDutyError:
    code = _error_code(body)
    message = f"PagerDuty answered {status}" + (f", code {code}" if code else "")
    if status == 429:
        return RateLimited(message, reset_seconds=rate_limit(headers).reset_seconds, code=code)
    if code in _ACCOUNT_CLOSED:
        return AccountClosed(message, status=status, code=code)
    if status == 403:
        return Forbidden(message, status=status, code=code, missing=_missing(code, body))
    kind = _BY_STATUS.get(status, ServerFault if status >= 500 else UnreadableResponse)
    return kind(message, status=status, code=code)


def _missing(code: int | None, body: bytes) -> MissingPermission | None:
    """The missing permission, from PagerDuty's error number or a known message.

    A Classic token without the scope gets "Token missing required scopes", code 0.
    """
    if _SCOPE_MISSING in body.lower():
        return "scope"
    return "role" if code == _ACCESS_DENIED else None


def _error_code(body: bytes) -> int | None:
    try:
        detail = ErrorResponse.model_validate_json(body).error
    except ValidationError:
        return None
    return detail.code if detail else None


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if number is not None and 0 <= number < 1e9 else None
