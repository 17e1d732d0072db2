"""The base of all tables with rows of a connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class Use:
    """The use of a column, in the words of the privacy page, and the code that reads it.

    `reader` is a function, class or file of the application by its full name, or the columns of the
    evidence pack. `called` is the reader's name for the column, where it differs from the column's.
    """

    words: str
    reader: str
    called: str = ""


class Collected(SQLModel):
    """A table with rows of connections. A disconnect deletes the connection's rows.

    `words` names the rows on the receipt and the privacy page. `used_for` has an entry for
    every column but `connection_id`, unless `configuration.NOT_USED_YET` has it.
    """

    words: ClassVar[str]
    used_for: ClassVar[Mapping[str, Use]] = {}


TOLD_APART: Final = Use("telling objects apart", "corvana.store.upsert.upsert", "primary_key")
NAMED: Final = Use("names on pages and in findings", "corvana.analysis.labels.by_id")
NOT_BURIED: Final = Use(
    "leaving out what is gone at PagerDuty", "corvana.store.configuration_frames._present"
)
FOUND_AGAIN: Final = Use(
    "noticing what is gone at PagerDuty", "corvana.collectors.configuration._live"
)
