"""Views of findings that were written by hand, and what an assessor decided about them."""

from datetime import date
from typing import Any

from corvana.analysis.answers import findings as words
from corvana.analysis.assessment.register import Entry, register_of
from corvana.analysis.findings.kind import Finding
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import finding, ledger, overloaded, shifts
from tests.builders.evidence.read_report import labels, version

KINDS = ("exhausted_policy", "noisy_service", "auto_resolve_wall", "machine_acks")
LONG = "Zahlungsabwicklung und Rechnungsstellung Nordeuropa (kritisch, PCI-DSS, 24×7), Schicht"


def several(n: int) -> list[Finding]:
    """So many findings of different places, the largest first."""
    return [
        finding(KINDS[number % len(KINDS)], f"P{number}", 6_000.0 - 100 * number)
        for number in range(n)
    ]


def view_of(found: list[Finding], *entries: Entry, long: bool = False, people: int = 5) -> View:
    """A view of findings. `people` are on the schedule of the finding about a single person."""
    named = {
        one.subject_id: f"{LONG} {one.subject_id}" if long else f"Policy {one.subject_id}"
        for one in found
        if one.subject_type != "responder"
    }
    data = version(
        findings=ledger(*found),
        labels=labels(**named, H1="Search front line"),
        shifts=shifts(people),
    )
    return View.of_version(data, register=register_of(entries))


def decided(one: Finding, status: str = "confirmed", **more: Any) -> Entry:
    """The entry of a finding."""
    return Entry(words.key(one), status, **more)  # type: ignore[arg-type]


def everything_decided(people: int = 5) -> tuple[list[Finding], list[Entry]]:
    """Findings of every status, one about a single person, and one seen in interviews."""
    found = [*several(5), overloaded(50.0)]
    return found, [
        decided(found[2], owner="Platform team", effort="S", due_on=date(2027, 1, 31), position=1),
        decided(found[0], note="<b>Ask the *bank* first</b>", effort="L", position=2),
        decided(
            found[1], "dismissed", reason="Known and wanted", note="Never tell this", owner="X"
        ),
        decided(found[3], "accepted risk", position=4),
        decided(found[4], "done", done_on=date(2026, 2, 20), position=5),
        decided(found[5], position=6),
        Entry(
            "interview:1",
            "confirmed",
            title="Nobody knows who may wake the database team",
            place="Payments",
            advice="Write it into the run book.",
            effort="S",
            position=3,
        ),
    ]


__all__ = ["decided", "everything_decided", "several", "view_of"]
