"""Sealed ids and names are opened where they leave for a reader."""

import pandas as pd

from corvana.analysis.opening import opened, opened_document, opened_labels
from corvana.seal import NOT_SEALED, KeySeal

SEAL = KeySeal(bytes(range(64)))
A, B, C = map(SEAL.text, ("PA", "PB", "PC"))


def test_cells_are_opened_and_everything_else_stays() -> None:
    frame = pd.DataFrame(
        {
            "service_id": pd.Series([A, None, B, A], dtype="str"),
            "policy_id": pd.Categorical([A, B, None, B]),
            "n": [1, 2, 3, 4],
            "said": ["one", "two", None, "four"],
        }
    )
    told = opened(frame, SEAL)
    assert told["service_id"].fillna("").tolist() == ["PA", "", "PB", "PA"]
    assert told["policy_id"].fillna("").tolist() == ["PA", "PB", "", "PB"]
    assert told[["n", "said"]].equals(frame[["n", "said"]])
    assert frame["service_id"].iloc[0] == A, "the frame itself is not changed"


def test_several_ids_in_a_cell_are_in_the_order_of_what_they_say() -> None:
    frame = pd.DataFrame({"team_ids": [" ".join(sorted((C, A, B))), A, ""]})
    assert opened(frame, SEAL)["team_ids"].tolist() == ["PA PB PC", "PA", ""]


def test_without_a_seal_the_frame_is_the_same_object() -> None:
    frame = pd.DataFrame({"service_id": ["PA"]})
    assert opened(frame, NOT_SEALED) is frame


def test_a_frame_without_rows_stays_one() -> None:
    assert opened(pd.DataFrame({"service_id": pd.Series([], dtype="str")}), SEAL).empty


def test_a_document_is_opened_in_all_its_depth() -> None:
    document = {"key": f"slow_ack:{A}", "ids": [A, B], "n": 3, "none": None, "of": ({"id": C},)}
    assert opened_document(document, SEAL) == {
        "key": "slow_ack:PA",
        "ids": ["PA", "PB"],
        "n": 3,
        "none": None,
        "of": [{"id": "PC"}],
    }


def test_names_are_opened_and_ids_stay_sealed_so_that_they_join() -> None:
    labels = pd.DataFrame({"kind": ["service"], "id": [A], "label": [SEAL.text("Checkout")]})
    incidents = pd.DataFrame(
        {"service_id": [A, B], "escalation_policy_id": [None, None], "priority": [None, None]}
    )
    told = opened_labels(labels, incidents, SEAL)
    assert told.to_dict("records") == [
        {"kind": "service", "id": A, "label": "Checkout", "shown_id": "PA"},
        {"kind": "service", "id": B, "label": "PB", "shown_id": "PB"},
    ], "what only incidents name has its own id as its name"
