"""Saving entries of the findings register, from the form and from the table."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from corvana.analysis.answers.register import client_said
from corvana.analysis.assessment.register import FIELDS, Entry, as_text, problems
from corvana.errors import ChangedMeanwhile, NotFound
from corvana.questions.assessment import kept_register
from corvana.questions.view import View
from corvana.ui import process
from corvana.ui.access import Access, may_still_change
from corvana.ui.assessment import audited, changed_meanwhile
from corvana.ui.assessment.changed_meanwhile import Conflict
from corvana.ui.assessment.rights import NOT_ANY_MORE

WORDS: Final[Mapping[str, str]] = {
    "status": "Status",
    "reason": "Reason",
    "note": "Note",
    "owner": "Owner",
    "effort": "Effort",
    "due_on": "Due",
    "done_on": "Done on",
    "position": "Order",
    "answer": "The client says",
    "share": "Part",
    "title": "Title",
    "place": "Where",
    "advice": "What to do",
}
"""The names of the fields on the pages."""
_PENDING: Final = "register pending"
_FAULTS: Final = "register faults"


def save(access: Access, view: View, before: Entry, after: Entry) -> bool:
    """Save an entry as it was changed; return whether it is saved now.

    What was to be saved is kept if it cannot be: with the reasons (`faults`), or beside what
    somebody else saved meanwhile (`conflicts`).
    """
    forget(after.key)
    if not may_still_change(access):
        return _refused(after, [NOT_ANY_MORE])
    found = problems(before, after, process.account_now().date())
    if found:
        return _refused(after, found)
    try:
        revision = kept_register.save(
            process.engine(),
            access.engagement_id,
            after,
            connection_id=view.connection_id,
            by=access.by,
            now=datetime.now(UTC),
        )
    except ChangedMeanwhile as error:
        theirs = error.theirs if isinstance(error.theirs, Entry) else None
        _remember(after, theirs)
        return False
    except NotFound:
        return _refused(after, ["PagerDuty was disconnected meanwhile."])
    if revision != before.revision:
        audited.note(access, "register changed", after.status)
    return True


def pending() -> Mapping[str, Entry]:
    """Return what was to be saved and is not, by key."""
    kept: Mapping[str, Entry] = st.session_state.get(_PENDING, {})
    return kept


def is_faulty(key: str) -> bool:
    """Return whether an entry was not saved because of what was typed."""
    return bool(st.session_state.get(_FAULTS, {}).get(key))


def faults(key: str) -> None:
    """Draw the reasons why an entry was not saved."""
    for sentence in st.session_state.get(_FAULTS, {}).get(key, ()):
        st.error(sentence, icon=":material/error:")


def conflicts(access: Access, view: View, key: str, called: str = "") -> None:
    """Draw what somebody else saved of an entry meanwhile, beside what was to be saved."""
    yours = pending().get(key)
    if yours is None or not changed_meanwhile.is_open(_place(key)):
        return
    if called:
        st.text(called)
    theirs = view.register.get(key, Entry(key))
    # What is shown is what "Save yours" replaces, also if a third one saved since.
    _remember(yours, view.register.get(key))
    changed_meanwhile.draw(
        _place(key),
        save_yours=lambda: _save_over(access, view, theirs, yours),
        keep_theirs=lambda: forget(key),
    )


def forget(key: str) -> None:
    """Forget what was to be saved of an entry."""
    for name in (_PENDING, _FAULTS):
        kept = dict(st.session_state.get(name, {}))
        kept.pop(key, None)
        st.session_state[name] = kept


def as_texts(entry: Entry) -> dict[str, str]:
    """Return the fields of an entry as texts by their names on the pages."""
    texts = {WORDS[name]: as_text(getattr(entry, name)) for name in FIELDS}
    return texts | {
        WORDS["answer"]: client_said(entry.answer, entry.share),
        WORDS["share"]: "",
    }


def _save_over(access: Access, view: View, theirs: Entry, yours: Entry) -> None:
    """Save on top of what somebody else saved: the choice was made after both were shown."""
    save(access, view, theirs, replace(yours, revision=theirs.revision))


def _refused(after: Entry, found: list[str]) -> bool:
    st.session_state[_PENDING] = {**pending(), after.key: after}
    faulty = st.session_state.get(_FAULTS, {})
    st.session_state[_FAULTS] = {**faulty, after.key: tuple(found)}
    return False


def _remember(yours: Entry, theirs: Entry | None) -> None:
    st.session_state[_PENDING] = {**pending(), yours.key: yours}
    changed_meanwhile.remember(
        _place(yours.key),
        Conflict.of(as_texts(yours), as_texts(theirs) if theirs else {}, theirs),
    )


def _place(key: str) -> str:
    return f"register-{key}".replace(":", "-")
