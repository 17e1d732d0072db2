"""Which team a finding and an incident belong to."""

from corvana.analysis.account import selection
from corvana.analysis.teams import membership
from corvana.frames import RULES, SERVICES, conform, empty
from tests.builders.analysis.ledger_of_findings import finding, ledger, overloaded
from tests.builders.analysis.rotations import framed, rules
from tests.builders.analysis.written_account import incident, incidents

SERVICES_OF = framed(
    [
        {"service_id": "pay", "escalation_policy_id": "P1", "team_ids": "money"},
        {"service_id": "book", "escalation_policy_id": "P1", "team_ids": "books money"},
        {"service_id": "find", "escalation_policy_id": "P2", "team_ids": None},
    ],
    SERVICES,
)
PAGED = rules(("P1", 1, "S1"), ("P2", 1, "S2"))


def owned(*found):
    rows = membership.owned(ledger(*found), SERVICES_OF, PAGED)
    return list(zip(rows["team"], rows["finding"], strict=True))


def test_a_finding_about_a_service_belongs_to_each_of_the_service_s_teams():
    found = finding("slow_ack", "book", subject_type="service")
    assert owned(found) == [("books", 0), ("money", 0)]


def test_a_finding_about_a_policy_belongs_to_the_teams_whose_services_use_it():
    assert owned(finding("slow_ack", "P1")) == [("books", 0), ("money", 0)]


def test_a_finding_about_a_schedule_or_a_person_on_it_belongs_to_the_teams_it_pages_for():
    rota = finding("unfair_rotation", "S1", subject_type="schedule")
    assert owned(rota, overloaded()._replace(detail="S1")) == [
        ("books", 0),
        ("books", 1),
        ("money", 0),
        ("money", 1),
    ]


def test_a_finding_without_a_team_belongs_to_none():
    whole = finding("machine_acks", "account", subject_type="account")
    teamless = finding("slow_ack", "find", subject_type="service")
    assert owned(whole, teamless, finding("slow_ack", "P2")) == []


def test_without_services_nothing_is_owned():
    nothing = membership.owned(ledger(finding("slow_ack")), empty(SERVICES), conform(PAGED, RULES))
    assert nothing.empty


def test_teams_are_those_listed_and_those_named_by_services_and_incidents():
    told = incidents(incident("pay", team_ids="night money"), incident("pay", team_ids=None))
    labels = framed([{"kind": "team", "id": "idle", "label": "Idle"}], {"kind": "str", "id": "str"})
    assert membership.teams(told, SERVICES_OF, labels) == ["books", "idle", "money", "night"]


def test_an_incident_of_two_teams_is_of_each_and_one_of_none_is_counted():
    told = incidents(
        incident("pay", team_ids="books money"),
        incident("pay", team_ids="moneymakers"),
        incident("pay", team_ids=None),
    )
    assert selection.of_teams(told, ["money"]).tolist() == [True, False, False]
    assert selection.of_teams(told, ["moneymakers"]).tolist() == [False, True, False]
    assert membership.without_team(told) == 1
