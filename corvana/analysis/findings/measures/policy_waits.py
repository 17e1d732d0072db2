"""How long incidents that entered by a policy waited until acknowledged by a person, or over."""

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account, per_account
from corvana.analysis.findings.measures.endings import resolved_itself

_POLICY = "escalation_policy_id"


@per_account
def policy_waits(account: Account) -> pd.DataFrame:
    """Return one row for each high-urgency incident that entered by a policy and needed a person.

    Merged incidents, those created in a maintenance window, and incidents that resolved themselves
    before anybody acted, are left out.

    Returns
    -------
    DataFrame
        incident (its row in INCIDENTS), service_id, escalation_policy_id (entered by), created_at;
        waited (seconds to the first acknowledgement by a person, without one to the resolve or the
        end of the data); is_acknowledged; exhausted (ran out of people); storm.
    """
    stays, incidents = account.stays, account.incidents
    incident = stays["incident"].to_numpy()
    # Stays are in order of incident and time.
    is_first = np.r_[True, incident[1:] != incident[:-1]][: incident.size]
    is_gone = resolved_itself(incidents, account.services).to_numpy()
    entered = np.flatnonzero(is_first)[~is_gone[incident[is_first]]]
    columns = [
        *("service_id", "created_at"),
        *("first_acknowledged_at", "first_resolved_at", "exhausted", "storm"),
    ]
    found = incidents[columns].iloc[incident[entered]].reset_index(drop=True)
    acknowledged = found["first_acknowledged_at"]
    ended = acknowledged.fillna(found["first_resolved_at"]).fillna(account.end)
    waited = (ended - found["created_at"]).dt.total_seconds().clip(lower=0.0)
    told = ["incident", "service_id", _POLICY, "created_at", "exhausted", "storm"]
    entered_by = stays[_POLICY].iloc[entered].reset_index(drop=True)
    waits: pd.DataFrame = found.assign(**{"incident": incident[entered], _POLICY: entered_by}).loc[
        :, told
    ]
    return waits.assign(waited=waited, is_acknowledged=acknowledged.notna())
