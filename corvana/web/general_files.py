"""The files that are the same for everybody who is signed in: they say nothing of any account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from corvana.analysis import method
from corvana.analysis.findings.registry import KINDS
from corvana.evidence import privacy_ledger
from corvana.questions.file import as_csv
from corvana.report import written
from corvana.report.method_page import method_html

METHOD: Final = "method.md"
METHOD_PAGE: Final = written.METHOD
PRIVACY_LEDGER: Final = "corvana-privacy-ledger.csv"


@dataclass(frozen=True, slots=True)
class GeneralFile:
    """A file by its type and the function that makes it."""

    media_type: str
    make: Callable[[], str]


GENERAL: Final[Mapping[str, GeneralFile]] = MappingProxyType(
    {
        METHOD: GeneralFile("text/markdown; charset=utf-8", lambda: method.markdown(KINDS)),
        METHOD_PAGE: GeneralFile("text/html; charset=utf-8", lambda: method_html(KINDS)),
        PRIVACY_LEDGER: GeneralFile(
            "text/csv; charset=utf-8", lambda: as_csv(privacy_ledger.kept()).decode()
        ),
    }
)
"""Each by the name that its address has."""
