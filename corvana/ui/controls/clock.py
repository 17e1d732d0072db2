"""The present moment, and moments as the reader's clock shows them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from corvana.ui.controls.period import time_zone


def when(moment: datetime) -> str:
    """Return a moment in the zone in which the pages are read, with the zone named."""
    local = moment.astimezone(ZoneInfo(time_zone()))
    return f"{local.day} {local:%b %Y, %H:%M %Z}"


def now_utc() -> datetime:
    """Return the present moment; pages may read a clock, the analysis may not."""
    return datetime.now(UTC)
