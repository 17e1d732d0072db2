"""What the overview asks: what is wrong, and about the data itself."""

import pandas as pd

from corvana.analysis import response
from corvana.analysis.answers import overview as answers
from corvana.analysis.selection import Filters
from corvana.ui import analyses, evidence, findings
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView


@by_version
def answer(snapshot: SnapshotView, filters: Filters) -> str:
    """Return answers.overview.answer: the period's acknowledgements, and what everything collected
    shows."""
    acks = analyses.summary(snapshot, filters, "seconds_to_first_ack")
    checks, found = None, None
    if findings.is_analysed(snapshot):
        checks, found = snapshot.frame("scorecard"), findings.listed(snapshot)
    return answers.answer(acks, filters, checks, found, evidence.names(snapshot))


@by_version
def weeks(snapshot: SnapshotView, time_zone: str) -> pd.DataFrame:
    """Return response.weekly_trend of the acknowledgements of all that was collected."""
    return response.weekly_trend(snapshot.frame("incidents"), "seconds_to_first_ack", time_zone)


@by_version
def collected(snapshot: SnapshotView) -> str:
    """Return answers.overview.collected of the data version."""
    return answers.collected(
        snapshot.frame("incidents"), snapshot.covered_since, snapshot.as_of, snapshot.incomplete
    )
