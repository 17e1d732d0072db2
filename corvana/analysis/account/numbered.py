"""An account whose incidents are named by numbers, for results that name no incident.

A million incidents have five million ids in the frames. As texts, and with what pandas keeps to
look them up, they take as much memory as a third of the account.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.statistics.places import NUMBER, Places

_INCIDENT = "incident_id"


def numbered(account: Account) -> Account:
    """Return the account with a number in place of every `incident_id`, the same in all frames.

    The number of an incident is its row in INCIDENTS. Ids that are not in INCIDENTS have negative
    numbers.
    """
    number = np.arange(len(account.incidents), dtype=NUMBER)
    return replace(
        account,
        incidents=account.incidents.assign(**{_INCIDENT: number}),
        escalation_steps=_numbered(account.escalation_steps, account.step_incidents),
        participations=_numbered(account.participations, account.participation_incidents),
        interruptions=_numbered(account.interruptions, account.interruption_incidents),
    ).with_known(
        account.zones,
        steps=account.step_incidents,
        participations=account.participation_incidents,
        interruptions=account.interruption_incidents,
    )


def _numbered(frame: pd.DataFrame, incident: Places) -> pd.DataFrame:
    is_unknown = incident < 0
    number = incident.copy()
    number[is_unknown] = -1 - pd.factorize(frame.loc[is_unknown, _INCIDENT])[0]
    return frame.assign(**{_INCIDENT: number})
