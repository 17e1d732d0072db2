"""Faults of single endpoints: several at once, each for a number of requests or permanently."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

Body: TypeAlias = Any
"""A decoded JSON body. Text is sent as HTML, bytes are sent unchanged."""

USUAL = object()
"""Stands for the body that PagerDuty usually sends with a status."""


@dataclass(slots=True)
class Rule:
    """A fault of requests whose path, and query if given, match the regular expressions.

    With a `status`, it is the status of the response. With `hang_up_after`, the connection closes
    that many seconds after the first bytes of the page. Otherwise the request is served:
    `delay_seconds` late, with its decoded body passed through `change` and with `headers` added.
    `times` counts down to 0; None means permanently.
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
    """All rules, in the order of adding. The first rule that fails a request decides."""

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

        Either no rule fails the request, or only the last rule does.
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
