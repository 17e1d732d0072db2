"""A team's findings summed, without counting an incident twice."""

import pytest

from corvana.analysis.findings.kind import Minutes
from corvana.analysis.teams import avoidable
from corvana.frames import SERVICES
from tests.builders.analysis.ledger_of_findings import finding, ledger
from tests.builders.analysis.rotations import framed, rules

SERVICES_OF = framed(
    [
        {"service_id": "pay", "escalation_policy_id": "P1", "team_ids": "money"},
        {"service_id": "card", "escalation_policy_id": "P1", "team_ids": "money"},
        {"service_id": "find", "escalation_policy_id": "P2", "team_ids": "web"},
    ],
    SERVICES,
)
RULES = rules(("P1", 1, "S1"), ("P1", 2, "S2"))
MINUTES: dict[str, Minutes] = {
    "slow": "incidents wait",
    "stuck": "incidents wait",
    "noisy": "responders work",
}


def about(service, minutes, kind="slow"):
    return finding(kind, service, minutes, subject_type="service")


def ranking(*found, teams=("idle", "money", "web")):
    listed = sorted(found, key=lambda one: -one.avoidable_minutes_per_month)
    rows = avoidable.by_team(ledger(*listed), MINUTES, SERVICES_OF, RULES, teams)
    return rows.set_index("team")


def once(*found):
    return ranking(*found).loc["money", "once"]


def test_two_findings_of_one_service_count_the_larger():
    rows = ranking(about("pay", 50.0), about("pay", 30.0, "stuck"))
    assert rows.loc["money", ["once", "added"]].tolist() == [50.0, 80.0]


def test_findings_of_two_services_are_added_up_because_no_incident_is_of_both():
    assert once(about("pay", 50.0), about("card", 30.0)) == 80.0


def test_a_policy_counts_itself_or_its_services_whichever_is_more():
    services = (about("pay", 50.0), about("card", 30.0))
    assert once(*services, finding("slow", "P1", 70.0)) == 80.0
    assert once(*services, finding("slow", "P1", 90.0)) == 90.0


def test_two_levels_of_a_policy_count_the_larger():
    levels = (finding("stuck", "P1", 40.0, detail=level) for level in "12")
    assert once(*levels) == 40.0


def test_schedules_are_counted_by_themselves_and_the_larger_result_is_taken():
    rota = [finding("stuck", each, 40.0, subject_type="schedule") for each in ("S1", "S2")]
    assert once(*rota, about("pay", 50.0)) == 80.0
    assert once(*rota, about("pay", 90.0)) == 90.0


def test_waiting_and_work_are_counted_apart():
    row = ranking(about("pay", 50.0), about("pay", 20.0, "noisy")).loc["money"]
    assert row[["waiting", "work", "once", "added"]].tolist() == [50.0, 20.0, 70.0, 70.0]


def test_teams_are_sorted_by_what_is_counted_once_and_those_without_findings_are_last():
    rows = ranking(about("pay", 50.0), about("pay", 40.0, "stuck"), about("find", 60.0))
    assert rows.index.tolist() == ["web", "money", "idle"]
    assert rows["findings"].tolist() == [1, 2, 0]
    assert rows["largest"].tolist() == [0, 1, -1]
    assert rows.loc["idle", ["once", "added"]].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("minutes", [0.0, float("nan")])
def test_time_that_is_not_measured_adds_nothing_and_the_finding_counts(minutes):
    row = ranking(about("pay", minutes)).loc["money"]
    assert row[["findings", "once", "added"]].tolist() == [1, 0.0, 0.0]


def test_without_findings_every_team_has_a_row_of_zeros():
    rows = ranking()
    assert rows.index.tolist() == ["idle", "money", "web"]
    assert rows[["findings", "once", "added"]].to_numpy().sum() == 0


def test_without_a_team_there_is_no_row():
    assert ranking(about("pay", 50.0), teams=()).empty
