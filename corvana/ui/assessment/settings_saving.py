"""Saving one section of the settings: faults in words, and what another assessor changed."""

from collections.abc import Callable
from typing import Final

import streamlit as st
from pydantic import ValidationError

from corvana.analysis.answers.settings import told
from corvana.assessment.settings import AssessmentSettings
from corvana.errors import ChangedMeanwhile, NotFound
from corvana.store.written import settings as written
from corvana.store.written.settings import Read
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import audited, changed_meanwhile
from corvana.ui.assessment.changed_meanwhile import Conflict
from corvana.ui.assessment.rights import may_write

Change = Callable[[AssessmentSettings], AssessmentSettings]
"""What one section sets, on top of other settings. Raises `ValidationError`."""

_FAULT: Final = "settings_fault"
_CHANGE: Final = "settings_change"
_FIELDS: Final = {
    "name": "Client",
    "scope": "Scope",
    "assessors": "Assessors",
    "incidents_per_shift": "Incidents in a shift",
    "shift_hours": "Hours of a shift",
    "on_call_share": "Time on call",
    "rest_hours": "Rest",
    "soon_minutes": "Soon",
    "in_time_minutes": "In time",
    "smallest_group": "Smallest group",
}


def key(section: str, field: str, access: Access, read: Read) -> str:
    """Return the key of a field: it stays as long as nobody saves the section, so that what is
    typed in one section outlives saving another one."""
    stored = hash(repr(told(read.settings)[section]))
    return f"settings {access.engagement_id} {section} {field} {stored}"


def save(access: Access, over: Read, section: str, change: Change) -> None:
    """Save the section over the settings that were read; called by a button.

    A fault is kept, to be told below the section (`faults`). Where somebody else saved the same
    section meanwhile, nothing is saved and both are shown (`conflicts`). Other sections of theirs
    stay as they saved them.
    """
    if not may_write(access):
        return
    st.session_state.pop(f"{_FAULT} {section}", None)
    try:
        mine = change(over.settings)
    except ValidationError as error:
        st.session_state[f"{_FAULT} {section}"] = in_words(error)
        return
    if mine == over.settings:
        st.toast("Nothing was changed.")
        return
    try:
        written.save(process.engine(), access.engagement_id, mine, over=over, by=access.by)
    except ChangedMeanwhile as error:
        _resolve(access, over, section, change, error)
    except NotFound:
        st.session_state[f"{_FAULT} {section}"] = "PagerDuty was disconnected meanwhile"
    else:
        _saved(access, over, mine, section)


def faults(section: str) -> None:
    """Draw why the section was not saved, if it was not."""
    fault = st.session_state.get(f"{_FAULT} {section}")
    if fault:
        st.error(f"Not saved: {fault}.", icon=":material/error:")


def conflicts(access: Access, read: Read, section: str) -> None:
    """Draw what somebody else saved in the section meanwhile, with the choice."""

    def save_yours() -> None:
        change: Change | None = st.session_state.pop(f"{_CHANGE} {section}", None)
        if change is not None:
            save(access, read, section, change)

    def keep_theirs() -> None:
        st.session_state.pop(f"{_CHANGE} {section}", None)

    mine: Change | None = st.session_state.get(f"{_CHANGE} {section}")
    if mine is not None:
        # What is shown is what "Save yours" replaces, also if a third one saved since.
        _remember(read, section, mine)
    changed_meanwhile.draw(_place(section), save_yours=save_yours, keep_theirs=keep_theirs)


def in_words(error: ValidationError) -> str:
    """Return what is wrong, in words; never what was typed."""
    told_ones = [
        str(fault["ctx"]["error"])
        if fault["type"] == "value_error"
        else f"{_named(fault['loc'])}: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
        for fault in error.errors(include_url=False, include_input=False)
    ]
    return "; ".join(told_ones)


def _resolve(
    access: Access, over: Read, section: str, change: Change, error: ChangedMeanwhile
) -> None:
    """Save on top of theirs where they changed other sections only; else show both."""
    theirs = error.theirs if isinstance(error.theirs, Read) else Read()
    known, present = (told(one.settings)[section] for one in (over, theirs))
    if present == known:
        save(access, theirs, section, change)
        return
    yours = told(change(theirs.settings))[section]
    if yours == present:
        st.toast("Somebody else saved the same meanwhile.")
        return
    st.session_state[f"{_CHANGE} {section}"] = change
    _remember(theirs, section, change)


def _remember(theirs: Read, section: str, change: Change) -> None:
    yours, present = (told(one)[section] for one in (change(theirs.settings), theirs.settings))
    changed_meanwhile.remember(_place(section), Conflict.of(yours, present, theirs))


def _saved(access: Access, before: Read, now: AssessmentSettings, section: str) -> None:
    audited.note(access, "settings changed", section.lower())
    if now.basis.digest != before.settings.basis.digest:
        st.toast("Saved. Findings and scores are worked out anew.", icon=":material/check:")
    else:
        st.toast("Saved.", icon=":material/check:")


def _named(place: tuple[int | str, ...]) -> str:
    return _FIELDS.get(str(place[-1]), "A value") if place else "A value"


def _place(section: str) -> str:
    return f"settings-{section}".replace(" ", "-").lower()
