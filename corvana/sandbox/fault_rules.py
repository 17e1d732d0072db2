"""Faults of single endpoints: several at once, each for so many requests or for good."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

Body: TypeAlias = Any
"""A decoded JSON body; text is sent as HTML, bytes as they are."""

USUAL = object()
"""The body PagerDuty usually sends with a status."""


@dataclass(slots=True)
class Rule:
    """What happens to requests whose path, and query if given, hold the regular expressions.

    With a `status` the request is answered with it. With `hang_up_after` the page breaks off that
    many seconds after its first bytes. Otherwise the request is served: `delay_seconds` late, its
    decoded body passed through `change`, `headers` laid over its own. `times` counts down to 0;
    None is for good.
    """

    path: str
    query: str = ""
    times: int | None = None
    status: int | None = None
    body: Body = USUAL
    headers: Mapping[str, str] | None = None
    hang_up_after: float | None = None
    change: Callable[[Body], Body] | None = None
    delay_seconds: float = 0.0

    @property
    def fails(self) -> bool:
        return self.status is not None or self.hang_up_after is not None

    def matches(self, path: str, query: str) -> bool:
        if self.times == 0:
            return False
        return re.search(self.path, path) is not None and re.search(self.query, query) is not None


@dataclass(slots=True)
class Rules:
    """All rules, in the order they were added: the first that fails a request decides."""

    _rules: list[Rule] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def add(self, rule: Rule) -> Rule:
        with self._lock:
            self._rules.append(rule)
        return rule

    def remove(self, rule: Rule) -> None:
        with self._lock:
            self._rules.remove(rule)

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def due(self, path: str, query: str) -> list[Rule]:
        """Return the rules for this request and count them as used.

        Either all of them let the request through, or the last one fails it.
        """
        found = []
        with self._lock:
            for rule in self._rules:
                if not rule.matches(path, query):
                    continue
                if rule.times is not None:
                    rule.times -= 1
                found.append(rule)
                if rule.fails:
                    break
        return found
