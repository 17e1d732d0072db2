"""Did the advice on a finding help? Its measure before and after the day on which it was done.

Each kind of finding has a measure of its own: the typical wait (geometric mean; a wait counts for
four hours at most), or the share of its cases. It is compared before and after the day, and against
similar policies or services that nobody touched (see *Before and after a date*). *Touched* are the
places of other findings that are done, of dates of the assessment, and of changes of settings that
the collection saw in the weeks compared; a service also by its policy. Cases too young to be known
are left out: waits of the last four hours, endings of the last day.

*Helped* is said when the whole interval of the change lies below no change, *became worse* when it
lies above. Otherwise, *no change* is said only when a fall of 30 % would have shown in four of five
such comparisons. When it would not: *too early*, with the day from which it can be seen, reckoned
from the weeks of this account; or *cannot tell*, when a year of weeks would not show it, or nothing
lies before the day. Larger changes can show sooner, but not within three weeks of the day.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.kind import Cases, Finding, Measure
from corvana.analysis.statistics import before_after
from corvana.analysis.statistics.before_after import HORIZON, LEAST_WEEKS, Change
from corvana.analysis.statistics.estimates import Estimate
from corvana.analysis.statistics.weekly_cases import Around

FALL: Final = 0.30
"""A fall by this share has to be seen before *no change* is said."""
Verdict = Literal["helped", "worse", "no change", "too early", "cannot tell"]
Why = Literal["", "nothing before", "nothing after", "too few weeks before", "too few cases"]
_WEEK: Final = pd.Timedelta(days=7)
_SECOND: Final = 1.0
_POLICY: Final = "escalation_policy_id"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the measure of a finding.

    `before`, `after`: seconds or shares, of `n_before` and `n_after` cases. `alone`, `against` (see
    `before_after.Change`) and `elsewhere`: ratios of times, differences of shares. The verdict
    rests on `against`. `detectable`: the share by which a fall could have shown (NaN: not known).
    `seen_from`: the first day from which a fall of 30 % can be seen (with *too few cases*: from
    which only a larger one can), if the verdict is *too early* and the weeks so far are enough to
    say.
    """

    verdict: Verdict
    why: Why
    unit: Literal["seconds", "share"]
    done: date
    n_before: int
    n_after: int
    before: float
    after: float
    alone: Estimate
    places: int
    elsewhere: float
    against: Estimate
    detectable: float
    seen_from: date | None

    @property
    def none(self) -> float:
        """The change that is none."""
        return 1.0 if self.unit == "seconds" else 0.0


def outcome(
    account: Account,
    measure: Measure,
    finding: Finding,
    done: date,
    touched: Collection[str] = frozenset(),
) -> Outcome:
    """Return what became of a finding after the day on which it was done, on the account's clock.

    `touched` are the ids of places that something was done to (see `touched_places`).
    """
    return around_day(
        account,
        measure.unit,
        lambda date: measure.cases(account, finding, date),
        done,
        touched,
    )


def around_day(
    account: Account,
    unit: Literal["seconds", "share"],
    cases_before: Callable[[pd.Timestamp], Cases],
    day: date,
    touched: Collection[str] = frozenset(),
) -> Outcome:
    """Return what became of cases around a day of the account's clock.

    `cases_before` returns them, given the midnight before it.
    """
    midnight, next_day = (
        pd.Timestamp(day + timedelta(days=later), tz=account.time_zone).tz_convert("UTC")
        for later in (0, 1)
    )
    found = cases_before(midnight)
    around = Around(account.start, midnight, next_day, found.until)
    return judged(found, unit, around, day, touched)


def judged(
    cases: Cases,
    unit: Literal["seconds", "share"],
    around: Around,
    done: date,
    touched: Collection[str] = frozenset(),
) -> Outcome:
    """Return the outcome of cases around a day."""
    is_share = unit == "share"
    others = cases.others[~cases.others["place"].isin(list(touched))]
    change = before_after.change(
        _in_logs(cases.own, is_share=is_share),
        _in_logs(others, is_share=is_share),
        around,
        is_share=is_share,
        fall=FALL,
    )
    detectable = _as_share(change, is_share=is_share)
    verdict, why = _verdict(change, detectable, around)
    told = np.array([change.before, change.after, change.elsewhere])
    before, after, elsewhere = told if is_share else np.exp(told)
    return Outcome(
        verdict,
        why,
        unit,
        done,
        change.n_before,
        change.n_after,
        float(before),
        float(after),
        _told(change.alone, is_share=is_share),
        change.places,
        float(elsewhere),
        _told(change.against, is_share=is_share),
        detectable,
        _seen_from(change, around) if verdict == "too early" else None,
    )


def touched_places(account: Account, ids: Collection[str]) -> frozenset[str]:
    """Return ids of policies and services with the services that are on one of these policies."""
    services = account.services
    of_policies = services.loc[services[_POLICY].isin(list(ids)), "service_id"]
    return frozenset(ids) | frozenset(of_policies.astype("str"))


def _verdict(change: Change, detectable: float, around: Around) -> tuple[Verdict, Why]:
    """The verdict, and why nothing can be told."""
    low, high = change.against.low, change.against.high
    if high < 0:
        return "helped", ""
    if low > 0:
        return "worse", ""
    if low <= 0 <= high and detectable <= FALL:
        return "no change", ""
    return _why_not(change, around)


def _why_not(change: Change, around: Around) -> tuple[Verdict, Why]:
    """Whether weeks to come can tell, and why not."""
    weeks_before, weeks_after = around.weeks
    if weeks_before < LEAST_WEEKS:
        return "cannot tell", "too few weeks before"
    if not change.n_before:
        return "cannot tell", "nothing before"
    if weeks_after >= LEAST_WEEKS and not change.n_after:
        return "cannot tell", "nothing after"
    needed = change.weeks_needed
    if needed is None or weeks_after < needed <= HORIZON:
        return "too early", ""
    return "too early" if weeks_after < LEAST_WEEKS else "cannot tell", "too few cases"


def _seen_from(change: Change, around: Around) -> date | None:
    """The first day with data of as many whole weeks after the date as are needed; of the least
    that a change of any size needs, where one of 30 % would not show in a year."""
    if change.weeks_needed is None:
        return None
    weeks = change.weeks_needed if change.weeks_needed <= HORIZON else LEAST_WEEKS
    seen: datetime = pd.Timestamp(around.after) + weeks * _WEEK
    return seen.date()


def _as_share(change: Change, *, is_share: bool) -> float:
    """The fall that could have shown, as a share of the measure before."""
    if not is_share:
        return float(-np.expm1(-change.detectable))
    return change.detectable / change.before if change.before > 0 else np.inf


def _in_logs(cases: pd.DataFrame, *, is_share: bool) -> pd.DataFrame:
    if is_share:
        return cases
    return cases.assign(value=np.log(cases["value"].clip(lower=_SECOND)))


def _told(change: Estimate, *, is_share: bool) -> Estimate:
    return change if is_share else Estimate(*(float(np.exp(each)) for each in change.interval))
