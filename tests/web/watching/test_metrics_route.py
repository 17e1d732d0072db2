"""`/metrics` of a web process: what requests and pages count, and who may read it."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.types import Scope
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from benchmarks.running_app import PAGES_ONLY, App, running
from corvana.config import Settings
from corvana.web.watching.metrics_route import may_read
from tests.builders.processes.scraped import Series, scraped, series

LAPTOP = Settings()
HOSTED = Settings(base_url="https://corvana.example.com", metrics_readers=("10.9.0.0/16",))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running(tmp_path_factory.mktemp("watched"), **PAGES_ONLY) as started:
        yield started


def asked(app: App) -> dict[Series, float]:
    return scraped(httpx.get(f"{app.url}/metrics").text)


def answered(route: str, status: str) -> Series:
    return series("corvana_http_request_seconds_count", route=route, status=status)


def test_requests_are_counted_by_the_route_and_never_by_the_address(app: App) -> None:
    before = asked(app)
    for name in ("mine", "theirs", "somebodys-secret"):
        httpx.get(f"{app.url}/files/{name}/report.html?connection=somebodys-key")
    httpx.get(f"{app.url}/readyz")
    httpx.get(f"{app.url}/healthz", headers={"host": "evil.example"})
    text = httpx.get(f"{app.url}/metrics").text
    found = scraped(text)

    def more(route: str, status: str) -> float:
        key = answered(route, status)
        return found.get(key, 0) - before.get(key, 0)

    assert more("/files/{engagement}/{name}", "4xx") == 3
    assert more("/readyz", "2xx") == 1
    assert more("none", "4xx") == 1, "the gate refused it"
    assert more("/metrics", "2xx") == 1
    assert "somebody" not in text


def test_an_open_page_is_a_session_until_it_is_closed(app: App) -> None:
    sessions = series("corvana_open_sessions")
    address = f"{app.url}/_stcore/stream".replace("http", "ws", 1)
    before = asked(app)[sessions]
    with connect(address, origin=Origin(app.url), subprotocols=[Subprotocol("streamlit")]):
        assert asked(app)[sessions] == before + 1
    assert _settled(app, sessions, before)


def _settled(app: App, name: Series, wanted: float) -> bool:
    """Whether the series has this value within some requests: a page takes a moment to close."""
    return any(asked(app)[name] == wanted for _ in range(200))


def scope(client: str, host: str, **headers: str) -> Scope:
    named = {"host": host, **{name.replace("_", "-"): text for name, text in headers.items()}}
    return {
        "type": "http",
        "path": "/metrics",
        "client": (client, 4711),
        "headers": [(name.encode(), text.encode()) for name, text in named.items()],
    }


def test_on_a_laptop_this_computer_reads_metrics_under_the_address_of_the_pages() -> None:
    assert may_read(scope("127.0.0.1", "localhost:8501"), LAPTOP)
    assert not may_read(scope("192.0.2.1", "localhost:8501"), LAPTOP)


def test_hosted_a_reader_on_a_named_network_asks_the_server_itself() -> None:
    assert may_read(scope("10.9.1.2", "10.0.0.5:8501"), HOSTED)
    assert not may_read(scope("10.8.1.2", "10.0.0.5:8501"), HOSTED)
    assert not may_read(scope("127.0.0.1", "127.0.0.1:8501"), HOSTED), "no longer named"


@pytest.mark.parametrize(
    "header", ["forwarded", "x_forwarded_for", "x_forwarded_proto", "x_forwarded_host", "x_real_ip"]
)
def test_hosted_nothing_is_told_through_a_proxy_even_one_on_a_readers_network(header: str) -> None:
    through = {header: "10.9.1.2"}
    assert not may_read(scope("10.9.1.2", "10.0.0.5:8501", **through), HOSTED)


@pytest.mark.parametrize(
    "host", ["corvana.example.com", "CORVANA.example.com:443", "corvana.example.com."]
)
def test_hosted_nothing_is_told_under_the_public_address(host: str) -> None:
    """So it is safe behind a proxy that does not say that it is one."""
    assert not may_read(scope("10.9.1.2", host), HOSTED)
