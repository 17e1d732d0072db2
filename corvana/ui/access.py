"""Access control: every page calls `require_access` before anything else."""

from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from corvana.store import engagements
from corvana.ui import process, state
from corvana.web import sign_in

Role = Literal["assessor", "viewer"]
ENGAGEMENT_PARAMETER: Final = "engagement"


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of this browser: the engagements it may see, and its actions there."""

    engagement_id: str
    role: Role

    @property
    def may_change(self) -> bool:
        """Connect, collect, disconnect, and open or close engagements."""
        return self.role == "assessor"

    @property
    def may_export(self) -> bool:
        """Download the collected data and the findings as files."""
        return self.role == "assessor"


def require_access() -> Access:
    """Return the access of this browser, or draw the sign-in screen and stop."""
    role = _role()
    return Access(_engagement(), role)


def _role() -> Role:
    if not sign_in.auth_configured():
        return "assessor"  # loopback only: SignInGate and check_exposure see to it
    if not st.user.is_logged_in:
        _sign_in_screen()
    claim: object = st.user.get("roles")
    roles = claim if isinstance(claim, list | tuple) else (claim,)
    if "assessor" in roles:
        return "assessor"
    if "viewer" not in roles:
        _no_role_screen()
    return "viewer"


def _sign_in_screen() -> None:
    st.title("Sign in to Corvana", anchor=False)
    st.markdown("This assessment is open to assessors and viewers of the engagement only.")
    st.button("Sign in", type="primary", on_click=st.login)
    st.stop()


def _no_role_screen() -> None:
    st.title("No access", anchor=False)
    st.markdown(
        "You are signed in, but without the role *assessor* or *viewer*. Ask whoever manages "
        "sign-in to give you one, then sign in again."
    )
    st.button("Sign out", on_click=st.logout)
    st.stop()


def _engagement() -> str:
    """The engagement in the URL, else the session's, else the first active engagement."""
    listed = engagements.listed(process.engine())
    known = {engagement.id for engagement in listed}
    wanted = (
        st.query_params.get(ENGAGEMENT_PARAMETER),
        st.session_state.get(state.ENGAGEMENT),
        next((one.id for one in reversed(listed) if one.status == "active"), None),
    )
    chosen = next((one for one in wanted if one in known), None) or listed[0].id
    st.session_state[state.ENGAGEMENT] = chosen
    if len(listed) > 1 and st.query_params.get(ENGAGEMENT_PARAMETER) != chosen:
        st.query_params[ENGAGEMENT_PARAMETER] = chosen
    return str(chosen)
