"""What the overview says: how fast, where weakest, what is stuck, and on what it rests."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.answers import findings
from corvana.analysis.answers.overview import Concluded, answer, collected
from corvana.analysis.answers.scorecard import short_of, told, weakest
from corvana.analysis.answers.selection import Selected
from corvana.analysis.response import durations
from corvana.analysis.scorecard import DIMENSIONS, dimensions_under
from corvana.assessment.settings import Norms
from tests.builders.analysis import written_account

NAN = float("nan")
SINCE, AS_OF = datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
EVERYTHING = Selected("", "", "from 1 Aug to 20 Nov")
NOBODY = durations.ack_summary(frames.empty(frames.INCIDENTS), AS_OF)


def check(dimension, points, **more):
    given = {
        "dimension": dimension, "check": "Few escalate", "measures": "Share that escalate",
        "value": 0.38, "low": 0.36, "high": 0.39, "n": 3_037, "unit": "share", "fails_at": 0.4,
        "meets_at": 0.1, "points": points, "is_known": points == points, "source": "Our own",
        "setting": "Policies", "says": None, "says_never": None,
    }  # fmt: skip
    return given | more


def card(*checks):
    return frames.conform(pd.DataFrame(checks), frames.SCORECARD)


def test_the_weakest_score_is_named_with_its_weakest_check():
    exhausted = "Somebody is always left to page"
    checks = card(
        check("Coverage", 80.0),
        check("Hygiene", 30.0, check="Few incidents escalate"),
        check("Hygiene", 2.0, check=exhausted, value=0.1),
        check("Hygiene", NAN),
    )
    assert weakest(checks) == (
        "The weakest score is **hygiene**, 16 of 100; weakest check: 10 % of high-urgency "
        "incidents that needed a person run out of people to page; 1 of 3 not known."
    )
    assert weakest(card(check("Hygiene", NAN))) == ""
    assert weakest(card(check("Hygiene", 100.0))) == "All known scores are 100 of 100."


def test_a_dimension_tells_its_weakest_check_and_how_many_are_unknown():
    levels = check("A", 0.0, check="Every level answers", value=0.5, n=2)
    checks = card(check("A", 100.0), levels, check("A", NAN))
    assert short_of(checks) == (
        "weakest check: 1 of 2 policy levels acknowledges less than a quarter of what reaches "
        "them; 1 of 3 not known"
    )
    both = check("A", 0.0, check="Every level answers", value=0.0, n=2)
    assert "2 of 2 policy levels acknowledge less" in short_of(card(both))
    assert short_of(checks[:1]) == "all known checks have 100 points"
    assert short_of(checks[2:]) == "no check has enough data"
    assert short_of(card(check("A", 3.0))) == "weakest check: Few escalate, 3 points"


@pytest.mark.parametrize("one", [each for own in DIMENSIONS.values() for each in own])
def test_every_check_says_its_value_with_its_unit(one):
    value = 600.0 if one.unit == "seconds" else 0.25
    said = short_of(card(check("A", 3.0, check=one.name, unit=one.unit, value=value, n=40)))
    assert "{" not in said
    assert "one responder is on call" not in said, "several may be on call as long"
    assert "each responder" not in said, "a mean is not the number of each"
    expected = {"seconds": ("10 min",), "share": ("25 %", "75 %"), "per month": ("0.2",)}[one.unit]
    assert any(each in said for each in expected)


def test_a_time_that_fewer_than_half_reach_is_told_as_that_with_its_population():
    never = check(
        "A", 0.0, check="Half are acknowledged soon", unit="seconds", value=float("inf"),
        low=NAN, high=NAN, n=60, fails_at=1_800.0, meets_at=300.0,
    )  # fmt: skip
    assert short_of(card(never)) == (
        "weakest check: fewer than half of the 60 high-urgency incidents that no machine "
        "acknowledged are acknowledged by a person"
    )
    assert "Share that escalate: fewer than half were, n = 60." in told(card(never))[0]


def test_a_check_is_told_under_the_norms_that_it_was_measured_with():
    """Of a version of an earlier release, the sentence is that of the check's name."""
    (own,) = (
        one
        for one in dimensions_under(Norms(in_time_minutes=15))["Responsiveness"]
        if one.name == "Acknowledged in time"
    )
    row = check("A", 3.0, check=own.name, value=0.25, n=40)
    now = short_of(card(row | {"says": own.says, "says_never": own.says_never}))
    assert "25 % of high-urgency incidents are acknowledged within 15 min" in now
    assert "are acknowledged within 30 min" in short_of(card(row))


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
    assert answer(NOBODY, EVERYTHING, None) == "No incident matches this selection."


def test_the_answer_joins_speed_weakness_and_findings_and_names_the_period_of_each():
    least = weakest(card(check("Coverage", 80.0)))
    said = answer(NOBODY, EVERYTHING, Concluded(least, findings.answer([], {}), SINCE, AS_OF))
    assert "Of everything collected, 1 Aug to 20 Nov: the weakest score is **coverage**" in said
    assert said.index("weakest") < said.index("No finding")


def test_one_of_everything_is_said_in_the_singular():
    one = written_account.incidents(
        {"service_id": "db", "escalation_policy_id": "P1", "acknowledged_by": "ann"}
    )
    assert collected(one, SINCE, AS_OF, ()).startswith(
        "Complete from 1 Aug to 20 Nov 2026: 1 incident of 1 service, 1 escalation policy, "
        "1 responder who acknowledged. "
    )


def test_what_was_collected_is_told_with_what_is_missing():
    said = collected(frames.empty(frames.INCIDENTS), SINCE, AS_OF, ("log entries of 3 Nov",))
    assert said.startswith("Complete from 1 Aug to 20 Nov 2026: 0 incidents of 0 services")
    assert said.endswith("Missing: log entries of 3 Nov.")
    assert collected(frames.empty(frames.INCIDENTS), None, AS_OF, ()) == "Nothing is complete yet."
