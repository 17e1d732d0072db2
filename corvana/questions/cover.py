"""The cover of a report: of which client and account it is, who made it, and when."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

_LONGEST_NAME: Final = 60
_UNSAFE: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Cover:
    """What only the server knows of a report: an address never holds it. Empty: not known.

    `client` is the client's name, or else the engagement's; `account` PagerDuty's label of the
    account. `is_partial`: whoever connected sees only a part of the account. `scope`, `assessors`,
    `begins`, `ends` and `accent` (`#rrggbb`) are as an assessor set them for such files, and `logo`
    is a PNG or JPEG that Corvana wrote itself.
    """

    client: str = ""
    account: str = ""
    prepared_on: date | None = None
    prepared_by: str = ""
    is_simulated: bool = False
    is_partial: bool = False
    scope: str = ""
    assessors: tuple[str, ...] = ()
    begins: date | None = None
    ends: date | None = None
    accent: str = ""
    logo: bytes = field(default=b"", repr=False)
    logo_type: str = ""

    @property
    def prepared(self) -> str:
        """Who prepared it: the assessors as they were set, or else whoever made the file."""
        return ", ".join(self.assessors) or self.prepared_by

    @property
    def account_in_words(self) -> str:
        """The account, with what a reader has to know about it in brackets."""
        notes = ("simulated" * self.is_simulated, "partial access" * self.is_partial)
        told = ", ".join(note for note in notes if note)
        return f"{self.account} ({told})" if told else self.account

    def named(self, file_name: str) -> str:
        """Return the file's name with client and date: `corvana-report-acme-2026-11-30.html`.

        Only a to z, digits and hyphens are kept of the client's name, so that every file system
        takes it. Two clients can therefore have the same file name.
        """
        stem, _, ending = file_name.rpartition(".")
        day = f"{self.prepared_on:%Y-%m-%d}" if self.prepared_on else ""
        parts = (stem, _safe(self.client), day)
        return f"{'-'.join(part for part in parts if part)}.{ending}"


UNKNOWN: Final = Cover()


def _safe(name: str) -> str:
    """The name in lower case with a to z, digits and hyphens only; letters lose their accents."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _UNSAFE.sub("-", plain)[:_LONGEST_NAME].strip("-")
