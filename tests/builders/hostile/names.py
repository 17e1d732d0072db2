"""Names of services, policies, teams and so on that mean harm."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any, Final

from corvana.config import Settings
from corvana.sandbox.api.running import RunningSandbox
from corvana.versions.analyse import analyse
from tests.builders.shelf import Shelf
from tests.conftest import DAYS, Connected, collect_at

UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]"
)
"""Signs that nobody sees, or that turn the writing."""

NAMES: Final = (
    "see https://evil.example/a and www.evil.example",
    "[click](https://evil.example) **b** <b onclick=x>y</b> $x$ :material/home:",
    '=HYPERLINK("https://evil.example")',
    "\u202egnp.exe\u202c\x07\x1b[31m",
    "long " + "x" * 5_000 + "\n# heading " + "y" * 4_990,
    "jane.doe@evil.example",
    "+49 30 1234567",
    "write to jane@evil.example",
    "@SUM(A1)",
)
_LISTS: Final = (
    "services",
    "escalation_policies",
    "schedules",
    "teams",
    "priorities",
    "business_services",
)


def collected_with_names(settings: Settings, sandbox: RunningSandbox, shelf: Shelf) -> Connected:
    """An account whose objects have these names in turn, collected and analysed."""
    names = cycle(NAMES)
    for key in _LISTS:
        sandbox.faults.change(f"^/us/(v3/)?{key}", _renamed(names, key))
    return shelf.take(
        "names that mean harm",
        settings,
        sandbox,
        lambda joined: collect_at(joined, clock=sandbox.clock, days=DAYS, analyse=analyse),
    )


def _renamed(names: Iterator[str], key: str) -> Callable[[Any], Any]:
    """Each row of the list gets the next name; the same row always the same."""
    given: dict[str, str] = {}

    def change(body: Any) -> Any:
        for row in body.get(key) or [body.get(key.removesuffix("s"))]:
            if row and "name" in row:
                row["name"] = given.setdefault(row["id"], next(names))
        return body

    return change
