"""The settings of an assessment. The defaults are what Corvana assumes when nobody decides.

Findings and scorecard rest on `Basis` (hours, days off, norms); `Basis.digest` tells two of them
apart. All figures rest on that and on the smallest group: `AssessmentSettings.digest`. The digest
of the defaults is empty, so that nothing that was worked out without settings is lost.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, time
from functools import lru_cache
from typing import Annotated, Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from corvana.assessment import colours, days_off

EVERY_DAY: Final = tuple(range(1, 8))
SMALLEST_GROUP: Final = 5
"""In a smaller group, colleagues would recognise a single person."""
LONGEST_TEXT: Final = 10_000
_LONGEST_LINE: Final = 80
_LARGEST_GROUP: Final = 50
_MINUTES_A_DAY: Final = 1_440
_STORED: Final = {"stored": True}


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"there is no time zone of the name {name[:40]!r}") from None


def _whole_minute(clock: time) -> time:
    if clock.second or clock.microsecond or clock.tzinfo:
        raise ValueError("a time of the day is given in hours and minutes")
    return clock


def _days(days: tuple[int, ...]) -> tuple[int, ...]:
    if not set(EVERY_DAY).issuperset(days):
        raise ValueError("days are numbers from 1 (Monday) to 7 (Sunday)")
    if set(days) == set(EVERY_DAY):
        raise ValueError("at least one day of the week is a working day")
    return tuple(sorted(set(days)))


def _known_or_none(name: str) -> str:
    return _known_zone(name) if name else ""


Zone = Annotated[str, AfterValidator(_known_zone)]
Clock = Annotated[time, AfterValidator(_whole_minute)]
Days = Annotated[tuple[int, ...], AfterValidator(_days)]


class Frozen(BaseModel):
    """A value that does not change. Fields of a newer release are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def stored(cls, content: Mapping[str, Any]) -> Self:
        """Return what `to_store` made. A place whose holidays a newer release of the library no
        longer knows is kept and has none."""
        return cls.model_validate(content, context=_STORED)

    def to_store(self) -> dict[str, Any]:
        """Return what differs from the defaults, for JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)


class Holidays(Frozen):
    """The public holidays of a country, or of a part of it, for responders of one time zone.

    They are chosen, because a time zone does not tell the country: Zurich's clock is also
    Liechtenstein's.
    """

    time_zone: Zone
    country: str
    subdivision: str = ""

    @model_validator(mode="after")
    def _exist(self, info: ValidationInfo) -> Self:
        if info.context is not _STORED and not days_off.is_known(self.country, self.subdivision):
            raise ValueError("the public holidays of this place are not known")
        return self


class Hours(Frozen):
    """The parts of the day and the days off, on each responder's own clock.

    Starts are inclusive, ends exclusive; days are ISO (1 is Monday). Sleep hours apply every day
    and may cross midnight; a start equal to its end means that there are none. Business hours apply
    on working days. All other hours are off. Where sleep and business hours overlap, they are
    sleep hours. Holidays count as weekend.
    """

    sleep_start: Clock = time(22)
    sleep_end: Clock = time(8)
    business_start: Clock = time(8)
    business_end: Clock = time(18)
    weekend: Days = (6, 7)
    holidays: tuple[Holidays, ...] = ()

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.business_start >= self.business_end:
            raise ValueError("business hours must begin before they end")
        zones = [each.time_zone for each in self.holidays]
        if len(set(zones)) < len(zones):
            raise ValueError("a time zone can have the holidays of one place only")
        return self

    @property
    def working_days(self) -> tuple[int, ...]:
        """The days that are not of the weekend."""
        return tuple(day for day in EVERY_DAY if day not in self.weekend)

    @property
    def has_sleep(self) -> bool:
        """Whether there are sleep hours at all."""
        return self.sleep_start != self.sleep_end

    @property
    def release(self) -> str:
        """The release of the library that the holidays are of: another one may know other days.
        Empty without holidays."""
        return days_off.RELEASE if self.holidays else ""

    @property
    def sleep_share(self) -> float:
        """The part of a day that is sleep hours, 0 to 1."""
        start, end = (each.hour * 60 + each.minute for each in (self.sleep_start, self.sleep_end))
        return (end - start) % _MINUTES_A_DAY / _MINUTES_A_DAY


class Norms(Frozen):
    """What is held to be bearable. Each is a norm with a source, and no law.

    `incidents_per_shift` in a shift of `shift_hours`, and `on_call_share` of a person's time: Beyer
    et al. (ed.), Site Reliability Engineering, O'Reilly 2016, chapter 11 "Being On-Call"
    (https://sre.google/sre-book/being-on-call/). `rest_hours`: Directive 2003/88/EC (Working Time
    Directive), article 3. `soon_minutes` and `in_time_minutes` until an acknowledgement: the same
    chapter 11, for services that people use and for others.
    """

    incidents_per_shift: int = Field(2, ge=1, le=50)
    shift_hours: int = Field(12, ge=1, le=24)
    on_call_share: float = Field(0.25, ge=0.05, le=0.70)
    rest_hours: int = Field(11, ge=1, le=24)
    soon_minutes: int = Field(5, ge=1, le=240)
    in_time_minutes: int = Field(30, ge=2, le=1_440)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.soon_minutes >= self.in_time_minutes:
            raise ValueError("soon must be shorter than in time")
        return self


class Basis(Frozen):
    """What findings and scorecard rest on, besides the data."""

    hours: Hours = Hours()
    norms: Norms = Norms()

    @property
    def digest(self) -> str:
        """A short text that is the same for the same basis; empty for the defaults."""
        return _digest(self, self.hours.release)


class Client(Frozen):
    """Whose assessment it is, and how what is handed over looks.

    `name`: empty, the engagement's. `assessors`: one a line. `accent`: `#rrggbb`, empty for
    Corvana's own.
    """

    name: str = Field("", max_length=_LONGEST_LINE)
    scope: str = Field("", max_length=LONGEST_TEXT)
    assessors: str = Field("", max_length=500)
    begins: date | None = None
    ends: date | None = None
    accent: str = ""

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.begins and self.ends and self.ends < self.begins:
            raise ValueError("the assessment must begin before it ends")
        if self.accent:
            colours.check_on_white(self.accent)
        return self

    @property
    def people(self) -> tuple[str, ...]:
        """The assessors, one by one."""
        return tuple(line.strip() for line in self.assessors.splitlines() if line.strip())


class _Figures(Frozen):
    """What all figures rest on."""

    basis: Basis = Basis()
    smallest_group: int = SMALLEST_GROUP


class AssessmentSettings(Frozen):
    """All settings of one assessment. `reading_zone`: the clock of its pages; empty, the reader's
    own."""

    client: Client = Client()
    basis: Basis = Basis()
    smallest_group: int = Field(SMALLEST_GROUP, ge=SMALLEST_GROUP, le=_LARGEST_GROUP)
    reading_zone: Annotated[str, AfterValidator(_known_or_none)] = ""

    def with_client(self, **values: object) -> Self:
        """Return the settings with other values of the client. Raises `ValidationError`."""
        return self._with(client=Client.model_validate(dict(self.client) | values))

    def with_hours(self, **values: object) -> Self:
        """Return the settings with other hours or days off. Raises `ValidationError`."""
        hours = Hours.model_validate(dict(self.basis.hours) | values)
        return self._with(basis=Basis(hours=hours, norms=self.basis.norms))

    def with_norms(self, **values: object) -> Self:
        """Return the settings with other norms. Raises `ValidationError`."""
        norms = Norms.model_validate(dict(self.basis.norms) | values)
        return self._with(basis=Basis(hours=self.basis.hours, norms=norms))

    def with_readers(self, *, smallest_group: int, reading_zone: str) -> Self:
        """Return the settings with another smallest group and clock. Raises `ValidationError`."""
        return self._with(smallest_group=smallest_group, reading_zone=reading_zone)

    def _with(self, **parts: object) -> Self:
        return type(self).model_validate(dict(self) | parts)

    @property
    def digest(self) -> str:
        """A short text that is the same where all figures are the same; empty for the defaults."""
        of_figures = _Figures(basis=self.basis, smallest_group=self.smallest_group)
        return _digest(of_figures, self.basis.hours.release)


DEFAULT_BASIS: Final = Basis()
DEFAULT_NORMS: Final = DEFAULT_BASIS.norms
DEFAULTS: Final = AssessmentSettings()


@lru_cache(maxsize=64)
def _digest(settings: Basis | _Figures, release: str) -> str:
    """Only what differs from the defaults counts: a setting that a later release adds changes no
    digest."""
    told = settings.model_dump_json(exclude_defaults=True)
    if told == "{}":
        return ""
    return hashlib.sha256(f"{told}{release}".encode()).hexdigest()[:16]
