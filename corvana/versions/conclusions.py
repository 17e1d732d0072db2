"""The conclusions of a data version: frames computed from its other frames."""

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings import ledger
from corvana.analysis.findings.registry import KINDS, keys_of
from corvana.analysis.scorecard import scorecard
from corvana.assessment.settings import DEFAULT_BASIS, AssessmentSettings, Basis
from corvana.frames import TESTED, conform
from corvana.memory import give_back
from corvana.snapshot_folder import Folder
from corvana.versions.account_frames import account_of
from corvana.versions.files import open_version


@per_account
def _all_tests(account: Account) -> pd.DataFrame:
    return ledger.all_tests(account, KINDS)


def _findings(account: Account) -> pd.DataFrame:
    return ledger.of_tests(_all_tests(account))


def _tested(account: Account) -> pd.DataFrame:
    tests = _all_tests(account)
    return conform(tests.assign(key=keys_of(tests), is_finding=ledger.is_finding(tests)), TESTED)


CONCLUSIONS: Final[Mapping[str, Callable[[Account], pd.DataFrame]]] = {
    "findings": _findings,
    "scorecard": scorecard,
    "tested": _tested,
}
"""The conclusions by frame name. All frames are small."""


def conclude(
    folder: Folder, connection_id: str, version: int, basis: Basis = DEFAULT_BASIS
) -> dict[str, pd.DataFrame]:
    """Return `CONCLUSIONS` of a version, resting on `basis`. Raises `VersionMissing`."""
    data = open_version(folder, connection_id, version)
    account = account_of(data, AssessmentSettings(basis=basis))
    del data
    concluded = {name: make(account) for name, make in CONCLUSIONS.items()}
    del account
    give_back()
    return concluded
