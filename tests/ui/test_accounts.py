"""Accounts are kept in memory as long as they fit, and never of an older version."""

from dataclasses import dataclass, field

import pytest

from corvana.ui.accounts import Key, Recent


@dataclass
class Sized:
    """Stands in for an account: only the number of its incidents counts."""

    incidents: list[int] = field(default_factory=list)


def of(incidents: int) -> Sized:
    return Sized(list(range(incidents)))


def unwanted() -> Sized:
    pytest.fail("it was made once more")


def test_what_is_asked_for_twice_is_made_once():
    kept = Recent(most_accounts=2)
    first = kept.get(Key("c", 1), lambda: of(3))
    assert kept.get(Key("c", 1), unwanted) is first


def test_the_account_not_used_for_longest_makes_room():
    kept = Recent(most_accounts=2)
    kept.get(Key("a", 1), lambda: of(1))
    kept.get(Key("b", 1), lambda: of(1))
    kept.get(Key("a", 1), unwanted)
    kept.get(Key("c", 1), lambda: of(1))
    kept.get(Key("a", 1), unwanted)
    again = of(1)
    assert kept.get(Key("b", 1), lambda: again) is again


def test_large_accounts_make_room_before_many_are_kept():
    kept = Recent(most_accounts=10, most_incidents=100)
    kept.get(Key("a", 1), lambda: of(60))
    kept.get(Key("b", 1), lambda: of(60))
    kept.get(Key("b", 1), unwanted)
    again = of(60)
    assert kept.get(Key("a", 1), lambda: again) is again


def test_the_account_used_last_is_kept_however_large_it_is():
    kept = Recent(most_accounts=10, most_incidents=100)
    kept.get(Key("a", 1), lambda: of(1_000))
    kept.get(Key("a", 1), unwanted)


def test_a_newer_version_takes_the_place_of_its_connection_s_older_ones():
    kept = Recent(most_accounts=10)
    kept.get(Key("a", 1), lambda: of(1))
    kept.get(Key("b", 1), lambda: of(1))
    kept.get(Key("a", 2), lambda: of(1))
    kept.get(Key("b", 1), unwanted)
    again = of(1)
    assert kept.get(Key("a", 1), lambda: again) is again
