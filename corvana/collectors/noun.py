"""What a noun of PagerDuty declares of itself, once, in the file of its collector.

Everything that has to know of all nouns takes it from there: a run what to read and when, a data
version its frames, the doctor and the card their words.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pandas as pd
from sqlalchemy import Connection

from corvana.collectors.context import Context

Turn = Literal["first", "later", "last"]
"""`first`: no incident can be shown without it. `last`: it asks for what others have stored."""

Frames = Mapping[str, Callable[[Connection, str], pd.DataFrame]]
"""By its name, what reads a frame of the connection with that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A kind of data that is collected.

    `name` is its name in the store, `words` what people call it. Without an essential noun there is
    nothing to show: when it cannot be read, the run fails. `frames` are the frames of every data
    version that are made from its rows and written whole, by their name in `files.CONTRACTS`.
    """

    name: str
    words: str
    is_essential: bool = False
    frames: Frames = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again(Noun):
    """Incidents that are read again, `every` so often."""

    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed(Noun, ABC):
    """A noun that is read in full again, `every` so often, when its `turn` in a run comes."""

    every: timedelta
    turn: Turn = "later"

    @abstractmethod
    async def sync(self, context: Context, now: datetime) -> int:
        """Collect all of them; return how many. Raises `PagerDutyError`, `LeaseLost`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItsOwnWay(Refreshed):
    """A noun that is more, or less, than a list of objects of the configuration."""

    collect: Callable[[Context, datetime], Awaitable[int]]

    async def sync(self, context: Context, now: datetime) -> int:
        """See `Refreshed`."""
        return await self.collect(context, now)
