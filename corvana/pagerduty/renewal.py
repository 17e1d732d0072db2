"""The access token of a client: one token for all requests, renewed once when it is refused."""

import asyncio
from typing import Protocol

from corvana.errors import PagerDutyError, Unauthorized


class Authorization(Protocol):
    """Gives the client its access token, and a new token when PagerDuty refuses the old token."""

    def access_token(self) -> str: ...

    def refresh(self, refused: str) -> str:
        """Return a newer token. Raises `Unauthorized` when there is none."""


class Renewal:
    """One token for all requests, and one refresh for each refused token."""

    def __init__(self, authorization: Authorization) -> None:
        self._authorization = authorization
        self._under_way: dict[str, asyncio.Task[str]] = {}
        self._untried: str | None = None

    @property
    def token(self) -> str:
        return self._authorization.access_token()

    def accepted(self, token: str) -> None:
        if token == self._untried:
            self._untried = None

    async def after(self, refused: str) -> str:
        """Return the token that replaces the refused one.

        Raises `Unauthorized` in every request with the refused token when there is no new token. A
        renewed token that PagerDuty refuses at once is not renewed again.
        """
        if refused == self._untried:
            raise Unauthorized("a renewed token was refused")
        renewal = self._under_way.get(refused)
        if renewal is None:
            if self.token != refused:
                return self.token
            renewal = asyncio.create_task(self._renew(refused))
            self._under_way[refused] = renewal
        # The waiting request can be cancelled, but a pair renewed at PagerDuty must be saved.
        return await asyncio.shield(renewal)

    async def _renew(self, refused: str) -> str:
        try:
            renewed = await asyncio.to_thread(self._authorization.refresh, refused)
        except PagerDutyError as error:
            if error.retryable:
                del self._under_way[refused]
            raise
        self._untried = renewed
        return renewed
