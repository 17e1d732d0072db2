"""Readable names of nouns, roles, regions and errors, shared by the doctor and the card."""

from collections.abc import Mapping, Sequence
from typing import Final

from corvana.collectors import nouns

ROLES: Final[Mapping[str, str]] = {
    "owner": "account owner",
    "admin": "global admin",
    "user": "manager",
    "limited_user": "responder",
    "observer": "observer",
    "restricted_access": "restricted access",
    "read_only_user": "full stakeholder",
    "read_only_limited_user": "limited stakeholder",
}
REGIONS: Final[Mapping[str, str]] = {"US": "United States", "EU": "Europe"}

REASONS: Final[Mapping[str, str]] = {
    "token_refused": "PagerDuty no longer accepts the access it gave",
    "Incomplete": "PagerDuty did not give every row",
    "TooLong": "The list is longer than PagerDuty hands over",
    "tokens_gone": "The access tokens are gone",
    "account_closed": "The PagerDuty account has expired or is locked",
    "key_changed": "The stored access cannot be decrypted: CORVANA_SECRET_KEY has changed",
    "Unauthorized": "PagerDuty no longer accepts the access it gave",
    "NotConnected": "The access tokens are gone",
    "NotOnPlan": "The account's plan does not include what was asked for",
    "Forbidden": "PagerDuty refuses to let this access read the account",
    "Gone": "PagerDuty no longer has what was asked for",
    "VaultError": "The stored access cannot be decrypted: CORVANA_SECRET_KEY has changed",
    "KeyMissing": "The key of this account is not in this computer's folder of keys",
    "RateLimited": "PagerDuty asked to slow down for longer than a run waits",
    "Unreachable": "PagerDuty could not be reached",
    "TimedOut": "PagerDuty took too long to answer",
    "AccountClosed": "The PagerDuty account has expired or is locked",
    "ServerFault": "PagerDuty had an outage",
    "UnreadableResponse": "PagerDuty answered in a form that could not be read",
    "UnreadableBody": "PagerDuty answered in a form that could not be read",
    "TooLarge": "PagerDuty's answer was larger than an answer may be",
    "BadRequest": "PagerDuty did not accept a request",
    "LeaseLost": "Another worker took over",
    "DiskFull": "The disk is full",
    "SnapshotsAway": "The store of data versions could not be reached",
}
"""Stored reason → its sentence. A reason is stored as a word or an error's class name."""

NOUNS: Final[Mapping[str, str]] = {noun.name: noun.words for noun in nouns.NOUNS}
"""Name of a noun → its words, in the order in which nouns are shown."""


def noun_name(noun: str) -> str:
    """Return the noun's name for people."""
    return NOUNS.get(noun) or noun.replace("_", " ")


def reason(stored: str | None) -> str:
    """Return why a connection or a run ended, without a full stop."""
    if not stored:
        return "No reason was given"
    return REASONS.get(stored) or f"It ended with {stored.rstrip('.')}"


def enumerated(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
