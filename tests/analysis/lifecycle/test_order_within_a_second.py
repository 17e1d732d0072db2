"""PagerDuty's times are whole seconds and its ids are random: what happened first in a second."""

import itertools
from typing import Any

import pandas as pd
import pytest

from tests.builders.analysis.incident_log import FIRST, TRIGGER, assigned, at, did
from tests.builders.analysis.lived_incident import live, live_each, notified


def listed(*entries: dict[str, Any]) -> list[dict[str, Any]]:
    """Entries with their place in PagerDuty's order, as written."""
    return [entry | {"place": place} for place, entry in enumerate(entries)]


def lives(*entries: dict[str, Any], **incident: Any) -> list[pd.Series]:
    """The lives of the incident, with the entries of each second returned in every order."""
    seconds = [list(each) for _, each in itertools.groupby(entries, key=lambda row: row["at"])]
    orders = itertools.product(*(itertools.permutations(each) for each in seconds))
    logs = [listed(*itertools.chain(*order)) for order in orders]
    return live_each(logs, status="resolved", resolved_at=at(30), **incident)


def test_what_fires_and_clears_within_a_second_is_resolved_and_was_not_reopened() -> None:
    for life in lives(TRIGGER, FIRST, did(0, "resolve", "inbound_integration")):
        assert life["resolution"] == "auto"
        assert life["seconds_to_resolve"] == 0
        assert not life["reopened"]


def test_acknowledged_and_resolved_within_a_second_keeps_the_acknowledgement() -> None:
    for life in lives(TRIGGER, FIRST, did(5, "acknowledge", "ann"), did(5, "resolve", "ann")):
        assert (life["seconds_to_first_ack"], life["seconds_to_resolve"]) == (300, 300)
        assert (life["acknowledgement_count"], life["acknowledged_level"]) == (1, 1)
        assert life["resolution"] == "responder"
        assert not life["reopened"]


def test_acknowledged_and_snoozed_within_a_second_is_snoozed_until_the_snooze_ends() -> None:
    acknowledged, snoozed = did(5, "acknowledge", "ann"), did(5, "snooze", "ann", until=at(25))
    for life in lives(TRIGGER, FIRST, acknowledged, snoozed, did(30, "resolve", "ann")):
        assert (life["snooze_count"], life["snoozed_seconds"]) == (1, 1200)
        assert life["active_seconds"] == life["engaged_seconds"] - 1200


def test_assigned_notified_and_acknowledged_within_a_second_is_acknowledged_on_that_level() -> None:
    for life in lives(
        TRIGGER,
        FIRST,
        assigned(5, "bob", kind="escalate"),
        notified(5, "push", "bob"),
        did(5, "acknowledge", "bob"),
    ):
        assert life["acknowledged_level"] == 2


def test_a_timer_that_lapses_and_escalates_within_a_second_escalates_an_unacknowledged_incident():
    lapsed = did(35, "unacknowledge", "service"), assigned(35, "bob", kind="escalate")
    for order in itertools.permutations(lapsed):
        life = live(*listed(TRIGGER, FIRST, did(1, "acknowledge", "ann"), *order))
        assert (life["ack_timeout_count"], life["timeout_escalation_count"]) == (1, 1)


@pytest.mark.parametrize("status", ["triggered", "acknowledged"])
def test_the_end_state_agrees_with_the_incident_where_a_second_allows_both(status: str) -> None:
    resolved, again = did(9, "resolve", "ann"), did(9, "trigger", "inbound_integration")
    for order in itertools.permutations([resolved, again]):
        reopened = live(*listed(TRIGGER, FIRST, *order), status=status)
        assert (reopened["resolution"], reopened["reopened"]) == ("open", True)
        assert not reopened["status_without_log"]
        closed = live(*listed(TRIGGER, FIRST, *order), status="resolved", resolved_at=at(9))
        assert (closed["resolution"], closed["reopened"]) == ("responder", False)
        assert not closed["status_without_log"]


def test_acknowledged_resolved_and_reopened_within_a_second_keeps_the_acknowledgement() -> None:
    story = (
        TRIGGER,
        FIRST,
        did(9, "acknowledge", "ann"),
        did(9, "resolve", "ann"),
        did(9, "trigger", "inbound_integration"),
    )
    life = live(*listed(*story), status="triggered")
    assert (life["seconds_to_first_ack"], life["resolution"], life["reopened"]) == (
        540,
        "open",
        True,
    )


def test_where_both_orders_are_possible_pagerdutys_own_counts() -> None:
    to_bob, to_cat = assigned(5, "bob", by="ann"), assigned(5, "cat", by="bob", kind="delegate")
    first = did(5, "acknowledge", "ann"), did(5, "acknowledge", "bob")
    assert live(*listed(TRIGGER, FIRST, *first))["acknowledged_by"] == "ann"
    assert live(*listed(TRIGGER, FIRST, *reversed(first)))["acknowledged_by"] == "bob"
    assert live(*listed(TRIGGER, FIRST, to_bob, to_cat))["reassignment_count"] == 1
