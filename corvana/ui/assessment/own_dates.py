"""Dates that an assessor adds to the timeline, changes or deletes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.assessment.timeline import KINDS, LONGEST_NAME, OwnDate, problems
from corvana.errors import ChangedMeanwhile, NotFound
from corvana.questions.assessment.written import own_date
from corvana.questions.view import View
from corvana.store.models import TimelineDate
from corvana.store.written import dates
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import audited, changed_meanwhile, timeline
from corvana.ui.assessment.changed_meanwhile import Conflict
from corvana.ui.assessment.rights import may_write

_FAULT: Final = "own_dates_fault"
_MINE: Final = "own_dates_mine"
_PLACE: Final = "timeline-date"
_ROUND: Final = "own_dates_round "
_WHOLE: Final = ("", "")


def draw(view: View, access: Access) -> None:
    """Draw the form for a new date, and one for each date there is; viewers see none."""
    if not access.may_change:
        return
    changed_meanwhile.draw(
        _PLACE,
        save_yours=lambda: _save_mine(view, access),
        keep_theirs=_keep_theirs,
    )
    if fault := st.session_state.pop(_FAULT, ""):
        st.error(f"Not saved. {fault}", icon=":material/error:")
    with st.expander("Add a date", icon=":material/add:", key="timeline-add"):
        _form(view, access, OwnDate("", process.account_now().date(), ""))
    for one in view.dates:
        label = f"Change {wording.instant(one.happened_on, year=True)}: {one.name}"
        with st.expander(
            wording.plain(label), icon=":material/edit:", type="compact", key=f"timeline-{one.id}"
        ):
            _form(view, access, one)


def _form(view: View, access: Access, present: OwnDate) -> None:
    """Draw the form of a date as it was read first, so that nothing typed is lost when somebody
    else saves meanwhile; what is saved is then held against theirs."""
    key = f"own-date-{present.id}-{st.session_state.get(_ROUND + present.id, 0)}"
    one: OwnDate = st.session_state.setdefault(f"{key}-read", present)
    known = {_WHOLE: "Whole account", **timeline.places(view)}
    place = (one.subject_type, one.subject_id)
    if place not in known:
        known[place] = one.subject_id
    with st.form(key, border=False):
        name = st.text_input("What happened", one.name, max_chars=LONGEST_NAME, key=f"{key}-name")
        left, middle, right = st.columns(3)
        on = left.date_input("Day", one.happened_on, key=f"{key}-on")
        kind = middle.selectbox(
            "Kind",
            KINDS,
            index=KINDS.index(one.kind),
            format_func=lambda each: timeline.KINDS[each],
            key=f"{key}-kind",
        )
        where = right.selectbox(
            "Where",
            list(known),
            index=list(known).index(place),
            format_func=lambda each: known[each],
            key=f"{key}-where",
        )
        with st.container(horizontal=True):
            is_saved = st.form_submit_button("Save", icon=":material/check:")
            is_deleted = bool(one.id) and st.form_submit_button("Delete", icon=":material/delete:")
    if not (is_saved or is_deleted):
        return
    if is_deleted:
        _delete(access, one)
    else:
        subject_type, subject_id = where
        changed = replace(
            one,
            name=name.strip(),
            happened_on=on,
            kind=kind,
            subject_type=subject_type,
            subject_id=subject_id,
        )
        _save(view, access, changed)
    st.rerun()


def _save(view: View, access: Access, one: OwnDate) -> None:
    if not may_write(access):
        return
    faults = problems(one, process.account_now().date())
    if faults:
        st.session_state[_FAULT] = " ".join(faults)
        return
    named = one if one.id else replace(one, id=uuid4().hex[:12])
    try:
        dates.save(
            process.engine(),
            _row(access, named),
            by=access.by,
            now=datetime.now(UTC),
            connection_id=view.connection_id,
        )
    except ChangedMeanwhile as error:
        _remember(view, one, error)
    except NotFound:
        st.session_state[_FAULT] = "PagerDuty was disconnected meanwhile."
    else:
        _begin_anew(one.id)
        audited.note(access, "timeline changed", "saved")
        st.toast("Saved.", icon=":material/check:")


def _delete(access: Access, one: OwnDate) -> None:
    if not may_write(access):
        return
    try:
        dates.remove(process.engine(), _row(access, one))
    except ChangedMeanwhile:
        st.session_state[_FAULT] = "Somebody changed the date meanwhile: look at it again."
    else:
        _begin_anew(one.id)
        audited.note(access, "timeline changed", "deleted")
        st.toast("Deleted.", icon=":material/check:")


def _remember(view: View, mine: OwnDate, error: ChangedMeanwhile) -> None:
    """Keep both for the choice; `mine` is saved over theirs if the reader wants it."""
    theirs = error.theirs if isinstance(error.theirs, TimelineDate) else None
    st.session_state[_MINE] = replace(mine, revision=theirs.revision if theirs else 0)
    there = {} if theirs is None else _texts(view, own_date(theirs))
    changed_meanwhile.remember(
        _PLACE,
        Conflict.of(_texts(view, mine), there, theirs),
    )


def _keep_theirs() -> None:
    mine: OwnDate | None = st.session_state.pop(_MINE, None)
    if mine is not None:
        _begin_anew(mine.id)


def _begin_anew(date_id: str) -> None:
    """Let the form of a date show what is stored."""
    st.session_state[_ROUND + date_id] = st.session_state.get(_ROUND + date_id, 0) + 1


def _save_mine(view: View, access: Access) -> None:
    mine: OwnDate | None = st.session_state.pop(_MINE, None)
    if mine is not None:
        _save(view, access, mine)


def _texts(view: View, one: OwnDate) -> dict[str, str]:
    known = {_WHOLE: "Whole account", **timeline.places(view)}
    return {
        "What happened": one.name,
        "Day": wording.instant(one.happened_on, year=True),
        "Kind": timeline.KINDS[one.kind],
        "Where": known.get((one.subject_type, one.subject_id), one.subject_id),
    }


def _row(access: Access, one: OwnDate) -> TimelineDate:
    return TimelineDate(
        engagement_id=access.engagement_id,
        id=one.id,
        happened_on=one.happened_on,
        name=one.name,
        kind=one.kind,
        subject_type=one.subject_type,
        subject_id=one.subject_id,
        revision=one.revision,
    )
