"""What the tables have in common that hold rows of a connection."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlmodel import SQLModel


@dataclass(frozen=True, slots=True)
class Use:
    """What a column is used for, in the words of the privacy page, and who reads it.

    `reader` is a function, class or file of the application by its full name, or the columns of the
    evidence pack. `called` is what it calls the column, where that is not the column's own name.
    """

    words: str
    reader: str
    called: str = ""


class Collected(SQLModel):
    """A table of one connection's rows, which a disconnect empties.

    `words` are what the receipt and the privacy page call the rows. `used_for` has an entry for
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
