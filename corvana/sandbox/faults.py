"""Faults on demand: errors that PagerDuty can have, switched on by tests and demos."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from random import Random
from threading import Lock
from typing import Any

from corvana.sandbox.fault_rules import USUAL, Body, Rule, Rules

_COUNTERS = ("rate_limited", "server_errors", "dropped")
PAGE_FAULTS = ("short_pages", "empty_pages", "duplicate_rows")
_MIX = (*_COUNTERS, *PAGE_FAULTS)


@dataclass(slots=True)
class Faults:
    """The active faults. Counters say how many of the next requests are affected.

    `path` is a regular expression: only requests with a matching path are affected. Without `path`,
    faults affect only the REST API; use `/oauth/token` to affect the identity server.
    A share `random_rate` of requests fails with `server_error_status`. A share `random_mix` gets
    one of 429, `server_error_status`, a dropped connection, a short or empty page or a repeated
    row. Both are seeded by `seed`. During an `outage` no request gets a response, also from the
    identity server. `largest_page` is the maximum of rows in a page, even if more are requested.
    `hide_total` leaves totals out. `answer`, `hang_up`, `change`, `delay` and `add_headers` add
    rules for single endpoints.
    """

    path: str = ""
    rate_limited: int = 0
    rate_limit_headers: bool = True
    rate_limit_reset: int = 1
    server_errors: int = 0
    server_error_status: int = 503
    dropped: int = 0
    html_errors: bool = False
    latency_seconds: float = 0.0
    random_rate: float = 0.0
    random_mix: float = 0.0
    seed: int = 7

    short_pages: int = 0
    empty_pages: int = 0
    duplicate_rows: int = 0
    largest_page: int = 0
    hide_total: bool = False

    outage: bool = False
    token_revoked: bool = False
    role: str | None = None
    forbidden: bool = False
    not_on_plan: bool = False

    content_marker: str | None = None
    mark_labels: bool = False

    audience: str | None = None
    issuer: str | None = None
    granted_scope: str | None = None
    token_endpoint_down: bool = False
    wrong_signature: bool = False
    code_lifetime_seconds: float = 30.0
    access_token_seconds: int = 864_000

    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)
    _random: Random | None = field(default=None, repr=False, compare=False)
    _rules: Rules = field(default_factory=Rules, repr=False, compare=False)

    # --- single endpoints ---

    def answer(
        self,
        path: str,
        *,
        status: int,
        body: Body = USUAL,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
        query: str = "",
    ) -> Rule:
        """Respond with this status. Without `headers`, a 429 has PagerDuty's usual headers."""
        return self._rules.add(Rule(path, query, times, status, body, headers))

    def hang_up(self, path: str, *, after_seconds: float = 0.0, times: int | None = 1) -> Rule:
        """Close the connection in the middle of a page, `after_seconds` after its first bytes."""
        return self._rules.add(Rule(path, times=times, hang_up_after=after_seconds))

    def change(
        self, path: str, change: Callable[[Body], Body], *, times: int | None = None
    ) -> Rule:
        """Serve the function's result for the decoded body."""
        return self._rules.add(Rule(path, times=times, change=change))

    def delay(self, path: str, seconds: float, *, times: int | None = None) -> Rule:
        return self._rules.add(Rule(path, times=times, delay_seconds=seconds))

    def add_headers(
        self, path: str, headers: Mapping[str, str], *, times: int | None = None
    ) -> Rule:
        return self._rules.add(Rule(path, times=times, headers=headers))

    def remove(self, rule: Rule) -> None:
        """Remove one rule; `reset` removes all rules."""
        self._rules.remove(rule)

    def due(self, path: str, query: str) -> list[Rule]:
        """Return the rules for this request. Only the last rule may fail it."""
        return self._rules.due(path, query)

    # --- every endpoint ---

    def applies_to(self, path: str) -> bool:
        if self.path:
            return re.search(self.path, path) is not None
        return path.startswith(("/us/", "/eu/"))

    def take(self, counter: str) -> bool:
        """Count one affected request; return whether any was left."""
        with self._lock:
            left: int = getattr(self, counter)
            if left <= 0:
                return False
            setattr(self, counter, left - 1)
            return True

    def next_failure(self, path: str) -> str | None:
        """Return the fault of this request, or None.

        The fault is a counter's name. Faults such as `short_pages` do not fail the request.
        """
        if not self.applies_to(path):
            return None
        for counter in _COUNTERS:
            if self.take(counter):
                return counter
        with self._lock:
            if self._random is None:
                self._random = Random(self.seed)
            if self.random_rate > 0 and self._random.random() < self.random_rate:
                return "server_errors"
            if self.random_mix > 0 and self._random.random() < self.random_mix:
                return self._random.choice(_MIX)
        return None

    def update(self, values: dict[str, Any]) -> None:
        """Set several faults at once.

        Raises
        ------
        ValueError
            A name is not a fault, or a value has the wrong type.
        """
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        for name, value in values.items():
            if name not in known or name.startswith("_"):
                raise ValueError("unknown fault")
            current = getattr(_DEFAULTS, name)
            allowed = (str, type(None)) if current is None else (type(current),)
            if isinstance(current, float) and type(value) is int:
                allowed = (int,)
            if type(value) not in allowed:
                raise ValueError("wrong type")
        with self._lock:
            for name, value in values.items():
                setattr(self, name, value)
            if "seed" in values:
                self._random = None

    def reset(self) -> None:
        """Remove all faults."""
        self._rules.clear()
        self.update(self.defaults())

    @staticmethod
    def defaults() -> dict[str, Any]:
        return {
            item.name: getattr(_DEFAULTS, item.name)
            for item in fields(Faults)
            if not item.name.startswith("_")
        }


_DEFAULTS = Faults()
