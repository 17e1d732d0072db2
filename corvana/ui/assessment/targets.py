"""The client's targets: everybody reads them, assessors enter and change them."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.analysis.answers.targets import told_targets
from corvana.questions.assessment import target_tables
from corvana.questions.assessment import targets as asked
from corvana.questions.readable import read
from corvana.questions.view import View
from corvana.store.models import ResponseTarget
from corvana.store.written import targets as store
from corvana.ui import downloads, process, tables
from corvana.ui.access import Access
from corvana.ui.assessment import changed_meanwhile, target_editing, target_fields
from corvana.ui.assessment.target_editing import Editing
from corvana.ui.assessment.target_fields import Place, Typed

_LONGEST: Final = 40
"""Characters of a field: far more than a duration needs."""
_EXAMPLE: Final = "no target"
_NONE: Final = (
    "**No target is set.** A target is the client's, so none is assumed. Ask the client within "
    "which time incidents of each {by} are to be acknowledged and resolved"
)
_NEXT: Final = ", and enter the times here: this page then shows how often they are met."
_NEXT_OF_VIEWERS: Final = (
    ". An assessor of this engagement enters the times; this page then shows how often they are "
    "met."
)


def draw(view: View, access: Access) -> None:
    """Draw the targets that are set, and for assessors the fields to change them."""
    by = asked.by_what(view)
    if view.targets:
        _draw_set(view)
    else:
        step = _NEXT if access.may_change else _NEXT_OF_VIEWERS
        st.info(_NONE.format(by=by) + step, icon=":material/flag:")
    if access.may_change:
        _draw_fields(view, access)


def _draw_set(view: View) -> None:
    levels = asked.names_of(view, "level")
    by = asked.by_what(view)
    own = {one.service for one in view.targets if one.service and one.by == by}
    applying = [one for one in view.targets if one.by == by]
    told = told_targets(applying, levels, services=len(own))
    st.caption(wording.unbroken(f"Targets: {told or 'none of those set applies any more'}"))
    with st.expander(f"All targets ({wording.count(len(view.targets))})", type="compact"):
        tables.table(read(target_tables.SET.of(view)), alt="All targets")
        downloads.csv(target_tables.SET.of(view))


def _draw_fields(view: View, access: Access) -> None:
    stored = target_fields.by_place(store.of_engagement(process.engine(), access.engagement_id))
    editing = target_editing.current(access, stored)
    _draw_conflicts(view, access, editing)
    is_open = not stored or bool(editing.wrong)
    label = "Change the targets" if stored else "Enter the targets"
    with st.expander(label, expanded=is_open, icon=":material/edit:", key="target-editor"):
        _draw_changed_since(editing, stored)
        _draw_form(view, access, editing)
        _draw_own(view, access, editing)


def _draw_form(view: View, access: Access, editing: Editing) -> None:
    by, levels, services = asked.by_what(view), *_names(view)
    every = target_fields.places(by, levels, editing.read or {}, services)
    st.caption(
        "Type a number and a unit: 15 min, 4 h, 1 h 30 min, 2 days. Leave a field empty for no "
        f"target. A service's own target replaces that of the {by}; where its field is empty, that "
        f"of the {by} applies."
    )
    with st.form(f"targets-{editing.number}", border=False):
        for place in every:
            name = wording.plain(target_fields.name_of(place, by, levels, services))
            _draw_two_fields(f"{name}: ", editing, place)
            if place in editing.wrong:
                st.error(wording.plain(editing.wrong[place]), icon=":material/error:")
        st.form_submit_button(
            "Save the targets",
            on_click=target_editing.save,
            args=(view, access, tuple(every)),
        )


def _draw_two_fields(name: str, editing: Editing, place: Place) -> None:
    begins = target_fields.texts_of(target_fields.stored_seconds(editing.row(place)))
    with st.grid(2, min_column_width=200):
        for what, text in zip(Typed._fields, begins, strict=True):
            st.text_input(
                f"{name}{what} within",
                text,
                key=target_editing.key(editing, place, what),
                max_chars=_LONGEST,
                placeholder=_EXAMPLE,
            )


def _draw_own(view: View, access: Access, editing: Editing) -> None:
    """Draw the fields for a service that has no target of its own yet."""
    by, levels, services = asked.by_what(view), *_names(view)
    new = f"own-{editing.number}"
    with (
        st.popover("A service with its own target", icon=":material/add:"),
        st.form(new, border=False),
    ):
        st.selectbox(
            "Service",
            list(services),
            format_func=lambda one: services[one],
            index=None,
            placeholder="Choose a service",
            key=f"{new}-service",
        )
        st.selectbox(
            by.capitalize(),
            list(levels),
            format_func=lambda one: levels[one],
            key=f"{new}-level",
        )
        for what in Typed._fields:
            st.text_input(
                f"{what.capitalize()} within",
                key=f"{new}-{what}",
                max_chars=_LONGEST,
                placeholder=_EXAMPLE,
            )
        st.form_submit_button("Add", on_click=target_editing.add, args=(view, access, new))


def _draw_conflicts(view: View, access: Access, editing: Editing) -> None:
    """Draw the choice between yours and theirs for each target that two changed."""
    for place in editing.yours:
        key = target_editing.conflict_key(editing, place)
        if changed_meanwhile.is_open(key):
            name = target_fields.name_of(place, asked.by_what(view), *_names(view))
            st.markdown(f"**{wording.plain(name)}**")
        changed_meanwhile.draw(
            key,
            save_yours=partial(target_editing.save_yours, view, access, place),
            keep_theirs=partial(target_editing.keep_theirs, place),
        )


def _draw_changed_since(editing: Editing, stored: Mapping[Place, ResponseTarget]) -> None:
    known = editing.read or {}
    if {one: row.revision for one, row in stored.items()} != {
        one: row.revision for one, row in known.items()
    }:
        st.info(
            "Somebody else changed targets since these fields were drawn. What you typed is kept, "
            "and where both changed the same you are asked.",
            icon=":material/sync:",
        )
        st.button(
            "Show the present targets", on_click=target_editing.begin_anew, key="targets-anew"
        )


def _names(view: View) -> tuple[Mapping[str, str], Mapping[str, str]]:
    return asked.names_of(view, "level"), asked.names_of(view, "service")
