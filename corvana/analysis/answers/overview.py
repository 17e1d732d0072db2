"""How well are incidents answered?"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from corvana.analysis.answers import response
from corvana.analysis.answers.selection import Selected
from corvana.analysis.response.durations import Summary
from corvana.analysis.wording import plural, span


class Concluded(NamedTuple):
    """The sentences on scorecard and findings, and the start and end of the data they rest on.

    `weakest` is answers.scorecard.weakest, `found` is answers.findings.answer.
    """

    weakest: str
    found: str
    since: datetime
    until: datetime


def answer(acks: Summary, selected: Selected, concluded: Concluded | None) -> str:
    """Return how fast incidents are answered, the weakest dimension, and the largest finding.

    Parameters
    ----------
    acks
        Time to first ack of the selection.
    selected
        The selection in words.
    concluded
        The results of everything collected; None while there are none.
    """
    parts = [response.answer(acks, "acknowledged", selected)]
    if concluded is not None:
        everything = f"Of everything collected, {span(concluded.since, concluded.until)}:"
        least = concluded.weakest
        parts += [everything, f"{least[:1].lower()}{least[1:]}" if least else "", concluded.found]
    return " ".join(part for part in parts if part)


def collected(
    incidents: pd.DataFrame, since: datetime | None, as_of: datetime, incomplete: Sequence[str]
) -> str:
    """Return a sentence on the data: number of incidents and of subjects, and missing parts.

    `incidents` are INCIDENTS from `since`, where complete collection begins, to `as_of`.
    """
    if since is None:
        return "Nothing is complete yet."
    subjects = ", ".join(
        plural(incidents[column].nunique(), one, several)
        for column, one, several in (
            ("service_id", "service", "services"),
            ("escalation_policy_id", "escalation policy", "escalation policies"),
            ("acknowledged_by", "responder who acknowledged", "responders who acknowledged"),
        )
    )
    missing = f" Missing: {', '.join(incomplete)}." if incomplete else ""
    return (
        f"Complete from {span(since, as_of, year=True)}: "
        f"{plural(len(incidents), 'incident', 'incidents')} of {subjects}. Bars leave out merged "
        "incidents and those created in a maintenance window. Weeks that are not whole are pale "
        f"and not counted as usual.{missing}"
    )
