"""Accounts in which much happened, and not everywhere the same."""

from collections.abc import Iterator
from typing import Any, Final

from tests.builders.sentences.told import Life, Told, weekly

_DAYS: Final = 56


def _payments() -> Iterator[Life]:
    """Answered on level 1; four times as slowly in the second half."""
    for number in range(112):
        wait = (2 + number % 5) * (1 if number < 56 else 4)
        yield Life(
            service="payments", hour=3 + number * 12, acked=wait, acker=("ann", "bob")[number % 2],
            resolved=wait + 30 + number % 40, resolver="ann",
        )  # fmt: skip


def _ledger() -> Iterator[Life]:
    """Slow; every fourth incident runs out of people to page, and every eighth is still open."""
    for number in range(84):
        runs_out = number % 4 == 0
        yield Life(
            service="ledger", hour=7 + number * 16,
            acked=None if runs_out else 41 + number % 30, acker="dan", climbed=[15.0],
            exhausted=30.0 if runs_out else None,
            resolved=None if number % 8 == 0 else 140 + number % 50,
            resolver="" if runs_out else "dan",
        )  # fmt: skip


def _search() -> Iterator[Life]:
    """Nobody answers on level 1; the boss does, and half of the incidents are of low urgency."""
    for number in range(112):
        is_low = number % 2 == 1
        yield Life(
            service="search", hour=4 + number * 12, urgency="low" if is_low else "high",
            climbed=() if is_low else [15.0], acked=60 if is_low else 17 + number % 3,
            acker="boss", resolved=90 + number % 60, resolver="boss",
        )  # fmt: skip


def _noisy() -> Iterator[Life]:
    """Resolves itself within minutes, nearly every time, and mostly at night."""
    for number in range(80):
        is_real = number % 10 == 0
        yield Life(
            service="cache", hour=1 + number * 16.7, acked=5 if is_real else None, acker="fay",
            resolved=40 if is_real else 2 + number % 3, resolver="fay" if is_real else "",
        )  # fmt: skip


UNEVEN: Final = Told(
    name="uneven",
    lives=sorted([*_payments(), *_ledger(), *_search(), *_noisy()], key=lambda life: life.hour),
    services={
        "payments": "pay_policy",
        "ledger": "books_policy",
        "search": "web_policy",
        "cache": "web_policy",
    },
    policies={
        "pay_policy": (("front_line",), ("second_line",)),
        "books_policy": (("front_line",), ("second_line",)),
        "web_policy": (("web_line",), ("boss",)),
    },
    teams={"payments": "money", "ledger": "money", "search": "web", "cache": "web"},
    days=_DAYS,
)


def _together() -> Iterator[Life]:
    """The database fails, and the site two minutes later; mail and the printer together; and each
    alone as often as not."""
    plain: dict[str, Any] = {"acked": 4, "acker": "ann", "resolved": 30, "resolver": "ann"}
    for number in range(40):
        hour = 5 + number * 33.0
        yield Life(service="database", hour=hour, **plain)
        yield Life(service="site", hour=hour + (2 / 60 if number % 4 else 9), **plain)
        yield Life(service="mail", hour=hour + 15, **plain)
        yield Life(service="printer", hour=hour + 15 + (1 / 60 if number % 3 else 6), **plain)
        yield Life(service="archive", hour=hour + 27, **plain)


TOGETHER: Final = Told(
    name="failing together",
    lives=sorted(_together(), key=lambda life: life.hour),
    services=dict.fromkeys(("database", "site", "mail", "printer", "archive"), "pay_policy"),
    policies={"pay_policy": (("front_line",), ("second_line",))},
    teams={"archive": "core", "database": "core", "site": "web"},
    edges=[("site", "database"), ("archive", "database")],
    days=_DAYS,
)
GAPS: Final = Told(
    name="gaps on call",
    lives=[
        Life(
            service="payments", hour=6 + number * 21, acked=3 + number % 7, acker="ann",
            resolved=40, resolver="ann",
        )
        for number in range(30)
    ],
    services={"payments": "pay_policy", "ledger": "books_policy"},
    policies={
        "pay_policy": (("front_line",), ("second_line",)),
        "books_policy": (("night_line",),),
    },
    schedules={
        "front_line": weekly("ann", "bob", "cat"),
        "second_line": [("ann", 0, 100), ("dan", 300, 900), ("bob", 1_000, 1_010)],
        "night_line": [("eva", day * 24, day * 24 + 8) for day in range(20)],
    },
)  # fmt: skip
