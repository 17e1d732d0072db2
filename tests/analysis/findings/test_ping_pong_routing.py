"""Incidents passed back and forth, on steps written by hand."""

from typing import Any

import pandas as pd
import pytest

from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.ping_pong_routing import KIND
from corvana.frames import TESTS
from tests.builders.analysis.written_account import Way, account_of_ways, begun, paged, way

RULES = {
    "A": [(5, "ann")],
    "B": [(5, "bob")],
    "B wide": [(5, "bob eve")],
    "C": [(5, "cid")],
}


def passed(minute: float, policy: str | None, to: str) -> dict[str, Any]:
    return paged(minute, 1, "delegation", policy=policy, to_responders=to)


def given(minute: float, to: str) -> dict[str, Any]:
    return paged(minute, None, "reassignment", policy=None, to_responders=to)


def there_and_back(one: str = "A", people: tuple[str, str] = ("ann", "bob")) -> Way:
    """Passed on after 10 minutes and back after 25; the log hides the policy between."""
    here, there = people
    return way(
        begun(to_responders=here), passed(10, None, there), passed(25, one, here), policy=one
    )


def plain(policy: str) -> Way:
    return way(begun(), policy=policy, acked=2, resolved=30)


PAIR = (
    [there_and_back()] * 6
    + [there_and_back("B", ("bob", "ann"))] * 4
    + [plain("A")] * 14
    + [plain("B")] * 16
)
FINE = [plain("C")] * 60


def by_start(*ways: Way) -> pd.DataFrame:
    return KIND.tests(account_of_ways(ways, RULES)).set_index("subject_id")


def finding(ways: list[Way], policy: str) -> Finding:
    row = by_start(*ways).loc[policy]
    return Finding(kind=KIND.name, q_value=0.01, subject_id=policy, **row)


def trips(*steps: dict[str, Any], **ends: Any) -> list[int]:
    """How often an incident on A that took these steps is a round trip: 0 or 1."""
    found = by_start(way(begun(), *steps, policy="A", **ends))
    return (found["effect"] * found["n"]).astype(int).to_list()


def test_both_directions_of_a_pair_are_one_finding_named_after_the_more_frequent_start() -> None:
    found: Any = by_start(*PAIR, *FINE)
    assert found.index.to_list() == ["A", "C"]
    assert found.loc["A", ["detail", "n", "effect", "reference"]].to_list() == ["B", 40, 0.25, 0]
    assert found["is_material"].to_list() == [True, False]
    assert found.loc["A", "p_value"] < 1e-4


def test_avoidable_is_the_median_time_from_the_first_move_to_the_last_return() -> None:
    found = by_start(*PAIR, *FINE)["avoidable_minutes_per_month"]
    assert found.to_list() == [pytest.approx(10 * 15), 0]


def exchanged(one: str, other: str, person: str) -> Way:
    """Passed on once and kept there: the log tells the policy."""
    return way(begun(), passed(10, other, person), policy=one, acked=12, resolved=40)


BYSTANDER = {**RULES, "B twin": [(5, "bob")], "A twin": [(5, "ann")]}


def told(*ways: Way, rules: Any = BYSTANDER) -> dict[str, str | None]:
    """The partner by policy, of those where round trips began."""
    tests = KIND.tests(account_of_ways(ways, rules))
    found = tests[tests["effect"].gt(0)].set_index("subject_id")["detail"]
    return {str(policy): None if pd.isna(other) else other for policy, other in found.items()}


def test_the_partner_is_the_policy_that_sends_back_and_not_one_with_the_same_people() -> None:
    """Bob is alone on call for B and for its twin; round trips begin on B only."""
    assert told(*PAIR) == {"A": "B"}


def test_a_policy_with_more_people_on_call_than_were_paged_is_not_the_partner() -> None:
    rules = {name: RULES[name] for name in ("A", "B wide", "C")}
    assert told(there_and_back(), plain("B wide"), rules=rules) == {"A": None}


def test_between_policies_with_the_same_people_the_one_that_incidents_were_exchanged_with() -> None:
    ways = [there_and_back()] * 3 + [exchanged("A", "B twin", "bob"), plain("B")]
    assert told(*ways) == {"A": "B twin"}


def test_where_nothing_tells_two_policies_apart_no_partner_is_named_by_its_id() -> None:
    world = [there_and_back()] * 6 + [plain("A")] * 14 + [plain("B")] * 5 + FINE
    assert told(*world) == {"A": None}
    renamed = {name.replace("B", "Z"): chain for name, chain in BYSTANDER.items()}
    assert told(*world, rules=renamed) == {"A": None}


def test_one_pair_is_told_once_also_if_bystanders_share_the_people_of_both() -> None:
    assert told(*PAIR, *[plain("A twin")] * 9, *[plain("B twin")] * 9) == {"A": "B"}


def test_a_third_policy_that_sends_to_one_of_a_pair_is_told_apart_from_the_pair() -> None:
    third = [there_and_back("C", ("cid", "bob"))] * 2
    assert told(*PAIR, *third, rules=RULES) == {"A": "B", "C": None}


def test_of_two_that_begin_equally_often_the_first_in_time_gives_the_name() -> None:
    later = [there_and_back("A")] * 2
    for each in later:
        for row in each.steps:
            row["at"] = row["at"] + pd.Timedelta(days=1)
    assert told(*later, *[there_and_back("B", ("bob", "ann"))] * 2, rules=RULES) == {"B": "A"}


def test_one_round_trip_in_many_incidents_is_no_finding() -> None:
    row = by_start(there_and_back(), *[plain("A")] * 19, *FINE).loc["A"]
    assert row["effect"] == 0.05
    assert not row["is_material"]


def test_people_who_pass_an_incident_back_make_a_round_trip_without_another_policy() -> None:
    found = by_start(way(begun(), given(5, "bob"), given(9, "ann"), policy="A"))
    assert found.loc["A", "effect"] == 1
    assert found["detail"].isna().all()


@pytest.mark.parametrize(
    "steps",
    [
        [given(5, "bob")],
        [given(5, "bob"), given(9, "cid")],
        [given(5, "ann")],
        [passed(5, "B", "bob")],
        [passed(5, None, "bob"), passed(9, "C", "cid")],
        [paged(5, 2, to_responders="bob"), paged(9, 1, to_responders="ann")],
    ],
    ids=["to another", "to a third", "to the same", "to a policy", "to two", "by the timer"],
)
def test_what_is_passed_on_and_does_not_come_back_is_no_round_trip(
    steps: list[dict[str, Any]],
) -> None:
    assert trips(*steps) == [0]


def test_the_policy_gets_it_back_from_a_person_as_well() -> None:
    assert trips(given(5, "bob"), passed(9, "A", "ann")) == [1]


def test_a_person_gets_it_back_from_another_policy_as_well() -> None:
    found: Any = by_start(way(begun(), passed(5, "B", "bob"), given(9, "ann"), policy="A"))
    assert found.loc["A", ["detail", "effect"]].to_list() == ["B", 1]


def test_what_happens_after_the_first_resolve_is_another_story() -> None:
    assert trips(given(5, "bob"), paged(60, 1, "first"), given(70, "ann")) == [0]


def test_merged_incidents_and_those_assigned_directly_are_left_out() -> None:
    direct = way(paged(0, None, "first", policy=None), policy="A")
    merged = way(begun(), given(5, "bob"), given(9, "ann"), policy="A", resolution="merged")
    assert by_start(direct, merged).empty


def test_an_account_without_incidents_has_nothing_to_test() -> None:
    found = KIND.tests(account_of_ways([], RULES))
    assert found.empty
    assert found.dtypes.astype("str").to_dict() == dict(TESTS)


def test_the_evidence_is_every_round_trip_of_the_pair() -> None:
    ways = [there_and_back("B", ("bob", "ann")), plain("A"), there_and_back(), there_and_back()]
    rows = KIND.evidence(account_of_ways(ways, RULES), finding(ways, "A"))
    assert rows[["incident_id", "began_on", "seconds", "moves"]].to_numpy().tolist() == [
        ["Q0", "B", 900, 2],
        ["Q2", "A", 900, 2],
        ["Q3", "A", 900, 2],
    ]


def test_it_is_told_in_one_sentence_with_interval_and_reference() -> None:
    said = KIND.sentence(finding(PAIR + FINE, "A"), {"A": "Mail", "B": "Web"})
    assert said == (
        "25 % (14 to 40 %) of 40 incidents that began on Mail or Web were passed on and came back, "
        "mostly between the two; elsewhere it is 0 %."
    )
