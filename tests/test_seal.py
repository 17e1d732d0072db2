"""Sealed texts: what they promise, and what nobody can do without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corvana.seal import NOT_SEALED, KeySeal, is_sealed, new_key

SEAL = KeySeal(bytes(range(64)))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_what_was_sealed_opens_to_what_it_was(plain: str) -> None:
    assert SEAL.opened(SEAL.text(plain)) == plain


@given(TEXTS, TEXTS)
def test_equal_texts_and_only_they_are_sealed_alike(one: str, other: str) -> None:
    assert (SEAL.text(one) == SEAL.text(other)) == (one == other)


@given(st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,14}", fullmatch=True), max_size=5))
def test_a_list_of_ids_opens_part_by_part(ids: list[str]) -> None:
    assert SEAL.opened(" ".join(map(SEAL.text, ids))) == " ".join(ids)


def test_a_sealed_id_stands_in_keys_addresses_and_lists() -> None:
    sealed = SEAL.text("PSVC123")
    assert sealed.startswith("~")
    assert sealed.lstrip("~").replace("-", "").replace("_", "").isalnum()
    assert SEAL.opened(f"slow_ack:{sealed}?x") == "slow_ack:PSVC123?x"
    assert is_sealed(sealed)


@pytest.mark.parametrize("plain", ["", "PSVC123", "~home", "~", "a ~b", "~" + "x" * 40])
def test_what_is_not_sealed_stays_as_it_is(plain: str) -> None:
    assert SEAL.opened(plain) == plain
    assert NOT_SEALED.text(plain) == NOT_SEALED.opened(plain) == plain


def test_an_empty_text_stays_empty() -> None:
    assert SEAL.text("") == ""


def test_another_key_opens_nothing() -> None:
    sealed = SEAL.text("PSVC123")
    assert KeySeal(new_key()).opened(sealed) == sealed


def test_a_changed_text_does_not_open() -> None:
    sealed = SEAL.text("PSVC123")
    changed = sealed[:-1] + ("A" if sealed[-1] != "A" else "B")
    assert SEAL.opened(changed) in {changed, "PSVC123"}
    assert SEAL.opened("~" + sealed[5:] + sealed[1:5]) == "~" + sealed[5:] + sealed[1:5]
