"""Whether a duration changed, in a sentence made of the numbers."""

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.answers.response import change

LEVELS = pd.DataFrame(
    {"start": pd.to_datetime(["2026-09-07", "2026-10-12"]), "value": [300.0, 480.0],
     "ratio": [np.nan, 1.6], "ratio_low": [np.nan, 1.3], "ratio_high": [np.nan, 1.97]}
)  # fmt: skip


def split(weeks: int = 12, detectable: float = 1.25) -> pd.DataFrame:
    return pd.DataFrame({"weeks": [weeks], "detectable": [detectable]})


def test_a_change_is_told_with_its_levels_its_interval_and_the_smallest_that_would_show() -> None:
    assert change(LEVELS, split()) == (
        "Typically 5 min before 12 Oct, 8 min since: 1.60 times (1.30 to 1.97). Its place was "
        "chosen by the data, which overstates it; one of 25 % longer or 20 % shorter would most "
        "likely have shown."
    )


def test_no_change_says_what_would_have_shown() -> None:
    assert change(LEVELS.iloc[:1], split()) == (
        "No lasting change in 12 whole weeks; one of 25 % longer or 20 % shorter would most likely "
        "have shown."
    )


@pytest.mark.parametrize(
    ("weeks", "detectable", "told"),
    [
        (5, np.nan, "A change can be told from chance from 6 whole weeks on."),
        (8, np.nan, "Too few values in 8 weeks to tell a change from chance."),
    ],
)
def test_too_little_data_is_said(weeks: int, detectable: float, told: str) -> None:
    assert change(LEVELS.iloc[:0], split(weeks, detectable)) == told


def test_data_that_could_show_hardly_anything_says_so() -> None:
    assert change(LEVELS.iloc[:1], split(detectable=40.0)).endswith(
        "this much data would hardly have shown any."
    )
