"""Who belongs to an engagement: by invitation and by a group of the sign-in provider."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from corvana.store.people import audit, members
from corvana.store.people.members import ROLES, Role
from corvana.ui import process
from corvana.ui.access import administrator, is_still_administrator

_EMAIL: Final = "administration_email"
_ROLE: Final = "administration_role"
_GROUP: Final = "administration_group"
_GROUP_ROLE: Final = "administration_group_role"
_NEW_ADMINISTRATOR: Final = "administration_administrator"
_WORDS: Final[dict[Role, str]] = {
    "viewer": "Viewer: sees every page, changes nothing",
    "assessor": "Assessor: connects, collects, disconnects, downloads",
}


def members_of(engagement_id: str) -> None:
    """Draw the members of the engagement, with what can be done about each."""
    listed = members.members(process.engine(), engagement_id)
    if not listed:
        st.caption("Nobody is a member yet.")
    for member in listed:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(member.email, width="stretch")
            st.caption(member.role if member.has_signed_in else f"{member.role}, not yet signed in")
            st.button(
                "Remove",
                key=f"remove {engagement_id} {member.person_id}",
                help=f"Remove {member.email}",
                on_click=_remove,
                args=(engagement_id, member.person_id),
            )
    with st.form("invite", clear_on_submit=True, border=False):
        st.text_input("E-mail address", key=_EMAIL, max_chars=254)
        st.radio("Role", ROLES, format_func=lambda role: _WORDS[role], key=_ROLE)
        st.form_submit_button("Add member", on_click=_add, args=(engagement_id,))
    st.caption(
        "Nothing is sent: tell the person to sign in here with this address. To change a role, "
        "add the same address again."
    )


def groups_of(engagement_id: str) -> None:
    """Draw the groups of the sign-in provider that have a role in the engagement."""
    for group, role in members.groups_of(process.engine(), engagement_id).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(group, width="stretch")
            st.caption(role)
            st.button(
                "Remove",
                key=f"remove group {engagement_id} {group}",
                help=f"Remove the group {group}",
                on_click=_remove_group,
                args=(engagement_id, group),
            )
    with st.form("group", clear_on_submit=True, border=False):
        st.text_input(
            f"Group, as the claim “{process.settings().groups_claim}” names it",
            key=_GROUP,
            max_chars=254,
        )
        st.radio("Role", ROLES, format_func=lambda role: _WORDS[role], key=_GROUP_ROLE)
        st.form_submit_button("Add group", on_click=_add_group, args=(engagement_id,))
    st.caption("Who joins or leaves a group there gains or loses the role at the next sign-in.")


def administrators() -> None:
    """Draw the form that makes somebody an administrator."""
    with st.form("administrator", clear_on_submit=True, border=False):
        st.text_input("E-mail address", key=_NEW_ADMINISTRATOR, max_chars=254)
        st.form_submit_button("Make administrator", on_click=_add_administrator)
    st.caption(
        "An administrator manages engagements and members. To see what was collected, an "
        "administrator has to be a member, too."
    )


def _add(engagement_id: str) -> None:
    if not is_still_administrator():
        return
    role: Role = st.session_state[_ROLE]
    person_id = _invited(str(st.session_state[_EMAIL]))
    if person_id is not None:
        members.set_role(process.engine(), engagement_id, person_id, role)
        note("member changed", engagement_id, f"{role} {person_id}")


def _remove(engagement_id: str, person_id: str) -> None:
    if is_still_administrator():
        members.remove(process.engine(), engagement_id, person_id)
        note("member removed", engagement_id, person_id)


def _add_group(engagement_id: str) -> None:
    if not is_still_administrator():
        return
    role: Role = st.session_state[_GROUP_ROLE]
    try:
        members.set_group(process.engine(), engagement_id, str(st.session_state[_GROUP]), role)
    except ValueError:
        st.toast("A group needs a name.")
        return
    note("group changed", engagement_id, role)


def _remove_group(engagement_id: str, group: str) -> None:
    if is_still_administrator():
        members.remove_group(process.engine(), engagement_id, group)
        note("group removed", engagement_id)


def _add_administrator() -> None:
    if is_still_administrator():
        _invited(str(st.session_state[_NEW_ADMINISTRATOR]), is_administrator=True)


def _invited(email: str, *, is_administrator: bool = False) -> str | None:
    now = datetime.now(UTC)
    try:
        person_id = members.invite(process.engine(), email, now, administrator=is_administrator)
    except ValueError:
        st.toast("This is no e-mail address.")
        return None
    note("invited", None, f"administrator {person_id}" if is_administrator else person_id)
    return person_id


def note(action: audit.Action, engagement_id: str | None, detail: str = "") -> None:
    """Add an entry to the audit trail in the name of the administrator who is there."""
    audit.record(
        process.engine(),
        action,
        administrator().by,
        datetime.now(UTC),
        engagement_id=engagement_id,
        detail=detail,
    )
