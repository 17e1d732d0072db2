"""Text columns with few different values, as categories in memory."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from corvana.frames import WORD

_INCIDENT: Final = "incident_id"
REPEATED: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "incidents": (
            "service_id",
            "escalation_policy_id",
            "team_ids",
            "urgency",
            "urgency_at_creation",
            "priority",
            "assigned_via",
            "acknowledged_by",
            "level_source",
            "resolution",
        ),
        "escalation_steps": (
            "escalation_policy_id",
            "from_responders",
            "to_responders",
            "cause",
        ),
        "arrivals": ("responder", _INCIDENT),
        "participations": ("responder",),
    }
)
"""Columns of the large frames that repeat few different texts. As categories they need a quarter
of the memory, and selecting and grouping are much faster."""


def in_memory(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the frame as the analysis uses it: texts of `REPEATED` columns as categories.

    Categories are sorted by the alphabet, so that groups have the same order as groups of texts.
    Incident ids are not sorted: they are many, and nothing groups by them.
    """
    repeated = REPEATED.get(name, ())
    words = frame.astype(dict.fromkeys(repeated, WORD))
    ordered = {
        column: words[column].cat.reorder_categories(words[column].cat.categories.sort_values())
        for column in repeated
        if column != _INCIDENT
    }
    return words.assign(**ordered)
