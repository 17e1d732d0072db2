"""The declaration of a kept field: its allowed values, the value that replaces others, its reason.

The parser decides whether a value fits. A value that does not fit, or a field that is not declared,
never becomes a Python object: a validator written in Python only receives values that fit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    model_validator,
)
from pydantic_core import core_schema

from corvana import labels
from corvana.pagerduty.time_zones import to_iana
from corvana.seal import NOT_SEALED, Seal

Kind = Literal["identifier", "person", "timestamp", "setting", "state", "label"]

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Kept:
    """Why a field is on the allowlist, in the words of the privacy page, and where it is stored.

    `columns` are separated by a space. Without any, the column is named like the field: `status`,
    or `service_id` for the id of `service`. The columns of a field that holds an object or a list
    are those of every field inside it. So is `table`, one or several separated by a space, which is
    needed where it is not the table of the whole object.
    """

    kind: Kind
    why: str
    columns: str = ""
    table: str = ""


@dataclass(slots=True)
class DroppedParts:
    """How many rows, and parts of rows, did not fit and were dropped."""

    rows: int = 0
    parts: int = 0


_dropped: ContextVar[DroppedParts | None] = ContextVar("dropped", default=None)


@contextmanager
def counting_dropped() -> Iterator[DroppedParts]:
    """Count what parsing drops inside the `with` block."""
    counted = DroppedParts()
    token = _dropped.set(counted)
    try:
        yield counted
    finally:
        _dropped.reset(token)


_seal: ContextVar[Seal] = ContextVar("seal", default=NOT_SEALED)


@contextmanager
def sealing(seal: Seal) -> Iterator[None]:
    """Seal the ids and names of what is parsed inside the `with` block."""
    token = _seal.set(seal)
    try:
        yield
    finally:
        _seal.reset(token)


def _sealed(text: str) -> str:
    return _seal.get().text(text)


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A value that does not fit becomes `value`, which must be immutable, and is counted.

    A strict parse raises an error instead: it finds out what did not fit.
    """

    value: str | tuple[()] | None
    is_row: bool = False

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        fitting = handler(source)
        lenient = core_schema.with_default_schema(
            fitting, default_factory=self.instead, on_error="default"
        )
        # The wrapper uses the value for input that does not fit, but not for a missing field.
        return core_schema.lax_or_strict_schema(lenient, fitting)

    def instead(self) -> str | list[Any] | None:
        """Count one more that did not fit, and return its replacement."""
        counted = _dropped.get()
        if counted is not None and self.is_row:
            counted.rows += 1
        elif counted is not None:
            counted.parts += 1
        return [] if self.value == () else self.value  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class EachThatFits:
    """A list without the items that do not fit. They are counted."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        schema = handler(source)
        items = schema["items_schema"]
        lenient = core_schema.with_default_schema(
            items, default_factory=Otherwise(None).instead, on_error="default"
        )
        each = core_schema.list_schema(core_schema.lax_or_strict_schema(lenient, items))
        return core_schema.no_info_after_validator_function(_present, each)


def _present(items: list[Any]) -> list[Any]:
    return [item for item in items if item is not None]


@dataclass(frozen=True, slots=True)
class NullIsEmpty:
    """PagerDuty writes an empty list as `[]` or as `null`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(
            _empty_for_null, core_schema.nullable_schema(handler(source))
        )


def _empty_for_null(items: list[Any] | None) -> list[Any]:
    return [] if items is None else items


class Payload(BaseModel):
    """A PagerDuty object reduced to its structure. Undeclared fields are dropped while parsing."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Named(Payload):
    """An object with a name that people gave it. `called` is its kind in LABELS."""

    called: ClassVar[str]

    @model_validator(mode="after")
    def _harmless(self) -> Self:
        fields: Any = self
        seal = _seal.get()
        told = seal.text(labels.told(fields.name, self.called, seal.opened(fields.id)))
        return self if told == fields.name else self.model_copy(update={"name": told})


@dataclass(frozen=True, slots=True)
class Object:
    """A payload that is stored, in the words of the privacy page, and the name of its table."""

    name: str
    payload: type[Payload]
    table: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Fields of an endpoint that are skipped while parsing, in the words of the privacy page."""

    endpoint: str
    what: tuple[str, ...]


T = TypeVar("T")

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$"), AfterValidator(_sealed)]
"""An id. Where the connection is sealed, it never leaves the parser as plain text."""

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), Otherwise(UNKNOWN)]
"""An enumeration value, known or new. A value that is not a plain word becomes `unknown`."""

TimeZone = Annotated[str | None, AfterValidator(to_iana), Otherwise(UNKNOWN)]
"""An IANA name, or `unknown` for a zone that is not known."""

Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
"""A point in time that can be true: PagerDuty is younger than 2000, and frames end in 2262."""

Number = Annotated[int, Field(ge=0, lt=2**31)]
"""A number that fits an integer column."""

LargeNumber = Annotated[int, Field(ge=0, lt=2**63)]
"""A number that fits the column of incident numbers."""

Level = Annotated[int, Field(ge=0, lt=2**15)]
"""A level of an escalation policy, which frames hold in two bytes."""

Minutes = Annotated[int, Field(ge=0, le=1_000_000)]
"""A delay of at most two years. In seconds, it fits an integer column, too."""

Label = str
"""The only free text: the customer's name of a service, a team and so on, never of a person. It is
kept as `corvana.labels.told` tells it, sealed where the connection is sealed."""

IfFits = Annotated[T | None, Otherwise(None)]
"""A part that its row does not need: when it does not fit, it is dropped and the row stays."""

Many = Annotated[list[T], NullIsEmpty(), Field(default_factory=list)]
"""A list inside an object. PagerDuty may leave it out. Every item must fit, because its place in
the list has a meaning, or because a missing item would count as deleted."""

Each = Annotated[list[T], EachThatFits(), NullIsEmpty(), Otherwise(()), Field(default_factory=list)]
"""A list inside an object whose items count one by one: an item that does not fit is dropped."""

Rows = Annotated[list[Annotated[T | None, Otherwise(None, is_row=True)]], NullIsEmpty()]
"""A row that does not fit the contract becomes None. The client counts it; it is never stored."""
