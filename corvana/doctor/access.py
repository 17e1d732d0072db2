"""Checks of the access to PagerDuty: connection, token, scope, role, region, reachability."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from corvana.analysis import wording
from corvana.config import EU_AUDIENCE, US_AUDIENCE
from corvana.doctor.facts import (
    Access,
    Answer,
    Check,
    ConnectionFacts,
    Host,
    LiveFacts,
    Part,
    State,
    Unread,
)
from corvana.doctor.words import REGIONS, ROLES, reason
from corvana.store.connections import is_partial

RECONNECT: Final = "Reconnect the same account on the Integrations page."
REMEDIES: Final[Mapping[str, str]] = {
    "Unauthorized": RECONNECT,
    "NotConnected": RECONNECT,
    "VaultError": RECONNECT,
    "AccountClosed": "Ask the account's owner to renew or unlock it at PagerDuty, then reconnect.",
    "DiskFull": "Make room on the disk of the data folder and of the database.",
}
"""Name of an error's class → the remedy, for errors that trying again does not solve."""

_CHECK_DATABASE: Final = (
    "Check that the database is running and that CORVANA_DATABASE_URL and CORVANA_DATA_DIR are "
    "right."
)
_OUTAGE: Final = "Wait a minute and check again; status.pagerduty.com tells of outages."

_ANSWERS: Final[dict[Answer, tuple[str, str]]] = {
    "answered": ("{host} answers.", ""),
    "fault": ("{host} answers with a server error.", _OUTAGE),
    "dns": (
        "The name {host} cannot be found.",
        "Check the network and the DNS of the machine that runs Corvana.",
    ),
    "refused": (
        "{host} refuses the connection.",
        "Check that {host} is running, and that firewall and proxy let this machine reach it.",
    ),
    "timeout": (
        "{host} did not answer in time.",
        "Check that firewall and proxy let this machine reach {host}.",
    ),
    "tls": (
        "{host} could not prove over TLS who it is.",
        "Check this machine's clock and certificates, and whether a proxy opens https traffic.",
    ),
    "dropped": ("{host} closed the connection without an answer.", _OUTAGE),
    "unreachable": (
        "There is no way through the network to {host}.",
        "Check the network of the machine that runs Corvana.",
    ),
}

_ACCEPTED: Final = "Stored, readable and accepted by PagerDuty."
_TOKEN: Final[dict[Access | None, tuple[str, State]]] = {
    None: ("Stored and readable. PagerDuty has not been asked.", "ok"),
    "accepted": (_ACCEPTED, "ok"),
    "forbidden": (_ACCEPTED, "ok"),
    "unanswered": ("Stored and readable; PagerDuty did not say whether it is good.", "skipped"),
}


def unread(key: str, part: Part, name: str, found: Unread) -> Check:
    """The check for a fact that could not be read from our own database."""
    sentence = f"This could not be read from the database ({found.error})."
    return Check(key, part, name, "problem", sentence, _CHECK_DATABASE)


def check_connection(found: ConnectionFacts | Unread | None, now: datetime) -> Check:
    """Does the connection exist, is its engagement active, and is it connected?"""
    if not isinstance(found, ConnectionFacts):
        return _absent(found)
    if found.status == "deleting":
        return _connection(
            "problem",
            "The connection is being deleted.",
            "Wait until the receipt is complete, then connect again.",
        )
    if not found.engagement_active:
        return _connection(
            "problem",
            "The engagement is closed, so nothing new is collected.",
            "Reopen the engagement in the sidebar.",
        )
    if found.status != "connected":
        return _connection("problem", f"Disconnected: {reason(found.reason)}.", RECONNECT)
    return _connection("ok", f"Connected {wording.ago(found.connected_at, now)}.")


def _absent(found: Unread | None) -> Check:
    if found is None:
        return _connection(
            "problem", "Nothing is connected yet.", "Connect PagerDuty on the Integrations page."
        )
    if found.error == "NotFound":
        return _connection(
            "problem",
            "There is no connection with this id.",
            "Take an id that `python -m corvana connections` lists.",
        )
    return unread("connection", "access", "Connection", found)


def check_token(
    expires_at: datetime | Unread | None, access: Access | None, now: datetime
) -> Check:
    """Can the vault read the token, and does PagerDuty accept it?"""
    if expires_at is None:
        return _skipped("token", "Access token")
    if isinstance(expires_at, Unread):
        return _unreadable_token(expires_at)
    if access == "refused":
        return _refused(expires_at, now)
    if access == "closed":
        return _token("problem", f"{reason('AccountClosed')}.", REMEDIES["AccountClosed"])
    sentence, state = _TOKEN[access]
    return _token(state, sentence)


def _refused(expires_at: datetime, now: datetime) -> Check:
    if expires_at <= now:
        return _token(
            "waiting",
            "It has run out and is renewed by the next collection.",
            "Choose Collect now, then check again.",
        )
    return _token("problem", f"{reason('token_refused')}.", RECONNECT)


def check_scope(found: ConnectionFacts | Unread | None, access: Access | None) -> Check:
    """Connecting accepts only the scope `read`, so the granted scope is not stored."""
    if not isinstance(found, ConnectionFacts):
        return _skipped("scope", "Scope")
    if access == "forbidden":
        return Check(
            "scope",
            "access",
            "Scope",
            "problem",
            "PagerDuty refuses even to say who is connected: the scope “read” is missing.",
            "Give the app the scope “read” in its PagerDuty registration, then reconnect.",
        )
    # `oauth.exchange` refuses any other grant.
    sentence = "Read only; a grant without “read”, or with “write”, is never stored."
    return Check("scope", "access", "Scope", "ok", sentence)


def check_role(found: ConnectionFacts | Unread | None, current: str | None) -> Check:
    """Owners and admins see everything. With any other role, only a part is connected."""
    if not isinstance(found, ConnectionFacts):
        return _skipped("role", "Role")
    role = current or found.role
    words = ROLES.get(role, "another role")
    if not is_partial(role):
        return Check("role", "access", "Role", "ok", f"The person who connected: {words}.")
    before = ROLES.get(found.role, "another role")
    changed = f" and no longer {before}" if not is_partial(found.role) else ""
    return Check(
        "role",
        "access",
        "Role",
        "problem",
        f"The person who connected: {words}{changed}, so incidents and schedules of private teams "
        "are missing.",
        "Let an account owner or admin reconnect.",
    )


def check_region(found: ConnectionFacts | Unread | None) -> Check:
    """Is the API requested in the account's own service region?"""
    if not isinstance(found, ConnectionFacts):
        return _skipped("region", "Region")
    expected = {US_AUDIENCE: "US", EU_AUDIENCE: "EU"}.get(found.audience)
    others = {US_AUDIENCE, EU_AUDIENCE} - {found.audience}
    if expected is None or found.api_url is None:
        return _region("problem", "The account names a region that Corvana does not know.")
    name = REGIONS[expected]
    if expected != found.region:
        return _region("problem", f"The account is in {name}, but another region is stored.")
    if found.api_url in others:
        return _region(
            "problem",
            f"The account is in {name}, but the other region's API is asked.",
            "Remove PAGERDUTY_API_URL and PAGERDUTY_EU_API_URL from the settings.",
        )
    by = "" if found.api_url == found.audience else ", at the address that the settings name"
    return _region("ok", f"{name}; its API is asked{by}.")


def check_reachability(live: LiveFacts | None) -> list[Check]:
    """Do the identity server and the API respond?"""
    return [
        _host("identity", "Identity server", live.identity if live else None),
        _host("api", "API", live.api if live else None),
    ]


def _host(key: str, name: str, host: Host | None) -> Check:
    if host is None:
        return Check(key, "access", name, "skipped", "Not tried.")
    sentence, next_step = _ANSWERS[host.answer]
    state: State = "ok" if host.answer == "answered" else "problem"
    return Check(
        key,
        "access",
        name,
        state,
        sentence.format(host=host.name),
        next_step.format(host=host.name),
    )


def _unreadable_token(found: Unread) -> Check:
    if found.error == "VaultError":
        return _token(
            "problem",
            f"{reason('VaultError')}.",
            "Set CORVANA_SECRET_KEY back to the key it was connected with, or reconnect.",
        )
    if found.error == "KeyMissing":
        return _token(
            "problem",
            f"{reason('KeyMissing')}.",
            "Give this computer the folder of keys (CORVANA_KEYS_DIR), or restore it from its "
            "backup.",
        )
    if found.error == "NotConnected":
        return _token("problem", f"{reason('NotConnected')}.", RECONNECT)
    if found.error == "ConfigError":
        return _token(
            "problem",
            "CORVANA_SECRET_KEY is not a key.",
            "Set CORVANA_SECRET_KEY to the key it was connected with: 44 characters of base64.",
        )
    return unread("token", "access", "Access token", found)


def _connection(state: State, sentence: str, next_step: str = "") -> Check:
    return Check("connection", "access", "Connection", state, sentence, next_step)


def _token(state: State, sentence: str, next_step: str = "") -> Check:
    return Check("token", "access", "Access token", state, sentence, next_step)


def _region(state: State, sentence: str, next_step: str = RECONNECT) -> Check:
    return Check(
        "region", "access", "Region", state, sentence, next_step if state == "problem" else ""
    )


def _skipped(key: str, name: str) -> Check:
    return Check(key, "access", name, "skipped", "There is no connection to check.")
