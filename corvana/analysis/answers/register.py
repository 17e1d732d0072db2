"""What was decided about the findings, and what the data still show of them?"""

from collections.abc import Iterable, Mapping
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.findings import where
from corvana.analysis.assessment.gone_and_back import Trace
from corvana.analysis.assessment.register import STATUSES, Entry, Status
from corvana.analysis.findings.kind import Answer, Finding
from corvana.analysis.findings.registry import KINDS

INTERVIEW: Final = "seen in interviews"
ANSWERS: Final[Mapping[str, str]] = {"": "not asked", "yes": "yes", "no": "no", "partly": "partly"}
_NAN: Final = float("nan")
_UNKNOWN: Final = "A finding of another release"


def answer(entries: Iterable[Entry], gone: int, back: int) -> str:
    """Return how many findings there are of each status, and how many are gone or back."""
    every = list(entries)
    if not every:
        return "**Nothing to decide yet.** Findings appear here when a collection is complete."
    counts: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for one in every:
        counts[one.status] += 1
    parts = [f"{wording.count(n)} {status}" for status, n in counts.items() if n]
    moved = [
        f"{wording.count(n)} {'is' if n == 1 else 'are'} {word}"
        for n, word in ((gone, "gone"), (back, "back"))
        if n
    ]
    from_data = f" By the data, {' and '.join(moved)}." if moved else ""
    whole = wording.plural(len(every), "finding", "findings")
    return f"**{whole}:** {', '.join(parts)}.{from_data}"


def seen(entry: Entry, trace: Trace | None, *, is_found: bool) -> str:
    """Return in a few words what the data show of an entry: "gone since 3 Nov 2026".

    `is_found`: it is in the present findings ledger.
    """
    if entry.is_from_interview:
        return INTERVIEW
    if trace is None:
        return "in the data" if is_found else "not in the data"
    on = wording.instant(trace.since, year=True)
    match trace.state:
        case "gone":
            return f"gone since {on}"
        case "back":
            return f"back since {on}"
        case "found":
            return "in the data"
    last = trace.last_found
    until = f", last seen on {wording.instant(last, year=True)}" if last else ""
    return f"cannot tell{until}"


def called(key: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Return place and title of a finding that the ledger does not have, from its key.

    A service, policy or schedule that was deleted at PagerDuty keeps its name as long as the
    collected labels have it; the register stores none.
    """
    name, _, rest = key.partition(":")
    kind = next((one for one in KINDS if one.name == name), None)
    if kind is None:
        return "", _UNKNOWN
    subject, _, detail = rest.partition(":")
    bare = Finding(
        name, "", subject, detail or None, _NAN, _NAN, _NAN, _NAN, 0, _NAN, False, _NAN, _NAN
    )
    known = names if subject in names else {**names, subject: f"unknown ({subject[-4:]})"}
    return where(bare, known), kind.says


def client_said(answer: Answer | str, share: float | None) -> str:
    """Return the client's answer in a few words: "partly (about 40 %)"; empty without one."""
    if not answer:
        return ""
    part = f" (about {wording.percent(share)})" if answer == "partly" and share is not None else ""
    return f"{ANSWERS[answer]}{part}"
