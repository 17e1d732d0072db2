"""The endings of incidents that no person resolved: by the service's timer, or by themselves.

Both read INCIDENTS and SERVICES of `corvana.frames` and return a flag for every row of `incidents`.
"""

from typing import Final

import numpy as np
import pandas as pd

PUNCTUAL: Final = 60.0
"""A resolve this many seconds around the timeout is attributed to the timer. If half of a monitor's
resolves are spread over a day, one in a thousand falls there by chance."""


def closed_by_clock(incidents: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Return whether the service's auto-resolve timeout ended the incident.

    The timeout counts from the creation (API reference: "if left open for that long"). The log's
    cause of a resolve is not kept, so the rule is: no person resolved the incident, and its
    duration equals the service's present timeout. An incident closed by an earlier value of the
    timeout is not recognised.
    """
    timeouts = services.set_index("service_id")["auto_resolve_timeout"]
    # Look up each service once, not once per incident.
    service, known = pd.factorize(incidents["service_id"])
    allowed = np.append(timeouts.reindex(known).to_numpy(dtype="float64"), np.nan)[service]
    late = incidents["seconds_to_resolve"] - allowed
    closed: pd.Series = incidents["resolution"].eq("auto") & late.abs().le(PUNCTUAL)
    return closed


def resolved_itself(incidents: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Return whether the incident resolved itself before anybody acted on it.

    Resolved by a service or an integration but not by the auto-resolve timeout, and no person
    acknowledged, escalated or reassigned it before.
    """
    acts = ["acknowledgement_count", "manual_escalation_count", "reassignment_count"]
    resolved: pd.Series = (
        incidents["resolution"].eq("auto")
        & incidents[acts].eq(0).all(axis=1)
        & ~closed_by_clock(incidents, services)
    )
    return resolved
