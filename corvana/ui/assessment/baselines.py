"""Baselines on the page *What changed?*: freezing, the list, deleting."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from corvana import jobs
from corvana.analysis import wording
from corvana.errors import NotFound, SnapshotsAway, VersionMissing, is_disk_full
from corvana.questions.assessment import baselines as asked
from corvana.questions.assessment import points
from corvana.questions.view import View
from corvana.store.models import Baseline
from corvana.ui import process
from corvana.ui.access import Access
from corvana.ui.assessment import two_times
from corvana.ui.assessment.rights import may_write
from corvana.ui.assessment.who_wrote import who_wrote
from corvana.ui.controls.period import time_zone
from corvana.versions import baselines
from corvana.versions.baselines import Disk

LONGEST: Final = 80
_NAME: Final = "baseline_name"
_NONE: Final = (
    "**No baseline yet.** A baseline keeps the present data, findings and scores as they are, so "
    "that later weeks can be compared with them."
)
_FREEZE: Final = " Freeze one, at the latest when the assessment is handed over."
_READ: Final = " An assessor of this engagement can freeze one."


def draw(view: View, access: Access) -> None:
    """Draw the baselines that there are, and for assessors the fields to freeze and delete.

    While there is none, a sentence says what one is for.
    """
    st.header("Baselines", anchor=False)
    listed = points.known(view)
    if listed:
        _draw_list(view, listed)
    else:
        st.info(_NONE + (_FREEZE if access.may_change else _READ), icon=":material/ac_unit:")
    if access.may_change:
        _draw_freezing(view, access)
        if listed:
            _draw_deleting(view, access, listed)


def _draw_list(view: View, listed: Sequence[Baseline]) -> None:
    disks = [_disk(view, one) for one in listed]
    st.dataframe(
        {
            "Name": [one.name for one in listed],
            f"Data from ({time_zone()})": [one.covered_since for one in listed],
            "Data until": [one.as_of for one in listed],
            "Incidents": [one.incidents for one in listed],
            "Frozen by": who_wrote(one.changed_by for one in listed),
            "Release": [one.release for one in listed],
            "Method and settings": [_method(view, one) for one in listed],
            "Disk": [_bytes(disk.every) for disk in disks],
            "Not shared": [_bytes(disk.own) for disk in disks],
        },
        hide_index=True,
        height="content",
        alt="Baselines",
        column_config={
            f"Data from ({time_zone()})": _instants(),
            "Data until": _instants(),
            "Incidents": st.column_config.NumberColumn(format="localized"),
        },
    )
    st.caption(
        "A baseline shares files with the data that it was made of. *Not shared* is what no other "
        "data uses any more: deleting the baseline frees it. Disconnecting deletes all baselines."
    )


def _instants() -> Any:
    return st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm", timezone=time_zone())


def _method(view: View, one: Baseline) -> str:
    """Whether scores and findings of a baseline can be shown as they were frozen."""
    try:
        manifest = view.baselines.manifest(one)
    except VersionMissing:
        return "files are missing"
    except SnapshotsAway:
        return "cannot be reached now"
    parts = [
        *(["by another method"] if asked.is_of_another_method(manifest) else []),
        *(["under other settings"] if asked.is_under_other_settings(view, manifest) else []),
    ]
    return " and ".join(parts) or "as today"


def _disk(view: View, one: Baseline) -> Disk:
    try:
        return baselines.disk(process.settings().versions, view.connection_id, one.id)
    except SnapshotsAway:
        return Disk(0, 0)


def _bytes(n: int) -> str:
    if n < 1_000_000:
        return f"{wording.count(max(n / 1_000, 1))} kB" if n else "–"
    return f"{n / 1_000_000:,.1f} MB"


def _draw_freezing(view: View, access: Access) -> None:
    if view.analysed_as_of is None:
        st.caption(
            "The present data can be frozen as soon as findings and scores have been worked out."
        )
        return
    with (
        st.form("freeze", clear_on_submit=True, border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        st.text_input(
            "Name of the new baseline",
            key=_NAME,
            max_chars=LONGEST,
            placeholder="Handed over to the client",
            width=360,
        )
        st.form_submit_button(
            "Freeze the present data",
            icon=":material/ac_unit:",
            on_click=_freeze,
            args=(view, access),
        )
    until = wording.instant(view.as_of, year=True)
    older = " Older weeks are still being collected: wait for them." if _is_growing(view) else ""
    st.caption(f"Keeps all data until {until}, its findings, scores and settings.{older}")


def _is_growing(view: View) -> bool:
    return view.status == "collecting" and view.since > view.requested_since


def _draw_deleting(view: View, access: Access, listed: Sequence[Baseline]) -> None:
    told = two_times.names(listed)
    by_id = {one.id: one for one in listed}
    with st.popover("Delete a baseline", icon=":material/delete:"), st.form("delete-baseline"):
        st.selectbox(
            "Baseline",
            list(told),
            format_func=lambda one: told[one],
            index=None,
            placeholder="Choose a baseline",
            key="baseline_to_delete",
        )
        st.form_submit_button("Delete it for good", on_click=_delete, args=(view, access, by_id))


def _freeze(view: View, access: Access) -> None:
    """Freeze; the right is asked for again, because the page may be old."""
    name = str(st.session_state[_NAME]).strip()
    if not may_write(access):
        return
    if not name:
        st.toast("A baseline needs a name.", icon=":material/error:")
        return
    if name.casefold() in {one.name.casefold() for one in points.known(view)}:
        st.toast("There is a baseline of this name already.", icon=":material/error:")
        return
    try:
        jobs.freeze(view.connection_id, name, access.by)
    except NotFound:
        st.toast("The account was disconnected, or nothing was analysed yet.")
    except VersionMissing:
        st.toast("The data was replaced at this moment. Freeze it again.")
    except SnapshotsAway:
        st.toast(
            "The store of data versions cannot be reached: nothing was frozen. Try again in a "
            "minute.",
            icon=":material/error:",
        )
    except OSError as error:
        if not is_disk_full(error):
            raise
        st.toast("The disk is full: nothing was frozen.", icon=":material/error:")
    else:
        st.session_state[two_times.WAY] = two_times.SINCE
        st.toast("The present data is frozen.", icon=":material/ac_unit:")


def _delete(view: View, access: Access, by_id: dict[str, Baseline]) -> None:
    chosen = by_id.get(str(st.session_state["baseline_to_delete"]))
    if chosen is None:
        st.toast("Choose a baseline first.")
        return
    if not may_write(access):
        return
    try:
        jobs.delete_baseline(view.connection_id, chosen, access.by)
    except SnapshotsAway:
        st.toast(
            "The baseline is gone. Its files are deleted as soon as the store of data versions can "
            "be reached.",
            icon=":material/delete:",
        )
    else:
        st.toast("The baseline is deleted.", icon=":material/delete:")
