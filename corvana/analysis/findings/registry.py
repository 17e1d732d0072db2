"""All kinds of findings."""

from typing import Final

from corvana.analysis.findings.kind import Kind

KINDS: Final[tuple[Kind, ...]] = ()
