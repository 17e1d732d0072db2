"""What the tables have in common that hold rows of a connection."""

from typing import ClassVar

from sqlmodel import SQLModel


class Collected(SQLModel):
    """A table of one connection's rows, which a disconnect empties.

    `words` are what the receipt and the privacy page call the rows.
    """

    words: ClassVar[str]
