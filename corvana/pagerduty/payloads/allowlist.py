"""The declaration of a kept field: its allowed values, the value that replaces others, its reason.

The parser decides whether a value fits. A value that does not fit, or a field that is not declared,
never becomes a Python object: a validator written in Python only receives values that fit.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
)
from pydantic_core import core_schema

from corvana.pagerduty.time_zones import to_iana

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


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A value that does not fit becomes `value`, which must be immutable."""

    value: str | None

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        lenient = core_schema.with_default_schema(
            handler(source), default=self.value, on_error="default"
        )
        # The wrapper uses the value for input that does not fit, but not for a missing field.
        return core_schema.lax_or_strict_schema(lenient, lenient)


@dataclass(frozen=True, slots=True)
class NullIsEmpty:
    """PagerDuty writes an empty list as `[]` or as `null`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        null = core_schema.no_info_after_validator_function(_empty, core_schema.none_schema())
        return core_schema.union_schema([handler(source), null], mode="left_to_right")


def _empty(_: None) -> list[Any]:
    return []


class Payload(BaseModel):
    """A PagerDuty object reduced to its structure. Undeclared fields are dropped while parsing."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


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

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), Otherwise(UNKNOWN)]
"""An enumeration value, known or new. A value that is not a plain word becomes `unknown`."""

TimeZone = Annotated[str | None, AfterValidator(to_iana), Otherwise(None)]
Label = Annotated[str, StringConstraints(max_length=255)]
"""The only free text: the customer's name of a service, a team and so on, never of a person."""

Many = Annotated[list[T], NullIsEmpty(), Field(default_factory=list)]
"""A list inside an object. PagerDuty may leave it out."""

Rows = Annotated[list[Annotated[T | None, Otherwise(None)]], NullIsEmpty()]
"""A row that does not fit the contract becomes None. The client counts it; it is never stored."""
