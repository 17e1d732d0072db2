"""What a service's incidents expose: reach by declaration times their time, by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.dependencies.blast_radius import blast_radius

START = pd.Timestamp("2026-11-02T08:00:00Z")
AS_OF = START + pd.Timedelta(days=10)
HOUR = 3_600.0


def edges(*pairs: str) -> pd.DataFrame:
    """`a>b`: a supports b; names in capitals are business services."""
    rows = [
        {
            "supporting_id": one,
            "supporting_type": "technical_service",
            "dependent_id": other,
            "dependent_type": "business_service" if other.isupper() else "technical_service",
        }
        for one, other in (pair.split(">") for pair in pairs)
    ]
    return frames.conform(
        pd.DataFrame(rows, columns=list(frames.DEPENDENCIES)), frames.DEPENDENCIES
    )


def incidents(*lasted: tuple[str, float | None, str]) -> pd.DataFrame:
    """service, hours until resolved (None: still open), resolution."""
    service, hours, resolution = zip(*lasted, strict=True) if lasted else ((), (), ())
    never = pd.Series(pd.NaT, index=range(len(lasted)), dtype="datetime64[us, UTC]")
    return pd.DataFrame(
        {
            "incident_id": [f"Q{place}" for place in range(len(lasted))],
            "service_id": pd.Series(service, dtype="str"),
            "escalation_policy_id": "P1",
            "team_ids": "T1",
            "urgency": "high",
            "created_at": never.fillna(START),
            "first_paged_at": never,
            "first_acknowledged_at": never,
            "first_resolved_at": START + pd.to_timedelta(pd.Series(hours, dtype="float64"), "h"),
            "seconds_to_mobilize": np.nan,
            "snoozed_seconds": 0.0,
            "resolution": pd.Series(resolution, dtype="str"),
            "in_maintenance": False,
            "storm": 0,
        }
    )


DECLARED = edges("db>api", "api>web", "web>SHOP", "web>DESK", "api>worker")


def test_exposed_is_the_time_of_incidents_times_the_services_that_need_it() -> None:
    table: Any = blast_radius(
        incidents(("db", 1.0, "manual"), ("db", 0.5, "auto"), ("web", 2.0, "manual")),
        DECLARED,
        as_of=AS_OF,
    ).set_index("service_id")
    assert table.loc["db", ["n", "seconds", "downstream"]].to_list() == [2, 1.5 * HOUR, 5]
    assert table.loc["db", "exposed_seconds"] == 7.5 * HOUR
    assert table.loc["web", "exposed_seconds"] == 4 * HOUR
    assert table.index.to_list()[:2] == ["db", "web"]


def test_the_nearest_business_services_are_those_at_the_smallest_distance() -> None:
    declared = edges("db>api", "api>SHOP", "api>web", "web>DESK", "a>b")
    table: Any = blast_radius(incidents(), declared, as_of=AS_OF).set_index("service_id")
    assert table.loc["db", "nearest_business"] == "SHOP"
    assert table.loc["web", "nearest_business"] == "DESK"
    assert pd.isna(table.loc["a", "nearest_business"])
    assert pd.isna(table.loc["SHOP", "nearest_business"])
    both = blast_radius(incidents(), DECLARED, as_of=AS_OF).set_index("service_id")
    assert both.loc["api", "nearest_business"] == "DESK SHOP"


@pytest.mark.parametrize(
    ("lasted", "seconds"),
    [
        (("db", 240.0, "manual"), 24 * HOUR),
        (("db", None, "open"), 24 * HOUR),
        (("db", 23.0, "manual"), 23 * HOUR),
        (("db", 5.0, "merged"), 0.0),
        (("elsewhere", 5.0, "manual"), 0.0),
    ],
)
def test_an_incident_counts_for_a_day_at_most_and_a_merged_one_not_at_all(
    lasted: tuple[str, float | None, str], seconds: float
) -> None:
    table = blast_radius(incidents(lasted), DECLARED, as_of=AS_OF).set_index("service_id")
    assert table.loc["db", "seconds"] == seconds


def test_without_incidents_nothing_is_exposed_and_without_edges_there_is_no_row() -> None:
    quiet = blast_radius(incidents(), DECLARED, as_of=AS_OF)
    assert quiet["exposed_seconds"].tolist() == [0.0] * 6
    assert quiet["service_id"].iloc[0] == "db"
    none = blast_radius(incidents(("db", 1.0, "manual")), edges(), as_of=AS_OF)
    assert none.empty
    assert {"n", "seconds", "exposed_seconds", "nearest_business"} <= set(none.columns)
