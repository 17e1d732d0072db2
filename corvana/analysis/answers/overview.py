"""How well are incidents answered?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.answers import response
from corvana.analysis.answers.scorecard import weakest
from corvana.analysis.findings.kind import Finding
from corvana.analysis.response.durations import Summary
from corvana.analysis.wording import count, span


def answer(
    acks: Summary,
    filters: Filters,
    checks: pd.DataFrame | None,
    found: Sequence[Finding] | None,
    names: Mapping[str, str],
) -> str:
    """Return how fast incidents are answered, the weakest dimension, and the largest finding.

    Parameters
    ----------
    acks
        Time to first ack of the selection.
    filters
        The selection.
    checks, found
        SCORECARD and the ledger, of everything collected; None while they were not made.
    names
        Of the subjects of findings.
    """
    period = f"the incidents from {span(filters.start, filters.end)}"
    parts = [
        response.answer(acks, "acknowledged", of=period),
        "" if checks is None else weakest(checks),
        "" if found is None else words.answer(found, names),
    ]
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
        f"{count(incidents[column].nunique())} {name}"
        for column, name in (
            ("service_id", "services"),
            ("escalation_policy_id", "escalation policies"),
            ("acknowledged_by", "responders who acknowledged"),
        )
    )
    missing = f" Missing: {', '.join(incomplete)}." if incomplete else ""
    return (
        f"Complete from {span(since, as_of, year=True)}: "
        f"{count(len(incidents))} incidents of {subjects}. Bars leave out merged "
        f"ones; the first and the last week may be partial.{missing}"
    )
