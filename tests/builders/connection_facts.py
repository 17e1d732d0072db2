"""Facts of a healthy connection. Each test changes one fact."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from corvana.config import US_AUDIENCE
from corvana.doctor.facts import (
    Check,
    ConnectionFacts,
    Host,
    LiveFacts,
    NounFacts,
    RunFacts,
    StoredFacts,
)
from corvana.doctor.report import Report, diagnose

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RECONNECT = "Reconnect the same account on the Integrations page."
START_WORKER = "Restart the app, or start `python -m corvana worker`."
DATABASE = (
    "Check that the database is running and that CORVANA_DATABASE_URL and CORVANA_DATA_DIR are "
    "right."
)
IDENTITY, API = Host("identity.pagerduty.com", "answered"), Host("api.pagerduty.com", "answered")
WELL = LiveFacts(identity=IDENTITY, api=API, access="accepted", role="owner")


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def connection(**changed: Any) -> ConnectionFacts:
    facts = ConnectionFacts(
        status="connected", reason=None, engagement_active=True, role="owner", region="US",
        audience=US_AUDIENCE, api_url=US_AUDIENCE, connected_at=NOW - timedelta(days=2),
        collected_at=NOW - minutes(3), has_data=True,
    )  # fmt: skip
    return replace(facts, **changed)


def run(**changed: Any) -> RunFacts:
    facts = RunFacts(
        status="finished", activity="", error=None, finished_at=NOW - minutes(3), steps=40, done=40,
        unreadable=0, duplicates=0, without_incident=0, unknown_types=0,
    )  # fmt: skip
    return replace(facts, **changed)


def noun(name: str = "teams", error: str | None = None, **changed: Any) -> NounFacts:
    return replace(NounFacts(name, NOW - minutes(3), NOW - minutes(3), error), **changed)


def stored(**changed: Any) -> StoredFacts:
    facts = StoredFacts(
        now=NOW, connection=connection(), token_expires_at=NOW + timedelta(days=9),
        worker_seen_at=NOW - timedelta(seconds=4), run=run(),
        nouns=(noun("incidents"), noun("log_entries")), incomplete=(), has_incidents=True,
    )  # fmt: skip
    return replace(facts, **changed)


def report(live: LiveFacts | None = WELL, **changed: Any) -> Report:
    return diagnose("c", stored(**changed), live)


def found(key: str, live: LiveFacts | None = WELL, **changed: Any) -> Check:
    (check,) = [check for check in report(live, **changed).checks if check.key == key]
    return check


def told(check: Check) -> tuple[str, str, str]:
    return check.state, check.sentence, check.next_step
