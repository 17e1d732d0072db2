"""The scripts that draw charts: one address a content, kept by browsers for good."""

import gzip
import hashlib

import pytest
from plotly.offline import get_plotlyjs
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corvana.web import routes, scripts


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes), base_url="http://localhost")


def test_plotly_is_the_one_the_report_holds(client: TestClient) -> None:
    assert client.get(f"/{scripts.PLOTLY}").text == get_plotlyjs()


def test_the_address_of_ours_names_its_content(client: TestClient) -> None:
    sent = client.get(f"/{scripts.CHART}").content
    assert hashlib.sha256(sent).hexdigest()[:12] in scripts.CHART


def test_it_fetches_the_script_of_marks_by_the_address_of_its_content(client: TestClient) -> None:
    sent = client.get(f"/{scripts.MARKS}").content
    assert hashlib.sha256(sent).hexdigest()[:12] in scripts.MARKS
    name = scripts.MARKS.removeprefix("scripts/")
    assert f'from "./{name}"' in client.get(f"/{scripts.CHART}").text


@pytest.mark.parametrize("name", [scripts.CHART, scripts.MARKS, scripts.PLOTLY])
def test_a_browser_asks_once(client: TestClient, name: str) -> None:
    headers = client.get(f"/{name}").headers
    assert headers["content-type"].startswith("text/javascript")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


def test_plotly_travels_compressed(client: TestClient) -> None:
    with client.stream("GET", f"/{scripts.PLOTLY}") as response:
        sent = b"".join(response.iter_raw())
    assert len(sent) < 1_600_000
    assert gzip.decompress(sent).decode() == get_plotlyjs()


@pytest.mark.parametrize("name", ["chart.js", "chart-000000000000.js", "..%2F__init__.py", ""])
def test_nothing_else_is_sent(client: TestClient, name: str) -> None:
    assert client.get(f"/scripts/{name}").status_code == 404


def test_our_script_sends_no_messages_to_other_windows(client: TestClient) -> None:
    """An answer of an authorization server must not travel between windows (RFC 9700, 4.17)."""
    assert "postMessage" not in client.get(f"/{scripts.CHART}").text
