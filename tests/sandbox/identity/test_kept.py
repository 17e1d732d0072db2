"""The simulated account is the same one after a restart, and knows who may read it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corvana.sandbox.faults import Faults
from corvana.sandbox.identity.kept import FILE, Kept, keep, remembered
from corvana.sandbox.identity.server import Identity
from corvana.sandbox.identity.tokens import GrantRefusedError, Pair
from corvana.sandbox.play.build import build_world
from corvana.sandbox.world.steps import Change, Step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
END = NOW + timedelta(days=14)
WORLD = build_world(seed=3, end=END, days=7, incidents=5)
CLIENT = "corvana-sandbox"


def asked(**changes: object) -> Kept:
    return Kept(seed=3, incidents=5, days=7, end=END).model_copy(update=changes)


def started(folder: Path) -> Identity:
    """The identity server of a program that has just started over this folder."""
    identity = Identity(WORLD, "us", lambda: NOW, Faults())
    keep(folder, remembered(folder, asked(), NOW), identity)
    return identity


def connected(identity: Identity, role: str = "admin") -> Pair:
    return identity.issue(identity.grant(role=role, scope="openid read"))


def test_tokens_are_good_after_a_restart(tmp_path: Path) -> None:
    pair = connected(started(tmp_path))
    family = started(tmp_path).tokens.family_of(pair.access, now=NOW)
    assert family is not None
    assert (family.role, family.scope) == ("admin", "openid read")
    assert (family.user_id, family.delegation_id) == (
        pair.family.user_id,
        pair.family.delegation_id,
    )


def test_an_access_token_expires_when_it_would_have(tmp_path: Path) -> None:
    pair = connected(started(tmp_path))
    expires = NOW + timedelta(seconds=Faults().access_token_seconds)
    tokens = started(tmp_path).tokens
    assert tokens.family_of(pair.access, now=expires - timedelta(seconds=1)) is not None
    assert tokens.family_of(pair.access, now=expires) is None


def test_a_refresh_token_is_used_once_over_two_restarts(tmp_path: Path) -> None:
    pair = connected(started(tmp_path))
    identity = started(tmp_path)
    newer = identity.issue(identity.tokens.redeem_refresh(pair.refresh, client_id=CLIENT, now=NOW))
    again = started(tmp_path)
    with pytest.raises(GrantRefusedError):
        again.tokens.redeem_refresh(pair.refresh, client_id=CLIENT, now=NOW)
    assert again.tokens.family_of(newer.access, now=NOW) is None, "a second use revokes the consent"


def test_a_revoked_consent_is_not_written_any_more(tmp_path: Path) -> None:
    identity = started(tmp_path)
    pair = connected(identity)
    assert json.loads((tmp_path / FILE).read_text())["consents"]
    identity.tokens.revoke(pair.refresh)
    assert json.loads((tmp_path / FILE).read_text())["consents"] == []
    assert started(tmp_path).tokens.family_of(pair.access, now=NOW) is None


def test_what_is_written_holds_no_token_and_nobody_and_cannot_be_used_as_one(
    tmp_path: Path,
) -> None:
    pair = connected(started(tmp_path))
    written = (tmp_path / FILE).read_text()
    user = next(each for each in WORLD.users if each.id == pair.family.user_id)
    for secret in (pair.access, pair.refresh, user.id, user.name, user.email, WORLD.account_id):
        assert secret not in written
    (consent,) = json.loads(written)["consents"]
    tokens = started(tmp_path).tokens
    for digest in consent["access"]:
        assert tokens.family_of(digest, now=NOW) is None
    for digest in consent["refresh"]:
        with pytest.raises(GrantRefusedError):
            tokens.redeem_refresh(digest, client_id=CLIENT, now=NOW)


def test_only_its_own_user_reads_the_file(tmp_path: Path) -> None:
    started(tmp_path)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("changes", [{"seed": 4}, {"incidents": 6}, {"days": 8}])
def test_another_account_that_is_asked_for_begins_anew(
    tmp_path: Path, changes: dict[str, int]
) -> None:
    connected(started(tmp_path))
    other = asked(**changes)
    assert remembered(tmp_path, other, NOW) == other


def test_the_account_lasts_until_its_end(tmp_path: Path) -> None:
    connected(started(tmp_path))
    later = asked(end=END + timedelta(days=14))
    assert remembered(tmp_path, later, END - timedelta(seconds=1)).end == END
    assert remembered(tmp_path, later, END) == later


def test_the_account_is_as_far_ahead_as_it_was_after_a_restart(tmp_path: Path) -> None:
    change = Change(setting="auto_pause", of="PX", minutes=5)
    steps = (
        Step(at=NOW, weeks=2),
        Step(at=NOW + timedelta(weeks=2), weeks=1, hours=5, changes=(change,)),
    )
    identity = Identity(WORLD, "us", lambda: NOW, Faults())
    keep(tmp_path, remembered(tmp_path, asked(), NOW), identity)(steps)
    pair = connected(identity)
    again = remembered(tmp_path, asked(end=END + timedelta(days=1)), NOW)
    assert again.steps == steps
    assert (again.hours_gone_by, again.end) == (3 * 168 + 5, END)
    assert json.loads((tmp_path / FILE).read_text())["hours_gone_by"] == 3 * 168 + 5
    assert started(tmp_path).tokens.family_of(pair.access, now=NOW) is not None


def test_weeks_that_went_by_end_the_account_no_sooner(tmp_path: Path) -> None:
    identity = Identity(WORLD, "us", lambda: NOW, Faults())
    keep(tmp_path, asked(), identity)((Step(at=NOW, weeks=30),))
    another = asked(end=END + timedelta(days=14))
    assert remembered(tmp_path, another, END - timedelta(seconds=1)).hours_gone_by == 30 * 168
    assert remembered(tmp_path, another, END) == another


def test_another_account_begins_at_the_present_time(tmp_path: Path) -> None:
    identity = Identity(WORLD, "us", lambda: NOW, Faults())
    keep(tmp_path, asked(), identity)((Step(at=NOW, weeks=2),))
    assert remembered(tmp_path, asked(seed=4), NOW).steps == ()


def test_a_file_of_an_earlier_release_is_the_same_account(tmp_path: Path) -> None:
    started(tmp_path)
    written = json.loads((tmp_path / FILE).read_text())
    del written["steps"], written["hours_gone_by"]
    (tmp_path / FILE).write_text(json.dumps(written))
    assert remembered(tmp_path, asked(end=END + timedelta(days=1)), NOW) == asked()


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"seed": "x"}'])
def test_a_damaged_file_begins_an_account_anew(tmp_path: Path, damaged: str) -> None:
    (tmp_path / FILE).write_text(damaged)
    assert remembered(tmp_path, asked(), NOW) == asked()
