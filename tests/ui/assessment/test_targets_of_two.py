"""Two assessors change targets at once: neither loses anything silently."""

from streamlit.testing.v1 import AppTest

from benchmarks.stored_account import database_of
from corvana.store.written import targets as store
from tests.builders.stored.targets_page import (
    ACK,
    RESOLVE,
    Stored,
    fields,
    opened,
    press,
    said,
    save,
    saved,
    stored,
    type_in,
    write,
)

__all__ = ["stored"]


def test_of_two_who_change_a_target_the_second_sees_both_and_chooses(stored: Stored) -> None:
    write(stored, 900, 0)
    for choice, typed, kept in (("Save yours", "30 min", 1_800), ("Keep theirs", "45 min", 1_200)):
        revision = store.of_engagement(database_of(stored[0]), stored[1])[0].revision
        shown = opened(stored[1])
        write(stored, 1_200, revision)
        shown = save(type_in(shown, ACK, typed))
        assert "**Changed meanwhile: nothing was saved.**" in said(shown)
        both = next(one.value for one in shown.dataframe if "Yours" in one.value)
        assert both.to_dict("list") == {
            "Field": ["Acknowledge within"], "Yours": [typed], "Theirs": ["20 min"],
        }  # fmt: skip
        assert [row[2] for row in saved(stored)] == [1_200]
        shown = press(shown, choice)
        assert [row[2] for row in saved(stored)] == [kept]
        assert "Changed meanwhile" not in said(shown)


def test_a_target_that_was_deleted_meanwhile_is_not_written_again_silently(stored: Stored) -> None:
    write(stored, 900, 0)
    shown = opened(stored[1])
    write(stored, None, 1)
    shown = save(type_in(shown, ACK, "30 min"))
    assert "Somebody deleted it." in said(shown)
    assert saved(stored) == []
    shown = press(shown, "Save yours")
    assert [row[2] for row in saved(stored)] == [1_800]


def test_what_another_saved_does_not_change_the_fields_that_are_being_typed_in(
    stored: Stored,
) -> None:
    write(stored, 900, 0)
    shown = opened(stored[1])
    write(stored, 1_200, 1)
    shown = shown.run()
    assert shown.text_input(key=fields(shown)[ACK]).value == "15 min"
    assert "Somebody else changed targets since these fields were drawn." in said(shown)
    shown = save(type_in(shown, RESOLVE.replace("1", "2"), "4 h"))
    assert [row[2:] for row in saved(stored)] == [(1_200, None), (None, 14_400)]
    assert shown.text_input(key=fields(shown)[ACK]).value == "20 min"


def test_the_present_targets_are_shown_on_request(stored: Stored) -> None:
    write(stored, 900, 0)
    shown = opened(stored[1])
    write(stored, 1_200, 1)
    shown = press(shown.run(), "Show the present targets")
    assert shown.text_input(key=fields(shown)[ACK]).value == "20 min"


def test_to_keep_theirs_of_one_target_leaves_the_question_about_another_open() -> None:
    def page() -> None:
        import streamlit as st  # noqa: PLC0415

        from corvana.ui.assessment import target_editing  # noqa: PLC0415
        from corvana.ui.assessment.target_fields import Place, Seconds  # noqa: PLC0415

        one, other = (Place("priority", level, "") for level in ("P1", "P2"))
        yours = {one: Seconds(60), other: Seconds(120)}
        st.session_state["target_editing"] = target_editing.Editing("acme", yours=yours)
        target_editing.keep_theirs(one)
        st.text(str([place.level for place in st.session_state["target_editing"].yours]))

    shown = AppTest.from_function(page).run()
    assert shown.text[0].value == "['P2']"
