"""What was asked is kept as long as it fits, of the newest version, and worked out once."""

import pickle
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from corvana.questions.cache import Key, Recent, Results


@dataclass
class Sized:
    """Stands in for an account: only the number of its incidents counts."""

    incidents: list[int] = field(default_factory=list)


@dataclass
class Beforehand:
    """Stands in for the files of prepared results."""

    files: Mapping[tuple[str, int, str], Mapping[str, bytes]]

    def of(self, connection_id: str, version: int, settings: str = "") -> Mapping[str, bytes]:
        return self.files.get((connection_id, version, settings), {})

    def clear(self) -> None:
        self.files = {}


def of(incidents: int) -> Sized:
    return Sized(list(range(incidents)))


def size(one: Sized) -> int:
    return len(one.incidents)


def unwanted() -> Sized:
    pytest.fail("it was made once more")


def test_what_is_asked_for_twice_is_made_once():
    kept: Recent[Sized] = Recent(2)
    first = kept.get(Key("c", 1), lambda: of(3))
    assert kept.get(Key("c", 1), unwanted) is first


def test_the_account_not_used_for_longest_makes_room():
    kept: Recent[Sized] = Recent(2)
    kept.get(Key("a", 1), lambda: of(1))
    kept.get(Key("b", 1), lambda: of(1))
    kept.get(Key("a", 1), unwanted)
    kept.get(Key("c", 1), lambda: of(1))
    kept.get(Key("a", 1), unwanted)
    again = of(1)
    assert kept.get(Key("b", 1), lambda: again) is again


def test_large_accounts_make_room_before_many_are_kept():
    kept: Recent[Sized] = Recent(10, largest=100, size=size)
    kept.get(Key("a", 1), lambda: of(60))
    kept.get(Key("b", 1), lambda: of(60))
    kept.get(Key("b", 1), unwanted)
    again = of(60)
    assert kept.get(Key("a", 1), lambda: again) is again


def test_the_account_used_last_is_kept_however_large_it_is():
    kept: Recent[Sized] = Recent(10, largest=100, size=size)
    kept.get(Key("a", 1), lambda: of(1_000))
    kept.get(Key("a", 1), unwanted)


def test_a_newer_version_takes_the_place_of_its_connection_s_older_ones():
    kept: Recent[Sized] = Recent(10)
    kept.get(Key("a", 1), lambda: of(1))
    kept.get(Key("b", 1), lambda: of(1))
    kept.get(Key("a", 2), lambda: of(1))
    kept.get(Key("b", 1), unwanted)
    again = of(1)
    assert kept.get(Key("a", 1), lambda: again) is again


def test_nothing_is_kept_once_it_was_cleared():
    kept: Recent[Sized] = Recent(10)
    kept.get(Key("a", 1), lambda: of(1))
    kept.clear()
    assert kept.find(Key("a", 1)) is None


def test_a_result_is_a_copy_that_nobody_can_change_for_others():
    results = Results()
    first = results.get(Key("a", 1, "names"), lambda: ["Pay"])
    first.append("changed")
    assert results.get(Key("a", 1, "names"), unwanted) == ["Pay"]


def test_a_prepared_result_is_read_and_not_worked_out():
    results = Results(Beforehand({("a", 1, ""): {"names": pickle.dumps(["Pay"])}}))
    assert results.get(Key("a", 1, "names"), unwanted) == ["Pay"]
    assert results.get(Key("a", 2, "names"), lambda: ["Pay 2"]) == ["Pay 2"]


def test_a_result_that_cannot_be_worked_out_is_tried_again():
    results = Results()

    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        results.get(Key("a", 1, "rate"), fails)
    assert results.get(Key("a", 1, "rate"), lambda: 3) == 3


def test_many_who_ask_at_once_have_it_worked_out_once():
    results, worked_out, begun = Results(), [], threading.Event()

    def slowly() -> int:
        worked_out.append(1)
        begun.wait(0.2)
        return 7

    with ThreadPoolExecutor(8) as readers:
        asked = [readers.submit(results.get, Key("a", 1, "rate"), slowly) for _ in range(8)]
        begun.set()
        assert {one.result() for one in asked} == {7}
    assert worked_out == [1]
