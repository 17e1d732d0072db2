"""What the settings of an assessment are chosen from, and where PagerDuty's hours are others."""

from datetime import time
from typing import Final

import pandas as pd

from corvana.assessment.settings import Hours
from corvana.questions import accounts
from corvana.questions.labels import names
from corvana.questions.question import question
from corvana.questions.view import View

_COLUMNS: Final = ("service", "days", "start", "end", "time_zone", "differs")


@question()
def clocks(view: View) -> dict[str, int]:
    """Return the responders by the time zone of the clock that counts for them, most first."""
    account = accounts.whole(view)
    people = account.responders["responder"].drop_duplicates()
    located = account.zones.of(people)["time_zone"].astype("str")
    return {str(zone): int(n) for zone, n in located.value_counts().items()}


@question()
def support_hours(view: View) -> pd.DataFrame:
    """Return the support hours of each service that has them at PagerDuty.

    Returns
    -------
    DataFrame
        service (label), days (such as `1 2 3 4 5`), start and end (`09:00`), time_zone; differs
        (whether they are other days or times than the business hours). By label.
    """
    known = view.frame("support_hours").dropna(subset=["support_days", "support_start"])
    labels = names(view, "service")
    hours = view.settings.basis.hours
    return (
        pd.DataFrame(
            {
                "service": known["service_id"].map(lambda each: labels.get(each, each)),
                "days": known["support_days"],
                "start": known["support_start"].str[:5],
                "end": known["support_end"].str[:5],
                "time_zone": known["support_time_zone"],
            },
        )
        .assign(differs=lambda f: [_differs(row, hours) for row in f.itertuples()])
        .sort_values("service", kind="stable", ignore_index=True)
        .reindex(columns=list(_COLUMNS))
    )


def _differs(row: object, hours: Hours) -> bool:
    """Whether a row's days and times are not those of the business hours."""
    days, start, end = (getattr(row, name) for name in ("days", "start", "end"))
    own = tuple(int(day) for day in str(days).split())
    times = tuple(time.fromisoformat(str(clock)) for clock in (start, end))
    return (own, times) != (hours.working_days, (hours.business_start, hours.business_end))
