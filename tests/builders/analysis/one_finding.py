"""A conclusion that is quick to draw.

It is in a file of its own, because a worker does not import the analysis.
"""

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.frames import FINDINGS, conform


def one_finding(account: Account) -> pd.DataFrame:
    """How many incidents the account has, as if that were a finding."""
    row: dict[str, object] = dict.fromkeys(FINDINGS, 0.0)
    row |= {"kind": "slow_ack", "subject_type": "service", "subject_id": "S1", "detail": None}
    row |= {"n": len(account.incidents), "is_material": True}
    return conform(pd.DataFrame([row]), FINDINGS)
