"""Access control: every page calls `require_access` before anything else."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Final, NoReturn
from urllib.parse import urlencode, urlsplit

import streamlit as st

from corvana.errors import NotFound
from corvana.store import engagements
from corvana.store.models import Engagement
from corvana.store.people import audit
from corvana.store.people.members import Role
from corvana.ui import process, state
from corvana.ui.links import STYLE as LINK_STYLE
from corvana.web import ticket, visitors
from corvana.web.refusals import SIGN_IN
from corvana.web.sign_in_routes import LOGIN, LOGOUT
from corvana.web.visitors import Visitor

ENGAGEMENT_PARAMETER: Final = "engagement"


@dataclass(frozen=True, slots=True)
class Access:
    """The rights of this browser in the engagement that it sees; `engagement` is its name."""

    engagement_id: str
    role: Role
    viewers_take_report: bool = False
    by: str = ""
    engagement: str = ""

    @property
    def may_change(self) -> bool:
        """Connect, collect, disconnect, and open or close engagements."""
        return self.role == "assessor"

    @property
    def may_export(self) -> bool:
        """Download the collected data and the findings as files."""
        return self.role == "assessor"

    @property
    def may_take_report(self) -> bool:
        """Download the report, which names nobody."""
        return self.may_export or self.viewers_take_report


def require_visitor() -> Visitor:
    """Return who is there, or draw the sign-in screen and stop."""
    visitor = _visitor()
    if visitor is None:
        _sign_in_screen()
    if not visitor.roles and not visitor.is_administrator:
        _no_engagement_screen(visitor)
    return visitor


def require_access() -> Access:
    """Return the access of this browser, or draw a screen that says what is missing, and stop."""
    visitor = require_visitor()
    if not visitor.roles:
        _no_engagement_screen(visitor)
    engagement = _engagement(visitor)
    return Access(
        engagement.id,
        visitor.roles[engagement.id],
        viewers_take_report=engagement.viewers_take_report,
        by=visitor.by,
        engagement=engagement.name,
    )


def require_administrator() -> Visitor:
    """Return the administrator who is there, or stop. Without sign-in nobody is one."""
    visitor = require_visitor()
    if visitor.person_id is None or not visitor.is_administrator:
        st.title("No access", anchor=False)
        st.markdown("Only an administrator of Corvana can open this page.")
        st.stop()
    return visitor


def is_still_administrator() -> bool:
    """Whether whoever is there is still an administrator; asked before each change."""
    visitor = _visitor()
    return visitor is not None and visitor.is_administrator


def administrator() -> Visitor:
    """Return who is there. Raises `NotFound` when nobody is signed in any more."""
    visitor = _visitor()
    if visitor is None:
        raise NotFound("nobody is signed in")
    return visitor


def may_still_change(access: Access) -> bool:
    """Whether the rights that a page was drawn with still hold.

    An action asks once more: its button may have been drawn before a membership was removed.
    """
    visitor = _visitor()
    return visitor is not None and visitor.may_change(access.engagement_id)


def may_still_see(access: Access) -> bool:
    """Whether what a page showed may still be seen; parts of a page run by themselves."""
    visitor = _visitor()
    return visitor is not None and visitor.may_see(access.engagement_id)


def ticket_for(purpose: str) -> str:
    """Return a ticket for the session of this browser."""
    token = visitors.token_in(process.settings(), st.context.cookies.to_dict())
    return ticket.issue(process.vault(), purpose, token, datetime.now(UTC))


def sign_out_link(visitor: Visitor) -> None:
    """Draw the link that ends the session in every tab. Without sign-in there is none."""
    if visitor.person_id is None:
        return
    address = f"{LOGOUT}?{urlencode({'ticket': ticket_for(ticket.SIGN_OUT)})}"
    st.html(f'{LINK_STYLE}<a class="corvana-quiet" href="{escape(address)}">Sign out</a>')


def _visitor() -> Visitor | None:
    return visitors.visitor_of(
        process.engine(), process.settings(), st.context.cookies.to_dict(), datetime.now(UTC)
    )


def _sign_in_screen() -> NoReturn:
    st.title("Sign in to Corvana", anchor=False)
    refusal = SIGN_IN.get(st.query_params.get("sign_in", ""))
    if refusal is not None:
        st.warning(f"**{refusal.sentence}** {refusal.next_step}", icon=":material/block:")
        show_reference(st.query_params.get("reference"))
    st.markdown("This assessment is open to assessors and viewers of the engagement only.")
    address = f"{LOGIN}?{urlencode({'next': _this_page()})}"
    st.html(f'{LINK_STYLE}<a class="corvana-action" href="{escape(address)}">Sign in</a>')
    st.stop()


def show_reference(reference: str | None) -> None:
    """Show what finds a refusal in the log and in the audit trail. It comes from an address, so
    nothing else is shown."""
    if re.fullmatch(r"[0-9a-f]{12}", reference or ""):
        st.caption(f"Reference: {reference}")


def _this_page() -> str:
    """The path and query of the page that was asked for, without what told of a refusal."""
    path = urlsplit(st.context.url or "/").path or "/"
    query = {
        name: value
        for name, value in st.query_params.items()
        if name not in {"sign_in", "reference"}
    }
    return f"{path}?{urlencode(query)}" if query else path


def _no_engagement_screen(visitor: Visitor) -> NoReturn:
    st.title("No engagement", anchor=False)
    st.markdown(
        "You are signed in, but you are a member of no engagement. Ask an administrator of Corvana "
        "to make you one."
    )
    sign_out_link(visitor)
    st.stop()


def _engagement(visitor: Visitor) -> Engagement:
    """The engagement in the URL, else the session's, else the first active one of the visitor's.

    An engagement of others is treated like one that does not exist.
    """
    listed = [one for one in engagements.listed(process.engine()) if visitor.may_see(one.id)]
    known = {engagement.id: engagement for engagement in listed}
    _note_when_refused(visitor, st.query_params.get(ENGAGEMENT_PARAMETER))
    wanted = (
        st.query_params.get(ENGAGEMENT_PARAMETER),
        st.session_state.get(state.ENGAGEMENT),
        next((one.id for one in reversed(listed) if one.status == "active"), None),
    )
    chosen = next((one for one in wanted if one in known), None) or listed[0].id
    if st.session_state.get(state.TYPED_IN, chosen) != chosen:
        # Some findings have the same key in every account, and sections have the same names.
        state.forget_what_was_typed()
    st.session_state[state.TYPED_IN] = chosen
    st.session_state[state.ENGAGEMENT] = chosen
    if len(listed) > 1 and st.query_params.get(ENGAGEMENT_PARAMETER) != chosen:
        st.query_params[ENGAGEMENT_PARAMETER] = chosen
    return known[chosen]


def _note_when_refused(visitor: Visitor, asked_for: str | None) -> None:
    """Note once a session when the address names an engagement of others."""
    if not asked_for or visitor.may_see(asked_for) or st.session_state.get(state.REFUSED):
        return
    st.session_state[state.REFUSED] = True
    # An invented id is not kept: it may be any text.
    existing = {one.id for one in engagements.listed(process.engine())}
    audit.record(
        process.engine(),
        "refused",
        visitor.by,
        datetime.now(UTC),
        engagement_id=asked_for if asked_for in existing else None,
        detail="engagement",
    )
