"""Services that hang on one person: exact shares of acknowledgements written by hand."""

import pandas as pd
import pytest

from corvana import frames
from corvana.analysis.findings.single_responder_service import KIND
from tests.builders.analysis.rotations import at, framed, rules, shifts
from tests.builders.analysis.written_account import (
    API,
    DAY,
    MONTHS,
    PERIOD,
    account_of,
    first_finding,
    incidents,
)

ALONE = rules(("P1", 1, "ann"))


def acknowledged(**counts: int) -> pd.DataFrame:
    """Incidents of one service by who acknowledged them; `nobody` did not."""
    rows = [
        {"service_id": "api", "acknowledged_by": None if who == "nobody" else who}
        for who, count in counts.items()
        for _ in range(count)
    ]
    return incidents(*rows)


def test_one_person_who_acknowledges_nearly_everything_alone_is_a_finding():
    world = account_of(incidents=acknowledged(ann=39, bob=1, nobody=7), rules=ALONE, services=API)
    found = KIND.tests(world)
    row = found.iloc[0]
    assert (row["subject_type"], row["subject_id"], row["n"]) == ("service", "api", 40)
    # Wilson, 39 of 40; 41 / 2⁴⁰ by chance at one half.
    assert (row["effect"], row["reference"]) == (0.975, 0.5)
    assert (row["low"], row["high"]) == (
        pytest.approx(0.871186, abs=1e-6),
        pytest.approx(0.995573, abs=1e-6),
    )
    assert row["p_value"] == pytest.approx(41 / 2**40)
    assert row["is_material"]
    assert row["avoidable_minutes_per_month"] == 0.0


def test_avoidable_is_that_persons_work_beyond_half_of_all_work_for_the_service():
    answered = acknowledged(ann=39, bob=1)
    worked = [
        {"incident_id": "Q0", "responder": "ann", "engaged_seconds": 90 * 60},
        {"incident_id": "Q1", "responder": "bob", "engaged_seconds": 30 * 60},
        {"incident_id": "of no service", "responder": "ann", "engaged_seconds": 7_200},
    ]
    pages = [
        {"incident_id": f"Q{number}", "responder": "ann", "at": at(number)} for number in range(3)
    ]
    world = account_of(
        incidents=answered,
        rules=ALONE,
        services=API,
        participations=framed(worked, frames.PARTICIPATIONS),
        interruptions=framed(pages, frames.INTERRUPTIONS),
    )
    found = KIND.tests(world)
    # Ann's 90 minutes and three pages are 120 of 150, of which half are 75.
    assert found["avoidable_minutes_per_month"].tolist() == [pytest.approx(45 / MONTHS)]
    told = KIND.sentence(first_finding(found), {})
    assert told.endswith(
        "A second person with an equal share would take over 45 min 39 s of work a month."
    )


def test_few_acknowledgements_are_not_enough_to_be_sure():
    found = KIND.tests(account_of(incidents=acknowledged(ann=14), rules=ALONE, services=API))
    assert found["low"].tolist() == [pytest.approx(0.784689, abs=1e-6)]
    assert found["is_material"].tolist() == [False]


def test_somebody_first_in_line_with_others_behind_them_is_no_finding():
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S1"))
    worked = shifts(("S1", "bob", 0, PERIOD))
    world = account_of(
        incidents=acknowledged(ann=39, bob=1), shifts=worked, rules=chain, services=API
    )
    found = KIND.tests(world)
    assert found[["is_material", "avoidable_minutes_per_month"]].to_numpy().tolist() == [
        [False, 0.0]
    ]


@pytest.mark.parametrize(("days", "is_material"), [(15, True), (16, False)])
def test_half_of_the_time_alone_is_enough(days: int, is_material: bool):
    chain = rules(("P1", 1, "ann"), ("P1", 2, "S1"))
    worked = shifts(("S1", "bob", 0, days * DAY))
    found = KIND.tests(
        account_of(incidents=acknowledged(ann=40), shifts=worked, rules=chain, services=API)
    )
    assert found["is_material"].tolist() == [is_material]


def test_another_person_alone_on_call_does_not_make_the_top_responder_alone():
    world = account_of(incidents=acknowledged(bob=40), rules=ALONE, services=API)
    found = KIND.tests(world)
    assert found[["is_material", "avoidable_minutes_per_month"]].to_numpy().tolist() == [
        [False, 0.0]
    ]


def test_who_else_would_have_answered_is_unknown_with_a_schedule_not_collected():
    chain = rules(("P1", 1, "ann"), ("P1", 1, "S9"))
    assert KIND.tests(account_of(incidents=acknowledged(ann=40), rules=chain, services=API)).empty


def test_without_an_acknowledgement_there_is_nothing_to_test():
    for world in (
        account_of(),
        account_of(incidents=acknowledged(nobody=20), rules=ALONE, services=API),
    ):
        found = KIND.tests(world)
        assert found.empty
        assert found.dtypes.astype(str).to_dict() == dict(frames.TESTS)


def test_the_evidence_is_who_acknowledged_how_many():
    world = account_of(incidents=acknowledged(ann=39, bob=1, nobody=7), rules=ALONE, services=API)
    rows = KIND.evidence(world, first_finding(KIND.tests(world)))
    assert list(rows.columns) == ["responder", "acknowledgements", "share"]
    assert rows.to_numpy().tolist() == [["ann", 39, 0.975], ["bob", 1, 0.025]]


def test_the_sentence_names_the_service_and_no_person():
    world = account_of(incidents=acknowledged(ann=39, bob=1), rules=ALONE, services=API)
    assert KIND.sentence(first_finding(KIND.tests(world)), {"api": "Payments api"}) == (
        "One person acknowledges 98 % of the 40 acknowledged incidents of Payments api (95 % "
        "interval 87 to 99.6 %), and nobody else is on call for at least half of the time. A "
        "second person with an equal share would take over 0 s of work a month."
    )
