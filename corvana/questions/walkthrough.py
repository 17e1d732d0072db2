"""The findings as a guided sequence, in which nobody can be recognised."""

from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.walkthrough import Step, Told
from corvana.questions import accounts
from corvana.questions.findings import is_analysed
from corvana.questions.question import question
from corvana.questions.view import View


@question()
def steps(view: View) -> tuple[Step, ...]:
    """Return walkthrough.steps of all that was collected."""
    return walkthrough.steps(
        accounts.whole(view),
        view.frame("findings"),
        walkthrough.subjects(view.frame("labels")),
        is_analysed=is_analysed(view),
    )


@question(is_usual=False)
def everything(view: View) -> tuple[Told, ...]:
    """Return walkthrough.everything: each finding that may be told."""
    return walkthrough.everything(
        accounts.whole(view), view.frame("findings"), walkthrough.subjects(view.frame("labels"))
    )
