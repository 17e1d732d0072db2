"""Interruptions of people on call: by responder, by rotation, by hour of the week.

Rates count interruptions that came during a shift over the hours of those shifts. Their intervals
are those of the effective numbers of interruptions (`statistics.dispersion`): what one storm brings
belongs together, and turns and days with more than chance explains widen them. An interruption
outside a shift (the person is named directly in a policy, or was asked for help) is in the counts
by hour and in no rate.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import local_clock
from corvana.analysis.on_call.responder_load import sleep_on_call, weekend_on_call
from corvana.analysis.staffing import fairness
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.statistics import dispersion, time_intervals
from corvana.analysis.statistics.dispersion import Dispersion
from corvana.analysis.statistics.estimates import (
    Estimate,
    rate,
    share,
)

WEEKENDS: Final = "weekend hours"
SHARED: Final = ("nights with pages", WEEKENDS, "engaged time")
"""The kinds of burden for which `shared` measures evenness."""

_HOUR: Final = 3_600
_SEED: Final = 0

Flags = npt.NDArray[np.bool_]


class LevelLoad(NamedTuple):
    """Time on call on one level and the interruptions during it.

    `level` is "level 1", "level 2 and above" or "schedules of no policy". `per_hour` is the rate
    with its Poisson interval over storms, days and weeks.
    """

    level: str
    interruptions: int
    hours: float
    per_hour: Estimate


class Totals(NamedTuple):
    """The totals of the period over all people.

    `responders` were on call by schedule, `named_only` are named in a policy but were never on call
    by schedule. `levels` are those of `by_level` with time on call. `asleep` is the share of all
    `interruptions` in sleep hours, `over_norm` that of `shifts` above
    the norm of incidents in a shift (both Wilson intervals).
    """

    responders: int
    named_only: int
    interruptions: int
    shifts: int
    levels: tuple[LevelLoad, ...]
    asleep: Estimate
    over_norm: Estimate


def totals(account: Account) -> Totals:
    """Return the totals of the account's period."""
    # These are sums of `account.loads`; what each responder carries by itself is not needed here.
    since, until, pages = account.start, account.end, account.pages
    on_call = shift_time.stretches(time_intervals.clip(account.shifts, since, until))["responder"]
    named = shift_time.permanent(account.rules)["responder"]
    turns = shift_time.shift_loads(
        pages,
        shift_time.stretches(account.shifts),
        since=since,
        until=until,
        norms=account.norms,
    )
    whole = turns[turns["is_whole"]]
    return Totals(
        responders=on_call.nunique(),
        named_only=named[~named.isin(on_call)].nunique(),
        interruptions=len(pages),
        shifts=len(whole),
        levels=by_level(account),
        asleep=share(int(pages["hours_class"].eq("sleep").sum()), len(pages)),
        over_norm=share(int(whole["over_norm"].sum()), len(whole)),
    )


def by_level(account: Account) -> tuple[LevelLoad, ...]:
    """Return time on call and the interruptions during it by level, without empty levels.

    Level 1 is paged first, and a person only on level 2 may never be paged: one rate of both would
    be true of neither. A person on level 1 of any policy is on level 1 at that time; on a later
    level only, on level 2 and above; on a schedule of no policy, apart from both. So the parts do
    not overlap and add up to all time on call by schedule.
    """
    served = shift_time.levelled(
        time_intervals.clip(account.shifts, account.start, account.end), account.rules
    )
    people = ["responder"]
    level = served["level"].fillna(0)
    first = time_intervals.union(served[level == 1], people)
    parts = {
        "level 1": first,
        "level 2 and above": time_intervals.without(served[level > 1], first, people),
        "schedules of no policy": time_intervals.without(served, served[level > 0], people),
    }
    return tuple(_load(name, spans, account) for name, spans in parts.items() if len(spans))


def hour_of_week(pages: pd.DataFrame, *, weeks: float) -> pd.DataFrame:
    """Return all 168 hours of the week: `weekday` (0 is Monday), `hour`, `n`, of which `asleep` (in
    sleep hours) and `on_days_off` (weekend and holidays), `per_week`.

    `pages` are interruptions as `hours.with_hours` returns them: every hour is on the responder's
    own clock. `weeks` is the length of the period.
    """
    clock = local_clock(pages["at"], pages["time_zone"])
    whole = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    counted = pd.DataFrame(
        {
            "n": np.ones(len(pages), dtype=np.int64),
            "asleep": pages["hours_class"].eq("sleep").to_numpy(),
            "on_days_off": pages["days_class"].eq("weekend").to_numpy(),
        },
        index=pages.index,
    )
    counts = counted.groupby([clock.dt.day_of_week, clock.dt.hour]).sum()
    n = counts.reindex(whole, fill_value=0).astype("int64")
    return n.reset_index().assign(per_week=lambda each: each["n"] / weeks)


def shared(account: Account, what: str) -> Fairness:
    """Return how evenly one of SHARED is distributed over the people on call, and the value by
    chance.

    Nights are expected in proportion to on-call time in sleep hours, the other kinds in proportion
    to all on-call time.
    """
    shifts, zones, windows = account.shifts, account.zones, account.windows
    since, until = account.start, account.end
    served = shift_time.stretches(time_intervals.clip(shifts, since, until))
    if what == SHARED[0]:
        nights = fairness.night_pages(account.pages)
        asleep = sleep_on_call(shifts, zones, since=since, until=until, windows=windows)
        return fairness.fairness(nights, asleep, served, seed=_SEED)
    if what == WEEKENDS:
        weekends = weekend_on_call(shifts, zones, since=since, until=until, windows=windows)
        burden = fairness.weekend_seconds(weekends)
    else:
        burden = fairness.engaged_seconds(account.participations)
    return fairness.fairness(burden, served, served, seed=_SEED)


def _load(level: str, spans: pd.DataFrame, account: Account) -> LevelLoad:
    hours = float(time_intervals.lengths(spans).sum()) / _HOUR
    during = time_intervals.found(account.pages, spans, "responder").notna().to_numpy()
    n = int(during.sum())
    measured = dispersion.of_clusters(account.page_storms[during]), *_of_time(account, during)
    worth = float(dispersion.effective_events(n, *measured))
    return LevelLoad(level, n, hours, rate(n, hours, worth))


def _of_time(account: Account, during: Flags) -> tuple[Dispersion, Dispersion]:
    """The dispersion of pages over the whole days and over the whole weeks of the period."""
    days = int((account.end - account.start) / pd.Timedelta(days=1))
    since = (account.pages["at"][during] - account.start) / pd.Timedelta(days=1)
    day = since.astype("int64").to_numpy()
    return dispersion.of_days(day, days), dispersion.of_weeks(day // 7, days // 7)
