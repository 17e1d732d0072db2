"""The declaration of a PagerDuty noun. Each noun is declared once, in its collector's file.

The declarations are used by all code that handles every noun: a run reads what is due, a data
version writes the frames, the doctor and the card show the nouns' words.
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
"""`first`: incidents cannot be shown without the noun. `last`: it needs rows of other nouns."""

Frames = Mapping[str, Callable[[Connection, str], pd.DataFrame]]
"""Frame name → the function that reads this frame for a connection id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A kind of data that is collected.

    `name` is the noun's name in the store, `words` its name for people. Without an essential noun
    the app has nothing to show, so the run fails when PagerDuty refuses it. `frames` are the
    frames of every data version that are made from the noun's rows and written in full, by their
    names in `files.CONTRACTS`.
    """

    name: str
    words: str
    is_essential: bool = False
    frames: Frames = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again(Noun):
    """Incidents that are read again after each interval `every`."""

    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed(Noun, ABC):
    """A noun that is read in full after each interval `every`, at its `turn` in a run."""

    every: timedelta
    turn: Turn = "later"

    @abstractmethod
    async def sync(self, context: Context, now: datetime) -> int:
        """Collect all rows; return their number. Raises `PagerDutyError`, `LeaseLost`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadItsOwnWay(Refreshed):
    """A noun that is not a plain list of configuration objects; `collect` collects it."""

    collect: Callable[[Context, datetime], Awaitable[int]]

    async def sync(self, context: Context, now: datetime) -> int:
        """See `Refreshed`."""
        return await self.collect(context, now)
