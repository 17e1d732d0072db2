"""What a run is told to conclude from what it collected."""

from pathlib import Path

import pandas as pd


def conclude_nothing(_folder: Path, _connection_id: str, _version: int) -> dict[str, pd.DataFrame]:
    """In the place of `corvana.versions.analyse.analyse`: no conclusions, without reading frames.

    Concluding takes several times as long as collecting a small account.
    """
    return {}
