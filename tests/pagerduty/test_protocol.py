"""What every answer of PagerDuty means, without a network."""

import json
from datetime import UTC, datetime

import pytest

from corvana.errors import (
    AccountClosed,
    BadRequest,
    Forbidden,
    Gone,
    NotOnPlan,
    PagerDutyError,
    RateLimited,
    ServerFault,
    Unauthorized,
    UnreadableBody,
    UnreadableResponse,
)
from corvana.pagerduty import payloads
from corvana.pagerduty.protocol import RateLimit, decipher, rate_limit, server_time
from corvana.pagerduty.responses import page_of

SECRET = "Checkout is down for Jane Doe"

TEAMS = page_of("teams", payloads.Team)


def failure(status: int, body: bytes = b"", **headers: str) -> PagerDutyError:
    with pytest.raises(PagerDutyError) as caught:
        decipher(status, headers, body, TEAMS)
    return caught.value


@pytest.mark.parametrize(
    ("status", "error", "retryable"),
    [
        (400, BadRequest, False),
        (401, Unauthorized, False),
        (402, NotOnPlan, False),
        (403, Forbidden, False),
        (404, Gone, False),
        (408, ServerFault, True),
        (429, RateLimited, True),
        (500, ServerFault, True),
        (502, ServerFault, True),
        (503, ServerFault, True),
        (504, ServerFault, True),
        (204, UnreadableResponse, False),
        (302, UnreadableResponse, False),
        (418, UnreadableResponse, False),
    ],
)
def test_every_status_has_its_error(
    status: int, error: type[PagerDutyError], retryable: bool
) -> None:
    raised = failure(status)
    assert type(raised) is error
    assert (raised.status, raised.retryable) == (status, retryable)


def test_200_is_the_payload() -> None:
    body = b'{"teams":[{"id":"PT1","name":"Payments"}],"limit":25,"more":false}'
    page = decipher(200, {}, body, TEAMS)
    assert [(team.id, team.name) for team in page.rows if team] == [("PT1", "Payments")]


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error":{"code":2002,"message":"no"}}', 2002, "PagerDuty answered 400, code 2002"),
        (b'{"error":"invalid_grant"}', None, "PagerDuty answered 400"),
        (
            b'{"error":{"code":2001,"message":"no","errors":{"since":["Jane Doe"]}}}',
            2001,
            "PagerDuty answered 400, code 2001",
        ),
        (b'{"error":["Jane Doe"]}', None, "PagerDuty answered 400"),
        (b'{"error":{"code":"Jane Doe"}}', None, "PagerDuty answered 400"),
        (b'{"error":null}', None, "PagerDuty answered 400"),
        (b"<html>Bad gateway</html>", None, "PagerDuty answered 400"),
        (b"", None, "PagerDuty answered 400"),
    ],
)
def test_the_code_is_read_where_there_is_one(body: bytes, code: int | None, message: str) -> None:
    raised = failure(400, body)
    assert (raised.code, str(raised)) == (code, message)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        (b'{"error":{"message":"Token missing required scopes","code":0}}', "scope"),
        (b'{"error":{"message":"Access Denied","code":2010}}', "role"),
        (b'{"error":{"message":"No, Jane Doe","code":2099}}', None),
        (b'{"error":"forbidden"}', None),
        (b"<html>Forbidden</html>", None),
        (b"", None),
    ],
)
def test_a_refusal_says_what_is_missing_where_pagerduty_does(
    body: bytes, missing: str | None
) -> None:
    raised = failure(403, body)
    assert isinstance(raised, Forbidden)
    assert raised.missing == missing
    assert "Jane" not in repr(vars(raised)) + str(raised)


@pytest.mark.parametrize("status", [401, 402, 403])
@pytest.mark.parametrize("code", [2008, 2012])
def test_an_expired_or_locked_account_is_closed_whatever_the_status(status: int, code: int) -> None:
    raised = failure(status, json.dumps({"error": {"code": code}}).encode())
    assert type(raised) is AccountClosed
    assert (raised.status, raised.code, raised.retryable) == (status, code, False)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Sun, 01 Mar 2026 12:00:05 GMT", datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 04:00:05 -0800", datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 12:00:05 -0000", datetime(2026, 3, 1, 12, 0, 5, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_pagerdutys_clock_is_read_from_the_date_header(
    date: str | None, expected: datetime | None
) -> None:
    assert server_time({} if date is None else {"date": date}) == expected


def test_a_rate_limit_tells_when_to_come_again() -> None:
    raised = failure(429, b"", **{"ratelimit-reset": "37", "ratelimit-remaining": "0"})
    assert isinstance(raised, RateLimited)
    assert raised.reset_seconds == 37.0
    silent = failure(429)
    assert isinstance(silent, RateLimited)
    assert silent.reset_seconds is None


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, RateLimit(None, None)),
        ({"ratelimit-remaining": "12", "ratelimit-reset": "3"}, RateLimit(12, 3.0)),
        (
            {"ratelimit-limit": "960", "ratelimit-remaining": "0", "ratelimit-reset": "0"},
            RateLimit(0, 0.0, 960),
        ),
        ({"ratelimit-remaining": "many", "ratelimit-reset": "soon"}, RateLimit(None, None)),
        ({"ratelimit-remaining": "-1", "ratelimit-reset": "-3"}, RateLimit(None, None)),
        ({"ratelimit-remaining": "nan", "ratelimit-reset": "inf"}, RateLimit(None, None)),
    ],
)
def test_rate_limit_headers_that_are_no_numbers_count_as_not_said(
    headers: dict[str, str], expected: RateLimit
) -> None:
    assert rate_limit(headers) == expected


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"teams": SECRET}).encode(),
        json.dumps({"incidents": [{"title": SECRET}]}).encode(),
        json.dumps([SECRET]).encode(),
        json.dumps({"teams": []}).encode()[:-1] + SECRET.encode(),
        SECRET.encode(),
        b"\xff\xfe" + SECRET.encode(),
        b"",
    ],
)
def test_a_body_that_does_not_fit_is_unreadable_and_is_never_quoted(body: bytes) -> None:
    raised = failure(200, body)
    assert type(raised) is UnreadableBody
    assert raised.__cause__ is None
    assert raised.__suppress_context__
    for text in (str(raised), repr(raised), str(raised.__context__)):
        assert "Jane" not in text
