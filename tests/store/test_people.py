"""People, their roles and sessions, the links and the audit trail."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from corvana.errors import NotFound
from corvana.store import engagements, oauth_states
from corvana.store.engine import open_database
from corvana.store.models import OAuthState
from corvana.store.people import audit, connect_links, members, sign_ins

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ISSUER = "https://idp.example.com"
LIFE = {"lifetime": timedelta(hours=8), "idle": timedelta(hours=1)}


@pytest.fixture
def engine(database_url: str) -> Engine:
    engine = open_database(database_url)
    engagements.ensure_first(engine, NOW)
    return engine


def test_an_invitation_is_taken_up_once_by_its_address(engine: Engine) -> None:
    invited = members.invite(engine, " Ann@Example.com ", NOW)
    assert members.recognised(engine, ISSUER, "someone", "bob@example.com") is None
    assert members.recognised(engine, ISSUER, "a1", None) is None
    ann = members.recognised(engine, ISSUER, "a1", "ANN@example.com")
    assert ann is not None
    assert ann.id == invited
    later = members.recognised(engine, ISSUER, "a2", "ann@example.com")
    assert later is None, "another account with the same address is somebody else"
    again = members.recognised(engine, ISSUER, "a1", "changed@example.com")
    assert again is not None
    assert again.id == invited


def test_the_same_subject_at_another_issuer_is_somebody_else(engine: Engine) -> None:
    members.invite(engine, "ann@example.com", NOW)
    members.recognised(engine, ISSUER, "a1", "ann@example.com")
    assert members.recognised(engine, "https://other.example", "a1", None) is None


@pytest.mark.parametrize("email", ["", "ann", "@example.com", "ann@", "a b@example.com", "a@b"])
def test_what_is_no_address_is_not_invited(engine: Engine, email: str) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        members.invite(engine, email, NOW)


def test_a_role_is_of_one_engagement(engine: Engine) -> None:
    second = engagements.create(engine, "Second", NOW)
    ann = members.invite(engine, "ann@example.com", NOW)
    members.set_role(engine, "first", ann, "assessor")
    members.set_role(engine, second, ann, "viewer")
    assert members.roles_of(engine, ann, []) == {"first": "assessor", second: "viewer"}
    members.remove(engine, "first", ann)
    assert members.roles_of(engine, ann, []) == {second: "viewer"}
    assert members.members(engine, "first") == []


def test_of_two_roles_the_one_counts_that_may_do_more(engine: Engine) -> None:
    ann = members.invite(engine, "ann@example.com", NOW)
    members.set_role(engine, "first", ann, "viewer")
    members.set_group(engine, "first", "team", "assessor")
    assert members.roles_of(engine, ann, ["team", "other"]) == {"first": "assessor"}
    assert members.roles_of(engine, ann, ["other"]) == {"first": "viewer"}
    members.remove_group(engine, "first", "team")
    assert members.roles_of(engine, ann, ["team"]) == {"first": "viewer"}


def test_nobody_becomes_a_member_of_what_does_not_exist(engine: Engine) -> None:
    ann = members.invite(engine, "ann@example.com", NOW)
    with pytest.raises(NotFound):
        members.set_role(engine, "no such", ann, "viewer")
    with pytest.raises(NotFound):
        members.set_role(engine, "first", "no such", "viewer")


def test_a_session_ends_by_age_by_idleness_and_by_signing_out(engine: Engine) -> None:
    token = sign_ins.begin(engine, "p1", ["team"], NOW, **LIFE)
    found = sign_ins.current(engine, token, NOW + timedelta(minutes=59), **LIFE)
    assert found is not None
    assert found.groups == ["team"]
    assert sign_ins.current(engine, token, NOW + timedelta(hours=1), **LIFE) is None
    for hour in range(1, 9):
        sign_ins.seen(engine, token, NOW + timedelta(hours=hour, minutes=-1))
    assert sign_ins.current(engine, token, NOW + timedelta(hours=7, minutes=59), **LIFE)
    assert sign_ins.current(engine, token, NOW + timedelta(hours=8), **LIFE) is None
    other = sign_ins.begin(engine, "p1", [], NOW, **LIFE)
    sign_ins.end(engine, other)
    assert sign_ins.current(engine, other, NOW, **LIFE) is None


def test_the_token_of_a_session_is_not_in_the_database(engine: Engine) -> None:
    token = sign_ins.begin(engine, "p1", [], NOW, **LIFE)
    with engine.connect() as connection:
        assert token not in str(connection.execute(text("SELECT * FROM signin")).all())


def test_ending_all_sessions_of_a_person_leaves_the_others(engine: Engine) -> None:
    mine, yours = (sign_ins.begin(engine, one, [], NOW, **LIFE) for one in ("p1", "p2"))
    sign_ins.end_all_of(engine, "p1")
    assert sign_ins.current(engine, mine, NOW, **LIFE) is None
    assert sign_ins.current(engine, yours, NOW, **LIFE) is not None


def test_an_administrator_can_be_dismissed_and_stays_a_member(engine: Engine) -> None:
    ann = members.invite(engine, "ann@example.com", NOW, administrator=True)
    members.set_role(engine, "first", ann, "viewer")
    assert members.dismiss_administrator(engine, "ANN@example.com") == ann
    person = members.get(engine, ann)
    assert person is not None
    assert not person.is_administrator
    assert members.roles_of(engine, ann, []) == {"first": "viewer"}
    with pytest.raises(NotFound):
        members.dismiss_administrator(engine, "ann@example.com")


def test_a_connect_link_works_once_within_a_day(engine: Engine) -> None:
    token = sign_ins.digest(connect_links.make(engine, "first", "p1", NOW))
    assert connect_links.find(engine, token, NOW + timedelta(hours=23)) is not None
    assert connect_links.find(engine, token, NOW + timedelta(hours=24)) is None
    assert not connect_links.use_up(engine, token, NOW + timedelta(hours=24))
    assert connect_links.use_up(engine, token, NOW)
    assert not connect_links.use_up(engine, token, NOW)
    assert connect_links.find(engine, token, NOW) is None


@pytest.mark.parametrize("change", ["DELETE FROM auditentry", "UPDATE auditentry SET by = 'x'"])
def test_the_database_refuses_to_change_the_audit_trail(engine: Engine, change: str) -> None:
    change = change.replace("SET by", 'SET "by"')
    audit.record(engine, "exported", "p1", NOW, engagement_id="first", detail="report")
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text(change))
    assert [entry.by for entry in audit.newest(engine)] == ["p1"]


def test_at_most_twenty_attempts_of_an_engagement_wait(engine: Engine) -> None:
    for n in range(30):
        oauth_states.remember(
            engine,
            OAuthState(
                state_hash=f"{n:02}",
                browser_hash="b",
                engagement_id="first",
                verifier=b"v",
                expires_at=NOW + timedelta(seconds=n),
                begun_by="p1",
            ),
        )
    assert oauth_states.take(engine, "09", NOW - timedelta(hours=1)) is None
    assert oauth_states.take(engine, "10", NOW - timedelta(hours=1)) is not None


def test_nobody_fills_the_audit_trail_from_outside(engine: Engine) -> None:
    for n in range(100):
        audit.record(engine, "refused", audit.NOBODY, NOW + timedelta(milliseconds=n))
    audit.record(engine, "exported", "p1", NOW)
    assert len(audit.newest(engine)) == 61
    assert audit.record(engine, "refused", audit.NOBODY, NOW + timedelta(minutes=2)) != ""
