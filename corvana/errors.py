"""One tree of errors. Each error says whether trying again can help. No error contains content."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Final, Literal

MissingPermission = Literal["scope", "role"]
"""The permission that a refused request lacked: the token's scope or the connected user's role."""


class CorvanaError(Exception):
    """Base of every error this application raises on purpose.

    Messages are written for logs and must never contain a value received from PagerDuty.
    """

    retryable: ClassVar[bool] = False


@contextmanager
def without_origin() -> Iterator[None]:
    """Raise our errors without their cause, because the cause contains the received data."""
    try:
        yield
    except CorvanaError as error:
        error.__cause__ = error.__context__ = None
        raise


_DISK_FULL_ON_POSTGRESQL: Final = "53100"


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a file system, SQLite or PostgreSQL had no room, also when it caused the error."""
    if error is None:
        return False
    original = getattr(error, "orig", None)
    return (
        (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT})
        or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or getattr(error, "sqlstate", None) == _DISK_FULL_ON_POSTGRESQL
        or (original is not None and is_disk_full(original))
        or is_disk_full(error.__cause__)
    )


def name_of(error: BaseException) -> str:
    """The error's name as it is stored: that of its class, never its message."""
    return "DiskFull" if is_disk_full(error) else type(error).__name__


class ConfigError(CorvanaError):
    """A setting is missing or contradicts another."""


class MoveRefused(CorvanaError):
    """The database cannot be moved now; the text says why. Nothing was changed."""


class NotFound(CorvanaError):
    """The requested engagement or connection does not exist."""


class ChangedMeanwhile(CorvanaError):
    """Somebody else changed what was to be saved. `theirs` is the present row, None if deleted."""

    def __init__(self, theirs: object) -> None:
        super().__init__("somebody else changed it meanwhile")
        self.theirs = theirs


class PictureRefused(CorvanaError):
    """An uploaded picture is not taken; the text says why."""


class EngagementNotActive(CorvanaError):
    """The engagement is closed, so no account may be connected to it."""


class NotConnected(CorvanaError):
    """The connection exists but cannot be used; the assessor has to reconnect."""


class VaultError(CorvanaError):
    """A stored secret cannot be decrypted with the configured key."""


class KeyMissing(VaultError):
    """The key of a sealed connection is not here: it was destroyed, or this node cannot read it."""


class LeaseLost(CorvanaError):
    """Another worker holds this connection."""

    retryable = True


class Interrupted(CorvanaError):
    """The worker is being stopped, and its runs end where they are."""

    retryable = True


class DeletionDelayed(CorvanaError):
    """The deletion cannot be carried out now. It is not forgotten: it is tried until it is done."""

    retryable = True


class VersionMissing(CorvanaError):
    """The requested data version was replaced or deleted."""

    retryable = True


class SnapshotsAway(CorvanaError):
    """The object store of data versions cannot be reached, or does not let this node in."""

    retryable = True


class NotSimulated(CorvanaError):
    """Only the simulated account can do this, and a real one is configured."""


class SimulatedAccountAway(CorvanaError):
    """The simulated account's program does not answer, or cannot do what was asked."""

    retryable = True


class ConnectRefused(CorvanaError):
    """A connection attempt ended without a connection.

    `reason` is a key of `corvana.web.refusals.REFUSALS`, which has the sentence that is shown.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"connection refused: {reason}")
        self.reason = reason


class SignInRefused(CorvanaError):
    """Nobody was signed in. `reason` is a key of `corvana.web.refusals.SIGN_IN`."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"sign-in refused: {reason}")
        self.reason = reason


class PagerDutyError(CorvanaError):
    """PagerDuty did not return the requested data."""

    def __init__(self, message: str, *, status: int | None = None, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Unreachable(PagerDutyError):
    """No response: the connection was refused, dropped or timed out."""

    retryable = True


class TimedOut(Unreachable):
    """Connected, but no response in time. Requesting fewer rows may help."""


class ServerFault(PagerDutyError):
    """PagerDuty returned 408 or 5xx."""

    retryable = True


class RateLimited(PagerDutyError):
    """429. `reset_seconds` is PagerDuty's own advice and may be missing."""

    retryable = True

    def __init__(
        self, message: str, *, reset_seconds: float | None = None, code: int | None = None
    ) -> None:
        super().__init__(message, status=429, code=code)
        self.reset_seconds = reset_seconds


class BadRequest(PagerDutyError):
    """400: our request is wrong (code 2002: past the 10,000-row limit)."""


class TooLong(PagerDutyError):
    """A list without dates has more rows than PagerDuty gives out."""


class Unauthorized(PagerDutyError):
    """401: the access token is not accepted (expired, revoked or wrong region)."""


class NotOnPlan(PagerDutyError):
    """402: the account's plan lacks the feature."""


class Forbidden(PagerDutyError):
    """403: the token or its user may not read this. `missing` is None when PagerDuty is vague."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: int | None = None,
        missing: MissingPermission | None = None,
    ) -> None:
        super().__init__(message, status=status, code=code)
        self.missing = missing


class AccountClosed(PagerDutyError):
    """The whole account is expired (code 2012) or locked (2008): nothing can be read from it."""


class Gone(PagerDutyError):
    """404: the object was deleted at PagerDuty."""


class UnreadableResponse(PagerDutyError):
    """A response that does not fit the contract."""


class UnreadableBody(UnreadableResponse):
    """A body that is cut off, is not JSON or does not fit the contract. It may fit next time."""

    retryable = True


class TooLarge(UnreadableBody):
    """A body larger than an answer may be. Requesting fewer rows may help."""

    retryable = False


REFUSED: Final = (Forbidden, NotOnPlan)
"""The connected user may not read it, or the account's plan lacks it. Trying again is useless."""

CLOSED: Final = (*REFUSED, BadRequest, Gone)
"""PagerDuty does not give out this list or object. Others can still be read."""

WITHHELD: Final = (*CLOSED, UnreadableResponse)
"""This list or object cannot be read, for any reason. Others can still be read."""
