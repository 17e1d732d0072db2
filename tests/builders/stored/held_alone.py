"""A connection whose lease a test has, without a run."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlmodel import Session

from tests.conftest import Connected


class HeldAlone:
    """What publishing needs of a run."""

    def __init__(self, concluded: Connected) -> None:
        self.connection_id, self.engine = concluded.id, concluded.engine

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session
            session.commit()
