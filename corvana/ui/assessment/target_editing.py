"""Saving targets: two who change the same target at once are both asked, and nothing is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.assessment.typed_duration import NotADuration
from corvana.errors import ChangedMeanwhile, NotFound
from corvana.questions.assessment import targets as asked
from corvana.questions.view import View
from corvana.store.models import ResponseTarget
from corvana.store.written import targets as store
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import audited, changed_meanwhile, target_fields
from corvana.ui.assessment.changed_meanwhile import Conflict
from corvana.ui.assessment.rights import may_write
from corvana.ui.assessment.target_fields import Place, Seconds, Typed, stored_seconds

_EDITING: Final = "target_editing"


@dataclass
class Editing:
    """What one browser edits: the rows as they were read, so that a change by somebody else
    meanwhile is noticed, however often the page is drawn.

    `read` is None until the rows are read. `yours` are the times of the targets that somebody else
    changed meanwhile; `wrong` says what cannot be read. `number` tells the fields of one editing
    from those of the next.
    """

    engagement_id: str
    number: int = 0
    read: Mapping[Place, ResponseTarget] | None = None
    yours: Mapping[Place, Seconds] = field(default_factory=dict)
    wrong: Mapping[Place, str] = field(default_factory=dict)

    def row(self, place: Place) -> ResponseTarget:
        """Return the row of a place as it was read; a new one where there was none."""
        known = (self.read or {}).get(place)
        if known is not None:
            return known
        return ResponseTarget(
            engagement_id=self.engagement_id,
            by=place.by,
            level=place.level,
            service_id=place.service,
        )


def current(access: Access, stored: Mapping[Place, ResponseTarget]) -> Editing:
    """Return what this browser edits; the stored rows are taken over once for each editing."""
    editing = st.session_state.get(_EDITING)
    if editing is None or editing.engagement_id != access.engagement_id:
        number = 0 if editing is None else editing.number + 1
        editing = Editing(access.engagement_id, number)
    if editing.read is None:
        editing.read = stored
    st.session_state[_EDITING] = editing
    return editing


def begin_anew(yours: Mapping[Place, Seconds] | None = None) -> None:
    """Forget the rows that were read: the next drawing takes them over again, into new fields."""
    old: Editing = st.session_state[_EDITING]
    st.session_state[_EDITING] = Editing(old.engagement_id, old.number + 1, yours=yours or {})


def conflict_key(editing: Editing, place: Place) -> str:
    """Return the key of the choice between yours and theirs."""
    return f"target-{editing.engagement_id}-{'-'.join(place)}"


def key(editing: Editing, place: Place, what: str) -> str:
    """Return the key of a field."""
    return f"target-{editing.number}-{'-'.join(place)}-{what}"


def save(view: View, access: Access, every: tuple[Place, ...]) -> None:
    """Save every target whose fields were changed; nothing is saved while a field is wrong."""
    if not may_write(access):
        return
    editing: Editing = st.session_state[_EDITING]
    times: dict[Place, Seconds] = {}
    wrong: dict[Place, str] = {}
    for place in every:
        try:
            times[place] = target_fields.seconds_typed(_typed(editing, place))
        except NotADuration as refused:
            wrong[place] = str(refused)
    if wrong:
        editing.wrong = wrong
        fields = wording.plural(len(wrong), "target cannot", "targets cannot")
        st.toast(f"Nothing was saved: {fields} be read.")
        return
    _write(view, access, times)


def add(view: View, access: Access, new: str) -> None:
    """Add a service's own target from its fields."""
    if not may_write(access):
        return
    service, level = st.session_state[f"{new}-service"], st.session_state[f"{new}-level"]
    if not service:
        st.toast("Choose a service first.")
        return
    typed = Typed(*(str(st.session_state[f"{new}-{what}"]) for what in Typed._fields))
    try:
        times = target_fields.seconds_typed(typed)
    except NotADuration as refused:
        st.toast(f"Not added. {refused}")
        return
    if times == Seconds():
        st.toast("Not added: type at least one time.")
        return
    _write(view, access, {Place(asked.by_what(view), level, service): times})


def save_yours(view: View, access: Access, place: Place) -> None:
    """Put yours in place of what somebody else saved meanwhile."""
    if not may_write(access):
        return
    editing: Editing = st.session_state[_EDITING]
    _write(view, access, {place: editing.yours[place]})


def keep_theirs(place: Place) -> None:
    """Forget yours; the other choices stay open."""
    editing: Editing = st.session_state[_EDITING]
    begin_anew({one: yours for one, yours in editing.yours.items() if one != place})


def _write(view: View, access: Access, times: Mapping[Place, Seconds]) -> None:
    """Save what differs from what was read, and begin anew; ask about what somebody else changed
    meanwhile."""
    editing: Editing = st.session_state[_EDITING]
    changed = {one: new for one, new in times.items() if stored_seconds(editing.row(one)) != new}
    yours = {one: new for one, new in editing.yours.items() if one not in times}
    for place, seconds in changed.items():
        try:
            _store(view, access, editing.row(place), seconds)
        except ChangedMeanwhile as refused:
            yours[place] = seconds
            changed_meanwhile.remember(
                conflict_key(editing, place), _conflict(seconds, refused.theirs)
            )
        except NotFound:
            st.toast("PagerDuty was disconnected meanwhile: nothing was saved.")
            return
    saved = len([one for one in changed if one not in yours])
    if saved:
        audited.note(access, "targets changed")
        st.toast(f"Saved {wording.plural(saved, 'target', 'targets')}.")
    elif not changed:
        st.toast("Nothing was saved: nothing was changed.")
    begin_anew(yours)


def _conflict(yours: Seconds, theirs: object) -> Conflict:
    row = theirs if isinstance(theirs, ResponseTarget) else None
    present = Seconds() if row is None else stored_seconds(row)
    return Conflict.of(target_fields.in_words(yours), target_fields.in_words(present), row)


def _store(view: View, access: Access, read: ResponseTarget, seconds: Seconds) -> None:
    row = ResponseTarget(
        **read.model_dump()
        | {"acknowledge_seconds": seconds.acknowledge, "resolve_seconds": seconds.resolve}
    )
    store.write(
        process.engine(),
        row,
        by=access.by,
        now=datetime.now(UTC),
        connection_id=view.connection_id,
    )


def _typed(editing: Editing, place: Place) -> Typed:
    return Typed(*(str(st.session_state[key(editing, place, what)]) for what in Typed._fields))
