"""The share of a subject's incidents with some event, against a fixed share.

A comparison with others finds nothing where all are alike. These tests need no others.
"""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import WHOLE_ACCOUNT, Finding
from corvana.analysis.statistics.binomial import p_at_least
from corvana.analysis.statistics.estimates import ENOUGH, shares_by

_POLICY: Final = "escalation_policy"
_MOST: Final = 0.5
"""Above this share of the policies, an event is told once, of the whole account."""


def policies_above(trials: pd.DataFrame, floor: float) -> pd.DataFrame:
    """Return one row a policy, and one for the whole account: its share, and a test against
    `floor`.

    If more than half of the policies with enough incidents reach the floor, and at least two, only
    the whole account `is_above`; otherwise each policy that reaches it.

    Parameters
    ----------
    trials
        One row for each case: `escalation_policy_id`, `happened` (flag), `storm` (of INCIDENTS).
    floor
        A share is above the floor when even the low end of its interval reaches it.

    Returns
    -------
    DataFrame
        subject_type, subject_id, n, effective_n, happened (count), effect, low, high (the share
        with its Wilson interval), reference (the floor), p_value (one-sided, of a share at least as
        large if the true one only just reached the floor: binomial, of the effective number of
        cases), is_above. No row without trials.
    """
    by_policy = _judged(trials, "escalation_policy_id", floor).assign(subject_type=_POLICY)
    every = trials.assign(everything=WHOLE_ACCOUNT)
    whole = _judged(every, "everything", floor).assign(subject_type=WHOLE_ACCOUNT)
    reached = by_policy["is_above"]
    known = by_policy["n"].ge(ENOUGH).sum()
    is_everywhere = bool(reached.sum() > max(_MOST * known, 1) and whole["is_above"].any())
    return pd.concat(
        [
            by_policy.assign(is_above=reached & (not is_everywhere)),
            whole.assign(is_above=is_everywhere),
        ],
        ignore_index=True,
    )


def of_subject(rows: pd.DataFrame, finding: Finding) -> pd.DataFrame:
    """Return the rows of a finding's policy, or all rows if it is about the whole account."""
    if finding.subject_type == WHOLE_ACCOUNT:
        return rows
    return rows[rows["escalation_policy_id"].eq(finding.subject_id)]


def by_subject(values: pd.Series, policies: pd.Series, tested: pd.DataFrame) -> pd.Series:
    """Return the sum of `values` for each row of `policies_above`; 0 without values."""
    total = values.groupby(policies, observed=True).sum()
    named = pd.Series(total.to_numpy(), index=total.index.astype("str"))
    named.loc[WHOLE_ACCOUNT] = values.sum()
    summed: pd.Series = tested["subject_id"].map(named).astype("float64").fillna(0.0)
    return summed


def services_in(account: Account, finding: Finding) -> pd.Series:
    """Return the ids of the enabled services on a finding's policy, or of all of them."""
    enabled = account.services[account.services["status"].ne("disabled")]
    services: pd.Series = of_subject(enabled, finding)["service_id"]
    return services


def _judged(trials: pd.DataFrame, by: str, floor: float) -> pd.DataFrame:
    shares = shares_by(trials, [by], "happened", "storm")
    worth = shares["effective_n"].to_numpy()
    among = shares["value"].to_numpy() * worth
    return pd.DataFrame(
        {
            "subject_id": shares.index.astype("str"),
            "n": shares["n"].to_numpy(),
            "happened": shares["happened"].to_numpy(),
            "effect": shares["value"].to_numpy(),
            "low": shares["low"].to_numpy(),
            "high": shares["high"].to_numpy(),
            "effective_n": worth,
            "reference": floor,
            "p_value": p_at_least(among, worth, floor),
            "is_above": (shares["low"].ge(floor) & shares["n"].ge(ENOUGH)).to_numpy(),
        }
    )
