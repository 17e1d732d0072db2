"""The tables of the page Teams for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from corvana.analysis.answers import findings as words
from corvana.questions import labels, teams
from corvana.questions.readable.columns import Column
from corvana.questions.view import View

Arguments = Mapping[str, Any]


def ranking(_: Arguments) -> Sequence[Column]:
    """Return the columns of all teams."""
    return (
        Column("label", "Team"),
        Column("once", "Avoidable a month, each incident counted once", "minutes"),
        Column("added", "All findings added up", "minutes"),
        Column("waiting", "Incidents wait, counted once", "minutes"),
        Column("work", "People work, counted once", "minutes"),
        Column("findings", "Findings", "count"),
        Column("largest_finding", "Largest finding"),
    )


def with_titles(view: View, frame: pd.DataFrame, _: Arguments) -> pd.DataFrame:
    """Return the ranking with the title of the largest finding instead of its key."""
    subjects = labels.subjects(view)
    titles = {team: words.title(one, subjects) for team, one in teams.largest(view).items()}
    return frame.assign(largest_finding=frame["team"].map(titles))
