"""A hosted application: with sign-in, two engagements, and people of every role."""

from dataclasses import dataclass

from sqlalchemy import Engine

from benchmarks.running_app import App
from corvana.config import Settings
from corvana.store.people.members import Role
from tests.builders.browsers.openid_provider import OpenIdProvider
from tests.builders.browsers.signed_in import begin_session, cookies_of


@dataclass(frozen=True, slots=True)
class House:
    """A hosted application, and the keys to it."""

    app: App
    engine: Engine
    settings: Settings
    provider: OpenIdProvider
    mine: str
    theirs: str

    def cookies(
        self, email: str, role: Role | None, *, is_administrator: bool = False
    ) -> dict[str, str]:
        """Sign somebody in who has this role in `mine`, and none in `theirs`."""
        roles = {} if role is None else {self.mine: role}
        token = begin_session(
            self.engine, self.settings, roles, email, is_administrator=is_administrator
        )
        return cookies_of(self.settings, token)
