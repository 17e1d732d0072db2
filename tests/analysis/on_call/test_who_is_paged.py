"""Who would be paged, on accounts told by hand: levels, gaps, the same person twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corvana.analysis.on_call.who_is_paged import Known
from tests.builders.analysis.chains import FOREVER, asked, known, levels, rule, service
from tests.builders.analysis.maintained import windows
from tests.builders.analysis.rotations import at


def test_each_level_is_paged_after_the_delays_of_the_levels_before_it() -> None:
    account = known(
        rule(1, "S1", escalation_delay_in_minutes=5),
        rule(2, "S2", escalation_delay_in_minutes=20),
        rule(3, "cleo", escalation_delay_in_minutes=10),
        on=[("S1", "ann", 0, 24), ("S2", "bob", 0, 24)],
    )
    found = asked(account)
    assert (found.outcome, found.reason, found.policy) == ("paged", "", "P1")
    assert levels(found) == [
        (1, 0, "A", "on call", False),
        (2, 5, "B", "on call", False),
        (3, 25, "C", "on call", False),
    ]
    assert (found.repeats, found.minutes) == (0, 35)


def test_a_policy_that_repeats_goes_on_that_many_times_longer() -> None:
    rows = [rule(level, who, num_loops=2) for level, who in ((1, "ann"), (2, "bob"))]
    found = asked(known(*rows))
    assert (found.repeats, found.minutes) == (2, 180)


def test_people_are_letters_in_order_of_appearance_and_no_code_is_in_the_answer() -> None:
    account = known(rule(1, "S1"), rule(2, "aaron"), on=[("S1", "zoe", 0, 24)])
    found = asked(account)
    assert found.targets is not None
    assert found.targets["person"].tolist() == ["A", "B"]
    assert not {"zoe", "aaron"} & set(found.targets.astype("str").to_numpy().ravel())


def test_letters_go_on_after_z() -> None:
    account = known(*(rule(1, f"person {number:02}") for number in range(28)))
    (_, _, letters, _, _) = levels(asked(account))[0]
    assert letters.endswith("XYZAAAB")


def test_a_level_that_nobody_is_on_call_on_is_named_and_passed_over_at_once() -> None:
    chain = [rule(1, "S2"), rule(2, "S1"), rule(3, "S2"), rule(4, "cleo")]
    found = asked(known(*chain, on=[("S1", "ann", 0, 24), ("S2", "bob", 0, 9)]))
    assert levels(found) == [
        (1, 0, "", "nobody", False),
        (2, 0, "A", "on call", False),
        (3, 30, "", "nobody", False),
        (4, 30, "B", "on call", False),
    ]
    assert (found.outcome, found.minutes) == ("paged", 60)


def test_where_nobody_is_on_call_on_any_level_no_incident_is_created() -> None:
    found = asked(known(rule(1, "S1"), rule(2, "S2"), on=[("S1", "ann", 0, 9)]))
    assert (found.outcome, found.reason) == ("nobody", "nobody on call")
    assert [state for *_, state, _ in levels(found)] == ["nobody", "nobody"]


def test_the_person_of_a_level_is_who_is_on_call_when_it_is_reached() -> None:
    """Ann hands over to Bob in the half hour in which level 1 does not answer."""
    turns = [("S1", "cleo", 0, 24), ("S2", "ann", 0, 10.25), ("S2", "bob", 10.25, 24)]
    account = known(rule(1, "S1"), rule(2, "S2"), rule(3, "ann"), on=turns)
    assert [people for _, _, people, _, _ in levels(asked(account))] == ["A", "B", "C"]
    assert [is_repeated for *_, is_repeated in levels(asked(account, 9))] == [False, False, True]


def test_the_same_person_on_two_levels_is_named() -> None:
    account = known(
        rule(1, "S1"),
        rule(2, "S2"),
        rule(2, "bob"),
        rule(3, "S1"),
        on=[("S1", "ann", 0, 24), ("S2", "ann", 0, 24)],
    )
    found = asked(account)
    assert levels(found) == [
        (1, 0, "A", "on call", False),
        (2, 30, "AB", "on call", False),
        (3, 60, "A", "on call", True),
    ]
    assert found.targets is not None
    twice = found.targets.dropna(subset=["earlier_level"])
    assert list(zip(twice["level"], twice["person"], twice["earlier_level"], strict=True)) == [
        (2, "A", 1),
        (3, "A", 1),
    ]


def test_several_targets_of_a_level_are_all_paged_and_an_empty_one_is_no_gap() -> None:
    account = known(
        rule(1, "S1"), rule(1, "S2"), rule(1, "bob"), on=[("S1", "ann", 0, 24)], schedules=["S1"]
    )
    found = asked(account)
    assert levels(found) == [(1, 0, "AB", "on call", False)]
    assert found.targets is not None
    assert found.targets["state"].tolist() == ["on call", "not known", "on call"]


def test_two_people_who_share_a_shift_are_both_paged() -> None:
    account = known(rule(1, "S1"), on=[("S1", "ann", 0, 24), ("S1", "bob", 6, 12)])
    assert levels(asked(account))[0][2] == "AB"


def test_an_override_changes_who_is_paged_from_its_first_to_before_its_last_instant() -> None:
    turns = [("S1", "ann", 0, 9), ("S1", "bob", 9, 11), ("S1", "ann", 11, 24)]
    account = known(rule(1, "ann"), rule(2, "S1", escalation_delay_in_minutes=0), on=turns)
    later = {hour: levels(asked(account, hour - 0.5))[1][4] for hour in (8.99, 9, 10.99, 11)}
    assert later == {8.99: True, 9: False, 10.99: False, 11: True}


def test_a_level_whose_schedule_was_not_collected_is_not_known() -> None:
    account = known(rule(1, "S9"))
    assert levels(asked(account)) == [(1, 0, "", "not known", False)]


def test_a_level_reached_after_the_known_shifts_is_not_known() -> None:
    account = known(rule(1, "ann"), rule(2, "S1"))
    assert levels(asked(account, FOREVER - 0.25))[1][3] == "not known"


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (known(rule(1, "ann"), of=[service(status="disabled")]), "service disabled"),
        (
            known(rule(1, "ann"), of=[service(), service(since=5, is_deleted=True)]),
            "service deleted",
        ),
        (known(rule(1, "ann"), of=[service(policy=None)]), "no policy"),
        (known(rule(1, "ann"), rule(None, None, 5, is_deleted=True)), "policy deleted"),
        (known(rule(None, None)), "no levels"),
        (known(rule(1, "ann"), maintenance_windows=windows(api=[(9, 11)])), "maintenance"),
    ],
)
def test_nobody_is_paged_and_the_answer_says_why(account: Known, reason: str) -> None:
    found = asked(account)
    assert (found.outcome, found.reason) == ("nobody", reason)
    assert found.targets is None


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        (known(rule(1, "ann"), of=[]), "service unknown"),
        (known(), "policy unknown"),
        (known(rule(1, "ann"), until=at(10)), "not collected"),
        (known(rule(1, "ann"), since=at(10.1)), "not collected"),
    ],
)
def test_what_is_not_collected_is_not_known(account: Known, reason: str) -> None:
    found = asked(account)
    assert (found.outcome, found.reason) == ("not known", reason)


PEOPLE = ("ann", "bob", "cleo")
SCHEDULES = ("S1", "S2", "S3")


@settings(max_examples=120, deadline=None)
@given(
    chain=st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from(PEOPLE + SCHEDULES)), min_size=1, max_size=9
    ).map(lambda rows: sorted(set(rows))),
    turns=st.lists(
        st.tuples(
            st.sampled_from(SCHEDULES),
            st.sampled_from(PEOPLE),
            st.integers(0, 12),
            st.integers(1, 6),
        ),
        max_size=12,
    ),
    hour=st.integers(0, 12),
)
def test_any_account_is_answered_as_plain_python_answers_it(
    chain: list[tuple[int, str]], turns: list[tuple[str, str, int, int]], hour: int
) -> None:
    account = known(
        *(rule(level, target) for level, target in chain),
        on=[(schedule, who, start, start + length) for schedule, who, start, length in turns],
    )
    found = asked(account, hour)
    expected: list[tuple[int, set[str]]] = []
    waited = 0
    for level in sorted({level for level, _ in chain}):
        then = hour + waited * 0.5
        people = set()
        for _, target in (each for each in chain if each[0] == level):
            if target in PEOPLE:
                people.add(target)
            people |= {
                who
                for schedule, who, start, length in turns
                if schedule == target and start <= then < start + length
            }
        expected.append((level, people))
        waited += bool(people)
    letters = [(level, set(people)) for level, _, people, _, _ in levels(found)]
    assert [(level, len(people)) for level, people in letters] == [
        (level, len(people)) for level, people in expected
    ]
    for (one, ours), (_, theirs) in zip(letters, expected, strict=True):
        for (other, ours_too), (_, theirs_too) in zip(letters, expected, strict=True):
            assert len(ours & ours_too) == len(theirs & theirs_too), (one, other)
    seen = [letter for _, _, people, _, _ in levels(found) for letter in people]
    assert list(dict.fromkeys(seen)) == list("ABC")[: len(set(seen))]
    assert [state for *_, state, _ in levels(found)] == [
        "on call" if people else "nobody" for _, people in expected
    ]
