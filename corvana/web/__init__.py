"""HTTP beside the pages: the OAuth routes, health, scripts and headers; and the child processes."""

from starlette.middleware import Middleware

from corvana.config import load_settings
from corvana.web import connect, first_page, health, scripts
from corvana.web.lifespan import make_lifespan
from corvana.web.security_headers import SecurityHeaders
from corvana.web.sign_in import SignInGate

__all__ = ["make_lifespan", "middleware", "routes"]

routes = [*connect.routes, *health.routes, *first_page.routes, *scripts.routes]

middleware = [
    Middleware(SecurityHeaders, https=load_settings().base_url.startswith("https://")),
    Middleware(SignInGate),
]
