"""The sentences of Did it help?"""

from dataclasses import replace
from datetime import date

import pytest

from corvana.analysis.answers import did_it_help as words
from corvana.analysis.assessment.did_it_help import Outcome
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

NAN = float("nan")
WAIT = "the typical wait until acknowledged or over"
HELPED = Outcome(
    verdict="helped",
    why="",
    unit="seconds",
    done=date(2026, 3, 2),
    n_before=38,
    n_after=1_041,
    before=1_680.0,
    after=540.0,
    alone=Estimate(0.32, 0.2, 0.5),
    places=31,
    elsewhere=1.05,
    against=Estimate(0.306, 0.2, 0.478),
    detectable=0.28,
    seen_from=None,
)


CASES = [
    (
        HELPED,
        (
            "**It helped.** The typical wait until acknowledged or over was 28 min before and is "
            "9 min since (n = 38 and 1,041). At 31 similar places that nobody touched it changed "
            "by +5 % in the same weeks; without that, the change is −69 % (95 % interval −80 to "
            "−52 %)."
        ),
    ),
    (
        replace(HELPED, places=0, elsewhere=NAN, against=HELPED.alone),
        (
            "**It helped.** The typical wait until acknowledged or over was 28 min before and is "
            "9 min since (n = 38 and 1,041). The change is −68 % (95 % interval −80 to −50 %). Too "
            "few similar places were left alone to compare with."
        ),
    ),
    (
        replace(
            HELPED,
            verdict="no change",
            unit="share",
            before=0.62,
            after=0.60,
            places=1,
            elsewhere=-0.004,
            against=Estimate(-0.02, -0.08, 0.041),
        ),
        (
            "**No change.** The typical wait until acknowledged or over was 62 % before and is 60 "
            "% since (n = 38 and 1,041). At 1 similar place that nobody touched it changed by 0 "
            "points in the same weeks; without that, the change is −2 points (95 % interval −8 to "
            "+4 points). A fall of 28 % would have shown."
        ),
    ),
    (
        replace(
            HELPED,
            verdict="too early",
            n_after=0,
            after=NAN,
            against=UNKNOWN,
            detectable=NAN,
            seen_from=date(2026, 4, 14),
        ),
        (
            "**Too early.** From 14 Apr a change of 30 % can be seen. The typical wait until "
            "acknowledged or over was 28 min before (n = 38); there is no case after it yet."
        ),
    ),
    (
        replace(HELPED, verdict="too early", n_before=0, against=UNKNOWN, seen_from=None),
        (
            "**Too early.** The weeks so far are too few to say from when a change can be seen. "
            "The typical wait until acknowledged or over is 9 min since (n = 1,041)."
        ),
    ),
    (
        replace(HELPED, verdict="too early", against=UNKNOWN, seen_from=date(2027, 1, 4)),
        (
            "**Too early.** From 4 Jan 2027 a change of 30 % can be seen. The typical wait until "
            "acknowledged or over was 28 min before and is 9 min since (n = 38 and 1,041)."
        ),
    ),
    (
        replace(
            HELPED,
            verdict="cannot tell",
            why="nothing before",
            n_before=0,
            n_after=0,
            against=UNKNOWN,
            detectable=NAN,
        ),
        (
            "**Cannot tell.** The typical wait until acknowledged or over: the data have no case "
            "before that day."
        ),
    ),
    (
        replace(
            HELPED,
            verdict="cannot tell",
            why="too few cases",
            against=UNKNOWN,
            detectable=0.6,
        ),
        (
            "**Cannot tell.** Its weeks differ so much, or have so few cases, that a year would "
            "not show a change of 30 %. The typical wait until acknowledged or over was 28 min "
            "before and is 9 min since (n = 38 and 1,041). A fall of 60 % would have shown."
        ),
    ),
]


@pytest.mark.parametrize(("outcome", "said"), CASES)
def test_an_outcome_is_told_with_its_numbers(outcome: Outcome, said: str) -> None:
    assert words.told(outcome, WAIT) == said


def test_where_a_year_would_not_show_it_only_a_large_change_can_be_seen() -> None:
    early = replace(
        HELPED,
        verdict="too early",
        why="too few cases",
        against=UNKNOWN,
        seen_from=date(2026, 3, 24),
    )
    assert words.told(early, WAIT).startswith(
        "**Too early.** From 24 Mar a large change can be seen; one of 30 % not within a year. The"
    )


def test_of_a_place_nothing_is_said_to_have_helped() -> None:
    assert words.told(HELPED, WAIT, of_place=True).startswith("**It fell.**")
    assert words.told(replace(HELPED, verdict="worse"), WAIT, of_place=True).startswith(
        "**It rose.**"
    )
    assert words.verdict(replace(HELPED, verdict="worse")) == "It became worse."
