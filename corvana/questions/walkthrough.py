"""Questions of the walkthrough, the report and the deck: what is told to everybody concerned."""

from corvana.analysis.answers import findings as words
from corvana.analysis.answers import reviewed, walkthrough
from corvana.analysis.answers.reviewed import Reviewed, Step
from corvana.analysis.answers.walkthrough import LookedAt, Setting, Told
from corvana.questions import accounts, findings
from corvana.questions.findings import Answers
from corvana.questions.question import question
from corvana.questions.view import View


def steps(view: View) -> tuple[Step, ...]:
    """Return the sequence: the data, what is told, and what to do next."""
    shown = told(view)
    last = reviewed.what_next(
        shown, accounts.whole(view).smallest_group, is_analysed=findings.is_analysed(view)
    )
    return (looked_at(view), *(one.told for one in shown.items), last)


def told(view: View) -> Reviewed:
    """Return what is told to stakeholders, in the assessor's order.

    It follows the register, so it is not kept; what takes long in it is.
    """
    found = [words.key(one) for one in findings.listed(view)]
    return reviewed.reviewed(advised(view), found, view.register)


def everything(view: View) -> tuple[Told, ...]:
    """Return every finding that may be told, whatever was decided about it."""
    return tuple(one for one, _ in advised(view))


def advised(view: View) -> tuple[tuple[Told, Setting], ...]:
    """Return every finding that may be told, largest first, with what to do about it."""
    return advised_as_answered(view, findings.answered(view))


@question()
def looked_at(view: View) -> LookedAt:
    """Return walkthrough.looked_at of all collected data."""
    return walkthrough.looked_at(accounts.whole(view))


@question()
def advised_as_answered(view: View, answered: Answers) -> tuple[tuple[Told, Setting], ...]:
    """Return every finding that may be told, as it is with the client's answers."""
    account, names = accounts.whole(view), walkthrough.subjects(view.frame("labels"))
    found = findings.listed_as_answered(view, answered)
    every = walkthrough.everything(account, found, names)
    return tuple((one, walkthrough.advised(account, one, names)) for one in every)
