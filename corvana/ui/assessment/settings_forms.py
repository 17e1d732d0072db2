"""The sections of the settings, as an assessor changes them and as a viewer reads them."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal, NamedTuple
from zoneinfo import available_timezones

import streamlit as st

from corvana.analysis.answers.settings import told
from corvana.assessment import colours
from corvana.assessment.settings import (
    EVERY_DAY,
    LONGEST_TEXT,
    SMALLEST_GROUP,
    AssessmentSettings,
)
from corvana.store.written.settings import Read
from corvana.ui.access import Access
from corvana.ui.assessment import settings_saving
from corvana.ui.assessment.settings_saving import key

ASSESSMENT: Final = "The assessment"
HOURS: Final = "Hours"
NORMS: Final = "Norms"
READERS: Final = "Readers"
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_STEP: Final = 900
"""Seconds: times are chosen by the quarter of an hour."""
_OWN: Final = "Each reader's own"

Values = Mapping[str, Any]


class Field(NamedTuple):
    """One field of a section: its name in the settings, and how it is drawn with a key."""

    name: str
    draw: Callable[[str], object]


def assessment(access: Access, read: Read) -> None:
    """Draw client, scope, assessors, dates and colour: they go into files for stakeholders."""
    client = read.settings.client
    rows = (
        (
            Field("name", lambda key: st.text_input(
                "Client", client.name, key=key, max_chars=80, placeholder=access.engagement,
                help="On report, deck and file names. Empty: the name of the engagement.")),
            Field("begins", lambda key: st.date_input("From", client.begins, key=key)),
            Field("ends", lambda key: st.date_input("Until", client.ends, key=key)),
        ),
        (
            Field("scope", lambda key: st.text_area(
                "Scope", client.scope, key=key, max_chars=LONGEST_TEXT, height=110,
                help="What is looked at, and what is not.")),
            Field("assessors", lambda key: st.text_area(
                "Assessors, one a line", client.assessors, key=key, max_chars=500, height=110)),
        ),
        (
            Field("is_coloured", lambda key: st.checkbox(
                "Use the client's colour in report and deck", bool(client.accent), key=key)),
            Field("accent", lambda key: st.color_picker(
                "Colour", client.accent or _default_colour(), key=key)),
        ),
    )  # fmt: skip
    _form(access, read, ASSESSMENT, rows, _with_client)
    if client.accent:
        st.caption(_contrast(client.accent))


def hours(access: Access, read: Read) -> None:
    """Draw business hours, sleep hours and weekend."""
    own = read.settings.basis.hours
    clock = partial(st.time_input, step=_STEP)
    fields = (
        Field("business_start", lambda key: clock("Business from", own.business_start, key=key)),
        Field("business_end", lambda key: clock("Business until", own.business_end, key=key)),
        Field("sleep_start", lambda key: clock("Sleep from", own.sleep_start, key=key)),
        Field("sleep_end", lambda key: clock(
            "Sleep until", own.sleep_end, key=key, help="The same as its start: no sleep hours.")),
        Field("weekend", lambda key: st.pills(
            "Weekend", EVERY_DAY, selection_mode="multi", default=own.weekend, key=key,
            format_func=lambda day: _DAYS[day - 1])),
    )  # fmt: skip
    _form(access, read, HOURS, (fields,), lambda values, one: one.with_hours(**values))


def norms(access: Access, read: Read) -> None:
    """Draw the norms."""
    own = read.settings.basis.norms
    fields = (
        Field("incidents_per_shift", lambda key: st.number_input(
            "Incidents in a shift, at most", 1, 50, own.incidents_per_shift, key=key)),
        Field("shift_hours", lambda key: st.number_input(
            "Hours of that shift", 1, 24, own.shift_hours, key=key)),
        Field("on_call_share", lambda key: st.number_input(
            "Time on call, at most (%)", 5, 70, round(own.on_call_share * 100), key=key)),
        Field("rest_hours", lambda key: st.number_input(
            "Rest after a night page (h)", 1, 24, own.rest_hours, key=key)),
        Field("soon_minutes", lambda key: st.number_input(
            "Acknowledged soon (min)", 1, 240, own.soon_minutes, key=key)),
        Field("in_time_minutes", lambda key: st.number_input(
            "Acknowledged in time (min)", 2, 1_440, own.in_time_minutes, key=key)),
    )  # fmt: skip
    _form(access, read, NORMS, (fields,), _with_norms)


def readers(access: Access, read: Read) -> None:
    """Draw the smallest group and the clock of the pages."""
    own = read.settings
    zones = ["", *sorted(available_timezones())]
    fields = (
        Field("smallest_group", lambda key: st.number_input(
            "Smallest group of people", SMALLEST_GROUP, 50, own.smallest_group, key=key,
            help="Nothing is shown by person in a smaller group.")),
        Field("reading_zone", lambda key: st.selectbox(
            "Clock of the pages", zones, zones.index(own.reading_zone), key=key,
            format_func=lambda zone: zone or _OWN)),
    )  # fmt: skip
    _form(access, read, READERS, (fields,), lambda values, one: one.with_readers(**values))


def as_text(read: Read, section: str) -> None:
    """Draw a section for a reader who changes nothing."""
    named = told(read.settings)[section]
    if not named:
        st.caption("None.")
        return
    st.dataframe(
        {"Setting": list(named), "Value": list(named.values())}, hide_index=True, height="content"
    )


def _form(
    access: Access,
    read: Read,
    section: str,
    rows: Sequence[Sequence[Field]],
    build: Callable[[Values, AssessmentSettings], AssessmentSettings],
) -> None:
    if not access.may_change:
        as_text(read, section)
        return
    keys = {field.name: key(section, field.name, access, read) for row in rows for field in row}
    with st.form(f"settings {section}", border=False, enter_to_submit=False):
        for row in rows:
            with st.container(horizontal=True, vertical_alignment=_alignment(row)):
                for field in row:
                    field.draw(keys[field.name])
        st.form_submit_button(
            f"Save {section[:1].lower()}{section[1:]}",
            key=f"save {section}",
            on_click=_save,
            args=(access, read, section, keys, build),
        )
    settings_saving.faults(section)
    settings_saving.conflicts(access, read, section)


def _alignment(row: Sequence[Field]) -> Literal["top", "bottom"]:
    """Fields have their labels above them, so they are level at the top. A check box has its text
    beside it, so the row of the colour is level at the bottom."""
    return "bottom" if any(field.name == "is_coloured" for field in row) else "top"


def _save(
    access: Access,
    read: Read,
    section: str,
    keys: Mapping[str, str],
    build: Callable[[Values, AssessmentSettings], AssessmentSettings],
) -> None:
    values = {name: st.session_state.get(each) for name, each in keys.items()}
    settings_saving.save(access, read, section, partial(build, values))


def _with_client(values: Values, one: AssessmentSettings) -> AssessmentSettings:
    chosen = {name: value for name, value in values.items() if name != "is_coloured"}
    accent = str(chosen["accent"]).lower() if values["is_coloured"] else ""
    texts = {name: str(chosen[name] or "").strip() for name in ("name", "scope", "assessors")}
    return one.with_client(**chosen | texts | {"accent": accent})


def _with_norms(values: Values, one: AssessmentSettings) -> AssessmentSettings:
    return one.with_norms(**{**values, "on_call_share": values["on_call_share"] / 100})


def _default_colour() -> str:
    return str(st.get_option("theme.light.primaryColor") or "#1f6fb2")


def _contrast(accent: str) -> str:
    dark = colours.readable(accent, colours.DARK)
    on_white, on_dark = (
        f"{colours.contrast(one, background):.1f}:1"
        for one, background in ((accent, colours.WHITE), (dark, colours.DARK))
    )
    lighter = "it" if dark == accent else f"the lighter shade {dark}"
    return (
        f"Contrast of {accent} on white: {on_white}. On the dark background {lighter} is used: "
        f"{on_dark}. Text needs {colours.AA}:1 (WCAG AA)."
    )
