"""The security headers of every response, and the closed routes of Streamlit's server."""

import base64
import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CLOSED: Final = ("/_stcore/metrics", "/_stcore/agent", "/media")
"""Session counts, a description of the app, and files that pages hold. All are readable without
sign-in and not needed: `corvana.web.files` hands files out."""

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@lru_cache(maxsize=1)
def content_security_policy() -> str:
    """Allow content from this server only. The page's single inline script is allowed by its hash.

    Streamlit imports a component's script from a `blob:`. Only a script that already runs can
    create a `blob:`.
    """
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise ImportError("streamlit is not installed")
    index = (Path(spec.origin).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in _INLINE_SCRIPT.findall(index)
    )
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'unsafe-eval' blob: {inline}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-ancestors 'none'",
            "base-uri 'self'",
            "object-src 'none'",
            "form-action 'self'",
        )
    )


class SecurityHeaders:
    """Adds the headers to every HTTP response and closes `CLOSED`."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self.app = app
        self._https = https
        self._headers = {
            "Content-Security-Policy": content_security_policy(),
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if self._https:
                    message["headers"] = [_only_by_https(*one) for one in message["headers"]]
            await send(message)

        if scope["path"].startswith(CLOSED):
            await PlainTextResponse("Not found\n", 404)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def _only_by_https(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    """Mark every cookie as `Secure`, also those that Streamlit sets."""
    if name.lower() != b"set-cookie" or b"; secure" in value.lower():
        return name, value
    return name, value + b"; Secure"
