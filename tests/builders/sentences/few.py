"""Accounts in which little happened, or the same thing every time."""

from collections.abc import Callable
from typing import Any, Final

from tests.builders.sentences.told import MACHINE, SERVICES, TEAMS, Life, Told

_SERVICES: Final = ("payments", "ledger", "search")
_MANY: Final = [f"search_{number}" for number in range(1, 13)]


def lives(
    n: int, *, every: float = 31.0, first: float = 9.0, service: str = "", **told: Any
) -> list[Life]:
    """`n` incidents, one after the other, on the three services in turn unless one is named.

    Nothing comes together here: lists of one account begin at different hours.

    What is told of them holds for all, or is a function of the incident's number.
    """
    return [
        Life(
            service=service or _SERVICES[number % len(_SERVICES)],
            hour=first + number * every,
            **{name: of(number) if callable(of) else of for name, of in told.items()},
        )
        for number in range(n)
    ]


def _later(first: float, step: float) -> Callable[[int], float]:
    return lambda number: first + step * number


EMPTY: Final = Told(name="empty", lives=[])
ONE: Final = Told(
    name="one incident",
    lives=lives(1, acked=7, acker="ann", resolved=65, resolver="ann"),
)
ONE_OPEN: Final = Told(name="one open incident", lives=lives(1, climbed=[15.0], exhausted=30.0))
TWO: Final = Told(
    name="two incidents",
    lives=[
        Life(service="payments", hour=33, acked=4, acker="ann", resolved=50, resolver="ann"),
        Life(service="search", hour=80, resolved=12),
    ],
)
NINE: Final = Told(
    name="nine incidents",
    lives=lives(9, acked=_later(2, 3), acker="ann", resolved=_later(40, 7), resolver="ann"),
)
TEN: Final = Told(
    name="ten incidents",
    lives=[*NINE.lives, Life(service="payments", hour=400, climbed=[15.0], resolved=45)],
)
TWENTY: Final = Told(
    name="twenty incidents",
    lives=[
        *lives(8, acked=_later(2, 2), acker="ann", resolved=_later(30, 9), resolver="ann"),
        *lives(
            4, every=29, first=11, service="search", climbed=[15.0], acked=19, acker="boss",
            resolved=_later(70, 11), resolver="boss",
        ),
        *lives(
            3, every=47, first=12, urgency="low", acked=_later(90, 30), acker="bob", resolved=600,
            resolver="bob",
        ),
        *lives(
            2, every=150, first=13, called=[6.0], acked=9, acker="dan", resolved=31, resolver="dan"
        ),
        Life(service="ledger", hour=200, resolved=5),
        Life(service="ledger", hour=300, is_merged=True, resolved=3, resolver="ann"),
        Life(service="payments", hour=640, climbed=[15.0], exhausted=30.0),
        Life(service="payments", hour=644, acked=3, acker="ann"),
    ],
)  # fmt: skip
UNANSWERED: Final = Told(
    name="nothing acknowledged",
    lives=[
        *lives(12, resolved=_later(20, 4), resolver="ann"),
        *lives(8, every=61, first=11, resolved=_later(3, 1)),
    ],
)
MERGED: Final = Told(
    name="everything merged",
    lives=lives(12, acked=3, acker="ann", is_merged=True, resolved=_later(4, 1), resolver="ann"),
)
REOPENED: Final = Told(
    name="everything reopened",
    lives=lives(
        12, acked=_later(2, 1), acker="ann", resolved=_later(20, 1), resolver="ann",
        reopened=_later(50, 1), resolved_again=_later(90, 1),
    ),
)  # fmt: skip
STILL_OPEN: Final = Told(
    name="everything open",
    lives=[
        *lives(5, acked=_later(3, 4), acker="ann"),
        *lives(10, every=47, first=11, climbed=[15.0]),
    ],
)
MAINTAINED: Final = Told(
    name="worked on",
    lives=lives(24, every=20, acked=_later(2, 2), acker="ann", resolved=70, resolver="ann"),
    maintenance=[("payments", 100, 300), ("ledger", 0, 500), ("ledger", 490, 510)],
)
ONLY_MAINTAINED: Final = Told(
    name="worked on all the time",
    lives=lives(3, service="search", acked=4, acker="fay", resolved=30, resolver="fay"),
    maintenance=[("search", 0, 600)],
)
LOW: Final = Told(
    name="low urgency only",
    lives=lives(
        15, urgency="low", acked=_later(100, 9), acker="ann", resolved=_later(300, 20),
        resolver="ann",
    ),
)  # fmt: skip
DIRECT: Final = Told(
    name="assigned to people directly",
    lives=lives(12, is_direct=True, acked=_later(5, 1), acker="zoe", resolved=60, resolver="zoe"),
)
UNSCHEDULED: Final = Told(
    name="no schedules",
    lives=lives(
        30, every=20, acked=_later(1, 1), acker="ann", resolved=_later(45, 3), resolver="ann"
    ),
    policies={"pay_policy": (("ann",), ("bob",)), "web_policy": (("cat",),)},
    schedules={},
)
MACHINE_ANSWERS: Final = Told(
    name="a machine acknowledges everything",
    lives=lives(60, every=10, acked=1 / 30, acker=MACHINE, resolved=_later(5, 1)),
)
BOT: Final = Told(
    name="a script acknowledges under a name",
    lives=[
        *lives(48, every=10, acked=1 / 30, acker="ann", resolved=_later(30, 1), resolver="ann"),
        *lives(
            12, every=51, first=11, acked=_later(2, 1), acker="bob", resolved=20, resolver="bob"
        ),
    ],
)
RECENT: Final = Told(
    name="most of it just begun",
    lives=[
        *lives(8, acked=_later(2, 1), acker="ann", resolved=_later(20, 1), resolver="ann"),
        *(Life(service=one, hour=28 * 24 - (1 + n) / 600) for n, one in enumerate(_MANY)),
    ],
    services={**SERVICES, **dict.fromkeys(_MANY, "web_policy")},
    teams={**TEAMS, **dict.fromkeys(_MANY, "web")},
)
NOISE: Final = Told(
    name="every page resolves itself",
    lives=lives(120, every=5, resolved=lambda number: 2 + number % 3),
)
ALONE: Final = Told(
    name="one service",
    lives=[
        *lives(48, every=13, service="payments", resolved=lambda number: 1 + number % 4),
        *lives(
            12, every=53, first=11, service="payments", acked=_later(2, 1), acker="ann",
            resolved=_later(30, 5), resolver="ann",
        ),
    ],
    services={"payments": "pay_policy"},
    policies={"pay_policy": (("front_line",), ("second_line",))},
    teams={"payments": "money"},
)  # fmt: skip
