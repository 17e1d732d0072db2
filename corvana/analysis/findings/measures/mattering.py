"""The question whether incidents mattered, which only the client can answer."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.analysis.findings.kind import Answer, Finding
from corvana.analysis.wording import count

SAID: Final[Mapping[Answer, str]] = MappingProxyType(
    {
        "yes": "these incidents mattered",
        "no": "these incidents did not matter",
        "partly": "a part of these incidents mattered",
    }
)


def did_they_matter(finding: Finding, _names: Mapping[str, str]) -> str:
    """Return the question about the incidents that the share of the finding counts."""
    counted = round(finding.effect * finding.n)
    if counted == 1:
        return "Did this incident matter?"
    return f"Did these {count(counted)} incidents matter?"
