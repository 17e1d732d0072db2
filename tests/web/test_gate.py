"""Only requests that are addressed to this application are served."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from corvana.config import Settings
from corvana.web import gate
from corvana.web.gate import Gate

HOSTED = Settings(base_url="https://corvana.example.com", trusted_proxies=("10.1.0.0/16",))
LOCAL = Settings()


def behind(
    app: Gate, *, server: str = "127.0.0.1", client: str = "127.0.0.1", port: int = 5
) -> TestClient:
    """The gate, asked by `client` on the server's address `server`."""

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "server": (server, 8501), "client": (client, port)}, receive, send)

    return TestClient(moved)


async def answer(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def inner() -> ASGIApp:
    def page(_: object) -> PlainTextResponse:
        return PlainTextResponse("page")

    return Starlette(
        routes=[Route("/", page), Route("/healthz", page), WebSocketRoute("/ws", answer)]
    )


def local(headers: dict[str, str], server: str = "127.0.0.1") -> int:
    """The status of a request without sign-in."""
    browser = behind(Gate(inner(), required=False, settings=LOCAL), server=server)
    return browser.get("/", headers={"host": "localhost", **headers}).status_code


def hosted(headers: dict[str, str], path: str = "/", client: str = "10.1.2.3") -> int:
    """The status of a request that a proxy passes on to the hosted application."""
    browser = behind(Gate(inner(), required=True, settings=HOSTED), client=client)
    named = {"host": "corvana.example.com", "x-forwarded-for": "198.51.100.7", **headers}
    return browser.get(path, headers=named).status_code


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "[::1]"])
def test_without_sign_in_this_computer_is_served(host: str) -> None:
    assert local({"host": host}) == 200


def test_without_sign_in_the_network_is_not_however_the_server_was_started() -> None:
    assert local({}, server="10.0.0.5") == 403


@pytest.mark.parametrize("host", ["evil.example:8501", "10.0.0.5", "localhost.evil.example", ""])
def test_without_sign_in_a_foreign_name_that_points_here_is_refused(host: str) -> None:
    assert local({"host": host}) == 403


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_without_sign_in_nothing_is_served_that_a_proxy_passes_on(header: str) -> None:
    """A proxy that names this computer as the host would make everybody an assessor."""
    assert local({"host": "127.0.0.1", header: "198.51.100.7"}) == 403


@pytest.mark.parametrize("origin", ["https://corvana.example.com", "null", "http://[", "file://"])
def test_without_sign_in_another_sites_request_is_refused(origin: str) -> None:
    assert local({"origin": origin}) == 403
    assert local({"origin": "http://localhost:8501"}) == 200


def test_hosted_only_the_configured_address_is_served() -> None:
    assert hosted({}) == 200
    for host in ("evil.example", "127.0.0.1", "corvana.example.com:8443", ""):
        assert hosted({"host": host}) == 403


def test_a_supervisor_may_ask_for_health_by_any_name() -> None:
    assert hosted({"host": "10.0.0.9:8501"}, "/healthz") == 200


def test_hosted_another_sites_request_is_refused() -> None:
    assert hosted({"origin": "https://corvana.example.com"}) == 200
    assert hosted({"origin": "https://evil.example"}) == 403
    assert hosted({"origin": "null"}) == 403


def test_what_a_proxy_says_counts_only_from_a_proxy_that_is_trusted() -> None:
    assert hosted({}, client="10.1.200.1") == 200
    assert hosted({}, client="10.2.0.1") == 403


@pytest.mark.parametrize(("proxies", "status"), [(("127.0.0.0/8",), 200), (("10.0.0.0/8",), 403)])
def test_a_proxy_on_this_computer_is_known_though_the_server_names_the_browser_in_its_place(
    proxies: tuple[str, ...], status: int
) -> None:
    settings = Settings(base_url="https://corvana.example.com", trusted_proxies=proxies)
    app = Gate(inner(), required=True, settings=settings)
    browser = behind(app, client="198.51.100.7", port=0)
    named = {"host": "corvana.example.com", "x-forwarded-for": "198.51.100.7"}
    assert browser.get("/", headers=named).status_code == status


@pytest.mark.parametrize("headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}])
def test_a_websocket_is_refused_before_it_opens(headers: dict[str, str]) -> None:
    browser = behind(Gate(inner(), required=True, settings=HOSTED))
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        browser.websocket_connect("/ws", headers={"host": "corvana.example.com", **headers}),
    ):
        pass
    assert closed.value.code == 1008


def test_the_gate_asks_the_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "auth_configured", lambda: True)
    browser = behind(Gate(inner(), settings=HOSTED))
    assert browser.get("/", headers={"host": "corvana.example.com"}).status_code == 200


def test_refusals_are_noted_by_kind_and_a_flood_of_them_once_a_second() -> None:
    noted: list[str] = []
    browser = behind(Gate(inner(), required=True, settings=HOSTED, note=noted.append))
    browser.get("/", headers={"host": "corvana.example.com"})
    for _ in range(5):
        browser.get("/", headers={"host": "evil.example"})
    assert noted == ["host"]
