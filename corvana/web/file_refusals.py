"""Why a file was not handed out: what the reader is told, and what the audit trail keeps."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Final, Literal, NamedTuple
from urllib.parse import urlencode

import structlog
from starlette.responses import RedirectResponse, Response

from corvana.errors import CorvanaError
from corvana.web.plain_page import plain_page

_log = structlog.get_logger(__name__)
Reason = Literal[
    "nobody", "elsewhere", "not a member", "viewer", "unknown", "deleted", "away", "failed"
]


class FileRefused(CorvanaError):
    """A file is not handed out. `by` is who asked, for the audit trail."""

    def __init__(self, reason: Reason, by: str) -> None:
        super().__init__(f"file refused: {reason}")
        self.reason: Reason = reason
        self.by = by


class _Told(NamedTuple):
    status: int
    sentence: str


_TOLD: Final[Mapping[Reason, _Told]] = MappingProxyType(
    {
        "elsewhere": _Told(403, "A link on another site asked for it. Use the link in Corvana."),
        "not a member": _Told(403, "You are not a member of this engagement."),
        "viewer": _Told(403, "Only an assessor of this engagement can download it."),
        "unknown": _Told(404, "There is no such file. Open the page again and use its link."),
        "deleted": _Told(404, "The account was disconnected, and its data was deleted."),
        "away": _Told(
            503, "The store of data versions cannot be reached now. Please try again in a minute."
        ),
        "failed": _Told(500, "It could not be made. Your data is safe. Please try again."),
    }
)


def answer(reason: Reason, reference: str, engagement: str) -> Response:
    """Return the answer to the browser: to the sign-in screen for nobody, else a plain page.

    `reference` is the entry of the audit trail. It is empty when those who are not signed in ask
    too often; then nothing is logged either, so that nobody fills the disk from outside.
    """
    if reason == "nobody":
        first_page = f"/?{urlencode({'engagement': engagement})}" if engagement else "/"
        return RedirectResponse(first_page, 303, headers={"Cache-Control": "no-store"})
    if reference and reason != "failed":  # that one is logged with its error
        _log.info("file refused", reason=reason)
    told = _TOLD[reason]
    body = f"<p>{escape(told.sentence)}</p><p><a href='/'>Open Corvana</a></p>"
    if reference:
        body += f"<p><small>Reference: {escape(reference)}</small></p>"
    return plain_page("This file was not handed out", body, told.status)
