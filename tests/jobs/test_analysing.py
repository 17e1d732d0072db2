"""After a change of settings the data that is there is analysed anew, whatever PagerDuty says."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pandas as pd
import pytest
from sqlmodel import Session

from corvana import jobs
from corvana.analysis.account.analysed import Account
from corvana.assessment.settings import AssessmentSettings, Basis, Hours
from corvana.jobs import analysing
from corvana.questions.view import View, status_of
from corvana.store import connections, turns
from corvana.store.models import Connection
from corvana.store.written import settings
from corvana.versions import conclusions
from tests.builders.analysis.one_finding import one_finding
from tests.builders.written_version import prepared_file
from tests.conftest import Connected

LATE = AssessmentSettings(basis=Basis(hours=Hours(sleep_start=time(23))))


@pytest.fixture(autouse=True)
def concludes(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """The accounts that were analysed."""
    seen: list[Account] = []

    def note(account: Account) -> pd.DataFrame:
        seen.append(account)
        return one_finding(account)

    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": note})
    return seen


@pytest.fixture
def changed(collected: Connected) -> Connected:
    """Collected and rested; then an assessor moved the start of night."""
    engagement = collected.connection.engagement_id
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    rests = {"lease_holder": None, "lease_until": None, "requested_at": None}
    the_state(collected, **rests, next_run_at=tomorrow)
    settings.save(collected.engine, engagement, LATE, over=settings.Read(), by="p1")
    return collected


def the_state(connected: Connected, **values: object) -> None:
    with Session(connected.engine) as session:
        row = session.get_one(Connection, connected.id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
        session.commit()


@pytest.mark.parametrize("status", ["connected", "disconnected"])
def test_it_is_analysed_under_the_new_settings_and_nothing_is_collected(
    changed: Connected, concludes: list[Account], status: str
) -> None:
    the_state(changed, status=status)
    before, runs = changed.data(), changed.latest_run.id
    assert analysing.analyse_next()
    after = changed.data()
    assert after.version == before.version + 1
    assert after.rests_on == LATE.basis
    assert after.as_of == before.as_of
    assert [account.windows.sleep_start for account in concludes] == [time(23)]
    assert changed.latest_run.id == runs
    assert (changed.connection.analyse_at, changed.connection.lease_holder) == (None, None)
    assert changed.connection.status == status
    assert not analysing.analyse_next()


def test_a_task_of_the_queue_analyses_before_it_collects(
    changed: Connected, concludes: list[Account]
) -> None:
    the_state(changed, status="disconnected")
    jobs.collect_due()
    assert changed.data().rests_on == LATE.basis
    assert len(concludes) == 1


def test_findings_of_the_same_settings_are_not_made_again(
    changed: Connected, concludes: list[Account]
) -> None:
    assert analysing.analyse_next()
    version = changed.data().version
    engagement = changed.connection.engagement_id
    larger = LATE.model_copy(update={"smallest_group": 9})
    settings.save(
        changed.engine, engagement, larger, over=settings.read(changed.engine, engagement), by="p"
    )
    assert analysing.analyse_next(), "figures may have to be prepared anew"
    assert changed.data().version == version
    assert len(concludes) == 1


def test_while_it_is_analysed_nothing_counts_as_being_collected(changed: Connected) -> None:
    turns.take_analysis(changed.engine, "w", changed.sandbox.clock())
    run = connections.latest_run(changed.engine, changed.id)
    assert status_of(changed.connection, run) == "connected"


def test_an_analysis_that_fails_leaves_the_findings_and_is_not_tried_for_ever(
    changed: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: Account) -> pd.DataFrame:
        raise KeyError("x")

    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": fails})
    before = changed.data().version
    assert analysing.analyse_next()
    assert changed.data().version == before
    assert not analysing.analyse_next()
    view = View.of_version(changed.data(), settings=LATE)
    assert view.rests_on_other_settings, "pages say so"


def test_the_lease_is_renewed_and_its_loss_ends_the_analysis(
    changed: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysing, "_LEASE_EVERY_SECONDS", 0.01)
    renewed: list[bool] = []
    renew: Callable[..., bool] = turns.renew_analysis

    def spy(*arguments: object) -> bool:
        renewed.append(renew(*arguments))
        return renewed[-1]

    def taken_meanwhile(account: Account) -> pd.DataFrame:
        while not renewed:
            pass
        the_state(changed, lease_holder="another")
        while renewed[-1]:
            pass
        return one_finding(account)

    monkeypatch.setattr(turns, "renew_analysis", spy)
    monkeypatch.setattr(conclusions, "CONCLUSIONS", {"findings": taken_meanwhile})
    before = changed.connection.data_version
    assert analysing.analyse_next()
    assert renewed[0]
    assert changed.connection.data_version == before
    assert changed.connection.lease_holder == "another"
    assert changed.connection.analyse_at is not None


def test_prepared_results_are_of_their_settings(changed: Connected) -> None:
    folder = changed.settings.versions_dir
    usual = prepared_file(folder, changed.id, 1)
    other = prepared_file(folder, changed.id, 1, LATE.digest)
    release = usual.stem.removeprefix("00000001-")
    assert len(release) == 12
    assert other.name == f"00000001-{LATE.digest}-{release}.prepared"
