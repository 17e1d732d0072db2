"""Whoever saves second sees both texts and chooses; neither is lost silently."""

import pytest
from streamlit.testing.v1 import AppTest

from corvana.store.people import audit, members
from corvana.ui import process
from corvana.ui.assessment import changed_meanwhile


def page() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415

    import streamlit as st  # noqa: PLC0415

    from corvana.ui.assessment import changed_meanwhile as section  # noqa: PLC0415

    def chose(what: str) -> None:
        st.session_state["chosen"] = what

    if "began" not in st.session_state:
        st.session_state["began"] = True
        section.remember(
            "note",
            section.Conflict(
                {"Note": "# mine", "Owner": "SRE"},
                {"Note": "theirs", "Owner": "SRE"},
                st.session_state["by"],
                datetime(2026, 3, 1, 12, tzinfo=UTC) if st.session_state["by"] else None,
            ),
        )
    section.draw("note", save_yours=lambda: chose("yours"), keep_theirs=lambda: chose("theirs"))


@pytest.fixture(autouse=True)
def _people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "engine", lambda: None)
    monkeypatch.setattr(members, "addresses", lambda _: {"p1": "ann@example.com"})


def shown(by: str) -> AppTest:
    test = AppTest.from_function(page)
    test.session_state["by"] = by
    return test.run()


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("p1", "Theirs was saved by ann@example.com on 1 Mar 2026"),
        (audit.THIS_COMPUTER, "Theirs was saved by somebody on this computer on 1 Mar 2026"),
        ("p9", "Theirs was saved by another assessor on 1 Mar 2026"),
        ("", "Somebody deleted it."),
    ],
)
def test_it_says_who_saved_what_is_there(by: str, who: str) -> None:
    said = shown(by).warning[0].value.replace("\\", "").replace("\u2060", "")
    assert who in said


def test_only_what_differs_stands_side_by_side() -> None:
    [table] = shown("p1").dataframe
    assert table.value.to_dict("list") == {
        "Field": ["Note"], "Yours": ["# mine"], "Theirs": ["theirs"],
    }  # fmt: skip


@pytest.mark.parametrize(("label", "chosen"), [("Save yours", "yours"), ("Keep theirs", "theirs")])
def test_a_choice_is_carried_out_once_and_the_question_is_gone(label: str, chosen: str) -> None:
    test = shown("p1")
    test.button(key=f"changed_meanwhile {label} note").click().run()
    assert test.session_state["chosen"] == chosen
    assert not test.warning
    assert not test.button


def test_without_a_conflict_nothing_is_drawn() -> None:
    def empty() -> None:
        from corvana.ui.assessment import changed_meanwhile as section  # noqa: PLC0415

        section.draw("note", save_yours=lambda: None, keep_theirs=lambda: None)

    test = AppTest.from_function(empty).run()
    assert not test.main.children
    assert changed_meanwhile.Conflict({}, {}).at is None
