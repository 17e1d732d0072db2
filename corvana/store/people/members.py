"""People and the engagements they belong to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast
from uuid import uuid4

from sqlalchemy import Engine, delete, func, update
from sqlmodel import Session, col, select

from corvana.errors import NotFound
from corvana.store.models import Engagement, GroupRole, Membership, Person
from corvana.store.upsert import upsert

Role = Literal["assessor", "viewer"]
ROLES: Final[tuple[Role, ...]] = ("viewer", "assessor")
"""From fewer rights to more."""


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the list of an engagement's members."""

    person_id: str
    email: str
    role: Role
    has_signed_in: bool


def invite(engine: Engine, email: str, now: datetime, *, administrator: bool = False) -> str:
    """Return the id of the person with this address; create the person when there is none.

    Raises `ValueError` when the text is no address.
    """
    address = _address(email)
    with Session(engine) as session:
        person = _by_email(session, address)
        if person is None:
            person = Person(id=uuid4().hex[:12], email=address, invited_at=now)
        person.is_administrator = person.is_administrator or administrator
        session.add(person)
        session.commit()
        return person.id


def dismiss_administrator(engine: Engine, email: str) -> str:
    """Take the rights of an administrator from the person with this address; return the id.

    Memberships stay. Raises `NotFound`.
    """
    with Session(engine) as session:
        person = _by_email(session, email.strip().lower())
        if person is None or not person.is_administrator:
            raise NotFound("no administrator has this address")
        person.is_administrator = False
        session.add(person)
        session.commit()
        return person.id


def recognised(engine: Engine, issuer: str, subject: str, email: str | None) -> Person | None:
    """Return the person who has just signed in, or None for somebody nobody invited.

    A person is known by issuer and subject. An invitation is taken up once, by the first who signs
    in with its address; a later account with the same address is somebody else.
    """
    with Session(engine, expire_on_commit=False) as session:
        known = session.exec(
            select(Person).where(Person.issuer == issuer, Person.subject == subject)
        ).first()
        if known is not None or not email:
            return known
        taken_up = session.connection().execute(
            update(Person)
            .where(
                col(Person.email) == email.strip().lower(),
                col(Person.issuer).is_(None),
            )
            .values(issuer=issuer, subject=subject)
        )
        session.commit()
        if not taken_up.rowcount:
            return None
        return session.exec(
            select(Person).where(Person.issuer == issuer, Person.subject == subject)
        ).first()


def add_unknown(
    engine: Engine, issuer: str, subject: str, email: str | None, now: datetime
) -> Person:
    """Store somebody whom nobody invited, but who has a role through a group."""
    with Session(engine, expire_on_commit=False) as session:
        person = Person(
            id=uuid4().hex[:12],
            email=(email or "").strip().lower(),
            issuer=issuer,
            subject=subject,
            invited_at=now,
        )
        session.add(person)
        session.commit()
    return person


def get(engine: Engine, person_id: str) -> Person | None:
    """Return the person."""
    with Session(engine, expire_on_commit=False) as session:
        return session.get(Person, person_id)


def roles_of(engine: Engine, person_id: str, groups: Sequence[str]) -> Mapping[str, Role]:
    """Return the person's role by engagement: by membership or by group, whichever may do more."""
    with Session(engine) as session:
        own = session.exec(
            select(Membership.engagement_id, Membership.role).where(
                Membership.person_id == person_id
            )
        ).all()
        by_group = session.exec(
            select(GroupRole.engagement_id, GroupRole.role).where(
                col(GroupRole.group).in_(list(groups))
            )
        ).all()
    found: dict[str, Role] = {}
    for engagement_id, role in (*own, *by_group):
        known = found.get(engagement_id, "viewer")
        found[engagement_id] = max(known, cast("Role", role), key=ROLES.index)
    return found


def any_group(engine: Engine, groups: Sequence[str]) -> bool:
    """Whether one of the groups has a role in any engagement."""
    with Session(engine) as session:
        found = session.exec(
            select(GroupRole).where(col(GroupRole.group).in_(list(groups))).limit(1)
        )
        return found.first() is not None


def members(engine: Engine, engagement_id: str) -> Sequence[Member]:
    """Return the engagement's members by address; those who have a role by a group are not here."""
    with Session(engine) as session:
        rows = session.exec(
            select(Person, Membership.role)
            .join(Membership, col(Membership.person_id) == Person.id)
            .where(Membership.engagement_id == engagement_id)
            .order_by(Person.email)
        ).all()
        return [
            Member(person.id, person.email, cast("Role", role), person.issuer is not None)
            for person, role in rows
        ]


def groups_of(engine: Engine, engagement_id: str) -> Mapping[str, Role]:
    """Return the role of each group that has one in the engagement."""
    with Session(engine) as session:
        rows = session.exec(select(GroupRole).where(GroupRole.engagement_id == engagement_id)).all()
        return {row.group: cast("Role", row.role) for row in rows}


def set_role(engine: Engine, engagement_id: str, person_id: str, role: Role) -> None:
    """Make the person a member, or change the role. Raises `NotFound`."""
    with Session(engine) as session:
        if session.get(Engagement, engagement_id) is None or session.get(Person, person_id) is None:
            raise NotFound("no such engagement or person")
        row = {"engagement_id": engagement_id, "person_id": person_id, "role": role}
        upsert(session, Membership, [row])
        session.commit()


def remove(engine: Engine, engagement_id: str, person_id: str) -> None:
    """End the membership; the person stays known."""
    with Session(engine) as session:
        session.connection().execute(
            delete(Membership).where(
                col(Membership.engagement_id) == engagement_id,
                col(Membership.person_id) == person_id,
            )
        )
        session.commit()


def set_group(engine: Engine, engagement_id: str, group: str, role: Role) -> None:
    """Give everybody in the group a role. Raises `ValueError` for a blank name."""
    if not group.strip():
        raise ValueError("a group needs a name")
    with Session(engine) as session:
        row = {"engagement_id": engagement_id, "group": group.strip(), "role": role}
        upsert(session, GroupRole, [row])
        session.commit()


def remove_group(engine: Engine, engagement_id: str, group: str) -> None:
    """Take the group's role away."""
    with Session(engine) as session:
        session.connection().execute(
            delete(GroupRole).where(
                col(GroupRole.engagement_id) == engagement_id, col(GroupRole.group) == group
            )
        )
        session.commit()


def addresses(engine: Engine) -> dict[str, str]:
    """Return the e-mail address by person's id."""
    with Session(engine) as session:
        return dict(session.exec(select(Person.id, Person.email)).all())


def _by_email(session: Session, address: str) -> Person | None:
    return session.exec(
        select(Person)
        .where(Person.email == address)
        .order_by(func.coalesce(Person.issuer, "").desc())
    ).first()


def _address(email: str) -> str:
    address = email.strip().lower()
    name, at, domain = address.partition("@")
    if not (name and at and "." in domain) or any(mark in address for mark in " ,;<>"):
        raise ValueError("this is no e-mail address")
    return address
