"""What is concluded is made after the figures are published, and stays until it is renewed."""

import os
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.registry import keys_of
from corvana.collectors.context import Context
from corvana.errors import LeaseLost
from corvana.frames import TESTED, conform
from corvana.store import connections, history_frames, purge
from corvana.versions import analyse, conclusions, files, freshness, own_process
from corvana.versions.account_frames import account_of
from corvana.versions.files import DataVersion
from corvana.versions.publish import publish, publish_analysis
from tests.builders.analysis.one_finding import one_finding
from tests.builders.one_collector import read
from tests.conftest import Connected


@pytest.fixture
def collected(collected: Connected, monkeypatch: pytest.MonkeyPatch) -> Connected:
    """Collected and not yet analysed."""
    monkeypatch.setattr(freshness, "SMALL_EVERY", timedelta(0))
    return collected


def published(connected: Connected, touched: set[str], as_of: datetime) -> DataVersion:
    return _after(connected, lambda context, folder: publish(context, folder, touched, as_of))


def analysed(connected: Connected) -> DataVersion:
    return _after(connected, publish_analysis)


def _after(connected: Connected, act: Callable[..., int]) -> DataVersion:
    async def sync(context: Context) -> int:
        return act(context, connected.settings.versions_dir)

    assert read(connected, sync) == connected.connection.data_version
    return connected.data()


def test_findings_are_of_the_version_before_until_they_are_renewed(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": one_finding})
    first = analysed(collected)
    incidents = len(first.frame("incidents"))
    assert list(first.frame("findings")["n"]) == [incidents]
    assert first.analysed_as_of == first.as_of

    earlier = first.as_of - timedelta(days=4)
    second = published(collected, {f"{first.as_of:%Y-%m}", f"{earlier:%Y-%m}"}, earlier)
    assert second.version == first.version + 1
    assert len(second.frame("incidents")) < incidents
    assert list(second.frame("findings")["n"]) == [incidents]
    assert (second.as_of, second.analysed_as_of) == (earlier, first.as_of)

    third = analysed(collected)
    assert list(third.frame("findings")["n"]) == [len(second.frame("incidents"))]
    assert third.analysed_as_of == earlier


def test_an_analysis_notes_what_it_saw_of_each_finding(collected: Connected) -> None:
    data = analysed(collected)
    tested = data.frame("tested")
    found = set(tested.loc[tested["is_finding"], "key"])
    assert found == set(keys_of(data.frame("findings")))
    with collected.engine.connect() as connection:
        seen = history_frames.finding_seen(connection, collected.connection.id)
    assert set(seen["key"]) == found
    assert set(seen["seen"]) <= {"found"}
    assert set(seen["since"]) <= {pd.Timestamp(data.as_of)}


def test_a_finding_of_which_nothing_can_be_told_any_more_is_noted_as_that(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tested(account: Account) -> pd.DataFrame:
        found = one_finding(account).assign(key="slow_ack:S1", is_finding=True)
        return conform(found, TESTED)

    now = collected.data().as_of
    earlier = now - timedelta(days=4)
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"tested": tested})
    published(collected, set(), earlier)
    analysed(collected)
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"tested": lambda account: tested(account)[:0]})
    published(collected, set(), now)
    analysed(collected)
    with collected.engine.connect() as connection:
        seen = history_frames.finding_seen(connection, collected.connection.id)
    assert seen["seen"].tolist() == ["found", "cannot tell"]
    assert seen["until"].tolist() == [pd.Timestamp(earlier), pd.Timestamp(now)]


def test_an_analysis_changes_nothing_but_what_is_concluded(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": one_finding})
    before = analysed(collected)
    monkeypatch.setattr(
        conclusions, "CONCLUSIONS", {"findings": lambda account: one_finding(account)[:0]}
    )
    after = analysed(collected)
    assert after.frame("findings").empty
    for name in files.CONTRACTS.keys() - {"findings"}:
        pd.testing.assert_frame_equal(after.frame(name), before.frame(name))
    assert (after.as_of, after.covered_since) == (before.as_of, before.covered_since)


def test_a_process_of_its_own_concludes_the_same(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = collected.settings.versions_dir, collected.id, collected.connection.data_version
    here = analyse.analyse(*where)
    monkeypatch.setattr(analyse, "_WORTH_A_PROCESS", 0)
    apart = analyse.analyse(*where)
    assert here.keys() == apart.keys() == conclusions.CONCLUSIONS.keys()
    for name, frame in here.items():
        pd.testing.assert_frame_equal(apart[name], frame)


def test_all_conclusions_are_frames_of_a_snapshot() -> None:
    assert files.CONTRACTS.keys() >= conclusions.CONCLUSIONS.keys()


@pytest.mark.parametrize(
    "error", [BrokenProcessPool(), MemoryError(), KeyError("x")], ids=lambda e: type(e).__name__
)
def test_when_the_analysis_fails_the_former_conclusions_stay(
    collected: Connected, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": one_finding})
    before = analysed(collected)

    def fail(*_: object) -> dict[str, pd.DataFrame]:
        raise error

    after = _after(collected, partial(publish_analysis, analyse=fail))
    assert after.version == before.version
    assert not after.frame("findings").empty


def test_what_was_concluded_within_the_hour_is_not_concluded_again(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": one_finding})
    first = analysed(collected)
    monkeypatch.setattr(freshness, "SMALL_EVERY", timedelta(hours=1))
    assert analysed(collected).version == first.version


def test_a_process_that_is_killed_is_noticed() -> None:
    with pytest.raises(BrokenProcessPool):
        own_process.alone(os._exit, 9)


def test_an_error_in_a_process_of_its_own_comes_out() -> None:
    with pytest.raises(ZeroDivisionError):
        own_process.alone(divmod, 1, 0)


def test_before_anything_is_published_there_is_nothing_to_analyse(connected: Connected) -> None:
    assert analysed(connected).version == 0


def test_an_account_deleted_meanwhile_leaves_no_file(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, engine = collected.settings.versions_dir, collected.engine

    def disconnected_meanwhile(account: Account) -> pd.DataFrame:
        receipt_id = purge.begin(engine, collected.id, account.as_of)
        deleted = files.delete_versions(folder, collected.id)
        purge.finish(engine, collected.id, receipt_id, snapshot_files=deleted, now=account.as_of)
        return one_finding(account)

    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": disconnected_meanwhile})
    with pytest.raises(LeaseLost):
        analysed(collected)
    assert list(folder.glob("*")) == []


def test_who_lost_the_lease_announces_nothing(
    collected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lease_lapses(account: Account) -> pd.DataFrame:
        release = partial(connections.release, collected.engine, collected.id, "test")
        release(started_at=account.since, next_run_at=account.as_of)
        return one_finding(account)

    before = collected.connection.data_version
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": lease_lapses})
    with pytest.raises(LeaseLost):
        analysed(collected)
    assert collected.connection.data_version == before


def test_the_account_begins_where_collection_is_complete_and_merges_what_arrives_together() -> None:
    at = pd.Timestamp("2026-03-01T12:00:00Z")
    empty = files.open_version(Path(), "c", 0)
    arrivals = pd.DataFrame(
        {"responder": "A", "at": [at, at + pd.Timedelta(seconds=59)], "incident_id": ["1", "2"]}
    )
    zones = pd.DataFrame(
        {"schedule_id": list("123"), "time_zone": ["Asia/Tokyo", "Europe/Rome", None]}
    )
    frames = {**empty.frames, "arrivals": arrivals, "schedules": zones}
    since = datetime.fromisoformat("2026-02-01T00:00:00Z")
    account = account_of(DataVersion("c", 1, at.to_pydatetime(), since, (), frames))
    assert (account.since, account.as_of) == (since, at)
    assert list(account.interruptions["incident_id"]) == ["1"]
    assert account.time_zone == "Asia/Tokyo"


def test_an_account_without_anything_is_of_no_length_and_in_utc() -> None:
    nothing = account_of(files.open_version(Path(), "c", 0))
    assert (nothing.months, nothing.time_zone) == (0, "Etc/UTC")
