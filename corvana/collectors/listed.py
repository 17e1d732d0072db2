"""Nouns that are lists of configuration objects. All are read, stored and versioned alike."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlmodel import Session, SQLModel

from corvana.collectors import configuration
from corvana.collectors.context import Context
from corvana.collectors.listing import Listing, read
from corvana.collectors.noun import Refreshed
from corvana.pagerduty.client import Parameters
from corvana.pagerduty.payloads import Payload
from corvana.pagerduty.responses import page_of

P = TypeVar("P")
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Refreshed, Generic[P]):
    """Objects of type `payload`, listed under `path`. `transform` turns them into rows of `table`.

    The name of the noun is also the JSON key of the rows in PagerDuty's pages.

    Optional: `parameters` of the request; `extract`, for a list that is not read page by page;
    `details`, which gives by object id the details that belong to an object's versions but are
    stored in another table; `also_there`, which gives the ids of stored objects that never count
    as deleted; `and_store`, which writes rows of further tables in the same transaction.
    """

    path: str
    payload: type[Payload]
    table: type[SQLModel]
    transform: Callable[[Context, Sequence[P]], Rows]
    parameters: Parameters | None = None
    extract: Callable[[Context], Awaitable[Listing[P]]] | None = None
    details: Callable[[Context, Sequence[P]], Mapping[str, Any]] | None = None
    also_there: Callable[[Session, Context, datetime], Collection[str]] | None = None
    and_store: Callable[[Session, Context, Sequence[P]], None] | None = None

    async def sync(self, context: Context, now: datetime) -> int:
        """See `Refreshed`."""
        listing = await (self.extract(context) if self.extract else self._pages(context))
        rows = self.transform(context, listing.rows)
        details = self.details(context, listing.rows) if self.details else {}
        with context.transaction() as session:
            also_there = self.also_there(session, context, now) if self.also_there else ()
            reading = configuration.Reading(rows, listing.whole, details, also_there)
            configuration.store(session, context, self.name, self.table, reading, now)
            if self.and_store:
                self.and_store(session, context, listing.rows)
        return len(rows)

    async def _pages(self, context: Context) -> Listing[P]:
        page = page_of(self.name, self.payload)
        return await read(context, self.path, page, self.parameters)
