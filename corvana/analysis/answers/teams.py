"""Which team first, and what to ask it."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.teams.numbers import Beside, Name
from corvana.analysis.wording import count, duration, interval, percent, plain, share_interval
from corvana.assessment.settings import SMALLEST_GROUP

MOST_QUESTIONS: Final = 5
"""The number of findings, from the first, that are asked about."""
_ASKED: Final[Mapping[Name, tuple[str, str]]] = {
    "acknowledged": (
        "Half of the team's incidents are acknowledged within {own}, elsewhere within {rest}.",
        "What keeps people from answering sooner?",
    ),
    "resolved": (
        "Half of the team's incidents are resolved within {own}, elsewhere within {rest}.",
        "Which step takes the time: finding the cause, or waiting for somebody else?",
    ),
    "escalated": (
        "{own} of the team's high-urgency incidents escalate, elsewhere {rest}.",
        "Why does the first level not answer?",
    ),
    "unanswered": (
        "{own} of the team's high-urgency incidents close by themselves, elsewhere {rest}.",
        "Which of these alerts need nobody?",
    ),
    "asleep": (
        "{own} of the team's interruptions fall in sleep hours, elsewhere {rest}.",
        "Which of them could have waited until the morning?",
    ),
}
_BETTER: Final = "What does the team do that others could do too?"
_NOTHING: Final = (
    "No number of this team lies clearly apart from the rest, and no finding belongs to it. Ask "
    "what its people would change first."
)


def answer(ranking: pd.DataFrame, names: Mapping[str, str], largest: Mapping[str, Finding],
           subjects: Mapping[str, str]) -> str:  # fmt: skip
    """Return which team comes first, why, and whether another may come first instead.

    Parameters
    ----------
    ranking
        avoidable.by_team, of one team or more.
    names, subjects
        Labels of teams, and of the subjects of findings.
    largest
        The largest finding of each team that has one.
    """
    first, others = ranking.iloc[0], ranking.iloc[1:]
    if not first["findings"]:
        teams = "the one team" if others.empty else f"the {count(len(ranking))} teams"
        return f"**No finding belongs to {teams}.**"
    name, finding = _name(first["team"], names), largest[first["team"]]
    return (
        f"**{name} first:** {worth(first)}. {_why(finding, subjects, int(first['findings']))}"
        f"{_instead(first, others, names)}"
    )


def worth(row: pd.Series) -> str:
    """Return the avoidable time of a row of avoidable.by_team, counted once and added up."""
    findings = int(row["findings"])
    if not row["added"] > 0:
        measured = "finding has" if findings == 1 else "findings have"
        return f"its {f'{count(findings)} ' if findings > 1 else ''}{measured} no avoidable time"
    once, added = (duration(float(row[name]) * 60) for name in ("once", "added"))
    if once == added:
        return f"up to {once} a month are avoidable"
    return (
        f"up to {once} a month are avoidable if each incident counts once, {added} if its "
        f"{count(findings)} findings share no incident"
    )


def _why(finding: Finding, subjects: Mapping[str, str], findings: int) -> str:
    which = "The one finding" if findings == 1 else "The largest"
    told = f"**{plain(words.title(finding, subjects))}**"
    return f"{which}: {told}, {words.worth(finding)} ({words.certainty(finding)})."


def _instead(first: pd.Series, others: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Which other team may come first: one whose findings add up to as much."""
    may = others[others["added"].gt(0) & others["added"].ge(first["once"])]
    if may.empty:
        return ""
    top = may.nlargest(1, "added").iloc[0]
    others_too = {1: "", 2: ", and one more team"}.get(
        len(may), f", and {count(len(may) - 1)} more teams"
    )
    return (
        f" {_name(top['team'], names)}{others_too} may come first instead: added up, its findings "
        f"make {duration(float(top['added']) * 60)} a month."
    )


def caption(basis: str, without: int, n: int) -> str:
    """Return how to read the chart of all teams, and how many incidents are of no team.

    Parameters
    ----------
    basis
        What the findings are of: "of everything collected, …".
    without, n
        Incidents of the selection that belong to no team, and all of them.
    """
    one = "1 incident belongs" if without == 1 else f"{count(without)} incidents belong"
    of = f" {one} to no team, of the {count(n)} selected." if without else ""
    return (
        f"Avoidable time a month, {basis}. Bar: each incident counted once; whisker: up to all "
        f"findings added up. Number of findings in brackets. A finding of two teams counts in "
        f"both.{of} Click a bar to open the team."
    )


def compared(n: int) -> str:
    """Return what the six numbers are of, and what they are beside."""
    return (
        f"The team's incidents among the {count(n)} selected, beside all that are not the team's."
        if n > 1
        else "The one incident selected."
    )


def hidden(n: int, smallest: int = SMALLEST_GROUP) -> str:
    """Return that findings are not shown, because a person could be recognised; empty for none."""
    if not n:
        return ""
    many, are = (f"{count(n)} findings", "are") if n > 1 else ("1 finding", "is")
    return (
        f"{many} {are} not shown: about a group of fewer than {smallest} people, in which "
        "each would be recognisable. Their time is in the sum."
    )


def questions(
    numbers: Sequence[Beside], findings: Sequence[Finding], subjects: Mapping[str, str]
) -> list[str]:
    """Return what to ask the team: of its largest findings, then of each number that stands out."""
    asked = [
        *(_about(one, subjects) for one in findings[:MOST_QUESTIONS]),
        *(_of_number(one) for one in numbers if one.stands_out),
    ]
    return asked or [_NOTHING]


def _about(finding: Finding, subjects: Mapping[str, str]) -> str:
    """A finding with what to ask: its time is waiting, or work, or it follows from the settings."""
    kind = kind_of(finding.kind)
    what = {
        "incidents wait": "What do these incidents wait for, and who could shorten it?",
        "responders work": "Which of this work could be dropped or moved, and who decides?",
    }[kind.minutes]
    if words.is_read_off(finding):
        what = "Is this known, and is it intended?"
    return (
        f"**{plain(words.title(finding, subjects))}** ({words.worth(finding)}). {what} "
        f"Look at: *{plain(kind.setting)}*."
    )


def _of_number(number: Beside) -> str:
    fact, what = _ASKED[number.name]
    if number.unit == "seconds":
        own, rest = (
            f"{duration(each.value)} ({interval(each)})" for each in (number.own, number.rest)
        )
    else:
        own, rest = (
            f"{percent(each.value)} ({share_interval(each)})" for each in (number.own, number.rest)
        )
    asked = _BETTER if number.stands_out == "better" else what
    return f"{fact.format(own=own, rest=rest)} {asked}"


def _name(team: str, names: Mapping[str, str]) -> str:
    return plain(names.get(team, team))
