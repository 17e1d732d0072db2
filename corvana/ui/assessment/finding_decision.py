"""What is decided about one finding, beside its evidence: the form, the client's answer, the
history."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers.register import client_said
from corvana.analysis.answers.reviewed import EFFORTS
from corvana.analysis.assessment.register import (
    LONGEST_LINE,
    LONGEST_TEXT,
    Entry,
    may_follow,
)
from corvana.analysis.findings.assumptions import ANSWERS, question
from corvana.analysis.findings.kind import Finding
from corvana.questions.assessment.register_table import seen
from corvana.questions.labels import names, subjects
from corvana.questions.view import View
from corvana.store.written import register as stored
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import register_saving
from corvana.ui.assessment.register_saving import WORDS
from corvana.ui.assessment.who_wrote import who_wrote
from corvana.ui.controls.clock import when
from corvana.ui.sections.findings import OPENED

_ROLES: Final = ("Service owner", "On-call lead", "Incident manager", "Platform team")
_MOST_ROWS: Final = 10
_SAID: Final[Mapping[str, str]] = {
    "": "Not asked",
    "yes": "Yes",
    "no": "No",
    "partly": "Partly",
}


def draw(view: View, access: Access, key: str, finding: Finding | None) -> None:
    """Draw the decision on a finding, or on what was seen in interviews; an assessor can change
    it."""
    entry = view.register.get(key, Entry(key))
    _told(view, access, entry)
    register_saving.conflicts(access, view, key)
    register_saving.faults(key)
    if access.may_change:
        section = st.expander(
            "Decide", icon=":material/edit_note:", key="register-decide", on_change="rerun"
        )
        if section.open:
            with section:
                _form(view, access, entry, finding)
    if entry.revision and access.may_change:
        _history(access, key)


def _told(view: View, access: Access, entry: Entry) -> None:
    """The decision as it is, and what the data show. A viewer may be the client, who reads notes
    only where they are confirmed."""
    parts = [
        f"**Decision: {entry.status}**",
        f"Owner: {wording.plain(entry.owner)}" if entry.owner else "",
        f"Effort: {EFFORTS[entry.effort]}" if entry.effort else "",
        f"Due {wording.instant(entry.due_on, year=True)}" if entry.due_on else "",
        f"Done on {wording.instant(entry.done_on, year=True)}" if entry.done_on else "",
        f"The client says: {client_said(entry.answer, entry.share)}" if entry.answer else "",
        wording.sentence_case(seen(view, entry)),
    ]
    st.markdown(" · ".join(part for part in parts if part))
    for name, text, is_open in (
        ("Reason", entry.reason, access.may_change),
        ("Note", entry.note, access.may_change or entry.is_told),
    ):
        if text and is_open:
            st.markdown(f"**{name}.** {_lines(text)}")


def _lines(text: str) -> str:
    """A text that somebody wrote, as plain text with its lines."""
    return "  \n".join(wording.plain(line) for line in text.splitlines())


def _form(view: View, access: Access, entry: Entry, finding: Finding | None) -> None:
    shown = register_saving.pending().get(entry.key, entry)
    at = f"register {entry.key} {entry.revision}"
    asked = None if finding is None else question(finding, subjects(view))
    with st.form(f"{at} form", border=False):
        if entry.is_from_interview:
            _seen(at, shown)
        _plan(view, at, shown, entry)
        if asked is not None:
            _client(at, shown, asked)
        st.text_area(
            WORDS["note"],
            shown.note,
            max_chars=LONGEST_TEXT,
            key=f"{at} note",
            help="Plain text. It stands in report and deck once the finding is confirmed.",
        )
        st.text_area(
            "Reason, for a dismissed finding",
            shown.reason,
            max_chars=LONGEST_TEXT,
            height=68,
            key=f"{at} reason",
        )
        st.form_submit_button(
            "Save the decision",
            on_click=partial(_save, access, view, entry, at, is_asked=asked is not None),
        )


def _seen(at: str, shown: Entry) -> None:
    st.text_input(WORDS["title"], shown.title, max_chars=LONGEST_LINE, key=f"{at} title")
    st.text_input(WORDS["place"], shown.place, max_chars=LONGEST_LINE, key=f"{at} place")
    st.text_area(WORDS["advice"], shown.advice, max_chars=LONGEST_TEXT, key=f"{at} advice")


def _plan(view: View, at: str, shown: Entry, entry: Entry) -> None:
    statuses = may_follow(entry.status)
    first = statuses.index(shown.status) if shown.status in statuses else 0
    owners = _owners(view, shown.owner)
    # A day in the future is refused when it is saved; the field has to show it until then.
    today = process.account_now().date()
    with st.grid(3, min_column_width=150):
        st.selectbox(WORDS["status"], statuses, first, key=f"{at} status")
        st.selectbox(
            WORDS["owner"],
            owners,
            owners.index(shown.owner) if shown.owner else None,
            accept_new_options=True,
            placeholder="Team or role",
            help="A team or a role, not the name of a person.",
            key=f"{at} owner",
        )
        st.segmented_control(
            WORDS["effort"], list(EFFORTS), default=shown.effort or None, key=f"{at} effort"
        )
        st.date_input(WORDS["due_on"], shown.due_on, key=f"{at} due_on")
        st.date_input(
            "Done on", shown.done_on, max_value=max(today, shown.done_on or today),
            key=f"{at} done_on",
            help="Needed for a finding that is done.",
        )  # fmt: skip
        st.number_input(
            WORDS["position"],
            min_value=1,
            max_value=1_000,
            value=shown.position,
            key=f"{at} position",
            help="Its place in walkthrough, report and deck. Empty: after the others.",
        )


def _client(at: str, shown: Entry, asked: str) -> None:
    options = ["", *ANSWERS]
    st.radio(
        f"**Ask the client.** {wording.plain(asked)}",
        options,
        options.index(shown.answer),
        format_func=lambda one: _SAID[one],
        horizontal=True,
        key=f"{at} answer",
        help="What to do and the avoidable time follow the answer, on all pages and in all files.",
    )
    st.number_input(
        "Partly: for how many of a hundred the answer is yes",
        min_value=0,
        max_value=100,
        value=None if shown.share is None else round(shown.share * 100),
        key=f"{at} share",
    )


def _owners(view: View, present: str) -> list[str]:
    """Teams of the account, usual roles, and whoever is named already."""
    teams = names(view, "team").values()
    return list(dict.fromkeys([*([present] if present else []), *teams, *_ROLES]))


def _save(access: Access, view: View, entry: Entry, at: str, *, is_asked: bool) -> None:
    if register_saving.save(access, view, entry, _read(entry, at, is_asked=is_asked)):
        st.toast("The decision is saved.")
    if not entry.is_from_interview:
        # An answer of the client may change the order, and the finding should stay open.
        st.query_params[OPENED] = entry.key


def _read(entry: Entry, at: str, *, is_asked: bool) -> Entry:
    """The entry as it stands in the form."""

    def value(name: str) -> Any:
        return st.session_state[f"{at} {name}"]

    texts = ["owner", "note", "reason"]
    if entry.is_from_interview:
        texts += ["title", "place", "advice"]
    written: dict[str, Any] = {name: str(value(name) or "").strip() for name in texts}
    answered: dict[str, Any] = {}
    if is_asked:
        answer, percent = value("answer"), value("share")
        is_part = answer == "partly" and percent is not None
        answered = {"answer": answer, "share": percent / 100 if is_part else None}
    return replace(
        entry,
        status=value("status"),
        effort=value("effort") or "",
        due_on=value("due_on"),
        done_on=value("done_on"),
        position=value("position"),
        **written,
        **answered,
    )


def _history(access: Access, key: str) -> None:
    section = st.expander(
        "History of the decision", type="compact", icon=":material/history:",
        key="register-history", on_change="rerun",
    )  # fmt: skip
    if not section.open:
        return
    changes = stored.history(process.engine(), access.engagement_id, key)
    with section:
        st.dataframe(
            {
                "When": [when(one.changed_at) for one in changes],
                "Who": who_wrote(one.changed_by for one in changes),
                "What": [WORDS.get(one.field, one.field) for one in changes],
                "Before": [one.before for one in changes],
                "After": [one.after for one in changes],
            },
            hide_index=True,
            height="content" if len(changes) < _MOST_ROWS else 400,
            alt="Every change of this decision, the newest first.",
        )
