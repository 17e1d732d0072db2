"""Run one collector against the simulated account, and read the rows it stored."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlmodel import Session, SQLModel, select

from corvana.collectors.context import Context
from corvana.pagerduty.client import Client
from corvana.store import connections
from corvana.store.models import ConfigurationVersion, NounStatus
from tests.conftest import Connected, GoodToken

Row = dict[str, Any]


def read(connected: Connected, sync: Callable[..., Awaitable[int]], *arguments: object) -> int:
    """The result of `sync`. The connection's lease is taken first."""
    sandbox = connected.sandbox
    token = GoodToken(sandbox.issue_tokens()[0])

    async def run() -> int:
        async with Client(
            sandbox.api_url, token, requests_per_minute=60_000, concurrency=4
        ) as client:
            context = Context(connected.id, "test", client, connected.engine, connected.pseudonyms)
            return await sync(context, *arguments)

    assert connections.acquire(connected.engine, connected.id, "test", sandbox.clock())
    return asyncio.run(run())


def serve(connected: Connected, answers: Mapping[str, Any]) -> None:
    """Respond to these paths with these bodies or statuses, and to no other path."""
    connected.sandbox.faults.reset()
    for path, answer in answers.items():
        is_status = isinstance(answer, int)
        connected.sandbox.faults.answer(
            f"^/us{re.escape(path)}$",
            status=answer if is_status else 200,
            **({} if is_status else {"body": answer}),
        )


def page(key: str, *rows: Any) -> Row:
    """The only page of a classic list."""
    return {key: list(rows), "limit": 100, "offset": 0, "more": False, "total": None}


def stored(connected: Connected, model: type[SQLModel]) -> list[Row]:
    """Every row of the connection, in the order of the key, without the connection's id."""
    with Session(connected.engine) as session:
        rows = [row.model_dump(exclude={"connection_id"}) for row in session.exec(select(model))]
    keys = [column.name for column in inspect(model).primary_key]
    return sorted(rows, key=lambda row: [str(row.get(key)) for key in keys])


def versions(connected: Connected, noun: str) -> list[tuple[str, Row | None]]:
    """(object id, state) of every version of the noun, oldest first."""
    found = [row for row in stored(connected, ConfigurationVersion) if row["noun"] == noun]
    found.sort(key=lambda row: row["seen_at"])
    return [(row["object_id"], row["state"]) for row in found]


def status(connected: Connected, noun: str) -> NounStatus | None:
    with Session(connected.engine) as session:
        return session.get(NounStatus, (connected.id, noun))
