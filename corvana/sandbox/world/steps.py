"""How a simulated account goes on: weeks that pass, and settings that somebody changes on the way.

Equal steps make equal accounts. A step never changes what lies before it.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from corvana.sandbox.world.instants import to_seconds

MOST_WEEKS: Final = 104
"""Of all steps together: every step plays the whole account again."""
_HOURS_OF_A_WEEK: Final = 7 * 24
_PAUSES: Final = (2, 3, 5, 10, 15)
"""Minutes that PagerDuty offers for auto-pause (Update a service, `timeout` in seconds)."""

Setting = Literal["first_level_delay", "rotation", "auto_pause", "auto_resolve"]


class Change(BaseModel):
    """One setting that is changed.

    - `first_level_delay`: `minutes` until the first level of the policy `of` escalates.
    - `rotation`: from now on, everybody on the schedule `of` and in the first line of its team
      takes turns of one week, around the clock.
    - `auto_pause`: alerts of the service `of` wait `minutes` before they open an incident, and open
      none when they clear in that time. None switches it off.
    - `auto_resolve`: the service `of` closes its incidents after `minutes`. None switches it off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: Setting
    of: str
    minutes: Annotated[int, Field(strict=True, ge=1, le=60 * 24 * 30)] | None = None

    @model_validator(mode="after")
    def _has_its_minutes(self) -> "Change":
        if self.setting == "first_level_delay" and self.minutes is None:
            raise ValueError("a level has a delay")
        if self.setting == "rotation" and self.minutes is not None:
            raise ValueError("a rotation has no minutes")
        if self.setting == "auto_pause" and self.minutes not in (None, *_PAUSES):
            raise ValueError(f"auto-pause takes {_PAUSES} minutes")
        return self


class Wish(BaseModel):
    """What is asked for: changes that are made now, and the time that goes by after them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    changes: tuple[Change, ...] = Field(default=(), max_length=10)
    weeks: Annotated[int, Field(strict=True, ge=0, le=MOST_WEEKS)] = 0
    hours: Annotated[int, Field(strict=True, ge=0, lt=_HOURS_OF_A_WEEK)] = 0

    @property
    def all_hours(self) -> int:
        """Weeks and hours together, in hours."""
        return self.weeks * _HOURS_OF_A_WEEK + self.hours


def _whole_second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


class Step(Wish):
    """A wish that was fulfilled. The changes hold for what begins after `at`, by the account's
    clock."""

    at: Annotated[datetime, AfterValidator(_whole_second)]

    @property
    def since(self) -> int:
        """The first second at which the changes hold."""
        return to_seconds(self.at) + 1


def hours_of(steps: Sequence[Step]) -> int:
    """Return how many hours went by in all steps."""
    return sum(step.all_hours for step in steps)


def weeks_of(steps: Sequence[Step]) -> int:
    """Return how many weeks went by in all steps, the begun one included."""
    return -(-hours_of(steps) // _HOURS_OF_A_WEEK)


def gone_by(steps: Sequence[Step]) -> timedelta:
    """Return the time that went by in all steps: how far the account's clock is ahead."""
    return timedelta(hours=hours_of(steps))
