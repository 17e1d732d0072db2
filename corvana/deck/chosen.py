"""The findings that are told, as slides and the one page show them.

Which ones, and in which order, is decided in one place for walkthrough, report and deck:
`analysis.answers.reviewed`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.analysis.answers.reviewed import NOT_REVIEWED, Heard, Recommended
from corvana.analysis.answers.walkthrough import Told
from corvana.analysis.findings.registry import kind_of
from corvana.deck.measured import Named
from corvana.questions import findings
from corvana.questions.view import View
from corvana.questions.walkthrough import told as told_of

INTERVIEWS: Final = "Seen in interviews; the data hold no numbers on it."


@dataclass(frozen=True, slots=True)
class Item:
    """One finding that is told.

    `where` is its place, `says` what is said of it; a finding that was seen in interviews has no
    `says`, and `told` is None: it has no numbers. `advice` is what to do, `setting` where in
    PagerDuty. `place` is its place in findings.json, counted from 0; None where it is not there.
    `owner`, `effort` (S, M, L), `due` and `remark` are what an assessor wrote, empty where nothing
    was. `status` is empty for a confirmed finding that is still to be acted on.
    """

    where: str
    says: str
    sentence: str
    told: Told | None = None
    advice: str = ""
    setting: str = ""
    place: int | None = None
    owner: str = ""
    effort: str = ""
    due: date | None = None
    status: str = ""
    remark: str = ""

    @property
    def title(self) -> str:
        """Its place, and what is said of it: "Payments: slow to acknowledge"."""
        return f"{self.where}: {self.says}" if self.says else self.where

    def numbered(self, number: int) -> Named:
        """Return the title with its number in the deck's order."""
        return Named(f"{number}. ", self.where, f": {self.says}" if self.says else "")

    @property
    def is_to_do(self) -> bool:
        """Whether it is still to be acted on: neither done nor accepted as a risk."""
        return self.status in ("", NOT_REVIEWED)

    @property
    def minutes(self) -> float:
        """Avoidable minutes a month; 0 where none were measured."""
        found = self.told.finding.avoidable_minutes_per_month if self.told else 0.0
        return found if found > 0 else 0.0

    @property
    def due_in_words(self) -> str:
        """The due date: "31 Jan 2027"; empty without one."""
        return wording.instant(self.due, year=True) if self.due else ""


class Chosen(NamedTuple):
    """The findings that are told. `is_reviewed`, `withheld`, `waiting` and `gone` are those of
    `Reviewed`."""

    items: Sequence[Item]
    is_reviewed: bool
    withheld: int
    waiting: int
    gone: int


def chosen(view: View) -> Chosen:
    """Return which findings of the view are told, in order."""
    told = told_of(view)
    places = {words.key(one): place for place, one in enumerate(findings.listed(view))}
    items = [_item(one, places) for one in told.items]
    return Chosen(items, told.is_reviewed, told.withheld, told.waiting, told.gone)


def _item(one: Recommended, places: Mapping[str, int]) -> Item:
    told, entry = one.told, one.entry
    owner, effort = (entry.owner, entry.effort) if entry else ("", "")
    due = entry.due_on if entry and entry.status != "done" else None
    if isinstance(told, Heard):
        return Item(
            where=f"{told.where}: {told.title}" if told.where else told.title,
            says="",
            sentence=INTERVIEWS,
            advice=one.setting.advice,
            owner=owner,
            effort=effort,
            due=due,
            status=told.mark,
            remark=told.remark,
        )
    return Item(
        where=told.where,
        says=kind_of(told.finding.kind).says,
        sentence=told.sentence,
        told=told,
        advice=one.setting.advice,
        setting=one.setting.setting,
        place=places.get(told.key),
        owner=owner,
        effort=effort,
        due=due,
        status=told.mark,
        remark=told.remark,
    )
