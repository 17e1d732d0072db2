"""Where the time goes, as the response page asks for it."""

import pandas as pd

from corvana.analysis import stages
from corvana.analysis.response import COLUMN, Dimension
from corvana.analysis.selection import Filters
from corvana.ui import analyses
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView


@by_version
def summary(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    """Return stages.stage_summary of the selection."""
    return stages.stage_summary(_stages(snapshot, filters))


@by_version
def summary_of(snapshot: SnapshotView, filters: Filters, dimension: Dimension) -> pd.DataFrame:
    """Return stages.stage_summary by service, policy, team or urgency, named `id`."""
    table = _stages(snapshot, filters)
    column = COLUMN[dimension]
    parts = stages.by_team(table) if dimension == "team" else table.dropna(subset=column)
    return stages.stage_summary(parts, [column]).rename(columns={column: "id"})


def _stages(snapshot: SnapshotView, filters: Filters) -> pd.DataFrame:
    return stages.stages(analyses.incidents(snapshot, filters), as_of=snapshot.as_of)
