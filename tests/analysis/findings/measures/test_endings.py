"""Incidents that no person ended."""

from typing import Any

import pytest

from corvana.analysis.findings.measures.endings import closed_by_clock, resolved_itself
from tests.builders.analysis.written_account import account, incident


def ending(**more: Any) -> tuple[bool, bool]:
    """Closed by the clock, resolved itself; on a service that closes incidents after an hour."""
    known = account([incident("api", **more)], api={"auto_resolve_timeout": 3_600})
    return (
        bool(closed_by_clock(known.incidents, known.services).item()),
        bool(resolved_itself(known.incidents, known.services).item()),
    )


@pytest.mark.parametrize("seconds", [3_540, 3_600, 3_660])
def test_a_resolve_at_the_timeout_is_the_clocks(seconds: int) -> None:
    assert ending(resolved=seconds / 60, resolution="auto") == (True, False)


@pytest.mark.parametrize("seconds", [3_539, 3_661])
def test_a_resolve_beside_the_timeout_is_the_incidents_own(seconds: int) -> None:
    assert ending(resolved=seconds / 60, resolution="auto") == (False, True)


def test_what_somebody_resolves_at_the_timeout_is_nobody_elses() -> None:
    assert ending(resolved=60) == (False, False)


def test_the_clock_closes_acknowledged_incidents_too() -> None:
    assert ending(acked=5, resolved=60, resolution="auto") == (True, False)


@pytest.mark.parametrize(
    "act", ["acknowledgement_count", "manual_escalation_count", "reassignment_count"]
)
def test_what_somebody_acted_on_did_not_resolve_itself(act: str) -> None:
    assert ending(resolved=9, resolution="auto", **{act: 1}) == (False, False)


def test_without_a_timeout_nothing_is_closed_by_the_clock() -> None:
    known = account([incident("api", resolved=60, resolution="auto")], api={})
    assert not closed_by_clock(known.incidents, known.services).item()


@pytest.mark.parametrize("resolution", ["open", "merged"])
def test_open_and_merged_incidents_have_neither_ending(resolution: str) -> None:
    assert ending(resolved=60, resolution=resolution) == (False, False)
