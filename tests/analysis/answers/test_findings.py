"""What is said of findings: how many, how large, how sure, and what would change it."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding

NAN = float("nan")
SLOW = Finding(
    "slow_ack", "escalation_policy", "P1", None, 1_600.0, 1_300.0, 1_900.0, 250.0, 117, 1e-9, True,
    930.0, 1e-8, 100.0,
)  # fmt: skip
GAP = Finding(
    "coverage_gap", "escalation_policy", "P1", "1", 0.64, 0.64, 0.64, 0.0, 125, NAN, True,
    302.0, NAN,
)  # fmt: skip
CASCADE = Finding(
    "dependency_cascade", "service", "S1", "S2", 0.84, 0.76, 0.89, 0.02, 122, 0.004, True,
    60.0, 0.03, 122.0,
)  # fmt: skip
NAMES = {"P1": "Shop", "S1": "Data_base", "S2": "Mail"}


def stored(*found):
    return frames.conform(pd.DataFrame(found), frames.FINDINGS)


def test_what_the_ledger_stored_comes_back_as_it_was():
    assert words.listed(stored(SLOW, CASCADE)) == [SLOW, CASCADE]
    (gap,) = words.listed(stored(GAP))
    assert gap.detail == "1"
    assert words.is_read_off(gap)


def test_a_kind_of_another_version_is_left_out():
    assert words.listed(stored(SLOW._replace(kind="of_tomorrow"), CASCADE)) == [CASCADE]


def test_a_key_names_kind_subject_and_detail():
    assert words.key(SLOW) == "slow_ack:P1"
    assert words.key(GAP) == "coverage_gap:P1:1"


def test_the_answer_names_the_largest_its_size_and_how_sure_all_are():
    told = words.answer([SLOW, GAP, CASCADE], NAMES)
    assert told == (
        "**3 findings.** The largest: **Shop\\: slow to acknowledge**, 15 h 30 min a month of "
        "avoidable waiting (very sure). 1 follows from the configuration; of the 2 that rest on "
        "a test, at most 3 % are expected to be false alarms."
    )


def test_no_finding_is_an_answer_too():
    assert words.answer([], NAMES, ()) == (
        "**No finding.** No kind reaches its floor with enough certainty. What was looked at is "
        "listed below."
    )
    assert words.answer([], NAMES) == (
        "**No finding.** No kind reaches its floor with enough certainty."
    )


def test_one_service_alone_does_not_stand_out_because_there_is_nothing_to_compare_it_with():
    told = words.answer([], NAMES, ["service", "escalation policy"])
    assert told == (
        "**No finding.** Only one service and one escalation policy had incidents: there is "
        "nothing to compare them with. No other kind reaches its floor with enough certainty. What "
        "was looked at is listed below."
    )
    alone = words.answer([], {}, ["service"])
    assert "Only one service had incidents: there is nothing to compare it with." in alone


def test_one_finding_is_not_called_the_largest():
    assert words.answer([GAP], NAMES) == (
        "**One finding:** **Shop, level 1\\: nobody is on call**, 5 h 2 min a month of avoidable "
        "waiting (follows from the configuration). It follows from the configuration."
    )


def test_what_is_only_read_off_or_only_tested_is_said_alone():
    assert words.chance([GAP, GAP]) == "2 follow from the configuration."
    assert words.chance([CASCADE]) == (
        "It rests on a test; at most 3 % of such findings are expected to be false alarms."
    )


def test_false_alarms_are_no_more_than_the_least_sure_finding_allows():
    assert words.chance([SLOW] * 11) == (
        "Of the 11 that rest on a test, at most 0.1 % are expected to be false alarms."
    )
    assert words.chance([SLOW, CASCADE._replace(q_value=0.1)]).endswith(
        "at most 10 % are expected to be false alarms."
    )


@pytest.mark.parametrize(
    ("finding", "told"),
    [
        (SLOW, "Shop"),
        (GAP, "Shop, level 1"),
        (CASCADE, "Data_base → Mail"),
        (CASCADE._replace(subject_id="S9", detail="S8"), "S9"),
    ],
)
def test_a_place_is_named_with_its_level_or_the_other_service(finding, told):
    assert words.where(finding, NAMES) == told


@pytest.mark.parametrize(
    ("q", "told"), [(0.001, "very sure"), (0.01, "very sure"), (0.05, "sure"), (0.1, "likely")]
)
def test_certainty_is_told_by_the_share_expected_to_be_chance(q, told):
    assert words.certainty(SLOW._replace(q_value=q)) == told


def test_what_is_read_off_the_configuration_needs_no_certainty():
    assert words.certainty(GAP) == "follows from the configuration"
    assert "chance plays no part" in words.how_sure(GAP)
    assert "More data does not change it" in words.would_change(GAP)[-1]


def test_p_and_q_are_told_in_plain_words():
    told = words.how_sure(CASCADE)
    assert "We are sure that this is not chance" in told
    assert "between 76 % and 89 %" in told
    assert "about once in 250 times" in told
    assert "at most 3 % are expected to be chance" in told


def test_a_test_against_the_floor_says_that_p_is_of_the_floor_and_not_of_no_difference():
    told = words.how_sure(CASCADE)
    assert "if the true value only just reached the floor, chance alone would bring" in told
    assert "If it did not differ" not in told
    assert "If it did not differ from the comparison value of 4 min 10 s" in words.how_sure(SLOW)


@pytest.mark.parametrize(
    ("p_value", "told"),
    [(1 / 1001, "in none of 1,000 random draws"), (3 / 1001, "in 2 of 1,000 random draws")],
)
def test_a_p_value_that_was_counted_in_draws_is_told_as_that_count(p_value, told):
    nights = SLOW._replace(kind="unfair_rotation", effect=0.4, reference=0.1, p_value=p_value)
    assert told in words.how_sure(nights)
    assert "about once in" not in words.how_sure(nights)


def test_a_finding_about_everything_is_placed_in_the_whole_account():
    whole = SLOW._replace(kind="pages_for_nothing", subject_type="account", subject_id="account")
    assert words.title(whole, NAMES) == "Whole account: most pages come to nothing"


def test_an_association_is_never_told_as_a_cause():
    assert "does not show that one causes the other" in words.how_sure(CASCADE)
    assert "cause" not in words.how_sure(SLOW)


def test_what_would_change_a_finding_names_floor_reference_and_more_data():
    told = " ".join(words.would_change(SLOW))
    assert "reaches the floor: twice the median wait elsewhere" in told
    assert "near the comparison value (4 min 10 s)" in told
    assert "n = 468" in told


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [
        (90.0, "seconds", "1 min 30 s"),
        (0.25, "share", "25 %"),
        (1.52, "times", "1.5 ×"),
        (1_200.0, "count", "1,200"),
        (2.0, "hours", "2 h"),
        (0.31, "per on-call hour", "0.3 per on-call hour"),
        (0.376, "Gini", "Gini 0.38"),
        (NAN, "times", "–"),
    ],
)
def test_an_effect_reads_in_its_unit(value, unit, told):
    assert words.size(value, unit) == told


def test_an_effect_has_an_interval_where_it_is_an_estimate():
    assert words.effect(CASCADE) == "84 % (76 % to 89 %)"
    assert words.effect(GAP) == "64 %"


def test_avoidable_time_says_whose_it_is():
    assert words.worth(SLOW) == "15 h 30 min a month of avoidable waiting"
    noisy = SLOW._replace(kind="noisy_service")
    assert words.worth(noisy) == "15 h 30 min a month of avoidable work"
    assert (
        words.worth(SLOW._replace(avoidable_minutes_per_month=0.0)) == "no avoidable time measured"
    )


def looked_at(*rows):
    columns = ["subject_type", "n", "p_value", "reference"]
    return words.looked_at(pd.DataFrame(rows, columns=columns))


def test_what_was_looked_at_in_vain_is_counted():
    told = looked_at(
        ("service", 50, 0.4, 0.1), ("service", 9, 0.4, 0.1), ("schedule", 9, NAN, NAN),
        ("account", 59, 0.4, 0.5),
    )  # fmt: skip
    assert told == (
        "looked at 1 schedule and 2 services (1 of them with fewer than 10 observations): none"
    )
    assert words.looked_at(frames.empty(frames.TESTS)) == "nothing to look at in this account"


def test_a_service_alone_had_nothing_to_be_compared_with():
    assert looked_at(("service", 50, 1.0, NAN)) == "looked at 1 service: nothing to compare with"
    assert looked_at(("service", 50, NAN, 0.0)) == "looked at 1 service: none"


def test_not_chance_is_said_up_to_a_q_value_of_five_percent_only():
    assert "We are sure that this is not chance." in words.how_sure(SLOW._replace(q_value=0.05))
    likely = words.how_sure(SLOW._replace(q_value=0.06))
    assert likely.startswith("This is likely more than chance, but chance is not ruled out.")
    assert "that this is not chance" not in likely


def test_how_sure_names_how_few_separate_cases_the_cases_are_worth():
    assert "n = 117;" in words.how_sure(SLOW)
    assert "n = 117 (as much as 40 separate ones);" in words.how_sure(
        SLOW._replace(effective_n=40.2)
    )
