"""What a later collection finds changed or unreadable does not change what happened before."""

from dataclasses import replace
from typing import Any, Final

import pytest

from tests.builders.field.life import Life, Place, Rows
from tests.builders.field.seen import Seen, collected

BEFORE: Final = Place("SWAPPED", ("A", "B"))
AFTER: Final = replace(BEFORE, levels=("B", "A"))
FIRST: Final = (
    Life(BEFORE, "10:00").paged("A").log("acknowledge", "10:02", "A").log("resolve", "10:30", "A")
)
NEXT_DAY: Final = "2026-11-21T10"
SECOND: Final = (
    Life(AFTER, f"{NEXT_DAY}:00:00Z", name="SECOND")
    .paged("B")
    .log("acknowledge", f"{NEXT_DAY}:02:00Z", "B")
    .log("resolve", f"{NEXT_DAY}:30:00Z", "B")
)
ONE, OTHER = Place("ONE", ("",)), Place("OTHER", ("",))


def edge(id_: str, supporting: dict[str, Any], dependent: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id_,
        "type": "service_dependency",
        "supporting_service": supporting,
        "dependent_service": dependent,
    }


def edges(**kind: str) -> Rows:
    """Each of two services needs the other. One of the four ends has only its id and `kind`."""
    one, other = ({"id": each.service_id, "type": "service"} for each in (ONE, OTHER))
    bare = {"id": ONE.service_id, **kind}
    return Rows("relationships", [edge("DEPA", bare, other), edge("DEPB", other, one)])


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    return collected(
        tmp_path_factory.mktemp("account"),
        [FIRST, ONE, OTHER, edges(type="service")],
        later=[replace(FIRST, place=AFTER), SECOND, ONE, OTHER, edges()],
    )


@pytest.mark.parametrize("life", [FIRST, SECOND], ids=["before the edit", "after the edit"])
def test_an_incident_is_judged_by_the_policy_of_its_time(seen: Seen, life: Life) -> None:
    """PagerDuty/terraform-provider-pagerduty#642 and #902.

    An incident keeps the policy as it was when it was opened. Both were acknowledged on level 1.
    """
    assert seen.incident(life, ["acknowledged_level"]) == {"acknowledged_level": 1}


@pytest.mark.parametrize(
    ("supporting", "dependent"), [(ONE, OTHER), (OTHER, ONE)], ids=["unreadable", "readable"]
)
def test_a_dependency_that_cannot_be_read_any_more_is_still_known(
    seen: Seen, supporting: Place, dependent: Place
) -> None:
    """PagerDuty/go-pagerduty, service_dependency_test: services with nothing but their id."""
    expected = {"kinds": "technical_service technical_service"}
    key = {"supporting_id": supporting.service_id, "dependent_id": dependent.service_id}
    assert seen.row("dependencies", expected, **key) == expected
