"""What the client answers changes a finding, its avoidable time and its advice."""

import pandas as pd
import pytest

from corvana.analysis.account.analysed import Account
from corvana.analysis.answers import findings as words
from corvana.analysis.findings import assumptions
from corvana.analysis.findings.kind import Answered, Finding
from corvana.analysis.findings.registry import KINDS, key_of, keys_of, kind_of
from tests.builders.analysis.written_account import account as written_account
from tests.builders.analysis.written_account import incident

WALL = Finding(
    "auto_resolve_wall", "service", "S1", None, 0.635, 0.55, 0.72, 0.1, 200, 0.001, True, 600.0,
    0.004,
)  # fmt: skip
NOISY = WALL._replace(kind="noisy_service")
SLOW = WALL._replace(kind="slow_ack", subject_id="S2", avoidable_minutes_per_month=300.0)
NAMES = {"S1": "Payments", "P1": "Payments policy"}
ASKED = {
    "ack_timeouts": "Were people still working on these 127 incidents when they paged again?",
    "auto_resolve_wall": "Did these 127 incidents matter?",
    "coverage_gap": "Should somebody be on call in these 200 gaps?",
    "exhausted_policy": "Did these 127 incidents matter?",
    "level_never_answers": "Is level 2 of Payments policy expected to answer?",
    "machine_acks": "Did a person look at each of these 127 incidents at once?",
    "nights_on_one_person": "Did this person agree to have most of the nights?",
    "noisy_service": "Did these 127 incidents matter?",
    "pages_for_nothing": "Did these 127 incidents matter?",
}


@pytest.fixture(scope="module")
def account() -> Account:
    incidents = [incident("S1", acked=4, resolved=30)] * 30
    return written_account(incidents, S1={"auto_resolve_timeout": 7_200})


def test_kinds_whose_advice_would_do_harm_if_an_assumption_is_wrong_ask_it() -> None:
    asked = {
        kind.name: assumptions.question(
            WALL._replace(kind=kind.name, subject_id="P1", detail="2"), NAMES
        )
        for kind in KINDS
    }
    assert {name: said for name, said in asked.items() if said} == ASKED


def test_a_single_case_is_asked_about_in_the_singular() -> None:
    one = WALL._replace(effect=1.0, n=1)
    said = {assumptions.question(one._replace(kind=name), NAMES) or "" for name in ASKED}
    assert not [text for text in said if " 1 " in text]


@pytest.mark.parametrize(
    ("finding", "answered", "minutes"),
    [
        (WALL, Answered("yes"), 600.0),
        (WALL, Answered("no"), 0.0),
        (WALL, Answered("partly", 0.25), 150.0),
        (WALL, Answered("partly"), 600.0),
        (NOISY, Answered("no"), 600.0),
        (NOISY, Answered("yes"), 0.0),
        (NOISY, Answered("partly", 0.25), 450.0),
        (SLOW, Answered("no"), 300.0),
    ],
)
def test_the_avoidable_time_is_that_of_the_part_for_which_the_assumption_is_right(
    finding: Finding, answered: Answered, minutes: float
) -> None:
    known = assumptions.with_answer(finding, answered)
    assert known.avoidable_minutes_per_month == minutes


def test_time_that_does_not_rest_on_the_assumption_stays() -> None:
    level = WALL._replace(kind="level_never_answers", detail="2")
    assert assumptions.with_answer(level, Answered("no")).avoidable_minutes_per_month == 600.0


def test_a_finding_that_costs_nothing_any_more_is_told_after_the_others() -> None:
    known = assumptions.with_answers([WALL, SLOW], {key_of(WALL): Answered("no")})
    assert [one.kind for one in known] == ["slow_ack", "auto_resolve_wall"]
    assert words.worth(known[1]) == "no avoidable time"
    assert assumptions.with_answers([WALL, SLOW], {}) == [WALL, SLOW]


def test_the_sentence_says_what_the_client_said() -> None:
    known = assumptions.with_answer(WALL, Answered("partly", 0.4))
    told = assumptions.sentence(known, NAMES)
    assert told == (
        f"{kind_of(WALL.kind).sentence(WALL, NAMES)} The client says that a part of these "
        "incidents mattered (about 40 %)."
    )
    assert assumptions.sentence(WALL, NAMES) == kind_of(WALL.kind).sentence(WALL, NAMES)


def test_the_advice_turns_round_when_the_assumption_is_wrong(account: Account) -> None:
    def advice(answered: Answered | None) -> str:
        return assumptions.advice(account, assumptions.with_answer(WALL, answered), NAMES)

    assert advice(None).startswith("Turn the auto-resolve timeout off, and make sure real")
    assert advice(Answered("yes")) == advice(None)
    assert advice(Answered("no")).startswith("Do not lengthen the auto-resolve timeout")
    assert advice(Answered("partly")).startswith("Tell the incidents that matter apart")


@pytest.mark.parametrize("name", sorted(ASKED))
@pytest.mark.parametrize("answer", assumptions.ANSWERS)
def test_every_answer_has_words_and_advice(account: Account, name: str, answer: str) -> None:
    finding = WALL._replace(kind=name, detail="2" if name == "level_never_answers" else None)
    known = assumptions.with_answer(finding, Answered(answer))  # type: ignore[arg-type]
    assert assumptions.said(known).startswith("The client says that ")
    assert assumptions.said(known).endswith(".")
    assumes = kind_of(name).assumes
    assert assumes is not None
    if answer != assumes.holds_if:
        told = assumptions.advice(account, known, NAMES)
        assert told.endswith(".")
        assert not told.startswith(kind_of(name).advice(account, finding, NAMES)[:40])


def test_a_key_has_no_detail_that_is_measured_anew_by_each_analysis() -> None:
    keys = {
        kind: key_of(WALL._replace(kind=kind, subject_id=subject, detail=detail))
        for kind, subject, detail in [
            ("timer_misfit", "P1", "10"),
            ("regression", "P1", "2026-03-30"),
            ("fake_redundancy", "P1", "1 and 2"),
            ("ping_pong_routing", "P1", "P2"),
            ("level_never_answers", "P1", "2"),
            ("undeclared_dependency", "S2", "S1"),
        ]
    }
    assert keys == {
        "timer_misfit": "timer_misfit:P1",
        "regression": "regression:P1",
        "fake_redundancy": "fake_redundancy:P1",
        "ping_pong_routing": "ping_pong_routing:P1",
        "level_never_answers": "level_never_answers:P1:2",
        "undeclared_dependency": "undeclared_dependency:S1:S2",
    }


def test_the_keys_of_a_frame_are_those_of_its_findings() -> None:
    frame = pd.DataFrame([WALL, SLOW, WALL._replace(kind="of another release")])
    assert keys_of(frame).tolist()[:2] == [key_of(WALL), key_of(SLOW)]
    assert keys_of(frame).isna().tolist() == [False, False, True]
