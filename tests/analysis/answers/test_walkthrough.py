"""The walkthrough: what is told to everybody, in which order, and what is not."""

from dataclasses import replace

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import reviewed, walkthrough
from corvana.analysis.answers.findings import listed
from corvana.analysis.answers.reviewed import MOST_UNREVIEWED, Next, Step
from corvana.analysis.answers.walkthrough import LookedAt, Told
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import key_of, kind_of
from tests.builders.analysis.ledger_of_findings import CODE, finding, ledger, overloaded, shifts
from tests.builders.analysis.written_account import START, account, incident

NAMES = {"P1": "Payments", "P2": "Search", "S1": "Shop", "H1": "Search front line"}


def staffed(people: int):
    rule = {
        "escalation_policy_id": "P1", "level": 1, "escalation_delay_in_minutes": 5, "target": "H1",
        "target_type": "schedule",
    }  # fmt: skip
    services = account(S1={"escalation_policy_id": "P1"}).services
    rules = frames.conform(pd.DataFrame([rule]), frames.RULES)
    return replace(account(), shifts=shifts(people), rules=rules, services=services)


def steps(of: Account, findings: pd.DataFrame, *, is_analysed: bool = True) -> list[Step]:
    """The steps of a walkthrough while nobody has reviewed anything."""
    found = listed(findings)
    told = walkthrough.everything(of, found, NAMES)
    advised = [(one, walkthrough.advised(of, one, NAMES)) for one in told]
    chosen = reviewed.reviewed(advised, [key_of(one) for one in found], {})
    last = reviewed.what_next(chosen, of.smallest_group, is_analysed=is_analysed)
    return [walkthrough.looked_at(of), *(one.told for one in chosen.items), last]


def test_without_findings_there_is_what_was_looked_at_and_that_nothing_stands_out() -> None:
    first, last = steps(account(), ledger())
    assert isinstance(first, LookedAt)
    assert isinstance(last, Next)
    assert (first.number, first.weeks["n"].tolist()) == ("0 incidents", [0, 0, 0])
    assert (last.settings, last.withheld) == ((), 0)
    assert last.sentence.startswith("No finding: no difference is both")


def test_before_an_analysis_nothing_is_claimed_about_findings() -> None:
    _, last = steps(account(), ledger(), is_analysed=False)
    assert isinstance(last, Next)
    assert last.sentence.startswith("Findings are made when a collection is complete")


def test_the_first_step_says_volume_period_and_services() -> None:
    days = [START + pd.Timedelta(days=day) for day in range(21)]
    first, _ = steps(account([incident("S1", acked=1.0, created_at=day) for day in days]), ledger())
    assert isinstance(first, LookedAt)
    assert first.number == "21 incidents"
    assert first.sentence.startswith("From 2 Mar to 1 Apr 2026, on 1 service: ")
    # The first week began before the collection did: 2 March 2026, 10:00, is a Monday.
    # The last whole week had none, and counts.
    assert first.weeks["week"].dt.day.tolist() == [9, 16, 23]
    assert first.weeks["n"].tolist() == [7, 7, 0]


def test_one_finding_makes_one_step_and_one_setting() -> None:
    found = finding("exhausted_policy", n=172, minutes=90.0)
    _, told, last = steps(account(), ledger(found))
    assert isinstance(told, Told)
    assert isinstance(last, Next)
    assert (told.where, told.title, told.again) == (
        "Payments",
        "Policies that run out of people",
        0,
    )
    assert told.sentence == kind_of("exhausted_policy").sentence(found, NAMES)
    assert told.worth.startswith("up to 1 h 30 min a month")
    assert told.mark == "not yet reviewed"
    assert last.sentence == (
        "Not yet reviewed: the largest finding, most avoidable time first. Each time is an upper "
        "limit."
    )
    (setting,) = last.settings
    kind = kind_of("exhausted_policy")
    advice = kind.advice(account(), found, NAMES)
    assert setting == (advice, kind.setting, "Payments", told.worth, "")


def test_a_finding_without_avoidable_time_promises_none() -> None:
    _, told, _ = steps(account(), ledger(finding("noisy_service", minutes=0.0)))
    assert isinstance(told, Told)
    assert told.worth == "no avoidable time measured"


def test_many_of_one_kind_are_one_step_that_says_how_many_more() -> None:
    found = [
        finding("slow_ack", f"P{number}", 90.0 - number, effect=900.0) for number in range(1, 9)
    ]
    _, told, _ = steps(account(), ledger(*found))
    assert isinstance(told, Told)
    assert (told.where, told.again) == ("Payments", 7)
    assert told.note.startswith(
        "Not yet reviewed · up to 1 h 29 min a month of avoidable waiting · very sure · "
    )
    assert told.note.endswith(" · found 7 more times")


def test_until_one_is_confirmed_the_three_largest_of_different_kinds_are_told() -> None:
    names = (
        "slow_ack", "exhausted_policy", "noisy_service", "ack_timeouts", "auto_resolve_wall",
        "level_never_answers", "coverage_gap",
    )  # fmt: skip
    found = [finding(kind, minutes=90.0 - place) for place, kind in enumerate(names)]
    sequence = steps(account(), ledger(*found))
    kinds = [step.finding.kind for step in sequence if isinstance(step, Told)]
    assert kinds == list(names[:MOST_UNREVIEWED])
    assert MOST_UNREVIEWED == 3
    assert len(walkthrough.everything(account(), found, NAMES)) == len(names)


def test_a_responder_is_one_of_their_rotation_and_nobody_else() -> None:
    sequence = steps(staffed(5), ledger(overloaded()))
    told = sequence[1]
    assert isinstance(told, Told)
    assert told.where == "One responder of Search front line"
    assert told.sentence.startswith("One responder is paged for 2.1 times as many incidents as")
    assert CODE not in repr(sequence)


@pytest.mark.parametrize(
    "found",
    [
        overloaded(),
        finding("unfair_rotation", "H1", subject_type="schedule"),
        finding("fake_redundancy", "P1", detail="1 and 2"),
        finding("single_responder_service", "S1", subject_type="service"),
    ],
    ids=lambda found: found.kind,
)
def test_what_tells_of_single_people_needs_a_group_of_five(found: Finding) -> None:
    assert walkthrough.may_be_told(staffed(5), found)
    assert not walkthrough.may_be_told(staffed(4), found)
    _, last = steps(staffed(4), ledger(found))
    assert isinstance(last, Next)
    assert last.withheld == 1


def test_what_is_withheld_is_said_with_its_reason() -> None:
    assert walkthrough.withheld(1).startswith(
        "1 further finding is not shown here: it is about a group of"
    )
    assert walkthrough.withheld(2).startswith("2 further findings are not shown here: each is")


def test_a_responder_of_a_kind_yet_unknown_needs_a_group_too() -> None:
    found = finding("slow_ack", f"{CODE}0", subject_type="responder", detail="H1")
    assert not walkthrough.may_be_told(staffed(4), found)


def test_equal_names_are_told_apart() -> None:
    labels = pd.DataFrame(
        {
            "kind": ["service", "service", "schedule", "team", "service"],
            "id": ["S1", "S2", "H1", "T1", "S3"],
            "label": ["Shop", "Shop", "Shop", "Team", None],
        }
    )
    assert walkthrough.subjects(labels) == {"S1": "Shop (S1)", "S2": "Shop (S2)", "H1": "Shop"}
