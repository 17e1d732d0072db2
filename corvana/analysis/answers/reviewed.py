"""What is told to stakeholders, in which order: what an assessor confirmed, in the order of the
register.

Until something is confirmed, the three largest findings of different kinds are told, each marked as
*not yet reviewed*. A dismissed finding is told to nobody. What was seen in interviews is told where
it was confirmed, and is marked so; no number belongs to it. A note is told only where its finding
was confirmed, accepted as a risk, or done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.walkthrough import LookedAt, Setting, Told
from corvana.analysis.assessment.register import Entry, Register, in_order
from corvana.assessment.settings import SMALLEST_GROUP

MOST_UNREVIEWED: Final = 3
"""So many findings are told while none is confirmed."""
NOT_REVIEWED: Final = "not yet reviewed"
SEEN: Final = "seen in interviews, not measured"
EFFORTS: Final[Mapping[str, str]] = {"S": "small", "M": "medium", "L": "large"}


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that was seen in interviews and that an assessor confirmed.

    `title`, `where` and `remark` are texts that somebody wrote; `mark` and `plan` as in `Told`.
    """

    title: str
    where: str
    mark: str
    plan: str
    remark: str

    @property
    def note(self) -> str:
        """Where it was seen, and its review."""
        told = " · ".join(part for part in (SEEN, self.mark) if part)
        return wording.sentence_case(told)


@dataclass(frozen=True, slots=True)
class Recommended:
    """Something that is told, what to do about it, and its entry of the register (None without
    one)."""

    told: Told | Heard
    setting: Setting
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What is told, in order.

    `is_reviewed`: an assessor confirmed something. `withheld` findings are about groups in which a
    person could be recognised. `waiting` findings were not reviewed and are not told. `gone`
    confirmed ones are not told, because the present data do not show them. `is_anything_found`: the
    data show a finding, whether it is told or not.
    """

    items: tuple[Recommended, ...]
    is_reviewed: bool
    withheld: int
    waiting: int
    gone: int
    is_anything_found: bool


@dataclass(frozen=True, slots=True)
class Next:
    """The recommendations, in order; `withheld` is the number of findings that are not shown, each
    of a group smaller than `smallest_group`."""

    title: str
    sentence: str
    settings: Sequence[Setting]
    withheld: int
    smallest_group: int = SMALLEST_GROUP


Step = LookedAt | Told | Heard | Next


def reviewed(
    advised: Sequence[tuple[Told, Setting]], found: Sequence[str], register: Register
) -> Reviewed:
    """Return what is told.

    Parameters
    ----------
    advised
        Every finding that may be told, with what to do about it, largest first.
    found
        The keys of all findings, in the same order.
    """
    known = {told.key: (told, setting) for told, setting in advised}
    entries = [one for one in in_order(register.values(), found) if one.is_told]
    dismissed = {key for key, one in register.items() if one.status == "dismissed"}
    left = [pair for pair in advised if pair[0].key not in dismissed]
    if not entries:
        largest = _largest_kinds(left)
        hidden = [key for key in found if key not in known and key not in dismissed]
        return Reviewed(
            items=tuple(_unreviewed(*pair) for pair in largest),
            is_reviewed=False,
            withheld=len(hidden),
            waiting=len(left) - len(largest),
            gone=0,
            is_anything_found=bool(found),
        )
    untold = [one.key for one in entries if one.key not in known and not one.is_from_interview]
    return Reviewed(
        items=tuple(
            _from_interview(one) if one.is_from_interview else _decided(*known[one.key], one)
            for one in entries
            if one.key not in untold
        ),
        is_reviewed=True,
        withheld=sum(key in found for key in untold),
        waiting=sum(
            told.key not in register or register[told.key].status == "open" for told, _ in left
        ),
        gone=sum(key not in found for key in untold),
        is_anything_found=bool(found),
    )


def what_next(told: Reviewed, smallest_group: int, *, is_analysed: bool) -> Next:
    """Return the last step: the recommendations, and what is not told."""
    return Next(
        title="What to do next",
        sentence=_sentence(told, is_analysed=is_analysed),
        settings=tuple(one.setting for one in told.items),
        withheld=told.withheld,
        smallest_group=smallest_group,
    )


def mark(entry: Entry) -> str:
    """Return what an entry is marked with where it is told: nothing, if it is confirmed."""
    match entry.status:
        case "accepted risk":
            return "accepted risk"
        case "done":
            on = f" on {wording.instant(entry.done_on, year=True)}" if entry.done_on else ""
            return f"done{on}"
    return ""


def plan(entry: Entry) -> str:
    """Return owner, effort and due date in words; empty where none is known."""
    effort = EFFORTS.get(entry.effort, "")
    parts = (
        f"Owner: {entry.owner}" if entry.owner else "",
        f"effort: {effort}" if effort else "",
        f"due {wording.instant(entry.due_on, year=True)}"
        if entry.due_on and entry.status != "done"
        else "",
    )
    told = " · ".join(part for part in parts if part)
    return wording.sentence_case(told)


def _sentence(told: Reviewed, *, is_analysed: bool) -> str:
    if told.is_reviewed:
        return _of_the_reviewed(told)
    if told.items:
        n = len(told.items)
        largest = "the largest finding" if n == 1 else f"the {wording.count(n)} largest findings"
        return (
            f"Not yet reviewed: {largest}, most avoidable time first. Each time is an upper limit."
        )
    if is_analysed:
        if told.is_anything_found and not told.withheld:
            return "Nothing that was found is told here."
        return (
            "No finding: no difference is both large enough to be worth a change and too clear to "
            "be chance."
            if not told.waiting and not told.withheld
            else "No finding is told before it is reviewed."
        )
    return "Findings are made when a collection is complete and then appear here."


def _of_the_reviewed(told: Reviewed) -> str:
    gone = (
        f" {wording.plural(told.gone, 'confirmed finding is', 'confirmed findings are')} not told: "
        f"the present data {'does' if told.gone == 1 else 'do'} not show "
        f"{'it' if told.gone == 1 else 'them'} any more."
        if told.gone
        else ""
    )
    if not told.items:
        return f"Nothing that was confirmed is told here.{gone}"
    return f"In the order of the assessment. Each time is an upper limit.{gone}"


def _largest_kinds(advised: Sequence[tuple[Told, Setting]]) -> list[tuple[Told, Setting]]:
    """The largest finding of each of the first kinds."""
    kinds: dict[str, tuple[Told, Setting]] = {}
    for told, setting in advised:
        kinds.setdefault(told.finding.kind, (told, setting))
    return list(kinds.values())[:MOST_UNREVIEWED]


def _unreviewed(told: Told, setting: Setting) -> Recommended:
    return Recommended(replace(told, mark=NOT_REVIEWED), setting, None)


def _decided(told: Told, setting: Setting, entry: Entry) -> Recommended:
    planned = plan(entry)
    # Beside a decision for each finding, the number of others of its kind means nothing.
    shown = replace(told, again=0, mark=mark(entry), plan=planned, remark=entry.note)
    return Recommended(shown, setting._replace(plan=planned), entry)


def _from_interview(entry: Entry) -> Recommended:
    planned = plan(entry)
    heard = Heard(entry.title, entry.place, mark(entry), planned, entry.note)
    where = entry.place or entry.title
    return Recommended(heard, Setting(entry.advice, "", where, SEEN, planned), entry)
