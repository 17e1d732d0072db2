"""What may be decided about a finding, and in which order findings are told."""

from dataclasses import replace
from datetime import date

import pytest

from corvana.analysis.assessment import register
from corvana.analysis.assessment.register import CHANGES, STATUSES, Entry, Status
from corvana.analysis.findings.kind import Answered

TODAY = date(2026, 11, 30)
OPEN = Entry("slow_ack:P1")
CONFIRMED = replace(OPEN, status="confirmed", revision=1)


@pytest.mark.parametrize(
    ("before", "after", "is_allowed"),
    [
        ("open", "confirmed", True),
        ("open", "accepted risk", True),
        ("open", "dismissed", True),
        ("open", "done", False),
        ("dismissed", "done", False),
        ("confirmed", "done", True),
        ("accepted risk", "done", True),
        ("done", "confirmed", True),
        ("dismissed", "open", True),
    ],
)
def test_only_what_was_confirmed_or_accepted_can_be_done(
    before: Status, after: Status, is_allowed: bool
) -> None:
    changed = Entry("slow_ack:P1", after, reason="meant so", done_on=TODAY)
    found = register.problems(Entry("slow_ack:P1", before), changed, TODAY)
    assert (found == []) is is_allowed
    assert (after in register.may_follow(before)) is is_allowed


def test_every_status_says_what_may_follow_it() -> None:
    assert set(CHANGES) == set(STATUSES)
    assert all(register.may_follow(one)[0] == one for one in STATUSES)


def test_a_dismissed_finding_needs_a_reason() -> None:
    after = replace(OPEN, status="dismissed", reason="  ")
    assert register.problems(OPEN, after, TODAY) == ["A dismissed finding needs a reason."]
    assert register.problems(OPEN, replace(after, reason="A test service."), TODAY) == []


def test_a_done_finding_needs_a_date_that_is_not_in_the_future() -> None:
    after = replace(CONFIRMED, status="done")
    assert register.problems(CONFIRMED, after, TODAY) == [
        "A finding that is done needs the date on which it was done."
    ]
    assert register.problems(CONFIRMED, replace(after, done_on=TODAY), TODAY) == []
    assert register.problems(CONFIRMED, replace(after, done_on=date(2026, 12, 1)), TODAY) == [
        "The date on which it was done lies in the future."
    ]


def test_a_note_may_have_ten_thousand_characters_and_a_line_two_hundred() -> None:
    longest = replace(CONFIRMED, note="n" * 10_000, owner="o" * 200)
    assert register.problems(CONFIRMED, longest, TODAY) == []
    too_long = replace(CONFIRMED, note="n" * 10_001, owner="o" * 201)
    assert register.problems(CONFIRMED, too_long, TODAY) == [
        "The note is longer than 10,000 characters.",
        "The owner is longer than 200 characters.",
    ]


def test_what_was_seen_in_interviews_needs_a_title() -> None:
    seen = Entry("interview:1")
    assert seen.is_from_interview
    assert register.problems(seen, seen, TODAY) == ["What was seen in interviews needs a title."]
    assert register.problems(seen, replace(seen, title="No runbooks"), TODAY) == []


def test_stakeholders_are_told_of_what_was_confirmed_accepted_or_done() -> None:
    told = {one for one in STATUSES if Entry("k", one).is_told}
    assert told == {"confirmed", "accepted risk", "done"}


def test_the_history_has_the_fields_that_changed_as_texts() -> None:
    after = replace(CONFIRMED, status="done", done_on=TODAY, position=2)
    assert register.changed(CONFIRMED, after) == {
        "status": ("confirmed", "done"),
        "done_on": ("", "2026-11-30"),
        "position": ("", "2"),
    }
    assert register.changed(CONFIRMED, replace(CONFIRMED, revision=7)) == {}


def test_entries_stand_in_the_assessors_order_and_then_in_that_of_the_ledger() -> None:
    entries = [
        Entry("gone:P9"),
        Entry("c:P3"),
        Entry("b:P2"),
        Entry("a:P1", position=2),
        Entry("interview:1", position=1),
    ]
    ordered = register.in_order(entries, ["a:P1", "b:P2", "c:P3"])
    assert [one.key for one in ordered] == ["interview:1", "a:P1", "b:P2", "c:P3", "gone:P9"]


def test_answers_of_the_client_are_by_key_and_only_partly_has_a_part() -> None:
    known = register.register_of(
        [
            Entry("a:1", answer="no", share=0.4),
            Entry("b:1", answer="partly", share=0.4),
            Entry("c:1"),
        ]
    )
    assert register.answers(known) == {
        "a:1": Answered("no", None),
        "b:1": Answered("partly", 0.4),
    }
