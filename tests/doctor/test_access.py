"""The way to PagerDuty: every check in every state."""

from dataclasses import replace
from typing import Any

import pytest

from corvana.config import EU_AUDIENCE, US_AUDIENCE
from corvana.doctor.facts import (
    Host,
    LiveFacts,
    Unread,
)
from tests.builders.connection_facts import (
    API,
    DATABASE,
    IDENTITY,
    NOW,
    RECONNECT,
    WELL,
    connection,
    found,
    minutes,
    told,
)


@pytest.mark.parametrize(
    ("facts", "state", "sentence", "next_step"),
    [
        (
            None,
            "problem",
            "Nothing is connected yet.",
            "Connect PagerDuty on the Integrations page.",
        ),
        (
            Unread("NotFound"),
            "problem",
            "There is no connection with this id.",
            "Take an id that `python -m corvana connections` lists.",
        ),
        (
            Unread("OperationalError"),
            "problem",
            "This could not be read from the database (OperationalError).",
            DATABASE,
        ),
        (
            connection(status="deleting"),
            "problem",
            "The connection is being deleted.",
            "Wait until the receipt is complete, then connect again.",
        ),
        (
            connection(engagement_active=False),
            "problem",
            "The engagement is closed, so nothing new is collected.",
            "Reopen the engagement in the sidebar.",
        ),
        (
            connection(status="disconnected", reason="token_refused"),
            "problem",
            "Disconnected: PagerDuty no longer accepts the access it gave.",
            RECONNECT,
        ),
        (
            connection(status="disconnected", reason="Mystery"),
            "problem",
            "Disconnected: It ended with Mystery.",
            RECONNECT,
        ),
        (
            connection(status="disconnected"),
            "problem",
            "Disconnected: No reason was given.",
            RECONNECT,
        ),
        (connection(), "ok", "Connected 2 days ago.", ""),
    ],
)
def test_the_connection(facts: object, state: str, sentence: str, next_step: str) -> None:
    assert told(found("connection", connection=facts)) == (state, sentence, next_step)


@pytest.mark.parametrize(
    ("expires_at", "access", "expected"),
    [
        (None, None, ("skipped", "There is no connection to check.", "")),
        (NOW, None, ("ok", "Stored and readable. PagerDuty has not been asked.", "")),
        (NOW, "accepted", ("ok", "Stored, readable and accepted by PagerDuty.", "")),
        (NOW, "forbidden", ("ok", "Stored, readable and accepted by PagerDuty.", "")),
        (
            NOW,
            "unanswered",
            ("skipped", "Stored and readable; PagerDuty did not say whether it is good.", ""),
        ),
        (
            NOW + minutes(1),
            "refused",
            ("problem", "PagerDuty no longer accepts the access it gave.", RECONNECT),
        ),
        (
            NOW,
            "refused",
            (
                "waiting",
                "It has run out and is renewed by the next collection.",
                "Choose Collect now, then check again.",
            ),
        ),
        (
            NOW,
            "closed",
            (
                "problem",
                "The PagerDuty account has expired or is locked.",
                "Ask the account's owner to renew or unlock it at PagerDuty, then reconnect.",
            ),
        ),
        (
            Unread("VaultError"),
            None,
            (
                "problem",
                "The stored access cannot be decrypted: CORVANA_SECRET_KEY has changed.",
                "Set CORVANA_SECRET_KEY back to the key it was connected with, or reconnect.",
            ),
        ),
        (Unread("NotConnected"), None, ("problem", "The access tokens are gone.", RECONNECT)),
        (
            Unread("ConfigError"),
            None,
            (
                "problem",
                "CORVANA_SECRET_KEY is not a key.",
                "Set CORVANA_SECRET_KEY to the key it was connected with: 44 characters of base64.",
            ),
        ),
        (
            Unread("OperationalError"),
            None,
            ("problem", "This could not be read from the database (OperationalError).", DATABASE),
        ),
    ],
)
def test_the_token(expires_at: object, access: Any, expected: tuple[str, str, str]) -> None:
    live = LiveFacts(IDENTITY, API, access)
    assert told(found("token", live, token_expires_at=expires_at)) == expected


def test_a_token_without_any_scope_is_told_from_one_without_a_permission() -> None:
    sentence = "Read only; a grant without “read”, or with “write”, is never stored."
    assert told(found("scope")) == ("ok", sentence, "")
    assert told(found("scope", None)) == ("ok", sentence, "")
    assert told(found("scope", LiveFacts(IDENTITY, API, "forbidden"))) == (
        "problem",
        "PagerDuty refuses even to say who is connected: the scope “read” is missing.",
        "Give the app the scope “read” in its PagerDuty registration, then reconnect.",
    )


@pytest.mark.parametrize(
    ("before", "current", "state", "sentence"),
    [
        ("owner", "owner", "ok", "The person who connected: account owner."),
        ("owner", None, "ok", "The person who connected: account owner."),
        ("owner", "admin", "ok", "The person who connected: global admin."),
        ("observer", "admin", "ok", "The person who connected: global admin."),
        (
            "owner",
            "limited_user",
            "problem",
            (
                "The person who connected: responder and no longer account owner, so incidents and "
                "schedules of private teams are missing."
            ),
        ),
        (
            "observer",
            None,
            "problem",
            (
                "The person who connected: observer, so incidents and schedules of private "
                "teams are missing."
            ),
        ),
        (
            "unknown",
            "Jane Doe",
            "problem",
            (
                "The person who connected: another role, so incidents and schedules of private "
                "teams are missing."
            ),
        ),
    ],
)
def test_the_role(before: str, current: str | None, state: str, sentence: str) -> None:
    live = LiveFacts(IDENTITY, API, "accepted", current)
    next_step = "Let an account owner or admin reconnect." if state == "problem" else ""
    check = found("role", live, connection=connection(role=before))
    assert told(check) == (state, sentence, next_step)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, ("ok", "United States; its API is asked.", "")),
        (
            {"region": "EU", "audience": EU_AUDIENCE, "api_url": EU_AUDIENCE},
            ("ok", "Europe; its API is asked.", ""),
        ),
        (
            {"api_url": "http://127.0.0.1:8650/us"},
            ("ok", "United States; its API is asked, at the address that the settings name.", ""),
        ),
        (
            {"audience": "https://api.elsewhere.com", "api_url": None},
            ("problem", "The account names a region that Corvana does not know.", RECONNECT),
        ),
        (
            {"region": "EU"},
            (
                "problem",
                "The account is in United States, but another region is stored.",
                RECONNECT,
            ),
        ),
        (
            {"region": "EU", "audience": EU_AUDIENCE, "api_url": US_AUDIENCE},
            (
                "problem",
                "The account is in Europe, but the other region's API is asked.",
                "Remove PAGERDUTY_API_URL and PAGERDUTY_EU_API_URL from the settings.",
            ),
        ),
    ],
)
def test_the_region(changed: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert told(found("region", connection=connection(**changed))) == expected


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("answered", "api.pagerduty.com answers."),
        ("fault", "api.pagerduty.com answers with a server error."),
        ("dns", "The name api.pagerduty.com cannot be found."),
        ("refused", "api.pagerduty.com refuses the connection."),
        ("timeout", "api.pagerduty.com did not answer in time."),
        ("tls", "api.pagerduty.com could not prove over TLS who it is."),
        ("dropped", "api.pagerduty.com closed the connection without an answer."),
        ("unreachable", "There is no way through the network to api.pagerduty.com."),
    ],
)
def test_each_way_of_not_answering_has_its_own_sentence(answer: Any, sentence: str) -> None:
    live = replace(WELL, api=Host("api.pagerduty.com", answer))
    check = found("api", live)
    assert (check.state, check.sentence) == ("ok" if answer == "answered" else "problem", sentence)
    assert bool(check.next_step) == (answer != "answered")
    assert found("identity", live).state == "ok"


def test_servers_that_were_not_asked_are_skipped() -> None:
    for key in ("identity", "api"):
        assert told(found(key, None)) == ("skipped", "Not tried.", "")
