"""Whether people were interrupted more often than in the period of equal length before.

Compared are the interruptions per hour on call on the level that is paged first, the share of
interruptions in sleep hours, and the share of shifts over the norm. As for response times, all
weeks collected of the same filters say how much weeks differ anyway (see *Against the period
before*): by block of weeks, the interruptions, those in sleep hours, and the whole shifts begun in
it with those over the norm. The noise of interruptions on one level is taken to be that of all.
"""

from typing import NamedTuple

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.on_call import shift_time
from corvana.analysis.staffing.burden import Totals
from corvana.analysis.statistics import blocks, estimates, ratios
from corvana.analysis.statistics.blocks import Blocks, Collected
from corvana.analysis.statistics.estimates import ENOUGH, UNKNOWN, Estimate


class Change(NamedTuple):
    """The change of totals against the period before: the ratio of the first level's rates, and
    differences of shares. Unknown if a period has fewer than ten interruptions or shifts; with a
    value and no bounds: too few weeks to tell."""

    per_hour: Estimate
    asleep: Estimate
    over_norm: Estimate


def by_hour(account: Account) -> pd.DataFrame:
    """Return what came in each hour of the account's period that had something, in order.

    Returns
    -------
    DataFrame
        at (the hour's begin, UTC); interruptions, of which asleep; shifts (whole ones begun in the
        hour), of which over_norm.
    """
    pages = account.pages
    came = pd.DataFrame(
        {
            "at": pages["at"].dt.floor("h"),
            "interruptions": 1,
            "asleep": pages["hours_class"].eq("sleep").astype("int64"),
        }
    )
    loads = shift_time.shift_loads(
        pages,
        shift_time.stretches(account.shifts),
        since=account.start,
        until=account.end,
        norms=account.norms,
    )
    whole = loads[loads["is_whole"]]
    begun = pd.DataFrame(
        {
            "at": whole["start"].dt.floor("h"),
            "shifts": 1,
            "over_norm": whole["over_norm"].astype("int64"),
        }
    )
    both = [came.groupby("at").sum(), begun.groupby("at").sum()]
    return (
        pd.concat(both, axis=1, sort=False)
        .fillna(0)
        .astype("int64")
        .sort_index()
        .reset_index(names="at")
    )


def change(now: Totals, before: Totals, hourly: pd.DataFrame, collected: Collected) -> Change:
    """Return how totals differ from those of the period before.

    `hourly` is `by_hour` of the same filters over all collected time.
    """
    return change_in(now, before, hourly, blocks.blocks_of(collected))


def change_in(now: Totals, before: Totals, hourly: pd.DataFrame, weekly: Blocks) -> Change:
    """Return how the totals of two periods differ whose blocks are given, as `change` does."""
    return Change(
        _more_often(now, before, hourly, weekly),
        _more_of(
            (now.asleep, now.interruptions),
            (before.asleep, before.interruptions),
            hourly[["at", "interruptions", "asleep"]],
            weekly,
        ),
        _more_of(
            (now.over_norm, now.shifts),
            (before.over_norm, before.shifts),
            hourly[["at", "shifts", "over_norm"]],
            weekly,
        ),
    )


def _more_often(now: Totals, before: Totals, hourly: pd.DataFrame, weekly: Blocks) -> Estimate:
    """The ratio of the rates of the level named first, if both periods have it."""
    if not now.levels or not before.levels or now.levels[0].level != before.levels[0].level:
        return UNKNOWN
    one, other = now.levels[0], before.levels[0]
    if max(one.interruptions, other.interruptions) < ENOUGH:
        return UNKNOWN
    n = weekly.totals(hourly["at"], hourly["interruptions"].to_numpy())
    return blocks.rate_ratio(
        one.interruptions,
        one.hours,
        other.interruptions,
        other.hours,
        blocks.of_numbers(weekly, n),
    )


def _more_of(
    now: tuple[Estimate, int], before: tuple[Estimate, int], hourly: pd.DataFrame, weekly: Blocks
) -> Estimate:
    """The difference of a share of a number of events."""
    if min(now[1], before[1]) < ENOUGH:
        return UNKNOWN
    n, some = (weekly.totals(hourly["at"], hourly[name].to_numpy()) for name in hourly.columns[1:])
    found = ratios.difference(
        *(estimates.share(round(share.value * of), of) for share, of in (now, before))
    )
    return blocks.difference(found, blocks.of_shares(weekly, n, some)[0])
