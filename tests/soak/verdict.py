"""Whether everything is there: against a twin without faults, and against the ledger's own word."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pandas as pd
from sqlmodel import Session, SQLModel, col, select

from corvana.collectors import nouns
from corvana.collectors.listed import Listed
from corvana.frames import SHIFTS, conform
from corvana.sandbox.world.model import World
from corvana.store import connections, models, queries
from corvana.versions.files import DataVersion
from tests.builders.twins import live, rows
from tests.conftest import Connected
from tests.soak.application import Application

CONFIGURATION: tuple[type[SQLModel], ...] = (
    models.EscalationTarget,
    models.Schedule,
    *(noun.table for noun in nouns.NOUNS if isinstance(noun, Listed)),
)
Row = dict[str, Any]


def assert_nothing_is_lost(application: Application, twin: Connected) -> int:
    """Every row is the twin's, or lies in a window that is shown as incomplete.

    Returns how many are missing in such windows.
    """
    mine = application.connected
    gaps = incomplete(mine)
    view, whole = mine.data(), twin.data()
    assert set(view.incomplete) == {
        f"{n} {a:%Y-%m-%d %H:%M}–{b:%Y-%m-%d %H:%M}" for n, a, b in gaps
    }
    lost = {
        **missing(mine, twin, models.Incident, "created_at", gaps),
        **missing(mine, twin, models.LogEntry, "at", gaps),
    }
    incomplete_incidents = {row.get("incident_id", row["id"]) for row in lost.values()}
    assert_same_joins(mine, twin, incomplete_incidents)
    assert_same_views(view, whole, incomplete_incidents | known_better(mine))
    for model in CONFIGURATION:
        assert live(mine, model) == live(twin, model), model.__name__
    for dated in (models.Shift, models.ScheduleOverride):
        pd.testing.assert_frame_equal(cover(mine, dated, whole), cover(twin, dated, whole))
    assert present_states(mine) == present_states(twin)
    return len(lost)


def incomplete(connected: Connected) -> list[tuple[str, datetime, datetime]]:
    return [
        (row["noun"], row["since"], row["until"])
        for row in rows(connected, models.CollectionWindow)
        if row["incomplete"]
    ]


def missing(
    mine: Connected,
    twin: Connected,
    model: type[SQLModel],
    dated: str,
    gaps: Iterable[tuple[str, datetime, datetime]],
) -> dict[str, Row]:
    """The twin's rows that are not here; all others are the same, and these are in a gap."""
    noun = {models.Incident: "incidents", models.LogEntry: "log_entries"}[model]
    here = {row["id"]: _without_place(row) for row in live(mine, model)}
    there = {row["id"]: _without_place(row) for row in live(twin, model)}
    assert here.keys() <= there.keys(), (noun, "too many", sorted(here.keys() - there.keys()))
    assert here == {id_: there[id_] for id_ in here}, (noun, "different")
    lost = {id_: row for id_, row in there.items() if id_ not in here}
    for id_, row in lost.items():
        told = any(n == noun and since <= row[dated] < until for n, since, until in gaps)
        assert told, (noun, "missing", id_, row[dated])
    return lost


def _without_place(row: Row) -> Row:
    """The place counts the earlier entries of the same second, and of these one may be missing."""
    return {name: value for name, value in row.items() if name != "place"}


def assert_same_joins(mine: Connected, twin: Connected, but: set[str]) -> None:
    here, there = (
        [row for row in live(each, models.ResponderJoin) if row["incident_id"] not in but]
        for each in (mine, twin)
    )
    assert here == there


def assert_same_views(mine: DataVersion, twin: DataVersion, but: set[str]) -> None:
    """What the pages show: of every incident but those that miss a row, and for how long."""
    here, there = (
        frame[~frame["incident_id"].isin(but)].sort_values("number", ignore_index=True)
        for frame in (mine.frame("incidents"), twin.frame("incidents"))
    )
    # Categories can differ: they are of all incidents, and some are left out here.
    pd.testing.assert_frame_equal(here, there, check_categorical=False)
    assert (mine.as_of, mine.covered_since) == (twin.as_of, twin.covered_since)


def known_better(connected: Connected) -> set[str]:
    """Incidents of services that are gone: who never saw the service cannot tell their levels."""
    gone = {row["id"] for row in rows(connected, models.Service) if row["deleted_at"]}
    return {row["id"] for row in rows(connected, models.Incident) if row["service_id"] in gone}


def cover(connected: Connected, model: type[SQLModel], whole: DataVersion) -> pd.DataFrame:
    """Who was on call in the span both collected: earlier runs knew the future differently."""
    assert whole.covered_since is not None
    since: Any = pd.Timestamp(whole.covered_since)
    until: Any = pd.Timestamp(whole.as_of)
    parts = [{name: row[name] for name in SHIFTS} for row in rows(connected, model)]
    joined = queries.join_shifts(conform(pd.DataFrame(parts, columns=list(SHIFTS)), SHIFTS))
    return (
        joined.assign(start=joined["start"].clip(lower=since), end=joined["end"].clip(upper=until))
        .query("start < end")
        .sort_values(["schedule_id", "responder", "start"], ignore_index=True)
    )


def present_states(connected: Connected) -> dict[tuple[str, str], Any]:
    """How everything is configured as the last version of it says."""
    versions = sorted(rows(connected, models.ConfigurationVersion), key=lambda row: row["seen_at"])
    states = {(row["noun"], row["object_id"]): row["state"] for row in versions}
    return {key: state for key, state in states.items() if state is not None}


def assert_the_ledger_is_true(connected: Connected, world: World) -> None:
    """Whatever happened: what the ledger calls collected is stored, unless it is incomplete."""
    real: dict[tuple[type[SQLModel], str], Iterable[tuple[str, datetime]]] = {
        (models.Incident, "incidents"): (
            (incident.id, incident.created_at) for incident in _existing(world)
        ),
        (models.LogEntry, "log_entries"): (
            (entry.id, entry.at) for incident in _existing(world) for entry in incident.log_entries
        ),
    }
    for (model, noun), dated in real.items():
        inside = _collected(connected, noun)
        stored = {row["id"] for row in rows(connected, model)}
        lost = [id_ for id_, at in dated if inside(at) and id_ not in stored]
        assert lost == [], f"{noun} in the ledger, but not collected"


def _existing(world: World) -> Iterable[Any]:
    return (incident for incident in world.incidents if incident.deleted_at is None)


def _collected(connected: Connected, noun: str) -> Callable[[datetime], bool]:
    with Session(connected.engine) as session:
        windows = session.exec(
            select(models.CollectionWindow).where(models.CollectionWindow.noun == noun)
        ).all()
    whole = [(each.since, each.until) for each in windows if not each.incomplete]
    gaps = [(each.since, each.until) for each in windows if each.incomplete]

    def inside(at: datetime) -> bool:
        in_a_gap = any(since <= at < until for since, until in gaps)
        return not in_a_gap and any(since <= at < until for since, until in whole)

    return inside


def assert_at_rest(connected: Connected) -> None:
    """Connected, nobody at work, the last run finished and none left open."""
    connection = connected.connection
    assert (connection.status, connection.status_reason) == ("connected", None)
    assert (connection.lease_holder, connection.lease_until) == (None, None)
    assert connection.next_run_at is not None
    run = connections.latest_run(connected.engine, connected.id)
    assert run is not None
    assert (run.status, run.error) == ("finished", None)
    with Session(connected.engine) as session:
        open_runs = session.exec(
            select(models.CollectionRun.id).where(models.CollectionRun.finished_at == None)  # noqa: E711
        ).all()
        failed = session.exec(
            select(models.NounStatus.noun).where(col(models.NounStatus.error).is_not(None))
        ).all()
    assert (list(open_runs), list(failed)) == ([], [])
    home = connected.settings.versions_dir / connected.id
    assert not list((home / "versions").glob("*.draft"))


def assert_nothing_is_told(application: Application) -> None:
    """Neither a label, nor a title, nor a person, nor a token, nor a secret is in the log."""
    log = application.log.read_text()
    secrets = application.account.secrets() | {"corvana-sandbox-secret"}
    assert len(secrets) > 300
    assert [each for each in secrets if each in log] == []
