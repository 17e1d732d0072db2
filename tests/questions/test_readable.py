"""Tables for readers: names for ids, headings in words, the order of the chart, and links."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import simulated_account
from benchmarks.stored_account import store_engagement
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.registry import KINDS, kind_of
from corvana.analysis.findings.rotations import unfair_rotation
from corvana.config import EU_AUDIENCE, US_AUDIENCE, Settings
from corvana.questions import accounts, findings, on_call, readable, tables
from corvana.questions.assessment import changed_tables, target_tables
from corvana.questions.file import FILES
from corvana.questions.opened import site_of
from corvana.questions.readable.incidents import EVIDENCE, NOT_SHOWN
from corvana.questions.readable.layouts import LAYOUTS
from corvana.questions.rests_on import name_of, rests_on
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.store.models import Connection
from tests.builders.evidence.version import AS_OF, SINCE, incident, of, rows, version
from tests.builders.stored.every_file import ZONE, every_file
from tests.builders.stored.with_baseline import freeze_at, opened_by_itself

END = datetime(2026, 11, 20, tzinfo=UTC)
PAGERDUTY = Settings(client_id_setting="ours")
ACCOUNT: dict[str, Any] = {
    "account_label": "acme",
    "account_id": "PACME",
    "audience": US_AUDIENCE,
    "status": "connected",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    folder = tmp_path_factory.mktemp("readable")
    world = build_world(seed=3, end=END, days=84, incidents=1_200, planted=True)
    made = simulated_account.account(world)
    engagement = store_engagement(folder, "Acme", made)
    freeze_at(folder, engagement, made, END - timedelta(days=28), "Handed over")
    return opened_by_itself(folder, engagement)


def every_table(view: View) -> dict[str, readable.Readable]:
    """Every table of a chart, and each figure of each finding."""
    told = {
        one.file.name: readable.read(one)
        for one in every_file(view)
        if one.file.name in LAYOUTS and "figure" not in one.arguments
    }
    for finding in findings.listed(view):
        for figure in rests_on(view, finding, ZONE):
            key, name = words.key(finding), name_of(figure)
            asked = tables.FINDING_FIGURE.of(view, key, name, ZONE)
            told[f"{key} {name}"] = readable.read(asked)
    return told


def ids_of(view: View) -> set[str]:
    frames = {
        "incidents": ["incident_id", "service_id", "escalation_policy_id"],
        "responders": ["responder"],
        "schedules": ["schedule_id"],
        "labels": ["id"],
    }
    columns = [view.frame(name)[column] for name, some in frames.items() for column in some]
    return {str(each) for column in columns for each in column.dropna().unique()}


def test_every_table_of_a_chart_has_a_layout() -> None:
    csv = {name for name in FILES if name.endswith(".csv")}
    others = {tables.INCIDENTS.name, tables.FINDING_ROWS.name, target_tables.MISSED.name}
    assert {name for name in csv - others if FILES[name].media_type.startswith("text/csv")} >= set(
        LAYOUTS
    )
    declared = [
        one for home in (tables, changed_tables, target_tables) for one in vars(home).values()
    ]
    ours = {one.name for one in declared if hasattr(one, "media_type")}
    assert ours - others == set(LAYOUTS)


def test_no_table_shows_an_id_or_a_column_name(view: View) -> None:
    ids = ids_of(view)
    for name, told in every_table(view).items():
        assert len(told.frame.columns), name
        headings = list(told.frame.columns)
        assert len(set(headings)) == len(headings), name
        assert [one for one in headings if "_" in one or one != one.strip()] == [], name
        for heading in headings:
            texts = told.frame[heading].dropna().astype("str")
            found = texts.str.split(r"[ ,]+").explode()
            assert found[found.isin(ids)].empty, (name, heading)


def test_the_file_of_a_table_keeps_raw_values_and_names(view: View) -> None:
    asked = tables.POLICIES.of(view, Filters(view.since, view.as_of))
    made, told = asked.made(), readable.read(asked)
    assert {"escalation_policy_id", "escalated", "escalated_low"} <= set(made.columns)
    assert "escalation_policy_id" in asked.content().decode().splitlines()[0]
    assert list(told.frame.columns)[:4] == [
        "Escalation policy",
        "Incidents",
        "Share escalated",
        "Escalated: 95 % from",
    ]
    assert told.forms["Share escalated"] == "share"


def test_durations_are_numbers_so_that_sorting_goes_by_value(view: View) -> None:
    for name, told in every_table(view).items():
        for heading, form in told.forms.items():
            if form in ("seconds", "minutes", "lag", "share", "times", "count", "number"):
                assert pd.api.types.is_numeric_dtype(told.frame[heading]), (name, heading)


def test_policies_are_sorted_as_in_the_chart_and_end_with_the_whole(view: View) -> None:
    told = readable.read(tables.POLICIES.of(view, Filters(view.since, view.as_of))).frame
    assert told["Escalation policy"].iloc[-1] == "Whole selection"
    policies = told.iloc[:-1]
    enough = policies["Incidents"].ge(10)
    assert enough.is_monotonic_decreasing
    assert policies.loc[enough, "Share escalated"].is_monotonic_decreasing


def test_a_burden_is_sorted_by_the_number_that_is_drawn(view: View) -> None:
    asked = tables.BURDEN.of(view, Filters(view.since, view.as_of), "rotations")
    by_time = readable.read(asked, "on_call_share").frame
    assert by_time["Share of the period on call"].is_monotonic_decreasing
    usual = readable.read(asked).frame
    assert list(usual["Rotation"]) == list(asked.made()["id"])


def test_a_what_if_has_a_row_for_each_number(view: View) -> None:
    asked = next(one for one in every_file(view) if one.file is tables.WHAT_IF)
    told = readable.read(asked).frame
    assert list(told["What"]) == [
        "Median time to first ack",
        "P90 of the time to first ack",
        "Incidents acknowledged",
        "Pages at night",
        "Incidents that run out of people",
        "Incidents",
    ]


def test_levels_that_were_tested_are_called_levels(view: View) -> None:
    of_levels = [one for one in findings.listed(view) if kind_of(one.kind).after_subject == "level"]
    key = words.key(of_levels[0])
    told = readable.read(tables.FINDING_FIGURE.of(view, key, "tested", ZONE)).frame
    assert told["Tested"].str.contains(r" · level \d+$").any()


def test_every_column_of_the_rows_behind_any_finding_is_shown_or_left_out(view: View) -> None:
    known = {column.name for column in EVIDENCE} | NOT_SHOWN
    for finding in findings.listed(view):
        assert set(findings.every_row(view, finding).columns) <= known, finding.kind
    declared = {column for kind in KINDS for column in kind.ids}
    assert declared <= known


def test_the_rows_behind_a_finding_show_no_id(view: View) -> None:
    ids = ids_of(view)
    for finding in findings.listed(view):
        behind = findings.behind(view, finding).rows
        told = readable.evidence(view, kind_of(finding.kind), behind)
        assert told.links == {}
        for heading in told.frame.columns:
            texts = told.frame[heading].dropna().astype("str").str.split(r"[ ,]+").explode()
            assert texts[texts.isin(ids)].empty, (finding.kind, heading)


def two_incidents() -> View:
    given = rows(
        "INCIDENTS",
        incident(7, seconds_to_first_ack=252.0, seconds_to_resolve=12_000.0, urgency="high"),
        incident(8, created_at=pd.Timestamp(SINCE), seconds_to_first_ack=None, urgency="low"),
    )
    labels = rows("LABELS", {"kind": "service", "id": "S1", "label": "Shop"})
    return of(version(incidents=given, labels=labels))


def test_the_newest_incidents_have_names_and_numbers_and_what_is_missing_is_missing() -> None:
    told = readable.newest(two_incidents(), Filters(SINCE, AS_OF.replace(hour=13)))
    assert told.frame["Incident"].tolist() == [7, 8]
    assert told.frame["Service"].tolist() == ["Shop", "Shop"]
    assert told.frame["Time to first ack"].tolist()[0] == 252.0
    assert told.frame["Time to first ack"].isna().tolist() == [False, True]
    assert told.frame["Ended by"].tolist() == ["a person", "a person"]
    assert told.links == {}


def test_the_number_of_an_incident_is_a_link_where_the_address_is_known() -> None:
    known = replace(two_incidents(), site="https://acme.eu.pagerduty.com")
    told = readable.newest(known, Filters(SINCE, AS_OF.replace(hour=13)))
    assert told.links["Incident"].tolist() == [
        "https://acme.eu.pagerduty.com/incidents/I7",
        "https://acme.eu.pagerduty.com/incidents/I8",
    ]


@pytest.mark.parametrize(
    ("given", "site"),
    [
        ({}, "https://acme.pagerduty.com"),
        ({"audience": EU_AUDIENCE}, "https://acme.eu.pagerduty.com"),
        ({"audience": EU_AUDIENCE, "account_label": "acme.eu"}, "https://acme.eu.pagerduty.com"),
        ({"account_label": "PACME"}, ""),
        ({"status": "disconnected"}, ""),
        ({"audience": "https://localhost"}, ""),
    ],
    ids=["US", "EU", "EU in the name", "no subdomain", "disconnected", "another host"],
)
def test_the_address_is_made_from_the_verified_subdomain(given: dict[str, Any], site: str) -> None:
    assert site_of(PAGERDUTY, Connection(**{**ACCOUNT, **given})) == site


def test_the_simulated_account_has_no_address(tmp_path: Path) -> None:
    assert site_of(Settings(data_dir=tmp_path), Connection(**ACCOUNT)) == ""
    stand_in = Settings(client_id_setting="ours", api_url_setting="https://stand-in.example")
    assert site_of(stand_in, Connection(**ACCOUNT)) == ""


def test_files_and_the_walkthrough_have_no_address(view: View) -> None:
    assert view.site == ""


def test_rotations_are_told_the_least_even_first_and_few_nights_last(view: View) -> None:
    found = on_call.evenness(view)
    tested = unfair_rotation.tests(accounts.whole(view))
    assert set(found["schedule_id"]) == set(tested["subject_id"])
    enough = found["nights"].ge(10)
    assert enough.is_monotonic_decreasing
    above = (found["gini"] - found["by_chance"])[enough]
    assert len(above) > 1
    assert above.is_monotonic_decreasing
    assert found["gini"].between(found["low"], found["high"]).all()
