"""The gate before Streamlit's upload route."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from corvana.config import Settings
from corvana.store import engagements
from corvana.store.engine import open_database
from corvana.web.uploads import LARGEST, UPLOAD, UploadGate


async def keep(request: Request) -> PlainTextResponse:
    """Read the file, as Streamlit does."""
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("given up", 400)


@pytest.fixture
def browser(tmp_path: Path) -> TestClient:
    settings = Settings(data_dir=tmp_path)
    engagements.ensure_first(open_database(settings.database_url), datetime.now(UTC))
    inner = Starlette(routes=[Route(f"{UPLOAD}/a/b", keep, methods=["PUT"])])
    return TestClient(UploadGate(inner, settings))


def parts(size: int) -> Iterator[bytes]:
    """A body whose length nobody tells beforehand."""
    for _ in range(size // 100_000):
        yield b"x" * 100_000


def test_a_file_within_the_limit_is_taken(browser: TestClient) -> None:
    assert browser.put(f"{UPLOAD}/a/b", content=b"x" * LARGEST).text == str(LARGEST)
    assert browser.put(f"{UPLOAD}/a/b", content=parts(LARGEST)).text == str(LARGEST)


def test_a_larger_file_is_refused_before_or_while_it_is_read(browser: TestClient) -> None:
    assert browser.put(f"{UPLOAD}/a/b", content=b"x" * 2 * LARGEST).status_code == 413
    assert browser.put(f"{UPLOAD}/a/b", content=parts(2 * LARGEST)).text == "given up"
