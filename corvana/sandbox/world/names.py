"""Plausible text and ids for the simulated account, drawn from a seeded generator."""

from random import Random
from string import ascii_uppercase, digits

_ID_ALPHABET = digits + ascii_uppercase

GIVEN = (
    "Amara", "Ben", "Chidi", "Dana", "Elif", "Farah", "Gustav", "Hana", "Ines", "Jun", "Kavya",
    "Liam", "Mei", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tara", "Umut", "Vera",
    "Wei", "Ximena", "Yuki", "Zane",
)  # fmt: skip
FAMILY = (
    "Adeyemi", "Bauer", "Chen", "Duarte", "Eriksen", "Fischer", "Gupta", "Hoang", "Ivanova",
    "Jansen", "Kim", "Lopez", "Mori", "Nakamura", "Okafor", "Patel", "Quist", "Rossi", "Sato",
    "Tanaka", "Ueda", "Vargas", "Walsh", "Xu", "Yilmaz", "Zhou",
)  # fmt: skip
TEAMS = (
    "Payments", "Identity", "Search", "Checkout", "Data Platform", "Messaging", "Fulfilment",
    "Storefront", "Infrastructure",
)  # fmt: skip
PARTS = ("api", "worker", "gateway", "database", "scheduler")
BUSINESS = (
    "Order placement", "Customer sign-in", "Product discovery", "Delivery tracking",
    "Partner reporting", "Customer support",
)  # fmt: skip
SYMPTOMS = (
    "latency above threshold", "error rate above 5 %", "disk almost full", "queue backing up",
    "health check failing", "certificate expires soon", "replication lag", "memory pressure",
    "connection pool exhausted", "pods restarting",
)  # fmt: skip
JOBS = ("Site Reliability Engineer", "Software Engineer", "Platform Engineer", "Backend Engineer")


class IdMint:
    """Draws ids that never repeat within one world."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def draw(self, prefix: str = "P", length: int = 6) -> str:
        while True:
            drawn = prefix + "".join(self._rng.choices(_ID_ALPHABET, k=length))
            if drawn not in self._used:
                self._used.add(drawn)
                return drawn


def base36(number: int, width: int) -> str:
    """`number` in capitals and digits. Texts of equal width have the order of their numbers."""
    drawn = []
    while number:
        number, rest = divmod(number, 36)
        drawn.append(_ID_ALPHABET[rest])
    return "".join(reversed(drawn)).rjust(width, "0")


def person_name(index: int) -> str:
    """A different name for each index below 26 × 26."""
    given = GIVEN[index % len(GIVEN)]
    return f"{given} {FAMILY[(index * 7 + index // len(GIVEN)) % len(FAMILY)]}"


def incident_title(rng: Random, service_name: str) -> str:
    return f"{service_name}: {rng.choice(SYMPTOMS)}"
