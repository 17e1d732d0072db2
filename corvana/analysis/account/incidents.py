"""From the lifecycles that are kept to the incidents as the analysis reads them."""

import pandas as pd

from corvana.analysis import maintenance, storms


def as_read(
    lifecycles: pd.DataFrame, windows: pd.DataFrame, dependencies: pd.DataFrame
) -> pd.DataFrame:
    """Return INCIDENTS: LIFECYCLES with what MAINTENANCE_WINDOWS and DEPENDENCIES tell of them."""
    return maintenance.flagged(lifecycles, windows).assign(
        storm=storms.numbered(lifecycles, dependencies)
    )
