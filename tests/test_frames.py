"""A frame that conforms to a contract: its columns, in its order, of its dtypes."""

import pandas as pd
import pytest

from corvana.frames import FLAG, INSTANT, LEVEL, TEXT, WORD, conform, empty

CONTRACT = {"id": TEXT, "at": INSTANT, "level": LEVEL, "kind": WORD, "is_open": FLAG}


def written() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "kind": ["ack", "page"],
            "level": [1.0, None],
            "more": [0, 0],
            "id": ["P1", None],
            "is_open": [1, 0],
            "at": pd.to_datetime(["2026-10-01T09:00Z", "2026-10-02T09:00Z"]),
        },
        index=[7, 3],
    )


def test_columns_are_kept_in_the_contract_s_order_and_cast() -> None:
    found = conform(written(), CONTRACT)
    assert {name: str(dtype) for name, dtype in found.dtypes.items()} == CONTRACT
    assert list(found.index) == [0, 1]
    assert found["id"].isna().tolist() == [False, True]
    assert found["level"].isna().tolist() == [False, True]
    assert found["is_open"].tolist() == [True, False]


def test_what_conforms_stays_as_it_is_categories_too() -> None:
    once = conform(written(), CONTRACT)
    some = once[once["kind"].eq("ack")]
    pd.testing.assert_frame_equal(conform(once, CONTRACT), once)
    assert list(conform(some, CONTRACT)["kind"].cat.categories) == ["ack", "page"]


def test_the_argument_is_not_changed() -> None:
    given = written()
    found = conform(given, CONTRACT)
    found["level"] = 3
    pd.testing.assert_frame_equal(given, written())


def test_a_missing_column_is_an_error() -> None:
    with pytest.raises(KeyError, match="level"):
        conform(written().drop(columns="level"), CONTRACT)


def test_an_empty_frame_conforms() -> None:
    pd.testing.assert_frame_equal(conform(empty(CONTRACT), CONTRACT), empty(CONTRACT))
