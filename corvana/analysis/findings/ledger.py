"""The findings ledger: all kinds are tested together; findings are sorted by their cost."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Kind
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.frames import FINDINGS, conform, empty
from corvana.memory import give_back

DISCOVERY_RATE: Final = 0.10
"""Largest expected share of false findings among all findings (Benjamini & Hochberg 1995)."""


def findings(account: Account, kinds: Sequence[Kind]) -> pd.DataFrame:
    """Return FINDINGS, most avoidable minutes a month first."""
    return of_tests(all_tests(account, kinds))


def of_tests(tested: pd.DataFrame) -> pd.DataFrame:
    """Return FINDINGS from `all_tests`."""
    return (
        tested[is_finding(tested)]
        .sort_values(
            ["avoidable_minutes_per_month", "kind", "subject_id", "detail"],
            ascending=[False, True, True, True],
        )
        .pipe(conform, FINDINGS)
    )


def is_finding(tested: pd.DataFrame) -> pd.Series:
    """Return for each of `all_tests` whether it is a finding."""
    is_sure = tested["q_value"].le(DISCOVERY_RATE) | _is_read_off(tested)
    return tested["is_material"] & is_sure


def all_tests(account: Account, kinds: Sequence[Kind]) -> pd.DataFrame:
    """Return every test with enough data in the form of FINDINGS, with `q_value` over all kinds.

    Tests that are read off the configuration have no p-value and take no part in the correction.
    """
    if account.incidents.empty:
        return empty(FINDINGS)
    tests = []
    for kind in kinds:
        # One after the other: each kind needs up to 300 MB for a moment, of a million incidents.
        tests.append(kind.tests(account).assign(kind=kind.name))
        give_back()
    tested = pd.concat([empty(FINDINGS), *tests], ignore_index=True)
    kept = tested[_is_read_off(tested) | tested["n"].ge(ENOUGH)]
    return conform(kept.assign(q_value=_q_values(kept["p_value"])), FINDINGS)


def _q_values(p_values: pd.Series) -> pd.Series:
    known = p_values.dropna()
    q = stats.false_discovery_control(known) if len(known) else np.empty(0)
    return pd.Series(q, index=known.index, dtype="float64").reindex(p_values.index)


def _is_read_off(tests: pd.DataFrame) -> pd.Series:
    return tests["p_value"].isna()
