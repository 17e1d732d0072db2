"""A browser that connects, and what came of it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Engine
from sqlmodel import Session, select
from starlette.testclient import TestClient

from corvana.store import connections
from corvana.store.models import Connection
from tests.builders.leaving_browser import BASE

NOW = datetime.now(UTC)


def outcome(location: str) -> dict[str, str]:
    assert location.startswith(f"{BASE}/integrations?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def come_back(browser: TestClient, url: str) -> dict[str, str]:
    response = browser.get(url)
    assert response.status_code == 302
    assert response.headers["cache-control"] == "no-store"
    return outcome(response.headers["location"])


def saved(engine: Engine) -> Connection | None:
    return connections.of_engagement(engine, "first")


def change(engine: Engine, **values: object) -> None:
    with Session(engine) as session:
        connection = session.exec(select(Connection)).one()
        for name, value in values.items():
            setattr(connection, name, value)
        session.add(connection)
        session.commit()
