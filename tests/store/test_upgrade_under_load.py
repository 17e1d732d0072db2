"""PostgreSQL's tables are brought up to date while others use them."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from corvana.errors import ConfigError
from corvana.store import schema
from corvana.store.engine import open_database
from tests.builders.stored.earlier_database import (
    as_before_revisions,
    bare,
    differences,
)

pytestmark = pytest.mark.parametrize("bare_url", ["postgresql"], indirect=True)
WAITED_AT_MOST = 10.0


@contextmanager
def long_transaction(engine: Engine) -> Iterator[None]:
    """Somebody who has read incidents and has not finished, as a long report does."""
    with engine.begin() as connection:
        connection.execute(text("SELECT count(*) FROM incident"))
        yield


def slowest_write(engine: Engine, stop: threading.Event) -> tuple[int, float]:
    """Write without a pause until `stop`; return how many writes were made and the slowest."""
    written, slowest = 0, 0.0
    while not stop.is_set():
        began = time.monotonic()
        with engine.begin() as connection:
            connection.execute(text("UPDATE incident SET number = number + 1"))
        slowest = max(slowest, time.monotonic() - began)
        written += 1
    return written, slowest


def test_an_upgrade_waits_for_a_long_transaction_and_holds_up_nobody_meanwhile(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_WAITS_FOR_A_TABLE", 0.2)
    as_before_revisions(bare_url)
    engine, stop = bare(bare_url), threading.Event()
    with engine.begin() as connection:
        before = connection.scalar(text("SELECT sum(number) FROM incident"))
        rows = connection.scalar(text("SELECT count(*) FROM incident"))
    with ThreadPoolExecutor(2) as threads:
        try:
            with long_transaction(engine):
                upgrading = threads.submit(open_database, bare_url)
                writing = threads.submit(slowest_write, engine, stop)
                time.sleep(3.0)
                assert not upgrading.done()
                assert schema._revision(bare(bare_url)) is None
            upgraded = upgrading.result(timeout=60)
        finally:
            stop.set()
        written, slowest = writing.result(timeout=60)
    assert differences(upgraded) == []
    assert written > 10
    assert slowest < WAITED_AT_MOST
    with upgraded.begin() as connection:
        after = connection.scalar(text("SELECT sum(number) FROM incident"))
    assert after == before + written * rows


def test_a_table_that_is_never_free_is_named_as_the_reason(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "_WAITS_FOR_A_TABLE", 0.1)
    monkeypatch.setattr(schema, "_LONGEST", 0.5)
    as_before_revisions(bare_url)
    with long_transaction(bare(bare_url)), pytest.raises(ConfigError, match="stop all web"):
        open_database(bare_url)
    assert schema._revision(bare(bare_url)) is None
