"""Interruptions of people on call: by responder, by rotation, by hour of the week.

Rates count interruptions that came during a shift over the hours of those shifts. An interruption
outside a shift (the person is named directly in a policy, or was asked for help) is in the counts
by hour and in no rate. A rotation is a schedule: its interruptions are those of its members on
shift, through a policy that uses it. If an interruption belongs to two rotations, it counts in
both.
"""

from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import HOURS_CLASSES, local_clock
from corvana.analysis.on_call.responder_load import weekend_on_call
from corvana.analysis.staffing import fairness
from corvana.analysis.staffing.fairness import Fairness
from corvana.analysis.staffing.turns import pages_on_shift, turns
from corvana.analysis.statistics import time_intervals
from corvana.analysis.statistics.estimates import ENOUGH, Estimate, rate, share

WEEKENDS: Final = "weekend hours"
SHARED: Final = ("nights with pages", WEEKENDS, "engaged time")
"""The kinds of burden for which `shared` measures evenness."""

_HOUR: Final = 3_600
_SEED: Final = 0


class Totals(NamedTuple):
    """The totals of the period over all people.

    `responders` were on call by schedule, `named_only` are named in a policy but were never on call
    by schedule. `interruptions_on_call` came during a total of `on_call_hours`; `per_hour` is their
    rate (exact Poisson interval). `asleep` is the share of all `interruptions` in sleep hours,
    `over_norm` that of `shifts` above `shift_time.INCIDENTS_PER_SHIFT_NORM` (both Wilson
    intervals).
    """

    responders: int
    named_only: int
    interruptions: int
    interruptions_on_call: int
    on_call_hours: float
    shifts: int
    per_hour: Estimate
    asleep: Estimate
    over_norm: Estimate


def totals(loads: pd.DataFrame) -> Totals:
    """Return the totals of RESPONDER_LOADS."""
    is_on_call = loads["on_call_seconds"] > 0
    interruptions, during = (
        int(loads[name].sum()) for name in ("interruptions", "interruptions_on_call")
    )
    shifts, hours = int(loads["shifts"].sum()), float(loads["on_call_seconds"].sum()) / _HOUR
    return Totals(
        responders=int(is_on_call.sum()),
        named_only=int((~is_on_call & loads["permanent_policy_count"].gt(0)).sum()),
        interruptions=interruptions,
        interruptions_on_call=during,
        on_call_hours=hours,
        shifts=shifts,
        per_hour=rate(during, hours),
        asleep=share(int(loads["sleep_hour_interruptions"].sum()), interruptions),
        over_norm=share(int(loads["shifts_over_norm"].sum()), shifts),
    )


def by_responder(account: Account) -> pd.DataFrame:
    """Return the burden of each person who was on call by schedule.

    Returns
    -------
    DataFrame
        `id` · `members` on it (one) · `hours` on call · `on_call_share`, the share of the period on
        call, the mean over the members · `n` interruptions during shifts · `per_hour` with
        `per_hour_low` and `per_hour_high` (exact Poisson), of which `sleep`, `off` and `business`
        by the responder's own clock · `enough`, ten interruptions or more. Highest rate first; rows
        with fewer interruptions come last.
    """
    pages = account.pages
    during = time_intervals.found(pages, shift_time.stretches(account.shifts), "responder").notna()
    seconds = account.loads.set_index("responder")["on_call_seconds"]
    seconds = seconds[seconds > 0]
    came = pages.loc[during, ["responder", "hours_class"]].rename(columns={"responder": "id"})
    return _burden(came, seconds, pd.Series(1, seconds.index), account)


def by_schedule(account: Account) -> pd.DataFrame:
    """Return the burden of every schedule with a shift: the columns of `by_responder`.

    Hours are those of all its members together.
    """
    worked = turns(account)
    schedules = worked.drop_duplicates("member").set_index("member")["schedule_id"]
    pages = pages_on_shift(account)
    came = pd.DataFrame(
        {
            "id": pages["member"].map(schedules),
            "hours_class": account.pages["hours_class"].iloc[pages["page"]].to_numpy(),
        }
    )
    members = worked.groupby("schedule_id")["responder"].nunique()
    seconds = time_intervals.lengths(worked).groupby(worked["schedule_id"]).sum()
    return _burden(came, seconds, members, account)


def hour_of_week(pages: pd.DataFrame, *, weeks: float) -> pd.DataFrame:
    """Return all 168 hours of the week: `weekday` (0 is Monday), `hour`, `n`, `per_week`.

    `pages` are interruptions with `time_zone` (`hours.with_hours`): every hour is on the
    responder's own clock. `weeks` is the length of the period.
    """
    clock = local_clock(pages["at"], pages["time_zone"])
    whole = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    counts = clock.groupby([clock.dt.day_of_week, clock.dt.hour]).size()
    n = counts.reindex(whole, fill_value=0).astype("int64")
    return n.rename("n").reset_index().assign(per_week=lambda each: each["n"] / weeks)


def shared(account: Account, what: str) -> Fairness:
    """Return how evenly one of SHARED is distributed over the people on call, and the value by
    chance.

    Nights are expected in proportion to on-call time in sleep hours, the other kinds in proportion
    to all on-call time.
    """
    loads = account.loads.set_index("responder")
    if what == SHARED[0]:
        nights = fairness.night_pages(account.pages)
        return fairness.fairness(nights, loads["sleep_on_call_seconds"], seed=_SEED)
    if what == WEEKENDS:
        weekends = weekend_on_call(
            account.shifts, account.zones, since=account.start, until=account.end
        )
        burden = fairness.weekend_seconds(weekends)
    else:
        burden = fairness.engaged_seconds(account.participations)
    return fairness.fairness(burden, loads["on_call_seconds"], seed=_SEED)


def _burden(
    came: pd.DataFrame, seconds: pd.Series, members: pd.Series, account: Account
) -> pd.DataFrame:
    """`came` holds interruptions on shift: id, hours_class; `seconds` and `members` by id."""
    hours = seconds / _HOUR
    classes = pd.crosstab(came["id"], came["hours_class"]).reindex(
        index=hours.index, columns=list(HOURS_CLASSES), fill_value=0
    )
    n = classes.sum(axis=1)
    rates = [rate(int(some), float(of)) for some, of in zip(n, hours, strict=True)]
    lasting = (account.end - account.start).total_seconds()
    return (
        pd.DataFrame(rates, columns=["per_hour", "per_hour_low", "per_hour_high"], index=n.index)
        .assign(
            members=members,
            hours=hours,
            on_call_share=seconds / members / lasting,
            n=n,
            enough=n >= ENOUGH,
            **{name: classes[name] / hours for name in HOURS_CLASSES},
        )
        .rename_axis("id")
        .reset_index()
        .sort_values(["enough", "per_hour", "id"], ascending=[False, False, True])
        .reset_index(drop=True)
    )
