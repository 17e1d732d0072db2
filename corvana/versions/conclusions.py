"""The conclusions of a data version: frames computed from its other frames."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings import ledger
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import scorecard
from corvana.memory import give_back
from corvana.versions.account_frames import account_of
from corvana.versions.files import open_version


def _findings(account: Account) -> pd.DataFrame:
    return ledger.findings(account, KINDS)


CONCLUSIONS: Final[Mapping[str, Callable[[Account], pd.DataFrame]]] = {
    "findings": _findings,
    "scorecard": scorecard,
}
"""The conclusions by frame name. All frames are small."""


def conclude(folder: Path, connection_id: str, version: int) -> dict[str, pd.DataFrame]:
    """Return `CONCLUSIONS` of a version. Raises `VersionMissing`."""
    account = account_of(open_version(folder, connection_id, version))
    concluded = {name: make(account) for name, make in CONCLUSIONS.items()}
    del account
    give_back()
    return concluded
