"""What pages, decks and files ask about targets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import database_of, store_engagement
from corvana.analysis.account.selection import Filters
from corvana.analysis.assessment.targets import Target
from corvana.analysis.response.durations import Measure
from corvana.questions import labels, response
from corvana.questions.assessment import target_tables, targets
from corvana.questions.readable import missed, read
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.store.models import ResponseTarget
from corvana.store.written import targets as store
from corvana.ui.data import shown_view
from tests.builders.data_folder import connection_of

pytestmark = pytest.mark.slow
END = datetime(2026, 11, 20, tzinfo=UTC)
ACK: Measure = "seconds_to_first_ack"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("targets")
    made = account(build_world(seed=5, end=END, days=40, incidents=400))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def month(view: View) -> Filters:
    return Filters(view.since, view.as_of)


@pytest.fixture
def aimed(view: View) -> View:
    """The view with a target for the first priority, and one of its own for a service."""
    level = next(iter(labels.priorities(view)))
    service = view.frame("incidents")["service_id"].mode().iloc[0]
    own = Target("priority", level, str(service), acknowledge=60)
    return replace(view, targets=(Target("priority", level, "", 900, 14_400), own))


def test_without_a_target_nothing_is_judged(view: View, month: Filters) -> None:
    found = targets.attainment(view, month)
    assert not found.is_set
    assert found.acknowledge.n == found.resolve.n == 0


def test_attainment_is_told_of_both_targets_and_every_filter_counts(
    aimed: View, month: Filters
) -> None:
    found = targets.attainment(aimed, month)
    assert found.is_set
    assert found.of(ACK) is found.acknowledge
    assert 0 < found.acknowledge.n_met < found.acknowledge.n
    frame = aimed.frame("incidents")
    week = replace(month, start=END - timedelta(days=14))
    service, level = aimed.targets[1].service, aimed.targets[0].level
    for chosen in (
        week,
        replace(month, services=(service,)),
        replace(month, teams=(str(frame["team_ids"].dropna().iloc[0]).split()[0],)),
        replace(month, policies=(frame["escalation_policy_id"].iloc[0],)),
        replace(month, urgency="high"),
        replace(month, hours=("sleep",)),
        replace(month, days="weekend"),
        replace(month, priorities=(level,)),
    ):
        some = targets.attainment(aimed, chosen).acknowledge
        every = response.incidents(aimed, chosen)
        own = every["priority"].eq(level) & every["resolution"].ne("merged")
        judged = own & ~every["in_maintenance"]
        assert some.n + some.n_young == int(judged.sum())
        assert some.n + some.n_young + some.n_without_target + some.n_left_out == len(every)


def test_other_targets_are_another_question(aimed: View, month: Filters) -> None:
    strict = replace(aimed, targets=(replace(aimed.targets[0], acknowledge=1),))
    lax = replace(aimed, targets=(replace(aimed.targets[0], acknowledge=86_400),))
    ones = [targets.attainment(each, month).acknowledge.n_met for each in (strict, aimed, lax)]
    assert ones[0] < ones[1] < ones[2]
    assert targets.attainment(aimed, month).acknowledge.n_met == ones[1]


def test_targets_of_an_engagement_come_with_its_view(
    stored: tuple[Path, str], view: View, month: Filters
) -> None:
    folder, engagement = stored
    connection = connection_of(folder, engagement)
    row = ResponseTarget(
        engagement_id=engagement, by="priority", level="none", acknowledge_seconds=60
    )
    store.write(database_of(folder), row, by="p1", now=END, connection_id=connection.id)
    try:
        assert shown_view(connection).targets == (Target("priority", "none", "", 60, None),)
    finally:
        emptied = ResponseTarget(**row.model_dump() | {"acknowledge_seconds": None, "revision": 1})
        store.write(database_of(folder), emptied, by="p1", now=END, connection_id=connection.id)
    assert shown_view(connection).targets == ()


def test_missed_incidents_are_those_of_the_counts_in_table_and_file(
    aimed: View, month: Filters
) -> None:
    found = targets.attainment(aimed, month).acknowledge
    file = target_tables.MISSED.of(aimed, month, ACK).made()
    assert len(file) == found.n_missed
    assert file["how"].value_counts().to_dict() == {
        how: n
        for how, n in (
            ("late", found.n_late), ("open", found.n_open), ("resolved", found.n_without_ack),
        )
        if n
    }  # fmt: skip
    shown = missed(replace(aimed, site="https://acme.pagerduty.com"), month, ACK)
    assert list(shown.frame)[:5] == ["Incident", "Created", "Service", "Priority", "Target"]
    assert shown.frame["Incident"].tolist() == file["number"].tolist()
    assert shown.links["Incident"].iloc[0] == (
        f"https://acme.pagerduty.com/incidents/{file['incident_id'].iloc[0]}"
    )
    assert not missed(aimed, month, ACK).links
    assert set(shown.frame["Outcome"]) <= {
        "acknowledged later", "not acknowledged yet", "resolved without an acknowledgement",
    }  # fmt: skip


def test_tables_have_headings_in_words_and_names(aimed: View, month: Filters) -> None:
    groups = read(target_tables.GROUPS.of(aimed, month, ACK, "service")).frame
    assert list(groups)[:3] == ["Group of", "Name", "Share acknowledged in time"]
    assert groups["Group of"].unique().tolist() == ["service"]
    assert groups["Name"].notna().all()
    levels = read(target_tables.GROUPS.of(aimed, month, ACK, "level")).frame
    assert levels["Group of"].tolist() == ["priority"]
    weeks = read(target_tables.WEEKS.of(aimed, month, ACK, "UTC")).frame
    assert weeks["Week from Monday"].is_monotonic_increasing
    those = read(target_tables.SET.of(aimed)).frame
    assert those["Acknowledge within"].tolist() == [900.0, 60.0]
    assert those["Service with its own target"].iloc[0] == ""


def test_weeks_are_of_everything_collected_whatever_the_period(aimed: View, month: Filters) -> None:
    short = replace(month, start=END - timedelta(days=7))
    one, other = (targets.weeks(aimed, each, ACK, "UTC", aimed.targets) for each in (month, short))
    pd.testing.assert_frame_equal(one, other)


def test_a_change_needs_the_period_before(aimed: View, month: Filters) -> None:
    assert targets.change(aimed, month, ACK, aimed.targets) is None
    half = replace(month, start=END - timedelta(days=14))
    found = targets.change(aimed, half, ACK, aimed.targets)
    assert found is not None
    earlier = replace(half, start=half.start - timedelta(days=14), end=half.start)
    now, before = (
        targets.attainment(aimed, each).acknowledge.share.value for each in (half, earlier)
    )
    assert found.value == pytest.approx(now - before)
