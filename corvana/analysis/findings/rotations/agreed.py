"""Whether a person agreed to the nights, which no schedule tells."""

from collections.abc import Mapping
from typing import Final

from corvana.analysis.findings.kind import Assumption, Finding, always


def _was_it_agreed(_finding: Finding, _names: Mapping[str, str]) -> str:
    return "Did this person agree to have most of the nights?"


NIGHTS: Final = Assumption(
    asks=_was_it_agreed,
    holds_if="no",
    said={
        "yes": "the person agreed to have most of the nights",
        "no": "the person did not agree to have most of the nights",
        "partly": "the person agreed to a part of the nights",
    },
    otherwise=always(
        "Leave the rotation as it is. Ask again every few months, and name somebody who can take "
        "the nights over."
    ),
    partly=always("Share out the nights that were not agreed among the members of the rotation."),
    spares_nothing=True,
)
