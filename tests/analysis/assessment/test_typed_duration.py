"""Durations as a person types them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corvana.analysis.assessment.typed_duration import LONGEST, NotADuration, exact, seconds_of


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("15 min", 900),
        ("15min", 900),
        ("15 m", 900),
        ("  4 H ", 14_400),
        ("1 h 30 min", 5_400),
        ("1.5 h", 5_400),
        ("1,5 hours", 5_400),
        ("90 s", 90),
        ("2 days", 172_800),
        ("1 day 12 h", 129_600),
        ("365 days", LONGEST),
    ],
)
def test_a_duration_is_read_as_it_is_usually_written(typed, seconds):
    assert seconds_of(typed) == seconds


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_field_is_no_target(typed):
    assert seconds_of(typed) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("15", "The unit is missing. Is it 15 min or 15 h?"),
        ("soon", "This is no duration. Write a number and a unit, such as 15 min, 4 h or 2 days."),
        ("15 min or so", "This is no duration."),
        ("min", "This is no duration."),
        ("1 h, 30 min", "This is no duration."),
        ("4 weeks", "The unit of a part is not known."),
        ("0 min", "A target is at least 1 s. Leave the field empty for no target."),
        ("-4 h", "A target cannot be negative."),
        ("366 days", "A target is at most 365 days."),
        ("9999999999999 h", "This is no duration."),
        ("<b>4 h</b>", "This is no duration."),
    ],
)
def test_what_is_wrong_is_told_in_words(typed, said):
    with pytest.raises(NotADuration) as refused:
        seconds_of(typed)
    assert str(refused.value).startswith(said)


@given(st.integers(min_value=1, max_value=LONGEST))
def test_every_target_is_shown_so_that_it_is_read_as_itself(seconds):
    assert seconds_of(exact(seconds)) == seconds


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused_in_words(typed):
    said, seconds = "", None
    try:
        seconds = seconds_of(typed)
    except NotADuration as refused:
        said = str(refused)
    assert said.endswith((".", "?")) or seconds is None or 1 <= seconds <= LONGEST


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (59, "59 s"), (900, "15 min"), (86_400, "1 day"), (129_600, "1 day 12 h")],
)
def test_a_target_is_told_without_rounding(seconds, told):
    assert exact(seconds) == told
