"""Texts found among others, as numbers."""

import pandas as pd

from corvana.analysis.places import places


def test_a_text_has_the_place_of_the_first_equal_name_and_minus_one_without_any() -> None:
    texts = pd.Series(["b", "c", None, "a", "b"], dtype="str")
    assert places(texts, pd.Index(["a", "b", "b"])).tolist() == [1, -1, -1, 0, 1]


def test_nobody_is_found_among_nobody() -> None:
    none = pd.Series([None], dtype="str")
    assert places(none, none).tolist() == [-1]
    assert places(none.iloc[:0], none).tolist() == []
