"""Escalation steps of logs written by hand, and against the lifecycle's counts."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.escalations.climbing import stays
from corvana.analysis.lifecycle.escalation_steps import escalation_steps
from corvana.sandbox.play.build import build_world
from tests.builders.analysis.incident_log import (
    AS_OF,
    FIRST,
    OTHER,
    POLICY,
    RULES,
    SHIFTS,
    START,
    TRIGGER,
    assigned,
    at,
    did,
    frame,
)


def steps(
    *entries: dict[str, Any], as_of: pd.Timestamp = AS_OF, **incident: Any
) -> list[tuple[Any, ...]]:
    """The steps of one incident: minute, policy, level, from, to, cause."""
    service = {"service_id": "PSVC1", "escalation_policy_id": POLICY}
    row = service | {
        "number": 1,
        "incident_id": "Q1",
        "created_at": START,
        "assigned_via": "escalation_policy",
        "merged": False,
    }
    log = [entry | {"place": place, "incident_id": "Q1"} for place, entry in enumerate(entries)]
    chain = [
        rule | {"escalation_delay_in_minutes": 5, "escalation_policy_id": POLICY} for rule in RULES
    ]
    built = escalation_steps(
        frame([row | incident], frames.INCIDENT_ROWS),
        frame(log, frames.LOG_ENTRIES),
        frame(chain, frames.RULE_VERSIONS),
        frame(SHIFTS, frames.SHIFTS),
        frame([service], frames.SERVICE_VERSIONS),
        as_of=as_of,
    )
    assert dict(built.dtypes.astype(str)) == dict(frames.ESCALATION_STEPS)
    minutes = (built["at"] - START).dt.total_seconds() / 60
    plain = built.assign(at=minutes).astype(object)
    return [tuple(r) for r in plain.where(plain.notna(), None).drop(columns="incident_id").values]


def timed_out(minutes: float, *people: str) -> dict[str, Any]:
    return assigned(minutes, *people, kind="escalate")


def test_a_timeout_goes_from_who_was_paged_to_the_next_level() -> None:
    assert steps(TRIGGER, FIRST, timed_out(5, "bob")) == [
        (0, POLICY, 1, None, "ann", "first"),
        (5, POLICY, 2, "ann", "bob", "timeout"),
    ]


def test_several_targets_at_one_instant_are_one_step() -> None:
    found = steps(TRIGGER, FIRST, timed_out(5, "bob"), timed_out(5, "cat"))
    assert found[1] == (5, POLICY, 2, "ann", "bob cat", "timeout")
    assert len(found) == 2


def test_a_person_escalates_by_hand_and_a_workflow_for_an_unknown_cause() -> None:
    found = steps(
        TRIGGER,
        FIRST,
        assigned(2, "bob", kind="escalate", by="ann"),
        assigned(4, "cat", kind="escalate", by="service", channel_type="auto"),
    )
    assert [step[-1] for step in found] == ["first", "manual", "unknown"]


def test_a_person_among_the_agents_of_one_instant_makes_it_manual() -> None:
    by_hand = assigned(5, "cat", kind="escalate", by="ann")
    assert steps(TRIGGER, FIRST, timed_out(5, "bob"), by_hand)[1][-1] == "manual"


def test_a_repeat_returns_to_level_one_by_timeout() -> None:
    found = steps(
        TRIGGER,
        FIRST,
        timed_out(5, "bob"),
        timed_out(10, "cat"),
        did(15, "repeat_escalation_path", "service"),
        timed_out(15, "ann"),
        timed_out(20, "bob"),
    )
    assert [(step[2], step[-1]) for step in found] == [
        (1, "first"),
        (2, "timeout"),
        (3, "timeout"),
        (1, "timeout"),
        (2, "timeout"),
    ]


def test_a_reassignment_to_a_person_is_on_no_policy_and_no_level() -> None:
    found = steps(TRIGGER, FIRST, assigned(3, "dan", by="ann"))
    assert found[1] == (3, None, None, "ann", "dan", "reassignment")


def test_a_delegation_goes_to_level_one_of_the_other_policy() -> None:
    found = steps(
        TRIGGER, FIRST, assigned(3, "eve", kind="delegate", by="ann"), escalation_policy_id=OTHER
    )
    assert found == [
        (0, POLICY, 1, None, "ann", "first"),
        (3, OTHER, 1, "ann", "eve", "delegation"),
    ]


def test_a_reopened_incident_starts_anew_from_nobody() -> None:
    found = steps(
        TRIGGER,
        FIRST,
        did(4, "acknowledge", "ann"),
        did(9, "resolve", "ann"),
        did(20, "trigger", "service"),
        assigned(20, "ann"),
    )
    assert found[1] == (20, POLICY, 1, None, "ann", "first")


def test_an_unknown_assignee_is_on_the_level_of_the_count() -> None:
    assert steps(TRIGGER, FIRST, timed_out(5, "zoe"))[1][1:3] == (POLICY, 2)


def test_what_comes_after_the_end_of_sight_is_no_step() -> None:
    assert len(steps(TRIGGER, FIRST, timed_out(5, "bob"), as_of=at(4))) == 1


def test_without_incidents_there_are_no_steps() -> None:
    nothing = escalation_steps(
        *(
            frames.empty(contract)
            for contract in (
                frames.INCIDENT_ROWS,
                frames.LOG_ENTRIES,
                frames.RULE_VERSIONS,
                frames.SHIFTS,
                frames.SERVICE_VERSIONS,
            )
        ),
        as_of=AS_OF,
    )
    pd.testing.assert_frame_equal(nothing, frames.empty(frames.ESCALATION_STEPS))


@pytest.fixture(scope="module")
def simulated() -> Account:
    return account(
        build_world(seed=11, end=datetime(2026, 3, 1, tzinfo=UTC), days=60, incidents=1500)
    )


@pytest.mark.parametrize(
    ("column", "causes"),
    [
        ("timeout_escalation_count", ["timeout"]),
        ("manual_escalation_count", ["manual"]),
        ("unknown_escalation_count", ["unknown"]),
        ("reassignment_count", ["reassignment", "delegation"]),
    ],
)
def test_steps_of_a_cause_are_as_many_as_the_lifecycle_counts(
    simulated: Account, column: str, causes: list[str]
) -> None:
    counted = simulated.incidents.set_index("incident_id")[column]
    steps = simulated.escalation_steps.loc[simulated.escalation_steps["cause"].isin(causes)]
    found = steps.groupby("incident_id").size().reindex(counted.index, fill_value=0)
    assert counted.sum() > 0
    assert found.to_list() == counted.to_list()


def test_the_highest_level_of_the_steps_is_the_lifecycles(simulated: Account) -> None:
    highest = simulated.escalation_steps.groupby("incident_id")["level"].max()
    expected = simulated.incidents.set_index("incident_id")["max_level_reached"]
    pd.testing.assert_series_equal(
        highest.reindex(expected.index), expected, check_names=False, check_dtype=False
    )


def test_a_stay_that_ends_with_an_ack_is_on_the_lifecycles_level(simulated: Account) -> None:
    found = stays(simulated.incidents, simulated.escalation_steps, as_of=simulated.end)
    acked = found.loc[found["ended_by"] == "ack"].set_index("incident_id")["level"]
    lifecycle = simulated.incidents.set_index("incident_id")["acknowledged_level"]
    assert acked.to_list() == lifecycle.loc[acked.index].to_list()
    assert len(acked) > 500
