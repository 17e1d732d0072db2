"""One client of the simulated account, and what it reads."""

from corvana.errors import (
    Unauthorized,
)
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.client import Client


class Authorization:
    """One token; a newer one only when there is one to be had."""

    def __init__(self, token: str, newer: str | None = None) -> None:
        self.token, self.newer = token, newer
        self.refreshed: list[str] = []

    def access_token(self) -> str:
        return self.token

    def refresh(self, refused: str) -> str:
        self.refreshed.append(refused)
        if self.newer is None:
            raise Unauthorized("no newer token")
        self.token = self.newer
        return self.token


async def teams(client: Client) -> tuple[int, int]:
    page = await client.get("/teams", responses.page_of("teams", payloads.Team), {"limit": 100})
    return len(page.rows), client.requests
