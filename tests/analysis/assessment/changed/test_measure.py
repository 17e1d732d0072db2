"""What is told of a change: better or worse only where its interval holds no change."""

import math

import pytest

from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.statistics.estimates import UNKNOWN, Estimate

NAN = math.nan


def time(change: Estimate, mix: Estimate = UNKNOWN) -> Measure:
    value = Estimate(60, 50, 70)
    return Measure("acknowledged_half", "seconds", "less", value, value, 50, 50, change, mix)


def share(change: Estimate, better: str = "more") -> Measure:
    value = Estimate(0.5, 0.4, 0.6)
    return Measure("acknowledged", "share", better, value, value, 50, 50, change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "mix", "told"),
    [
        (Estimate(0.7, 0.6, 0.8), UNKNOWN, "better"),
        (Estimate(1.4, 1.1, 1.8), UNKNOWN, "worse"),
        (Estimate(0.7, 0.4, 1.01), UNKNOWN, "not clear"),
        (Estimate(0.7, 0.4, 1.0), UNKNOWN, "not clear"),
        (Estimate(0.7, NAN, NAN), UNKNOWN, "too few weeks"),
        (UNKNOWN, UNKNOWN, "too few cases"),
        (Estimate(0.7, 0.6, 0.8), Estimate(0.8, 0.7, 0.9), "better"),
        (Estimate(0.7, 0.6, 0.8), Estimate(0.95, 0.8, 1.1), "mix"),
        (Estimate(0.7, 0.6, 0.8), Estimate(1.3, 1.2, 1.4), "mix"),
        (Estimate(0.9, 0.7, 1.1), Estimate(0.8, 0.7, 0.9), "not clear"),
    ],
)
def test_a_time_is_better_only_if_both_intervals_say_so(change, mix, told):
    assert time(change, mix).verdict == told


def test_of_a_share_the_sign_counts_and_what_is_neither_only_rises_or_falls():
    rise, fall = Estimate(0.1, 0.02, 0.18), Estimate(-0.1, -0.18, -0.02)
    assert [share(each).verdict for each in (rise, fall)] == ["better", "worse"]
    assert [share(each, "less").verdict for each in (rise, fall)] == ["worse", "better"]
    assert [share(each, "neither").verdict for each in (rise, fall)] == ["more", "less"]
    assert share(Estimate(0.1, 0.0, 0.2)).verdict == "not clear"


def test_the_smallest_change_that_could_have_shown_has_eighty_percent_power():
    """2.8 standard deviations, of which the half width of an interval has 1.96."""
    assert share(Estimate(0.1, 0.1 - 0.196, 0.1 + 0.196)).detectable == pytest.approx(
        0.28, abs=1e-3
    )
    found = time(Estimate(2.0, 2.0 / math.exp(0.196), 2.0 * math.exp(0.196))).detectable
    assert found == pytest.approx(math.exp(0.28), abs=1e-3)


@pytest.mark.parametrize(
    "change", [UNKNOWN, Estimate(1, NAN, NAN), Estimate(1, 0.5, math.inf), Estimate(1, 0.0, 2)]
)
def test_without_bounds_nothing_is_said_of_what_could_have_shown(change):
    assert math.isnan(time(change).detectable)
