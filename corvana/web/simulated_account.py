"""What only the simulated account can do: weeks go by in it, and its settings change on request.

Asked of its program on this computer, over HTTP and without importing it. A real account is never
asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import httpx  # noqa: TID251 - asks the simulated account's process, never PagerDuty
from pydantic import BaseModel, ValidationError

from corvana.config import Settings
from corvana.errors import NotSimulated, SimulatedAccountAway

Setting = Literal["first_level_delay", "rotation", "auto_pause", "auto_resolve"]
_PATH: Final = "/_sandbox/account"
_LOOKS: Final = 3.0
_PLAYS: Final = 300.0
"""Seconds: the account plays its incidents again, of which there may be hundreds of thousands."""


class Choice(BaseModel):
    """Something whose setting can change. `minutes`: its present value; None when there is none."""

    id: str
    name: str
    minutes: int | None = None


class SimulatedAccount(BaseModel):
    """The account's present time, how many weeks can still go by, and what can be changed in it."""

    now: datetime
    weeks_left: int
    first_level_delay: tuple[Choice, ...]
    rotation: tuple[Choice, ...]
    auto_pause: tuple[Choice, ...]
    auto_resolve: tuple[Choice, ...]

    def choices(self, setting: Setting) -> tuple[Choice, ...]:
        """Return everything of which this setting can change."""
        found: Mapping[Setting, tuple[Choice, ...]] = {
            "first_level_delay": self.first_level_delay,
            "rotation": self.rotation,
            "auto_pause": self.auto_pause,
            "auto_resolve": self.auto_resolve,
        }
        return found[setting]


class Change(BaseModel):
    """A setting that is to be changed. `minutes` None: off, or a rotation, which has none."""

    setting: Setting
    of: str
    minutes: int | None = None


def look(settings: Settings) -> SimulatedAccount:
    """Return the simulated account as it is.

    Raises
    ------
    NotSimulated
        A real account is configured.
    SimulatedAccountAway
        Its program does not answer, or cannot do this.
    """
    return _asked(settings, "GET", None, _LOOKS)


def go_on(
    settings: Settings, *, changes: Sequence[Change] = (), weeks: int = 0, hours: int = 0
) -> SimulatedAccount:
    """Make the changes, let the time go by after them, and return the account as it is then.

    It takes seconds. Raises as `look` does.
    """
    made = [change.model_dump() for change in changes]
    return _asked(settings, "PUT", {"changes": made, "weeks": weeks, "hours": hours}, _PLAYS)


def _asked(
    settings: Settings, method: str, wish: Mapping[str, object] | None, seconds: float
) -> SimulatedAccount:
    if not settings.uses_sandbox:
        raise NotSimulated("a real account is configured")
    try:
        with httpx.Client(trust_env=False, timeout=seconds) as client:
            answer = client.request(method, f"{settings.identity_url}{_PATH}", json=wish)
        answer.raise_for_status()
        return SimulatedAccount.model_validate_json(answer.content)
    except (httpx.HTTPError, httpx.InvalidURL, ValidationError) as error:
        raise SimulatedAccountAway(type(error).__name__) from None
