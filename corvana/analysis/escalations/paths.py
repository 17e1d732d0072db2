"""The paths of incidents through the levels, as flows from each place to the next.

A *place* is a level, round by round (a policy that repeats comes to level 1 a second time), or an
end: acknowledged, resolved without an ack, moved away by hand, out of levels, still open. Flows
count the stays of `analysis.escalations`, so the same incidents are counted.
"""

from typing import Final

import pandas as pd

ROUNDS: Final = 2
"""The last round that is shown; later rounds are counted in it."""
ENDS: Final = {
    "ack": "acknowledged",
    "resolved": "resolved without an ack",
    "moved": "moved by hand",
    "open": "still open",
}
NOBODY_LEFT: Final = "nobody left to page"
_ESCALATIONS: Final = ("timeout", "manual", "unknown")
_INCIDENT: Final = ["incident_id", "escalation_policy_id"]


def paths(stays: pd.DataFrame) -> pd.DataFrame:
    """Return the flows: one row for each source, target and cause, in the order of the path.

    Parameters
    ----------
    stays
        `escalations.stays`, of one policy or of several.

    Returns
    -------
    DataFrame
        source_round, source_level; target_round, target_level (null at an end), end (null on the
        way); cause (`ended_by` of the stay); n; median_seconds spent at the source.
    """
    # The round of an incident never decreases.
    so_far = stays.groupby(_INCIDENT, sort=False)["visit"].cummax()
    walked = stays.assign(round=so_far.clip(upper=ROUNDS))
    ahead = walked.groupby(_INCIDENT, sort=False)[["round", "level"]].shift(-1).astype("Int16")
    escalated = walked["ended_by"].isin(_ESCALATIONS)
    end = walked["ended_by"].map(ENDS).mask(escalated & ahead["level"].isna(), NOBODY_LEFT)
    on_the_way = escalated & ahead["level"].notna()
    return (
        walked.assign(
            target_round=ahead["round"].where(on_the_way),
            target_level=ahead["level"].where(on_the_way),
            end=end.mask(on_the_way).astype("str"),
        )
        .rename(columns={"round": "source_round", "level": "source_level", "ended_by": "cause"})
        .groupby(
            ["source_round", "source_level", "target_round", "target_level", "end", "cause"],
            dropna=False,
            as_index=False,
            observed=True,
        )
        .agg(n=("seconds", "size"), median_seconds=("seconds", "median"))
        .sort_values(["source_round", "source_level", "n"], ascending=[True, True, False])
        .reset_index(drop=True)
    )
