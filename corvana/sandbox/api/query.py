"""Read a request's parameters like PagerDuty: paging, windows, filters and time zones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

ACCOUNT_ZONE = ZoneInfo("America/Los_Angeles")
MONTH = timedelta(days=30)
SIX_MONTHS = timedelta(days=184)
_ROW_LIMIT = 10_000
_ABBREVIATED = {"Z": UTC, "UTC": UTC, "Etc/UTC": UTC}


class ApiError(Exception):
    """A response other than 200, with PagerDuty's error number."""

    def __init__(self, status: int, message: str, code: int, errors: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time: `since` inclusive, `until` exclusive."""

    since: datetime
    until: datetime


class Query:
    """The parameters of one request. Unknown parameters are ignored."""

    def __init__(self, items: Iterable[tuple[str, str]], *, now: datetime) -> None:
        self.now = now
        self._items: dict[str, list[str]] = {}
        for name, value in items:
            self._items.setdefault(name.removesuffix("[]"), []).append(value)

    def one(self, name: str) -> str | None:
        values = self._items.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> frozenset[str]:
        return frozenset(self._items.get(name, ()))

    def includes(self, name: str) -> bool:
        return name in self.many("include")

    def is_true(self, name: str) -> bool:
        return self.one(name) == "true"

    def number(self, name: str, default: int) -> int:
        text = self.one(name)
        if text is None:
            return default
        try:
            value = int(text)
        except ValueError:
            value = -1
        if value < 0:
            raise ApiError(400, "Invalid Input Provided", 2001, [f"{name} is invalid."])
        return value

    def page(self, *, default: int = 25, most: int = 100) -> tuple[int, int]:
        """Return offset and limit.

        Raises
        ------
        ApiError
            The page reaches past row 10 000.
        """
        offset = self.number("offset", 0)
        limit = min(self.number("limit", default) or default, most)
        if offset + limit > _ROW_LIMIT:
            reason = "Offset must be less than or equal to 10000 minus limit."
            raise ApiError(400, "Invalid Input Provided", 2002, [reason])
        return offset, limit

    def zone(self, default: tzinfo = ACCOUNT_ZONE) -> tzinfo:
        name = self.one("time_zone")
        if name is None:
            return default
        if name in _ABBREVIATED:
            return _ABBREVIATED[name]
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            reason = "Time zone is invalid."
            raise ApiError(400, "Invalid Input Provided", 2001, [reason]) from None

    @cached_property
    def _since(self) -> datetime | None:
        return self._instant("since")

    @cached_property
    def _until(self) -> datetime | None:
        return self._instant("until")

    def _instant(self, name: str) -> datetime | None:
        text = self.one(name)
        if not text:
            return None
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            message = "Invalid Date Format"
            raise ApiError(400, message, 2004, [f"{name} is not a date."]) from None
        return (value if value.tzinfo else value.replace(tzinfo=ACCOUNT_ZONE)).astimezone(UTC)

    def past_window(self) -> Window:
        """Read the window of a list of past events. It is a month when a bound is missing."""
        since, until = self._since, self._until
        if since is None and until is None:
            window = Window(self.now - MONTH, self.now + timedelta(seconds=1))
        elif since is None:
            window = Window((until or self.now) - MONTH, until or self.now)
        else:
            window = Window(since, until or since + MONTH)
        return self._checked(window, SIX_MONTHS)

    def coming_window(self, default: timedelta, most: timedelta) -> Window:
        """Read the window of planned events. It starts now when no bound is given."""
        since, until = self._since, self._until
        if since is None:
            since = until - default if until is not None else self.now
        window = Window(since, until if until is not None else since + default)
        return self._checked(window, most)

    @staticmethod
    def _checked(window: Window, most: timedelta) -> Window:
        if window.until < window.since or window.until - window.since > most:
            reason = "The date range is too long or ends before it starts."
            raise ApiError(400, "Invalid Query Date Range", 2005, [reason])
        return window
