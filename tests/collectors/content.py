"""Content planted into an answer, string by string: whether any of it is stored."""

import copy
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from corvana.store.models import COLLECTED
from tests.builders.one_collector import page, read, serve, stored
from tests.conftest import Connected

CONTENT = "Jane Doe's phone is down"
LABEL = ("name",)

HEAD: dict[str, Any] = {
    "id": "PX1",
    "type": "thing",
    "summary": "Thing",
    "self": "https://api.pagerduty.com/things/PX1",
    "html_url": "https://acme.pagerduty.com/things/PX1",
    "name": "Thing",
    "description": "What it is",
}


def reference(name: str) -> dict[str, Any]:
    return {**HEAD, "id": name, "type": "thing_reference"}


Answers = Callable[[list[Any]], dict[str, Any]]


def listed(path: str, key: str) -> Answers:
    return lambda rows: {path: page(key, *rows)}


def paths(value: Any, *above: Any) -> Iterator[tuple[Any, ...]]:
    """Where a string is."""
    if isinstance(value, str):
        yield above
    elif isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(part, *above, key)


def planted(body: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    holder: Any = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = CONTENT
    return changed


def assert_no_content_is_stored(
    connected: Connected,
    sync: Callable[..., Awaitable[int]],
    body: dict[str, Any],
    answers: Answers,
    *arguments: object,
) -> None:
    """Content in any string of `body` but a label; `answers` are the answers of so many bodies."""
    spots = [path for path in paths(body) if path != LABEL]
    assert len(spots) >= 4
    serve(connected, answers([body]) | answers([planted(body, spot) for spot in spots]))
    assert read(connected, sync, *arguments) > 0
    rows = [row for model in COLLECTED for row in stored(connected, model)]
    assert len(rows) > 1
    assert not [row for row in rows if "Jane" in repr(row)]
