"""Texts found among others, as numbers."""

import pandas as pd

from corvana.analysis.statistics.places import are_among, places


def test_a_text_has_the_place_of_the_first_equal_name_and_minus_one_without_any() -> None:
    texts = pd.Series(["b", "c", None, "a", "b"], dtype="str")
    assert places(texts, pd.Index(["a", "b", "b"])).tolist() == [1, -1, -1, 0, 1]


def test_a_category_has_the_place_of_its_text() -> None:
    texts = pd.Series(["b", "c", None, "a", "b"], dtype="category")
    names = pd.Series(["a", "b", "b", "d"], dtype="category")
    assert places(texts, names).tolist() == [1, -1, -1, 0, 1]
    assert are_among(texts, names).tolist() == [True, False, False, True, True]
    assert places(texts.iloc[:0], names).tolist() == []


def test_nobody_is_found_among_nobody() -> None:
    none = pd.Series([None], dtype="str")
    assert places(none, none).tolist() == [-1]
    assert places(none.iloc[:0], none).tolist() == []


def test_a_text_is_among_names_or_not_and_a_null_never_is() -> None:
    texts = pd.Series(["b", "c", None], dtype="str")
    names = pd.Series(["a", None, "b", "b"], dtype="str")
    assert are_among(texts, names).tolist() == [True, False, False]
    assert are_among(texts, names.iloc[:0]).tolist() == [False, False, False]
    assert are_among(texts.iloc[:0], names).tolist() == []
