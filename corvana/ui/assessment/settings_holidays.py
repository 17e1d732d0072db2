"""The holidays of the settings: for each time zone those of a country, chosen and never guessed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import streamlit as st

from corvana.analysis import wording
from corvana.assessment import days_off
from corvana.assessment.settings import AssessmentSettings, Holidays
from corvana.store.written.settings import Read
from corvana.ui.access import Access
from corvana.ui.assessment import settings_saving
from corvana.ui.assessment.settings_forms import as_text

SECTION: Final = "Holidays"
_ZONE: Final = "settings holidays zone"
_COUNTRY: Final = "settings holidays country"
_PART: Final = "settings holidays part"
_WHOLE: Final = "Whole country"
_COMING: Final = 3


def draw(access: Access, read: Read, clocks: Mapping[str, int], now: datetime) -> None:
    """Draw the places that are chosen, and the choice of another one.

    `clocks` has the number of responders by time zone.
    """
    if not access.may_change:
        as_text(read, SECTION)
        return
    chosen = read.settings.basis.hours.holidays
    for each in chosen:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{each.time_zone}: {days_off.place(each.country, each.subdivision)}")
            st.caption(_coming(each, now))
            st.button(
                "Remove",
                key=f"remove holidays {each.time_zone}",
                help=f"Remove the holidays of {each.time_zone}",
                on_click=_remove,
                args=(access, read, each.time_zone),
            )
    taken = {each.time_zone for each in chosen}
    free = [zone for zone in clocks if zone not in taken]
    if free:
        _add(access, read, free, clocks)
    elif not clocks:
        st.caption("The time zones of responders appear here after the first collection.")
    settings_saving.faults(SECTION)
    settings_saving.conflicts(access, read, SECTION)


def _add(access: Access, read: Read, free: list[str], clocks: Mapping[str, int]) -> None:
    names = days_off.country_names()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        zone = st.selectbox(
            "Time zone",
            free,
            key=_ZONE,
            format_func=lambda each: (
                f"{each} ({wording.plural(clocks[each], 'responder', 'responders')})"
            ),
        )
        country = st.selectbox(
            "Country", list(names), index=None, key=_COUNTRY, format_func=lambda each: names[each]
        )
        parts = days_off.part_names(country) if country else {}
        part = st.selectbox(
            "Part",
            ["", *parts],
            key=f"{_PART} {country}",
            disabled=not parts,
            format_func=lambda each: parts.get(each, _WHOLE),
        )
        st.button(
            "Add",
            key="add holidays",
            disabled=country is None,
            on_click=_added,
            args=(access, read, zone, country, part),
        )


def _added(access: Access, read: Read, zone: str, country: str, part: str) -> None:
    def change(one: AssessmentSettings) -> AssessmentSettings:
        others = [each for each in one.basis.hours.holidays if each.time_zone != zone]
        new = Holidays(time_zone=zone, country=country, subdivision=part or "")
        ordered = sorted([*others, new], key=lambda each: each.time_zone)
        return one.with_hours(holidays=tuple(ordered))

    settings_saving.save(access, read, SECTION, change)


def _remove(access: Access, read: Read, zone: str) -> None:
    def change(one: AssessmentSettings) -> AssessmentSettings:
        kept = [each for each in one.basis.hours.holidays if each.time_zone != zone]
        return one.with_hours(holidays=tuple(kept))

    settings_saving.save(access, read, SECTION, change)


def _coming(place: Holidays, now: datetime) -> str:
    """The next holidays by name, so that a wrong choice is seen."""
    years = (now.year, now.year + 1)
    named = days_off.named(place.country, place.subdivision, years)
    coming = [(day, name) for day, name in named.items() if day >= now.date()][:_COMING]
    listed = ", ".join(f"{wording.plain(name)} {wording.instant(day)}" for day, name in coming)
    return f"next: {listed}" if listed else "no holidays are known"
