"""How an incident ended when no person ended it: by the service's timer, or by itself.

Both read INCIDENTS and SERVICES of `corvana.frames` and return a flag for every row of `incidents`.
"""

from typing import Final

import numpy as np
import pandas as pd

PUNCTUAL: Final = 60.0
"""Seconds around the timeout within which a resolve is the timer's: a monitor's falls there by
chance once in a thousand, where half of them are spread over a day."""


def closed_by_clock(incidents: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Return whether the service's auto-resolve timeout ended the incident.

    The timeout counts from the creation (API reference: "if left open for that long"), and the
    log's cause of a resolve is not kept: resolved by no person, and as long after the creation as
    the service's present timeout says. An incident closed by an earlier timeout is not recognised.
    """
    timeouts = services.set_index("service_id")["auto_resolve_timeout"]
    # Each service is looked up once, not once an incident.
    service, known = pd.factorize(incidents["service_id"])
    allowed = np.append(timeouts.reindex(known).to_numpy(dtype="float64"), np.nan)[service]
    late = incidents["seconds_to_resolve"] - allowed
    closed: pd.Series = incidents["resolution"].eq("auto") & late.abs().le(PUNCTUAL)
    return closed


def resolved_itself(incidents: pd.DataFrame, services: pd.DataFrame) -> pd.Series:
    """Return whether the incident went away before anybody acted on it.

    Resolved by a service or an integration but not by the auto-resolve timeout, and nobody
    acknowledged, escalated or reassigned it before.
    """
    acts = ["acknowledgement_count", "manual_escalation_count", "reassignment_count"]
    resolved: pd.Series = (
        incidents["resolution"].eq("auto")
        & incidents[acts].eq(0).all(axis=1)
        & ~closed_by_clock(incidents, services)
    )
    return resolved
