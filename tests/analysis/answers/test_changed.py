"""What is said of two times compared."""

import math
from datetime import UTC, datetime

import pandas as pd
import pytest

from corvana.analysis.answers import changed as words
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

NAN = math.nan
SINCE = "Since “Handed over” (1 Oct to 20 Nov)"


def half(change: Estimate, mix: Estimate = UNKNOWN) -> Measure:
    before, after = Estimate(420, 400, 440), Estimate(420 * change.value, 0, 1)
    return Measure("acknowledged_half", "seconds", "less", before, after, 200, 100, change, mix)


def acknowledged(change: Estimate) -> Measure:
    after = Estimate(0.6 + change.value, 0.1, 0.9)
    before = Estimate(0.6, 0.5, 0.7)
    return Measure("acknowledged", "share", "more", before, after, 200, 100, change)


BETTER = half(Estimate(4 / 7, 0.45, 0.72))
UNCLEAR = acknowledged(Estimate(0.05, -0.02, 0.12))
WORSE = acknowledged(Estimate(-0.1, -0.15, -0.05))
MIXED = half(Estimate(4 / 7, 0.45, 0.72), Estimate(0.9, 0.7, 1.2))
MORE = Measure(
    "incidents", "a week", "neither", Estimate(50, NAN, NAN), Estimate(75, NAN, NAN), 300, 450,
    Estimate(1.5, 1.2, 1.9),
)  # fmt: skip


def test_better_and_worse_are_counted_and_the_first_of_each_is_told_with_its_interval():
    assert words.answer([BETTER, UNCLEAR, WORSE], SINCE) == (
        f"**{SINCE}: 1 of 3 measures is better, 1 is worse.** "
        "Half acknowledged in: 4 min, before 7 min (−43 %; 95 % interval −55 % to −28 %). "
        "Acknowledged: 50 %, before 60 % (−10.0 points; 95 % interval −15.0 points to −5.0 points)."
    )


def test_several_better_ones_have_a_verb_of_their_own():
    told = words.answer([BETTER, BETTER, MORE], SINCE)
    assert told.startswith(
        f"**{SINCE}: 2 of 3 measures are better, 1 is otherwise different.** Half"
    )


def test_one_clear_change_among_many_measures_may_be_chance_and_two_are_told_as_they_are():
    chance = "Of so many measures, one may differ by chance."
    assert chance in words.answer([BETTER, *[UNCLEAR] * 4], SINCE)
    assert chance not in words.answer([BETTER, *[UNCLEAR] * 3], SINCE)
    assert chance not in words.answer([BETTER, WORSE, *[UNCLEAR] * 4], SINCE)


def test_without_a_clear_change_nothing_is_told_to_be_better():
    assert words.answer([UNCLEAR, UNCLEAR], SINCE) == (
        f"**{SINCE}: none of 2 measures changed clearly.**"
    )


@pytest.mark.parametrize(("number", "told"), [(1, "One differs"), (2, "2 differ")])
def test_what_is_not_clear_at_the_same_mix_is_told_as_such(number: int, told: str):
    said = words.answer([UNCLEAR, *[MIXED] * number], SINCE)
    assert "changed clearly" in said
    assert f" {told}, but not clearly at the same mix of services and urgencies." in said


def test_too_few_weeks_and_too_few_incidents_are_told():
    few = half(UNKNOWN)._replace(after=UNKNOWN)
    young = half(Estimate(0.5, NAN, NAN))
    assert words.answer([few, few], SINCE) == (
        f"**{SINCE}: nothing can be compared yet.** Too few incidents are on one of the sides."
    )
    assert words.answer([few, young], SINCE) == (
        f"**{SINCE}: nothing can be compared yet.** Too few weeks are collected."
    )


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([], "Neither side has a finding."),
        (["gone"], "Of 1 finding: 1 gone."),
        (
            ["stays", "new", "gone", "gone", "cannot tell"],
            "Of 5 findings: 2 gone, 1 new, 1 found again, 1 with too little data to tell.",
        ),
    ],
)
def test_findings_are_counted_by_what_became_of_them(states: list[str], told: str):
    found = pd.DataFrame({"state": pd.Series(states, dtype="str")})
    assert words.answer([UNCLEAR, UNCLEAR], SINCE, found).endswith(told)


def test_values_are_told_in_their_unit():
    rate = MORE._replace(unit="an hour")
    assert words.value(BETTER, BETTER.before, 200) == "7 min"
    assert words.value(UNCLEAR, UNCLEAR.before, 5) == "3 of 5"
    assert words.value(MORE, Estimate(4.25, NAN, NAN), 40) == "4.2"
    assert words.value(MORE, Estimate(1_200, NAN, NAN), 40) == "1,200"
    assert words.value(rate, Estimate(0.0834, NAN, NAN), 40) == "0.083"
    assert words.value(MORE, UNKNOWN, 0) == "–"


def test_changes_are_told_with_a_sign_and_intervals_with_two():
    assert (words.change(BETTER), words.interval(BETTER)) == ("−43 %", "−55 % to −28 %")
    assert (words.change(UNCLEAR), words.interval(UNCLEAR)) == (
        "+5.0 points", "−2.0 points to +12.0 points"
    )  # fmt: skip
    open_ended = half(Estimate(2.0, 1.2, math.inf))
    assert words.interval(open_ended) == "at least +20 %"
    assert words.interval(half(Estimate(2.0, NAN, NAN))) == "too few weeks to tell"
    assert (words.change(BETTER, UNKNOWN), words.interval(BETTER, UNKNOWN)) == ("–", "")


def test_the_smallest_change_that_would_show_is_told_for_either_direction():
    assert words.detectable(half(Estimate(1.0, 1 / 1.25, 1.25))) == "+38 % or −27 %"
    assert words.detectable(UNCLEAR) == "±10.0 points"
    assert words.detectable(half(UNKNOWN)) == "–"


def test_a_side_is_told_by_its_days_and_the_name_of_its_baseline():
    start, end = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 10, 2, tzinfo=UTC)
    assert words.side("", start, end, "UTC") == "1 Aug to 1 Oct"
    assert words.side("A *b*", start, end, "UTC") == "1 Aug to 1 Oct, until “A \\*b\\*”"


def test_every_measure_and_verdict_has_words():
    assert set(words.LABELS) == set(words.MEANINGS)
    assert len(set(words.LABELS.values())) == 13
