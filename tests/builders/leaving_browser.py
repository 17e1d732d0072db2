"""A browser that leaves for PagerDuty's consent page."""

from starlette.applications import Starlette
from starlette.testclient import TestClient

from corvana.web import client_link, connect

BASE = "http://localhost:8501"


def new_browser() -> TestClient:
    return TestClient(
        Starlette(routes=[*connect.routes, *client_link.routes]),
        base_url=BASE,
        follow_redirects=False,
    )


def leave(browser: TestClient, engagement: str = "first", **more: str) -> str:
    return str(
        browser.get(connect.START, params={"engagement": engagement, **more}).headers["location"]
    )
