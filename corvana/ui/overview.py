"""What the overview asks about the data itself."""

import pandas as pd

from corvana.analysis import response
from corvana.ui.cached import by_version
from corvana.ui.data import SnapshotView


@by_version
def weeks(snapshot: SnapshotView, time_zone: str) -> pd.DataFrame:
    """Return response.weekly_trend of the acknowledgements of all that was collected."""
    return response.weekly_trend(snapshot.frame("incidents"), "seconds_to_first_ack", time_zone)
