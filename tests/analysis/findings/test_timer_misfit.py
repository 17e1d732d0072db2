"""First delays that do not fit, on incidents written by hand and replayed."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.timer_misfit import KIND
from corvana.frames import RESPONDERS, TESTS, conform
from tests.builders.analysis.written_account import Way, account_of_ways, begun, paged, way

RULES = {"P1": [(30, "ann"), (30, "bob")]}


def answered(minute: float) -> Way:
    return way(begun(), acked=minute, resolved=90)


def passed_on(delay: float = 30) -> Way:
    """Level 2 answers two minutes after its page."""
    return way(begun(), paged(delay, 2), acked=delay + 2, resolved=90)


NOW_OR_NEVER = [answered(2)] * 42 + [passed_on()] * 18
"""Who does not answer in two minutes does not answer at all: P90 is 32 minutes."""


def at_night(known: Account) -> Account:
    """Ten in the morning where the account is, an hour before midnight where the people are."""
    people = {"responder": ["responder 0"], "role": "user", "time_zone": "Pacific/Auckland"}
    return replace(known, responders=conform(pd.DataFrame(people), RESPONDERS))


def row(known: Account) -> pd.Series:
    found = KIND.tests(known)
    assert found["subject_id"].to_list() == ["P1"]
    return found.iloc[0]


def finding(known: Account) -> Finding:
    return Finding(kind=KIND.name, q_value=0.01, **row(known))


def test_a_delay_that_only_waits_for_nobody_is_a_finding() -> None:
    found = row(account_of_ways(NOW_OR_NEVER, RULES))
    assert found[["subject_type", "detail", "n", "reference"]].to_list() == [
        "escalation_policy",
        "5",
        60,
        1.0,
    ]
    assert found[["effect", "low", "high"]].to_list() == pytest.approx([32 / 7] * 3)
    assert found["is_material"]
    assert found["p_value"] < 1e-9


def test_avoidable_is_the_predicted_change_for_the_slowest_tenth() -> None:
    found = row(account_of_ways(NOW_OR_NEVER, RULES))
    assert found["avoidable_minutes_per_month"] == pytest.approx(60 / 10 * (32 - 7))


def test_of_the_delays_that_cost_no_page_at_night_the_one_with_the_shortest_p90_is_named() -> None:
    """Five or ten minutes would page level 2 for eight answers that come after eleven."""
    ways = [answered(2)] * 40 + [answered(11)] * 8 + [passed_on()] * 12
    found = row(at_night(account_of_ways(ways, RULES)))
    assert (found["detail"], found["effect"]) == ("15", pytest.approx(32 / 17))
    assert found["is_material"]
    assert row(account_of_ways(ways, RULES))["detail"] == "5"


def test_where_every_shorter_delay_pages_more_people_at_night_there_is_no_misfit() -> None:
    ways = [answered(2)] * 40 + [answered(25)] * 8 + [passed_on()] * 12
    assert KIND.tests(at_night(account_of_ways(ways, RULES))).empty


def test_a_few_more_pages_at_night_are_too_many() -> None:
    """Three late answers in 75 night pages are worth a replay, and too many for a finding."""
    ways = [answered(2)] * 42 + [answered(25)] * 3 + [passed_on()] * 15
    found = row(at_night(account_of_ways(ways, RULES)))
    assert not found["is_material"]
    assert found["p_value"] == 1
    assert found["effect"] > 1.25


def test_a_change_below_a_fifth_of_the_p90_is_no_finding() -> None:
    """Only delays of 5 to 20 minutes are tried: 26 instead of 30 is not worth a replay."""
    short = {"P1": [(10, "ann"), (30, "bob")]}
    slow = [answered(2)] * 42 + [way(begun(), paged(10, 2), acked=50, resolved=90)] * 18
    found = row(account_of_ways(slow, short))
    assert found["detail"] == "5"
    assert found["effect"] == pytest.approx(50 / 45)
    assert not found["is_material"]


def test_a_longer_delay_than_was_ever_watched_is_not_tried() -> None:
    short = {"P1": [(5, "ann"), (30, "bob")]}
    assert KIND.tests(account_of_ways([answered(2)] * 42 + [passed_on(5)] * 18, short)).empty


def test_a_first_level_that_never_answers_is_another_finding() -> None:
    assert KIND.tests(account_of_ways([passed_on()] * 60, RULES)).empty


def test_fewer_than_twenty_acks_have_no_p90_to_change() -> None:
    assert KIND.tests(account_of_ways(NOW_OR_NEVER[-19:], RULES)).empty


def test_a_policy_that_no_longer_exists_has_no_delay_to_judge() -> None:
    assert KIND.tests(account_of_ways(NOW_OR_NEVER, {"P2": RULES["P1"]})).empty


def test_an_account_without_incidents_has_nothing_to_test() -> None:
    found = KIND.tests(account_of_ways([], RULES))
    assert found.empty
    assert found.dtypes.astype("str").to_dict() == dict(TESTS)


def test_the_evidence_is_every_delay_that_was_tried() -> None:
    known = account_of_ways(NOW_OR_NEVER, RULES)
    rows = KIND.evidence(known, finding(known))
    assert rows["escalation_delay_in_minutes"].to_list() == [5, 10, 15, 20]
    assert rows["p90"].to_list() == [7 * 60, 12 * 60, 17 * 60, 22 * 60]
    assert np.allclose(rows["p90_observed"], 32 * 60)
    assert rows["is_at_no_cost"].all()


def test_the_evidence_of_a_finding_is_what_it_was_found_by() -> None:
    ways = [answered(2)] * 40 + [answered(11)] * 8 + [passed_on()] * 12
    known = at_night(account_of_ways(ways, RULES))
    found = finding(known)
    rows: Any = KIND.evidence(known, found).set_index("escalation_delay_in_minutes")
    assert rows.loc[15, "p90_observed"] / rows.loc[15, "p90"] == found.effect


def test_it_is_told_in_one_sentence_as_a_prediction() -> None:
    told = KIND.sentence(finding(account_of_ways(NOW_OR_NEVER, RULES)), {"P1": "Web"})
    assert told == (
        "The P90 of the time to the first acknowledgement of Web is 4.6 times (4.6 to 4.6) the one "
        "that a replay of its 60 acknowledged incidents predicts for a delay of 5 min on level 1, "
        "with no more pages at night."
    )
