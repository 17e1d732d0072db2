"""What is told to stakeholders: what was confirmed, in the assessor's order."""

from datetime import date

import pytest

from corvana.analysis.answers import reviewed, walkthrough
from corvana.analysis.answers.reviewed import Heard, Reviewed
from corvana.analysis.answers.walkthrough import Told
from corvana.analysis.assessment.register import Entry, Status, register_of
from corvana.analysis.findings.registry import key_of
from tests.builders.analysis.ledger_of_findings import finding, overloaded
from tests.builders.analysis.written_account import account

NAMES = {"P1": "Payments"}
KINDS = ("slow_ack", "exhausted_policy", "noisy_service", "ack_timeouts")
FOUND = [finding(kind, minutes=90.0 - place) for place, kind in enumerate(KINDS)]


def told(*entries: Entry, more: tuple = ()) -> Reviewed:
    """What is told of the four findings (and `more`) with this register."""
    found = [*FOUND, *more]
    every = walkthrough.everything(account(), found, NAMES)
    advised = [(one, walkthrough.advised(account(), one, NAMES)) for one in every]
    return reviewed.reviewed(advised, [key_of(one) for one in found], register_of(entries))


def kinds(shown: Reviewed) -> list[str]:
    return [one.told.finding.kind for one in shown.items if isinstance(one.told, Told)]


def entry(kind: str, status: Status = "confirmed", **more: object) -> Entry:
    return Entry(f"{kind}:P1", status, **more)  # type: ignore[arg-type]


def test_until_one_is_confirmed_the_three_largest_are_told_as_not_yet_reviewed() -> None:
    shown = told()
    assert kinds(shown) == list(KINDS[:3])
    assert {one.told.mark for one in shown.items} == {"not yet reviewed"}
    assert (shown.is_reviewed, shown.waiting) == (False, 1)
    last = reviewed.what_next(shown, 5, is_analysed=True)
    assert last.sentence.startswith("Not yet reviewed: the 3 largest findings, most avoidable")


def test_a_dismissed_finding_is_told_neither_before_nor_after_others_are_confirmed() -> None:
    dismissed = entry("slow_ack", "dismissed", reason="A test policy.", note="Secret")
    before, after = told(dismissed), told(dismissed, entry("ack_timeouts"))
    assert kinds(before) == ["exhausted_policy", "noisy_service", "ack_timeouts"]
    assert before.waiting == 0
    assert kinds(after) == ["ack_timeouts"]
    assert "Secret" not in repr(before) + repr(after)


def test_when_everything_is_dismissed_it_is_not_said_that_nothing_was_found() -> None:
    every = [entry(kind, "dismissed", reason="A test policy.") for kind in KINDS]
    last = reviewed.what_next(told(*every), 5, is_analysed=True)
    assert last.sentence == "Nothing that was found is told here."


def test_the_confirmed_ones_are_told_in_the_assessors_order() -> None:
    shown = told(
        entry("slow_ack", position=3),
        entry("ack_timeouts", position=1),
        entry("noisy_service"),
        entry("exhausted_policy", "open", note="Not yet"),
    )
    assert kinds(shown) == ["ack_timeouts", "slow_ack", "noisy_service"]
    assert {one.told.mark for one in shown.items} == {""}
    assert (shown.is_reviewed, shown.waiting) == (True, 1)
    assert "Not yet" not in repr(shown)
    last = reviewed.what_next(shown, 5, is_analysed=True)
    assert last.sentence == "In the order of the assessment. Each time is an upper limit."


@pytest.mark.parametrize(
    ("status", "more", "mark"),
    [
        ("accepted risk", {}, "accepted risk"),
        ("done", {"done_on": date(2026, 11, 3)}, "done on 3 Nov 2026"),
        ("confirmed", {}, ""),
    ],
)
def test_what_became_of_a_confirmed_one_is_its_mark(
    status: Status, more: dict[str, date], mark: str
) -> None:
    (only,) = told(entry("slow_ack", status, **more)).items
    assert only.told.mark == mark


def test_note_owner_effort_and_due_date_are_told_with_it() -> None:
    (only,) = told(
        entry(
            "slow_ack", note="Agreed.", owner="Payments team", effort="M",
            due_on=date(2026, 12, 24),
        )
    ).items  # fmt: skip
    assert isinstance(only.told, Told)
    assert only.told.remark == "Agreed."
    assert only.told.plan == "Owner: Payments team · effort: medium · due 24 Dec 2026"
    assert only.setting.plan == only.told.plan


def test_what_was_seen_in_interviews_is_told_and_marked_where_it_was_confirmed() -> None:
    seen = Entry(
        "interview:1", "confirmed", title="No runbooks", place="All teams",
        advice="Write one for each service.", note="Six people said so.", position=1,
    )  # fmt: skip
    first, _ = told(seen, entry("slow_ack", position=2)).items
    assert isinstance(first.told, Heard)
    assert first.told.title == "No runbooks"
    assert first.told.note == "Seen in interviews, not measured"
    assert first.setting.advice == "Write one for each service."
    assert first.setting.worth == "seen in interviews, not measured"
    assert kinds(told(seen)) == []
    waiting = told(Entry("interview:2", title="Nobody confirmed it"), entry("slow_ack"))
    assert "Nobody confirmed it" not in repr(waiting)


def test_a_confirmed_finding_about_a_small_group_is_withheld() -> None:
    busy = overloaded()
    shown = told(Entry(key_of(busy), "confirmed"), entry("slow_ack"), more=(busy,))
    assert kinds(shown) == ["slow_ack"]
    assert shown.withheld == 1


def test_a_confirmed_finding_that_the_data_do_not_show_any_more_is_counted() -> None:
    shown = told(Entry("slow_ack:P9", "confirmed"), entry("slow_ack"))
    assert (len(shown.items), shown.gone) == (1, 1)
    last = reviewed.what_next(shown, 5, is_analysed=True)
    assert last.sentence.endswith(
        "1 confirmed finding is not told: the present data does not show it any more."
    )
    assert reviewed.what_next(told(Entry("slow_ack:P9", "done")), 5, is_analysed=True).sentence == (
        "Nothing that was confirmed is told here. 1 confirmed finding is not told: the present "
        "data does not show it any more."
    )
