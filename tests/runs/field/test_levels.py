"""Who was paged on which level of the policy, and who answered on which."""

from typing import Final

import pytest

from tests.builders.field.life import Life, Place
from tests.builders.field.seen import Seen, collected


def by_hand(tag: str, assigned_by: str | None) -> Life:
    """Opened on the website by B of level 1, for A of level 2."""
    return (
        Life(Place(tag, ("B", "A")), "12:00", of_incident={"assigned_via": "direct_assignment"})
        .log("trigger", "12:00", "B", channel="web_trigger")
        .log("assign", "12:00", assigned_by, to="A")
        .log("acknowledge", "12:00:40", "A")
        .log("resolve", "12:30", "A")
    )


BY_HAND: Final = {
    "the service writes the assignment": by_hand("DIRECTSERVICE", None),
    "the person writes the assignment": by_hand("DIRECTUSER", "B"),
}
TAKEN_OVER: Final = (
    Life(Place("TAKEOVER", ("A", "B")), "13:00")
    .paged("A")
    .log("acknowledge", "13:00:09", "B", begins="RAA")
    .log("assign", "13:00:09", to="B", begins="RZZ")
    .log("resolve", "13:20", "B")
)
BACK: Final = (
    Life(Place("BACK", ("AB", "A")), "06:00")
    .paged("A", "B")
    .log("escalate", "06:10", channel="timeout", to="A")
    .log("escalate", "06:15", "A", to="A")
    .log("escalate", "06:15", "A", to="B")
    .log("escalate", "06:25", channel="timeout", to="A")
    .log("acknowledge", "06:26", "A")
    .log("resolve", "06:40", "A")
)
OPENED: Final = "2026-11-03T06:45:36.000000Z"
RECORDED: Final = (
    Life(
        Place(
            "RECORDED",
            ("KJ", "K"),
            of_service={"incident_urgency_rule": {"type": "constant", "urgency": "low"}},
        ),
        OPENED,
        of_incident={"urgency": "low"},
    )
    .log("trigger", OPENED, "K", channel="web_trigger", begins="R60I")
    .log("assign", OPENED, to="J", begins="RPTT")
    .log("assign", OPENED, to="K", begins="RN8D")
    .notified(OPENED, "J", type="email", address="x", begins="R6IZ")
    .notified("2026-11-03T06:45:37.000000Z", "K", type="email", address="x", begins="RRPX")
    .log("acknowledge", "2026-11-03T06:45:46.000000Z", "K", begins="R8B7")
    .log("annotate", "2026-11-03T06:51:43.000000Z", "K", channel="note", begins="RNMU")
    .log("resolve", "2026-11-03T06:51:44.000000Z", "K", begins="R9YC")
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    lives = [*BY_HAND.values(), TAKEN_OVER, BACK, RECORDED]
    return collected(tmp_path_factory.mktemp("account"), lives)


@pytest.mark.parametrize("written", BY_HAND)
def test_an_incident_opened_by_hand_for_one_person_pages_no_level(seen: Seen, written: str) -> None:
    """apache/incubator-devlake, recorded incident 5: the service writes the assignment."""
    expected = {
        "acknowledged_level": None,
        "level_source": None,
        "max_level_reached": None,
        "seconds_to_first_ack": 40,
        "assigned_via": "direct_assignment",
    }
    life = BY_HAND[written]
    assert seen.incident(life, expected) == expected
    step = {"level": None, "to_responders": seen.pseudonym(life.place, "A")}
    assert seen.row("escalation_steps", step, incident_id=life.id) == step


def test_somebody_of_a_level_never_paged_acknowledges_on_the_level_in_force(seen: Seen) -> None:
    """apache/incubator-devlake, recorded incident 5; hubot-archive/hubot-pager-me#56.

    PagerDuty assigns the incident to whoever acknowledges it.
    """
    expected = {
        "seconds_to_first_ack": 9,
        "acknowledged_level": 1,
        "max_level_reached": 1,
        "timeout_escalation_count": 0,
        "manual_escalation_count": 0,
        "resolution": "responder",
    }
    assert seen.incident(TAKEN_OVER, expected) == expected


def test_an_escalation_by_hand_can_go_back_to_the_first_level(seen: Seen) -> None:
    """apache/incubator-devlake, recorded incident 4: to level 2, back to 1, to level 2 again."""
    expected = {
        "timeout_escalation_count": 2,
        "manual_escalation_count": 1,
        "acknowledged_level": 2,
        "max_level_reached": 2,
    }
    assert seen.incident(BACK, expected) == expected


def test_a_recorded_life_of_low_urgency_has_the_values_counted_by_hand(seen: Seen) -> None:
    """apache/incubator-devlake, recorded incident 6: e-mails interrupt nobody."""
    expected = {
        "seconds_to_first_ack": 10,
        "seconds_to_resolve": 368,
        "acknowledged_level": 1,
        "max_level_reached": 1,
        "notification_count": 2,
        "first_paged_at": None,
        "resolution": "responder",
        "reopened": False,
    }
    assert seen.incident(RECORDED, expected) == expected
