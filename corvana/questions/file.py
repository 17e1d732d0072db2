"""Files that can be asked for by their address: only those declared here, each with typed
arguments.

An address names everything that a file depends on: the connection, the data version, and the
arguments of the function that makes it. Any process can therefore make it. `File` reads the
arguments from the address by the types that its function declares; what does not fit is refused.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from types import MappingProxyType
from typing import (
    Annotated,
    Any,
    Concatenate,
    Final,
    Generic,
    Literal,
    ParamSpec,
    TypeVar,
    get_origin,
    get_type_hints,
)
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError

from corvana.analysis.account.selection import Filters
from corvana.analysis.opening import opened
from corvana.analysis.staffing.burden import SHARED
from corvana.errors import NotFound
from corvana.questions import csv_files
from corvana.questions.assessment.points import PATTERN as POINT
from corvana.questions.cover import UNKNOWN, Cover
from corvana.questions.on_call import RESPONDERS, ROTATIONS
from corvana.questions.view import View

Arguments = ParamSpec("Arguments")
Made = TypeVar("Made")

_files: Final[dict[str, "File[..., Any]"]] = {}
FILES: Final[Mapping[str, "File[..., Any]"]] = MappingProxyType(_files)
"""Every file that was declared, by its name."""


def _in_utc(filters: Filters) -> Filters:
    if filters.start.tzinfo is None or filters.end.tzinfo is None:
        raise ValueError("an instant needs its offset from UTC")
    return replace(filters, start=filters.start.astimezone(UTC), end=filters.end.astimezone(UTC))


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError("no such time zone") from error


def _one_of(*known: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError("not one of the choices")
        return value

    return AfterValidator(check)


_COVER: Final = "cover"
_Point = Annotated[str, StringConstraints(pattern=POINT)]
_Count = Annotated[int, Field(ge=0, le=1_000_000)]
_TYPES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "filters": Annotated[Filters, AfterValidator(_in_utc)],
        "time_zone": Annotated[str, AfterValidator(_known_zone)],
        "before": _Point,
        "after": _Point,
        "pair": Annotated[str, StringConstraints(pattern="^[^>]+>[^>]+$")],
        "what": Annotated[str, _one_of(*SHARED)],
        "who": Annotated[str, _one_of(RESPONDERS, ROTATIONS)],
        "minutes": Annotated[tuple[tuple[_Count, _Count], ...], Field(max_length=100)],
        "seconds": Annotated[float, Field(gt=0, allow_inf_nan=False)] | None,
    }
)
"""By the name of a parameter what an address may hold, where the declared type is wider."""


@dataclass(frozen=True, slots=True)
class Asked(Generic[Made]):
    """One file of one data version: the values of all arguments are chosen.

    `cover` reaches only files whose function takes one.
    """

    file: "File[..., Made]"
    view: View
    arguments: Mapping[str, Any]
    cover: Cover = UNKNOWN

    @property
    def file_name(self) -> str:
        """The name on the reader's disk: the file's, and the arguments that have few values.

        A file with a cover also has the client and the date in its name.
        """
        stem, _, ending = self.file.name.rpartition(".")
        chosen = (str(self.arguments[name]) for name in self.file.choices)
        name = f"{'-'.join((stem, *chosen)).replace('_', '-')}.{ending}"
        return self.cover.named(name) if self.file.has_cover else name

    def told(self) -> Mapping[str, str]:
        """Return the arguments as an address holds them."""
        return self.file.told(self.arguments)

    def made(self) -> Made:
        """Return what is written to the file."""
        covers = {_COVER: self.cover} if self.file.has_cover else {}
        return self.file.make(self.view, **self.arguments, **covers)

    def content(self) -> bytes:
        """Return the file."""
        made: Any = self.made()
        told: Any = opened(made, self.view.seal) if isinstance(made, pd.DataFrame) else made
        return self.file.write(told)


class File(Generic[Arguments, Made]):
    """A file of a data version, made by a function of a view.

    Attributes
    ----------
    name
        Its name in addresses, with its ending.
    media_type
        What the browser is told about its content.
    choices
        The names of the arguments that are one of a few words; they are part of the file's name on
        the reader's disk.
    has_cover
        Whether its function takes a `Cover`, as its parameter `cover`. The server fills it in.
    """

    def __init__(
        self,
        name: str,
        media_type: str,
        make: Callable[Concatenate[View, Arguments], Made],
        write: Callable[[Made], bytes],
    ) -> None:
        self.name = name
        self.media_type = media_type
        self.make: Callable[..., Made] = make
        self.write = write
        self._signature = inspect.signature(make)
        hints = get_type_hints(inspect.unwrap(make), include_extras=True)
        parameters = tuple(one for one in tuple(self._signature.parameters)[1:] if one != _COVER)
        self.has_cover = _COVER in self._signature.parameters
        self._types = {one: TypeAdapter(_TYPES.get(one, hints[one])) for one in parameters}
        self.choices = tuple(one for one in parameters if get_origin(hints[one]) is Literal)

    def of(
        self, view: View, /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Asked[Made]:
        """Return the file of a data version with these arguments."""
        bound = self._signature.bind(view, *arguments, **named)
        bound.apply_defaults()
        return Asked(self, view, {one: bound.arguments[one] for one in self._types})

    def told(self, arguments: Mapping[str, Any]) -> Mapping[str, str]:
        """Return the arguments as an address holds them, each as JSON."""
        return {one: kind.dump_json(arguments[one]).decode() for one, kind in self._types.items()}

    def asked(self, view: View, told: Mapping[str, str], cover: Cover = UNKNOWN) -> Asked[Made]:
        """Return the file that an address asks for. A period is cut to the collected time.

        `cover` does not come from the address.

        Raises `NotFound` if an argument is missing, unknown, or not of its type.
        """
        if set(told) != set(self._types):
            raise NotFound("no such file")
        try:
            read = {one: kind.validate_json(told[one]) for one, kind in self._types.items()}
        except ValidationError:
            # The error's text holds what was asked for, which must not reach a log.
            raise NotFound("no such file") from None
        arguments = {one: _of_collected(value, view) for one, value in read.items()}
        return Asked(self, view, arguments, cover)


def declare(
    name: str,
    media_type: str,
    make: Callable[Concatenate[View, Arguments], Made],
    write: Callable[[Made], bytes],
) -> File[Arguments, Made]:
    """Declare a file, so that it can be asked for by its name."""
    file = File(name, media_type, make, write)
    _files[name] = file
    return file


def table(
    name: str, make: Callable[Concatenate[View, Arguments], pd.DataFrame]
) -> File[Arguments, pd.DataFrame]:
    """Declare a table that can be asked for as CSV; `name` is without the ending."""
    return declare(f"{name}.csv", "text/csv; charset=utf-8", make, as_csv)


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV: instants ISO 8601 in UTC with Z, missing empty, no formulas."""
    return csv_files.written(frame).encode()


def _of_collected(value: Any, view: View) -> Any:
    """Filters within the collected time. Every other value stays."""
    if not isinstance(value, Filters):
        return value
    start, end = max(value.start, view.since), min(value.end, view.as_of)
    if start >= end:
        raise NotFound("nothing was collected in this period")
    return replace(value, start=start, end=end)
