"""What a response has that does not fit the contract: where, what was expected, what kind came.

Never a value: only names of fields that are declared, and kinds of JSON values. So an assessor can
send this list to those who maintain the contract. To tell the kind of a value that does not fit, it
is looked at here, inside the door, and dropped at once; nothing else ever sees it.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError

_KINDS: Final[Mapping[type, str]] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
_WITHOUT_INPUT: Final = {"missing": "nothing", "json_invalid": "no JSON"}
_TOLD_APART: Final = 10_000
"""With more problems, a body is no answer of PagerDuty, and telling them apart takes its memory."""

_SEGMENTS: Final = frozenset(
    {
        "alert_grouping_settings",
        "business_services",
        "escalation_policies",
        "incidents",
        "log_entries",
        "maintenance_windows",
        "me",
        "oncalls",
        "priorities",
        "schedules",
        "service_dependencies",
        "services",
        "teams",
        "technical_services",
        "users",
        "v3",
    }
)
"""The parts of paths that are no ids."""


class Oddity(NamedTuple):
    """`path` is the request's, without ids; `field` the declared names down to the field; `problem`
    is pydantic's name of it; `given` the kind of JSON value."""

    path: str
    field: str
    problem: str
    given: str


def oddities(path: str, body: bytes, model: type[BaseModel]) -> Counter[Oddity]:
    """Parse again, strictly, and count what does not fit."""
    try:
        model.model_validate_json(body, strict=True)
    except ValidationError as error:
        if error.error_count() > _TOLD_APART:
            return Counter({Oddity(_without_ids(path), "", "too_many", "an object"): 1})
        return Counter(
            _oddity(_without_ids(path), found)
            for found in error.errors(include_url=False, include_context=False)
        )
    return Counter()


def _without_ids(path: str) -> str:
    asked = PurePosixPath(path)
    known = (each if each in _SEGMENTS else "…" for each in asked.parts[1:])
    return str(PurePosixPath(asked.root, *known))


def _oddity(path: str, found: Mapping[str, Any]) -> Oddity:
    field = ".".join(name for name in found["loc"] if isinstance(name, str))
    problem = str(found["type"])
    # Pydantic's input is the object around a field that is missing, and the body that is no JSON.
    given = _WITHOUT_INPUT.get(problem) or _KINDS[type(found["input"])]
    return Oddity(path, field, problem, given)
