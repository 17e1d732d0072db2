"""Which team first, in words, and what it is asked."""

import pandas as pd

from corvana.analysis.answers import teams as answers
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.teams.numbers import Beside
from tests.builders.analysis.ledger_of_findings import finding

NAMES = {"money": "Money", "web": "Web", "ops": "Ops", "net": "Net"}
SUBJECTS = {"P1": "Pay"}
SLOW = finding("slow_ack", minutes=600.0)
DAY = 1_440.0


def ranking(*rows):
    return pd.DataFrame(rows, columns=["team", "findings", "once", "added"])


def told(*rows, largest=SLOW):
    named = {row[0]: largest for row in rows if row[1]}
    return answers.answer(ranking(*rows), NAMES, named, SUBJECTS).replace("\\:", ":")


def test_the_first_team_is_told_with_its_time_and_its_largest_finding():
    assert told(("money", 2, 3 * DAY, 5 * DAY), ("web", 1, 60.0, 60.0)) == (
        "**Money first:** up to 3 days a month are avoidable if each incident counts once, 5 days "
        "if its 2 findings share no incident. The largest: **Pay: slow to acknowledge**, "
        "10 h a month of avoidable waiting (very sure)."
    )


def test_one_finding_has_one_number():
    assert told(("money", 1, 600.0, 600.0)) == (
        "**Money first:** up to 10 h a month are avoidable. The one finding: **Pay: slow to "
        "acknowledge**, 10 h a month of avoidable waiting (very sure)."
    )


def test_a_team_whose_findings_add_up_to_as_much_may_come_first_instead():
    first = ("money", 1, 600.0, 600.0)
    one = told(first, ("web", 2, 300.0, 600.0))
    assert one.endswith(" Web may come first instead: added up, its findings make 10 h a month.")
    two = told(first, ("web", 2, 300.0, 660.0), ("ops", 2, 300.0, 720.0))
    assert " Ops, and one more team may come first instead: added up, its findings" in two
    three = told(first, *((each, 2, 300.0, 660.0) for each in ("web", "ops", "net")))
    assert " Web, and 2 more teams may come first instead:" in three
    assert "instead" not in told(first, ("web", 2, 300.0, 599.0))


def test_without_a_finding_no_team_is_first():
    assert told(("money", 0, 0.0, 0.0)) == "**No finding belongs to the one team.**"
    assert told(("money", 0, 0.0, 0.0), ("web", 0, 0.0, 0.0)) == (
        "**No finding belongs to the 2 teams.**"
    )


def test_a_finding_without_measured_time_is_told_as_that():
    unmeasured = finding("fake_redundancy", minutes=0.0)
    one = told(("money", 1, 0.0, 0.0), largest=unmeasured)
    assert one.startswith("**Money first:** its finding has no avoidable time. The one finding: ")
    assert "no avoidable time measured" in one
    assert "its 2 findings have no avoidable time." in told(
        ("money", 2, 0.0, 0.0), largest=unmeasured
    )


def test_the_caption_counts_the_incidents_of_no_team():
    assert "1 incident belongs to no team, of the 1,200 selected." in answers.caption("x", 1, 1_200)
    assert "7 incidents belong to no team, of the 1,200 selected." in answers.caption("x", 7, 1_200)
    assert "no team" not in answers.caption("x", 0, 1_200)


def test_findings_of_small_groups_are_counted_and_not_shown():
    assert answers.hidden(0) == ""
    assert answers.hidden(1).startswith("1 finding is not shown: about a group of fewer than 5")
    assert answers.hidden(2).startswith("2 findings are not shown:")


def beside(name, unit, own, rest):
    return Beside(name, unit, Estimate(*own), 40, Estimate(*rest), 400)


def test_findings_are_asked_about_first_then_what_stands_out():
    slow = beside("resolved", "seconds", (7_200, 6_000, 8_000), (3_600, 3_000, 4_000))
    alike = beside("escalated", "share", (0.3, 0.2, 0.4), (0.35, 0.3, 0.4))
    fewer = beside("asleep", "share", (0.1, 0.05, 0.15), (0.3, 0.25, 0.35))
    asked = answers.questions([slow, alike, fewer], [SLOW], SUBJECTS)
    first, second, third = (each.replace("\\:", ":") for each in asked)
    assert first.startswith(
        "**Pay: slow to acknowledge** (10 h a month of avoidable waiting). What do these incidents "
        "wait for, and who could shorten it? Look at: *"
    )
    assert second == (
        "Half of the team's incidents are resolved within 2 h (1 h 40 min to 2 h 13 min), "
        "elsewhere within 1 h (50 min to 1 h 7 min). Which step takes the time: finding the cause, "
        "or waiting for somebody else?"
    )
    assert third == (
        "10 % (5 to 15 %) of the team's interruptions fall in sleep hours, elsewhere 30 % "
        "(25 to 35 %). What does the team do that others could do too?"
    )


def test_work_and_settings_are_asked_about_otherwise_than_waiting():
    noisy = finding("noisy_service", "pay", subject_type="service")
    empty = finding("coverage_gap", p_value=float("nan"))
    work, read_off = answers.questions([], [noisy, empty], SUBJECTS)
    assert "Which of this work could be dropped or moved, and who decides?" in work
    assert "Is this known, and is it intended?" in read_off


def test_only_the_first_five_findings_are_asked_about():
    assert len(answers.questions([], [SLOW] * 9, SUBJECTS)) == answers.MOST_QUESTIONS


def test_where_nothing_stands_out_the_people_are_asked_what_they_would_change():
    (asked,) = answers.questions([], [], SUBJECTS)
    assert asked.endswith("Ask what its people would change first.")
