"""Who is there: the signed-in person behind a request, with the roles that hold right now.

Pages and routes ask here, at every run of a page and at every request. Nothing is kept between two
questions, so that a membership that was removed is gone at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from corvana.config import Settings
from corvana.store import engagements
from corvana.store.people import audit, members, sign_ins
from corvana.store.people.members import Role
from corvana.web import sign_in

_COOKIE: Final = "corvana_session"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may be here.

    `person_id` is None when sign-in is not configured: whoever uses this computer. `by` is what
    the audit trail says.
    """

    person_id: str | None
    name: str
    roles: Mapping[str, Role]
    is_administrator: bool

    @property
    def by(self) -> str:
        return self.person_id or audit.THIS_COMPUTER

    def may_see(self, engagement_id: str) -> bool:
        """Whether the visitor is a member of the engagement in any role."""
        return engagement_id in self.roles

    def may_change(self, engagement_id: str) -> bool:
        """Connect, collect and disconnect in the engagement."""
        return self.roles.get(engagement_id) == "assessor"


def cookie_name(settings: Settings) -> str:
    """The cookie's name. `__Host-` stops other hosts of the domain from setting it; needs https."""
    return f"__Host-{_COOKIE}" if settings.is_https else _COOKIE


def token_in(settings: Settings, cookies: Mapping[str, str]) -> str:
    """Return the session's token that the browser sent, or an empty text."""
    sent = cookies.get(cookie_name(settings))
    return sent if isinstance(sent, str) else ""


def visitor_of(
    engine: Engine, settings: Settings, cookies: Mapping[str, str], now: datetime
) -> Visitor | None:
    """Return who sent these cookies. None: nobody is signed in, or the session is over."""
    if not sign_in.auth_configured():
        everything: dict[str, Role] = {one.id: "assessor" for one in engagements.listed(engine)}
        return Visitor(None, audit.THIS_COMPUTER, everything, is_administrator=True)
    return visitor_with(engine, settings, token_in(settings, cookies), now)


def visitor_with(engine: Engine, settings: Settings, token: str, now: datetime) -> Visitor | None:
    """Return whose session this token is."""
    if not token:
        return None
    session = sign_ins.current(
        engine, token, now, lifetime=settings.session_lifetime, idle=settings.session_idle
    )
    person = members.get(engine, session.person_id) if session else None
    if session is None or person is None:
        return None
    roles = members.roles_of(engine, person.id, session.groups)
    return Visitor(person.id, person.email, roles, is_administrator=person.is_administrator)
