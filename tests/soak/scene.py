"""Where trouble happens: the account, the application and what the dice say."""

from random import Random
from typing import Final, NamedTuple

from tests.soak.account import Account
from tests.soak.application import Application

_REQUESTS: Final = (5, 20, 60)
"""A first run asks about sixty times, a later one twenty or more."""


class Scene(NamedTuple):
    """Where trouble happens; `random` says what exactly."""

    random: Random
    account: Account
    application: Application

    def some_requests(self) -> int:
        return self.random.randint(1, self.random.choice(_REQUESTS))

    def turns(self, least: int = 1, most: int = 2) -> None:
        for _ in range(self.random.randint(least, most)):
            if self.application.is_connected:
                self.application.turn()
