"""The conclusions of a data version: frames computed from its other frames."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.account.numbered import numbered
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
    "scorecard": scorecard,
    "findings": _findings,
    "tested": _tested,
}
"""The conclusions by frame name. All frames are small. The scorecard is first: it needs the most
memory for a moment, and an account keeps what the findings have worked out."""
UNREAD: Final = (
    *("assigned_via", "level_source", "seconds_to_engage", "seconds_to_mobilize"),
    *("snoozed_seconds", "active_seconds", "service_acknowledgement_count", "status_without_log"),
    *("max_level_reached", "responder_count", "notification_count"),
)
"""Columns of INCIDENTS that no conclusion reads: 50 MB for a million incidents. A test fails when
code of the conclusions names one."""


def conclude(
    folder: Folder, connection_id: str, version: int, basis: Basis = DEFAULT_BASIS
) -> dict[str, pd.DataFrame]:
    """Return `CONCLUSIONS` of a version, resting on `basis`. Raises `VersionMissing`."""
    account = _opened(folder, connection_id, version, basis)
    concluded = {name: make(account) for name, make in CONCLUSIONS.items()}
    del account
    give_back()
    return concluded


def _opened(folder: Folder, connection_id: str, version: int, basis: Basis) -> Account:
    """The account of the version, as small as the conclusions allow: none of them names an
    incident, so their ids are numbers."""
    data = open_version(folder, connection_id, version)
    read = data.frame("incidents").drop(columns=list(UNREAD))
    data = replace(data, frames={**data.frames, "incidents": read})
    give_back()
    account = numbered(account_of(data, AssessmentSettings(basis=basis)))
    del data
    give_back()
    return account
