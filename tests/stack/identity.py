"""Who signs in: an OpenID provider that asks for no password, and the people it knows."""

import json
import sys
from typing import Final, NamedTuple

from corvana.store.people.members import Role
from tests.stack.parts import Ground, Part, answers
from tests.stack.programs import MARK, Program


class Known(NamedTuple):
    """Somebody who can sign in. `role` is in the first engagement and those made later."""

    email: str
    role: Role
    is_administrator: bool


PEOPLE: Final = (
    Known("ann@example.com", "assessor", is_administrator=True),
    Known("ben@example.com", "assessor", is_administrator=False),
    Known("cleo@example.com", "viewer", is_administrator=False),
)


class Provider(Part):
    """The provider. Its page names everybody it knows, and a click signs in."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        port = ground.place.port("provider")
        self.url = f"http://127.0.0.1:{port}"
        known = [
            {"sub": each.email, "email": each.email, "email_verified": True} for each in PEOPLE
        ]
        self.program = Program(
            name="The OpenID provider",
            command=[
                *(sys.executable, "-m", "oidc_provider_mock", "--port", str(port)),
                *(f"--user-claims={json.dumps(each)}" for each in known),
            ],
            home=ground.place.folder,
            log=ground.place.log("provider"),
            environment={MARK: str(ground.place.folder)},
            answers=lambda: answers(f"{self.url}/.well-known/openid-configuration"),
        )

    def section(self, app_url: str) -> str:
        """The section of `secrets.toml`, as docs/hosting.md shows it."""
        place = self._ground.place
        return (
            f'[auth]\nredirect_uri = "{app_url}/oauth2callback"\n'
            f'cookie_secret = "{place.password("cookies")}"\n'
            f'client_id = "corvana"\nclient_secret = "{place.password("client")}"\n'
            f'server_metadata_url = "{self.url}/.well-known/openid-configuration"\n'
        )
