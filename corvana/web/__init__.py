"""HTTP beside the pages: OAuth, files, health, scripts and headers; and the child processes."""

from starlette.middleware import Middleware

from corvana.config import load_settings
from corvana.web import (
    audit_trail,
    client_link,
    connect,
    files,
    first_page,
    health,
    refused_requests,
    scripts,
    sign_in_routes,
    simulated_consent,
)
from corvana.web.gate import Gate
from corvana.web.lifespan import make_lifespan
from corvana.web.security_headers import SecurityHeaders
from corvana.web.uploads import UploadGate
from corvana.web.watching import metrics_route
from corvana.web.watching.request_watch import RequestWatch

__all__ = ["make_lifespan", "middleware", "routes"]

routes = [
    *connect.routes,
    *client_link.routes,
    *sign_in_routes.routes,
    *audit_trail.routes,
    *files.routes,
    *health.routes,
    *metrics_route.routes,
    *first_page.routes,
    *scripts.routes,
    *simulated_consent.routes,
]

middleware = [
    Middleware(RequestWatch),
    Middleware(SecurityHeaders, https=load_settings().base_url.startswith("https://")),
    Middleware(Gate, note=refused_requests.note),
    Middleware(UploadGate),
]
