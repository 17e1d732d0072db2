"""What may be said of pairs of services: of which pairs, and whether there are failures enough."""

from collections.abc import Iterator
from dataclasses import replace

from tests.builders.sentences.facts import Facts
from tests.builders.sentences.told_numbers import FEW

_FEW_FAILURES = "too few failures to tell from chance"
_QUIET = 1.0
"""An incident within an hour after another one of its service is part of that failure."""


def faults(where: str, text: str, facts: Facts) -> Iterator[str]:
    """Yield what is false of a text about pairs."""
    if where not in ("answer", "chart dependency-pairs · title", "card Undeclared pairs · note"):
        return
    # The cards are of all services, whatever is chosen.
    chosen = _chosen(facts) if not where.startswith("card") else set()
    if chosen and ("No pair fails" in text or "No pair without" in text):
        yield "only pairs with a chosen service are looked at"
    often = _often(facts)
    can_tell = len(often) > 1 and (not chosen or bool(often & chosen))
    is_claimed = any(f"{who} fails together beyond chance" in text for who in _NOBODY)
    if is_claimed and not can_tell:
        yield f"{len(often)} services have {FEW} failures"
    if where != "answer" and _FEW_FAILURES in text and can_tell:
        yield "there are enough"


_NOBODY = (
    "no pair", "No pair", "No pair with a chosen service", "No pair without a declared edge",
    "No pair with a chosen service without a declared edge",
)  # fmt: skip


def _chosen(facts: Facts) -> set[str]:
    told, chosen = facts.told, facts.filters
    if not (chosen.services or chosen.teams or chosen.policies):
        return set()
    return {
        service
        for service, policy in told.services.items()
        if (not chosen.services or service in chosen.services)
        and (not chosen.teams or told.teams.get(service) in chosen.teams)
        and (not chosen.policies or policy in chosen.policies)
    }


def _often(facts: Facts) -> set[str]:
    """The services with ten failures in the period, of all services."""
    told, chosen = facts.told, facts.filters
    whole = replace(chosen, services=(), teams=(), policies=(), urgency="", hours=(), days="")
    failures: dict[str, int] = {}
    last: dict[str, float] = {}
    for life in sorted(Facts(told, whole).selected, key=lambda each: each.hour):
        begins = life.hour - last.get(life.service, -2 * _QUIET) > _QUIET
        last[life.service] = life.hour
        if begins and not told.is_in_maintenance(life):
            failures[life.service] = failures.get(life.service, 0) + 1
    return {service for service, n in failures.items() if n >= FEW}
