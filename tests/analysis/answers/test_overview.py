"""What the overview says: how fast, where weakest, what is stuck, and on what it rests."""

from datetime import UTC, datetime

import pandas as pd

from corvana import frames
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers.overview import answer, collected
from corvana.analysis.answers.scorecard import short_of, told, weakest
from corvana.analysis.response import durations

NAN = float("nan")
SINCE, AS_OF = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
EVERYTHING = Filters(SINCE, AS_OF)
NOBODY = durations.ack_summary(frames.empty(frames.INCIDENTS), AS_OF)


def check(dimension, points, **more):
    given = {
        "dimension": dimension, "check": "Few escalate", "measures": "Share that escalate",
        "value": 0.38, "low": 0.36, "high": 0.39, "n": 3_037, "unit": "share", "fails_at": 0.4,
        "meets_at": 0.1, "points": points, "is_known": points == points, "source": "Our own",
        "setting": "Policies",
    }  # fmt: skip
    return given | more


def card(*checks):
    return frames.conform(pd.DataFrame(checks), frames.SCORECARD)


def test_the_weakest_score_is_named_with_its_worst_check():
    checks = card(
        check("Coverage", 80.0),
        check("Hygiene", 30.0),
        check("Hygiene", 2.0, check="Few repeat"),
        check("Hygiene", NAN),
    )
    assert weakest(checks) == (
        "The weakest of the scores is **hygiene**, 16 of 100; worst there: “Few repeat”, 2 points."
    )
    assert weakest(card(check("Hygiene", NAN))) == ""


def test_a_dimension_tells_how_many_checks_lose_points_and_how_many_are_unknown():
    checks = card(check("A", 100.0), check("A", 99.0), check("A", 0.0), check("A", NAN))
    assert short_of(checks) == "2 of 3 checks below 100, 1 unknown"
    assert short_of(checks[:1]) == "0 of 1 checks below 100"


def test_a_check_tells_its_value_thresholds_and_their_source():
    (line,) = told(card(check("Hygiene", 8.3)))
    assert line.startswith("**Few escalate: 8 points**")
    assert "38 % (95 % interval 36 % to 39 %), n = 3,037" in line
    assert "No points at 40 %, all 100 from 10 %" in line
    assert "Our own" in line


def test_a_check_that_is_not_known_says_so_and_shows_no_number():
    unknown = check("Hygiene", NAN, value=NAN, low=NAN, high=NAN, n=3)
    (line,) = told(card(unknown))
    assert "not known" in line
    assert "Too little data, n = 3" in line


def test_what_is_read_off_has_no_interval_and_rates_name_their_unit():
    (line,) = told(card(check("Hygiene", 8.0, low=NAN, high=NAN, unit="per month", value=26.71)))
    assert "26.7 per month, n" in line


def test_before_the_analysis_the_answer_is_about_response_alone():
    assert answer(NOBODY, EVERYTHING, None, None, {}) == "No incident matches this selection."


def test_the_answer_joins_speed_weakness_and_findings():
    said = answer(NOBODY, EVERYTHING, card(check("Coverage", 80.0)), [], {})
    assert "The weakest of the scores is **coverage**" in said
    assert said.index("weakest") < said.index("Nothing stands out")


def test_what_was_collected_is_told_with_what_is_missing():
    said = collected(frames.empty(frames.INCIDENTS), SINCE, AS_OF, ("log entries of 3 Nov",))
    assert said.startswith("Complete from 1 Aug to 20 Nov 2026: 0 incidents of 0 services")
    assert said.endswith("Missing: log entries of 3 Nov.")
    assert collected(frames.empty(frames.INCIDENTS), None, AS_OF, ()) == "Nothing is complete yet."
