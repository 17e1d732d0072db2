"""The whole register as a table that an assessor can edit, and what was seen in interviews."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import uuid4

import pandas as pd
import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers.findings import key as key_of
from corvana.analysis.answers.reviewed import EFFORTS
from corvana.analysis.assessment.register import (
    INTERVIEW,
    LONGEST_LINE,
    LONGEST_TEXT,
    STATUSES,
    Entry,
)
from corvana.questions import findings
from corvana.questions.assessment import register_table
from corvana.questions.assessment.register_table import Which
from corvana.questions.file import File
from corvana.questions.view import View
from corvana.ui import downloads
from corvana.ui.access import Access
from corvana.ui.assessment import finding_decision, register_saving
from corvana.ui.assessment.register_saving import WORDS
from corvana.ui.sections.findings import OPENED, PAGE

_ROUND: Final = "register round"
_READ: Final = "register read"
_CHOSEN: Final = "register interview"
_WRITTEN: Final = ("position", "status", "owner", "effort", "due_on", "done_on", "reason", "note")
"""The fields that can be edited in the table."""
_HEADINGS: Final = {WORDS[field]: field for field in _WRITTEN}
_WITHOUT_SCROLLING: Final = 25
"""So many rows stand on the page as a whole."""
_ADDED: Final = "register added"


_FILES: Final[Sequence[tuple[str, File[..., Any], Which]]] = (
    ("Workbook to pass on", register_table.XLSX, "confirmed"),
    ("CSV to pass on", register_table.CSV, "confirmed"),
    ("Workbook of all rows", register_table.XLSX, "all"),
    ("CSV of all rows", register_table.CSV, "all"),
)


def draw(view: View, access: Access) -> None:
    """Draw the table; for a viewer one that cannot be edited."""
    entries = _entries(view)
    shown = _told(register_table.rows(view), entries)
    alt = "All findings in the order of the assessment, with what was decided."
    if not access.may_change:
        confirmed = [one.note if one.is_told else "" for one in entries]
        read = shown.drop(columns=WORDS["reason"]).assign(**{WORDS["note"]: confirmed})
        st.dataframe(read, hide_index=True, placeholder="", alt=alt, column_config=_columns())
        return
    at = _editor(view)
    st.data_editor(
        shown,
        hide_index=True,
        num_rows="fixed",
        height="content" if len(shown) <= _WITHOUT_SCROLLING else 900,
        placeholder="",
        key=at,
        alt=alt,
        disabled=[str(name) for name in shown if name not in _HEADINGS],
        column_config=_columns(),
    )
    changed = _edits(at)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Save the changes",
            disabled=not changed,
            on_click=partial(_save, access, view, entries, at),
        )
        st.button("Discard", disabled=not changed, on_click=_begin_again)
        st.caption(
            f"{wording.plural(len(changed), 'row is', 'rows are')} changed and not saved."
            if changed
            else "Change cells, then save. A dismissed finding needs a reason; one that is done "
            "needs its date."
        )
    _not_saved(access, view, shown, entries)


def links(view: View) -> None:
    """Draw a link to the evidence of each finding. The cells of a table are a picture, in which a
    screen reader finds no link."""
    found = findings.listed(view)
    listed = st.expander(
        f"Evidence of these findings ({wording.count(len(found))})",
        type="compact",
        icon=":material/list:",
        key="register-links",
        on_change="rerun",
    )
    if not listed.open:
        return
    named = register_table.rows(view).set_index("key")
    with listed:
        for one in found:
            where, title = named.loc[key_of(one), ["where", "title"]]
            st.page_link(
                PAGE,
                label=wording.plain(f"{where}: {title}"),
                query_params={OPENED: key_of(one)},
            )


def interviews(view: View, access: Access) -> None:
    """Draw the form for something that was seen in interviews, and what was decided about it."""
    st.header("Seen in interviews", anchor=False)
    st.markdown(
        "What people said and the data cannot show. It stands in the table, is marked as *seen in "
        "interviews*, and goes into walkthrough, report and deck once it is confirmed."
    )
    seen = [one for one in register_table.entries(view) if one.is_from_interview]
    if access.may_change:
        with st.popover("Add a finding", icon=":material/add:"):
            _form_of_a_new_one(view, access)
    for key in [one for one in register_saving.pending() if one.startswith(INTERVIEW)]:
        register_saving.faults(key)
    if not seen:
        return
    titles = {one.key: one.title for one in seen}
    chosen = st.selectbox(
        "Finding of an interview", list(titles), format_func=lambda key: titles[key], key=_CHOSEN
    )
    if chosen in titles:
        finding_decision.draw(view, access, chosen, None)


def files(view: View, access: Access) -> None:
    """Draw the links to the register as files, for readers who may take them."""
    if not access.may_export:
        return
    st.header("As files", anchor=False)
    with st.container(horizontal=True):
        for label, file, which in _FILES:
            downloads.of_account(label, file.of(view, which), access)
    st.caption(
        "The files to pass on have what is told in the report: no open or dismissed finding, no "
        "reason and no responder. The files of all rows stay within the assessment."
    )


def _entries(view: View) -> Sequence[Entry]:
    """The entries that the table shows: as they were read before the first unsaved change, so that
    saving notices what others changed since."""
    present = tuple(register_table.entries(view))
    kept: tuple[str, tuple[Entry, ...]] | None = st.session_state.get(_READ)
    if kept is not None and kept[0] == view.connection_id and _edits(_editor(view)):
        return kept[1]
    st.session_state[_READ] = (view.connection_id, present)
    return present


def _told(rows: pd.DataFrame, entries: Sequence[Entry]) -> pd.DataFrame:
    """The rows of the table under their headings. What could not be saved stands as it was
    typed."""
    pending = register_saving.pending()
    shown = [pending.get(one.key, one) for one in entries]
    known = rows.set_index("key").reindex([one.key for one in entries])
    minutes = known["avoidable_minutes_per_month"].astype("float64")
    return pd.DataFrame(
        {
            # A phone shows the first columns without scrolling. No column is pinned: on a phone,
            # pinned ones take the whole width, and the others cannot be reached.
            "Where": known["where"].to_numpy(),
            "Finding": known["title"].to_numpy(),
            WORDS["status"]: [one.status for one in shown],
            "Avoidable a month": [wording.duration(one * 60) if one > 0 else "" for one in minutes],
            WORDS["position"]: pd.array([one.position for one in shown], dtype="Int64"),
            WORDS["owner"]: [one.owner for one in shown],
            WORDS["effort"]: [one.effort or None for one in shown],
            WORDS["due_on"]: [one.due_on for one in shown],
            WORDS["done_on"]: [one.done_on for one in shown],
            WORDS["reason"]: [one.reason for one in shown],
            WORDS["note"]: [one.note for one in shown],
            "In the data": known["in_the_data"].to_numpy(),
            WORDS["answer"]: known["client_says"].to_numpy(),
        }
    )


def _columns() -> dict[str, Any]:
    columns = st.column_config
    return {
        WORDS["position"]: columns.NumberColumn(min_value=1, max_value=1_000, step=1, width=80),
        WORDS["status"]: columns.SelectboxColumn(options=list(STATUSES), required=True),
        WORDS["owner"]: columns.TextColumn(
            max_chars=LONGEST_LINE, width=150, help="A team or a role, not the name of a person."
        ),
        WORDS["effort"]: columns.SelectboxColumn(options=list(EFFORTS), width=70),
        WORDS["due_on"]: columns.DateColumn(),
        WORDS["done_on"]: columns.DateColumn(),
        WORDS["reason"]: columns.TextColumn(max_chars=LONGEST_TEXT, width="medium"),
        WORDS["note"]: columns.TextColumn(max_chars=LONGEST_TEXT, width="medium"),
        "In the data": columns.TextColumn(width=260),
    }


def _editor(view: View) -> str:
    """The key of the table: edits are by row, so they belong to one account's rows."""
    return f"register-table-{view.connection_id}-{st.session_state.get(_ROUND, 0)}"


def _edits(at: str) -> Mapping[int, Mapping[str, Any]]:
    """The changed cells by row and heading."""
    state: Any = st.session_state.get(at) or {}
    edits: Mapping[int, Mapping[str, Any]] = state.get("edited_rows", {})
    return edits


def _begin_again() -> None:
    """Forget all unsaved changes of the table."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    for key in register_saving.pending():
        register_saving.forget(key)


def _save(access: Access, view: View, entries: Sequence[Entry], at: str) -> None:
    """Save each changed row; those that cannot be saved stay as they were typed."""
    edits = _edits(at)
    pending = register_saving.pending()
    saved = 0
    for row, cells in edits.items():
        before = entries[int(row)]
        typed: dict[str, Any] = {
            _HEADINGS[heading]: _value(_HEADINGS[heading], cell) for heading, cell in cells.items()
        }
        kept = replace(pending.get(before.key, before), revision=before.revision)
        saved += register_saving.save(access, view, before, replace(kept, **typed))
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    if saved:
        st.toast(f"{wording.plural(saved, 'row is', 'rows are')} saved.")


def _value(field: str, cell: Any) -> Any:
    """A cell as the field holds it."""
    if field in ("due_on", "done_on"):
        return date.fromisoformat(str(cell)[:10]) if cell else None
    if field == "position":
        return None if cell is None else int(cell)
    return str(cell or "").strip()


def _not_saved(access: Access, view: View, shown: pd.DataFrame, entries: Sequence[Entry]) -> None:
    """The rows that could not be saved, with the reasons, and what others saved meanwhile."""
    called = dict(
        zip(
            (one.key for one in entries),
            shown["Where"].fillna("") + ": " + shown["Finding"].fillna(""),
            strict=True,
        )
    )
    for key in list(register_saving.pending()):
        if key in called:
            if register_saving.is_faulty(key):
                st.text(called[key])
            register_saving.faults(key)
            register_saving.conflicts(access, view, key, called[key])


def _form_of_a_new_one(view: View, access: Access) -> None:
    number = st.session_state.get(_ADDED, 0)
    at = f"register new {number}"
    with st.form(f"{at} form", border=False):
        st.text_input(WORDS["title"], max_chars=LONGEST_LINE, key=f"{at} title")
        st.text_input(WORDS["place"], max_chars=LONGEST_LINE, key=f"{at} place")
        st.text_area("What was seen", max_chars=LONGEST_TEXT, key=f"{at} note")
        st.text_area(WORDS["advice"], max_chars=LONGEST_TEXT, height=90, key=f"{at} advice")
        st.form_submit_button("Add", on_click=partial(_add, access, view, at))


def _add(access: Access, view: View, at: str) -> None:
    typed: dict[str, Any] = {
        name: str(st.session_state[f"{at} {name}"] or "").strip()
        for name in ("title", "place", "note", "advice")
    }
    new = Entry(f"{INTERVIEW}{uuid4().hex[:12]}", **typed)
    if not typed["title"]:
        st.toast("The finding needs a title.")
        return
    if register_saving.save(access, view, Entry(new.key, title=typed["title"]), new):
        st.session_state[_ADDED] = st.session_state.get(_ADDED, 0) + 1
        st.session_state[_CHOSEN] = new.key
        st.toast("The finding is added.")
