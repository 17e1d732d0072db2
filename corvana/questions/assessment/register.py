"""Questions about the findings register: what is confirmed, in which order, and what was done.

They depend on what assessors wrote, which changes without a new data version. So they are not kept;
what takes long in them is a question of its own.
"""

from dataclasses import dataclass
from datetime import date

from corvana.analysis.answers import findings as words
from corvana.analysis.assessment.register import Entry, in_order
from corvana.analysis.findings.kind import Finding
from corvana.questions import findings
from corvana.questions.view import View


@dataclass(frozen=True, slots=True)
class Registered:
    """An entry of the register with its finding.

    `finding` is None for what was seen in interviews, and for a finding that the present data do
    not show any more. What it was called then follows from `entry.key`.
    """

    entry: Entry
    finding: Finding | None

    @property
    def owner(self) -> str:
        """The team or the role; empty while none is named."""
        return self.entry.owner

    @property
    def effort(self) -> str:
        """S, M, L, or empty."""
        return self.entry.effort

    @property
    def due_on(self) -> date | None:
        """The due date."""
        return self.entry.due_on

    @property
    def note(self) -> str:
        """The assessor's note, as plain text."""
        return self.entry.note


def registered(view: View) -> tuple[Registered, ...]:
    """Return every entry in the assessor's order, of any status."""
    found = {words.key(one): one for one in findings.listed(view)}
    entries = in_order(view.register.values(), list(found))
    return tuple(Registered(one, found.get(one.key)) for one in entries)


def confirmed(view: View) -> tuple[Registered, ...]:
    """Return what stakeholders are told of, in the assessor's order.

    These are the entries that are confirmed, accepted as a risk, or done (`entry.status`); none
    that is open or dismissed.
    """
    return tuple(one for one in registered(view) if one.entry.is_told)


def done(view: View) -> tuple[tuple[Registered, date], ...]:
    """Return the entries that are done, with the date on which they were, the newest first."""
    dated = [
        (one, one.entry.done_on)
        for one in registered(view)
        if one.entry.status == "done" and one.entry.done_on is not None
    ]
    return tuple(sorted(dated, key=lambda pair: pair[1], reverse=True))
