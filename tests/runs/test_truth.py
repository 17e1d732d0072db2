"""What was collected over HTTP is what the simulation lived, column by column, incident by
incident."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from corvana.config import Settings
from corvana.frames import LIFECYCLES, conform
from corvana.runs.work import SETTLED
from corvana.sandbox.api.running import RunningSandbox
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.model import World
from tests.builders.simulated_truth import truth
from tests.conftest import collect_at, join

END = datetime.now(UTC).replace(hour=6, minute=30, second=0, microsecond=0) - timedelta(days=3)


@pytest.mark.parametrize(
    ("seed", "incidents", "world_days", "backfill_days"),
    [(7, 800, 30, 31), (11, 800, 40, 25)],
    ids=["the whole account", "a part of it"],
)
def test_every_column_is_what_happened(
    configure: Callable[..., Settings],
    seed: int,
    incidents: int,
    world_days: int,
    backfill_days: int,
) -> None:
    world = build_world(seed=seed, end=END, days=world_days, incidents=incidents)
    since = world.end - timedelta(days=backfill_days)
    with RunningSandbox(world, requests_per_minute=1_000_000) as sandbox:
        connected = join(configure(sandbox), sandbox)
        collect_at(connected, clock=lambda: world.end + SETTLED, days=backfill_days)
        data = connected.data()

    assert (data.as_of, data.covered_since) == (world.end, since)
    assert data.incomplete == ()
    in_order = data.frame("incidents").sort_values("number")
    collected = conform(in_order, LIFECYCLES)
    lived = truth(world, connected, since)
    assert len(lived) > incidents * 0.4
    assert list(collected["incident_id"]) == list(lived["incident_id"])
    for column in LIFECYCLES:
        pd.testing.assert_series_equal(
            collected[column], lived[column], obj=f"column {column}", check_exact=True
        )
    found = in_order.loc[in_order["in_maintenance"], "incident_id"]
    assert set(found) == set(in_maintenance(world)) & set(lived["incident_id"])


def in_maintenance(world: World) -> list[str]:
    """The incidents that the simulation opened on a service in a maintenance window."""
    return [
        each.incident_id
        for each in world.truth.values()
        for window in world.maintenance_windows
        if each.service_id in window.service_ids and window.start <= each.created_at < window.end
    ]


def test_the_two_accounts_hold_every_kind_of_life() -> None:
    """The comparison above is worth something only where something happens."""
    worlds = [
        build_world(seed=seed, end=END, days=days, incidents=800)
        for seed, days in ((7, 30), (11, 40))
    ]
    lived = [each for world in worlds for each in world.truth.values()]
    assert any(in_maintenance(world) for world in worlds)
    flags = ("pages_proxy", "repeated", "exhausted", "reopened")
    counts = [name for name, dtype in LIFECYCLES.items() if dtype == "int32"]
    for name in (*flags, *counts, "snoozed_seconds", "seconds_to_engage"):
        assert any(getattr(each, name) for each in lived), name
    assert {each.resolution for each in lived} == {"responder", "auto", "merged", "open"}
    assert {each.level_source for each in lived} == {"target", "schedule", "ordinal", None}
