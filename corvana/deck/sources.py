"""Where each number of a slide stands in the evidence pack, so that anybody can look it up."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

FINDINGS: Final = "findings.json"
METRICS: Final = "metrics.json"
REGISTER: Final = "register.csv"
"""It stands in the evidence pack, and is handed over beside it, too."""
_COUNTED: Final = "(Places in a file count from 0: [3] is the fourth.)"


class Shown(NamedTuple):
    """A number or a text as a slide shows it, and where it stands in the evidence pack.

    `field` is the way through the JSON file: `[3].interval[0]` is the lower end of the interval of
    the fourth finding, because places are counted from 0.
    """

    text: str
    file: str
    field: str

    @property
    def told(self) -> str:
        """One line of the speaker notes."""
        return f"{self.text} ← {self.file}, {self.field}"


def of_finding(place: int, *shown: tuple[str, str]) -> list[Shown]:
    """Return what is shown of the finding at a place of findings.json: pairs of text and field."""
    return [Shown(text, FINDINGS, f"[{place}].{field}") for text, field in shown]


def of_account(*shown: tuple[str, str]) -> list[Shown]:
    """Return what is shown of the account's totals: pairs of text and field."""
    return [Shown(text, METRICS, field) for text, field in shown]


def notes(said: str, shown: Sequence[Shown], more: Iterable[str] = ()) -> str:
    """Return the speaker notes of a slide: what to say, texts that did not fit, and the sources."""
    head = [part for part in (said, *more) if part]
    if not shown:
        return "\n".join(head)
    listed = [one.told for one in dict.fromkeys(shown)]
    return "\n".join([*head, "Where each number stands in the evidence pack:", _COUNTED, *listed])
