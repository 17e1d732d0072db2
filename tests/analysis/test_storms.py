"""What comes together: storms of services, found from instants written by hand."""

import numpy as np
import pandas as pd

from corvana import frames
from corvana.analysis import storms

MONDAY = pd.Timestamp("2026-03-02", tz="UTC")


def created(*minutes: tuple[str | None, float]) -> pd.DataFrame:
    """Incidents of a service, in minutes since Monday; one far away gives the period its length."""
    rows = [*minutes, ("far", 40 * 1_440.0)]
    return pd.DataFrame(
        {
            "service_id": pd.Series([service for service, _ in rows], dtype="str"),
            "created_at": [MONDAY + pd.Timedelta(minutes=minute) for _, minute in rows],
        }
    )


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    rows = [{"supporting_id": one, "dependent_id": other} for one, other in pairs]
    return pd.DataFrame(rows, columns=["supporting_id", "dependent_id"], dtype="str")


def numbers(*minutes: tuple[str | None, float], declared: pd.DataFrame | None = None) -> list[int]:
    known = edges() if declared is None else declared
    found: list[int] = storms.numbered(created(*minutes), known).tolist()[:-1]
    return found


def test_incidents_of_a_service_within_half_an_hour_are_a_storm():
    assert numbers(("api", 0), ("api", 30), ("api", 61)) == [1, 1, 0]


def test_a_storm_lasts_as_long_as_no_half_hour_is_quiet():
    assert numbers(("api", 0), ("api", 25), ("api", 50), ("api", 75)) == [1, 1, 1, 1]


def test_storms_are_numbered_by_their_beginning():
    assert numbers(("db", 500), ("api", 0), ("db", 505), ("api", 5)) == [2, 1, 2, 1]


def test_services_at_the_same_time_are_no_storm_unless_one_needs_the_other():
    at_once = ("api", 0), ("db", 5)
    assert numbers(*at_once) == [0, 0]
    assert numbers(*at_once, declared=edges(("db", "api"))) == [1, 1]
    assert numbers(("api", 0), ("db", 11), declared=edges(("db", "api"))) == [0, 0]


def test_a_chain_of_services_is_one_storm():
    declared = edges(("db", "api"), ("api", "web"))
    assert numbers(("db", 0), ("api", 8), ("web", 16), declared=declared) == [1, 1, 1]


def test_a_long_storm_meets_each_storm_of_the_service_that_needs_it():
    told = [("db", 20.0 * n) for n in range(8)] + [("api", 1.0), ("api", 71.0), ("api", 139.0)]
    assert set(numbers(*told, declared=edges(("db", "api")))) == {1}


def test_an_incident_without_a_service_is_alone():
    assert numbers((None, 0), (None, 1), ("api", 0), ("api", 1)) == [0, 0, 1, 1]


def test_the_order_of_rows_does_not_matter():
    told = [("api", 0.0), ("db", 3.0), ("api", 20.0), ("db", 500.0), ("web", 9.0)]
    straight = numbers(*told, declared=edges(("db", "api")))
    assert numbers(*told[::-1], declared=edges(("db", "api"))) == straight[::-1]


def test_a_busy_service_is_not_one_single_storm():
    """An incident every ten minutes: by chance nearly all would lie within half an hour."""
    rng = np.random.default_rng(3)
    at = np.sort(rng.uniform(0, 30 * 1_440, 30 * 144))
    found = storms.numbered(created(*(("api", minute) for minute in at)), edges())
    assert np.bincount(found)[1:].max() < 20


def test_without_incidents_there_is_no_storm():
    none = frames.empty(frames.LIFECYCLES)
    assert storms.numbered(none, frames.empty(frames.DEPENDENCIES)).empty


def test_an_incident_without_a_time_is_alone():
    told = created(("api", 0), ("api", 1), ("api", 2))
    unknown = told.assign(created_at=told["created_at"].where(told.index != 1))
    assert storms.numbered(unknown, edges()).tolist() == [1, 0, 1, 0]
