"""Questions of the walkthrough: a guided sequence of findings that does not identify people."""

from corvana.analysis.answers import walkthrough
from corvana.analysis.answers.walkthrough import Step, Told
from corvana.questions import accounts
from corvana.questions.findings import is_analysed
from corvana.questions.question import question
from corvana.questions.view import View


@question()
def steps(view: View) -> tuple[Step, ...]:
    """Return walkthrough.steps over all collected data."""
    return walkthrough.steps(
        accounts.whole(view),
        view.frame("findings"),
        walkthrough.subjects(view.frame("labels")),
        is_analysed=is_analysed(view),
    )


@question(is_usual=False)
def everything(view: View) -> tuple[Told, ...]:
    """Return walkthrough.everything: each finding that may be shown."""
    return walkthrough.everything(
        accounts.whole(view), view.frame("findings"), walkthrough.subjects(view.frame("labels"))
    )
