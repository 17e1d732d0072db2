"""The cards of the escalations page: each share with the incidents it is of."""

from datetime import timedelta

import pandas as pd

from corvana.analysis.escalations import climbing, level_funnel
from corvana.analysis.escalations.undecided import undecided
from corvana.ui.cards.escalations import escalation_cards
from tests.builders.analysis.written_account import END, account_of_ways, begun, paged, way

RULES = {"P1": [(5, "ann"), (5, "bob")]}


def cards(ways):
    known = account_of_ways(ways, RULES)
    summary = climbing.policy_summary(known.incidents, known.escalation_steps)
    return {
        card.label: (card.value, card.note)
        for card in escalation_cards(
            summary, level_funnel.account_funnel(known.stays), undecided(known.stays, known.rules)
        )
    }


def test_every_share_names_its_incidents():
    quick = way(begun(), acked=2)
    slow = way(begun(), paged(5, 2), acked=7, timeout_escalation_count=1)
    shown = cards([quick] * 15 + [slow] * 5)
    assert shown["Level 1 answers"] == ("75 %", "53 to 89 % · of 20 incidents reaching level 1")
    assert shown["Escalated"] == ("25 %", "11 to 47 % · of 20 incidents")
    assert shown["Ran out of people"] == ("0 %", "0 to 16 % · of 20 incidents")
    assert shown["Escalations by hand"] == ("0", "5 by the timer, 0 of unknown cause")


def test_incidents_younger_than_the_delay_are_no_failures_of_the_level():
    young = way(begun(), created_at=END - timedelta(minutes=2))
    young = young._replace(steps=[{**young.steps[0], "at": END - timedelta(minutes=2)}])
    shown = cards([way(begun(), acked=2)] * 20 + [young] * 12)
    left_out = "12 younger than the delay of 5 min left out"
    note = f"84 to 100 % · of 20 incidents reaching level 1, {left_out}"
    assert shown["Level 1 answers"] == ("100 %", note)


def test_one_incident_is_counted_and_has_no_share():
    shown = cards([way(begun(), acked=2)])
    assert shown["Level 1 answers"] == ("1 of 1", "of 1 incident reaching level 1")
    assert shown["Escalated"] == ("0 of 1", "of 1 incident")


def test_without_any_incident_there_are_dashes():
    nothing = account_of_ways([], RULES)
    summary = climbing.policy_summary(nothing.incidents, nothing.escalation_steps)
    shown = escalation_cards(
        summary, pd.DataFrame({"level": []}), undecided(nothing.stays, nothing.rules)
    )
    assert [card.value for card in shown] == ["–", "–", "–", "–", "0"]
    assert shown[0].note == "no incident reached level 1"
