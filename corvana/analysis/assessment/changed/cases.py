"""The incidents of a side, with what is measured of each."""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.account.selection import rows
from corvana.analysis.escalations import climbing
from corvana.analysis.escalations import undecided as waiting
from corvana.analysis.maintenance import is_counted
from corvana.analysis.statistics.blocks import Span
from corvana.analysis.statistics.places import are_among

_TIMES: Final = ("seconds_to_first_ack", "seconds_to_resolve")
_KEPT: Final = ("created_at", "service_id", "urgency", "storm", *_TIMES)
_ESCALATIONS: Final = (
    "timeout_escalation_count",
    "manual_escalation_count",
    "unknown_escalation_count",
)


def cases(account: Account) -> pd.DataFrame:
    """Return the incidents of the account's period that count, in order of their creation.

    Returns
    -------
    DataFrame
        created_at, service_id, urgency, storm, seconds_to_first_ack, seconds_to_resolve; and shares
        (1.0 or 0.0; missing where an incident is not of those that the share is of): acknowledged;
        escalated (of those that may escalate and are decided); auto_resolved (of those that ended);
        reassigned (more than once).
    """
    young = waiting.of_first_level(waiting.undecided(account.stays, account.rules))["incident_id"]
    return _cases(account.incidents, account.escalation_steps, young)


def outside(account: Account, *spans: Span) -> pd.DataFrame:
    """Return `cases` of the incidents that were created in none of the spans.

    Those that are not decided yet are among them: of this time only the noise of weeks is used.
    """
    created = account.incidents["created_at"]
    elsewhere = np.ones(len(created), dtype=bool)
    for start, end in spans:
        elsewhere &= ~(created.ge(start) & created.lt(end)).to_numpy()
    incidents = rows(account.incidents, elsewhere)
    return _cases(incidents, account.escalation_steps, pd.Series(dtype="str"))


def _cases(incidents: pd.DataFrame, steps: pd.DataFrame, young: pd.Series) -> pd.DataFrame:
    counted = is_counted(incidents)
    may = climbing.may_escalate(incidents, steps) & ~are_among(incidents["incident_id"], young)
    escalations = incidents[list(_ESCALATIONS)].sum(axis=1)
    shares = {
        "acknowledged": _flag(incidents["seconds_to_first_ack"].notna(), counted),
        "escalated": _flag(escalations > 0, may),
        "auto_resolved": _flag(
            incidents["resolution"].eq("auto"), incidents["resolution"].ne("open")
        ),
        "reassigned": _flag(incidents["reassignment_count"].ge(2), counted),
    }
    kept = incidents.loc[counted, list(_KEPT)].assign(
        **{name: flag[counted] for name, flag in shares.items()}
    )
    in_order = kept["created_at"].is_monotonic_increasing
    return kept if in_order else kept.sort_values("created_at", kind="stable")


def _flag(happened: pd.Series, among: pd.Series) -> pd.Series:
    return happened.astype("float64").where(among)
