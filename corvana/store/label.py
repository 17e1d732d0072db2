"""The storage of a name that people typed at PagerDuty."""

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator


class Label(TypeDecorator[str]):
    """Text without NUL characters. JSON may contain them; PostgreSQL refuses them."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        del dialect
        return None if value is None else value.replace("\0", "")
