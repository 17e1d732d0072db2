"""The levels of policies with a person on call, past and coming, and levels that add no new person.

Only levels of policies that a service or an incident uses are included. A level that depends on a
schedule which was not collected is unknown and left out. The past is the period up to the end of
collection, the future as far as shifts were collected.
"""

from dataclasses import replace
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.on_call import coverage, shift_time
from corvana.analysis.on_call.redundancy import double_duty
from corvana.analysis.statistics import time_intervals

GAP: Final = "nobody on call"
NOT_NEEDED: Final = "nobody on call, not needed"
SAME_PERSON: Final = "same person as an earlier level"

_POLICY: Final = "escalation_policy_id"
_LEVEL: Final = [_POLICY, "level"]


class Cover(NamedTuple):
    """Levels and their faults in [since, until).

    `levels` has a row a known level: escalation_policy_id, level, `gaps`, `uncovered_seconds`,
    `uncovered` (share of the time in which the level is needed), `doubled_seconds` and `doubled`
    (share of all time in which the level has the same person as an earlier level); worst first.
    `stretches` has escalation_policy_id, level, start, end, state (GAP, NOT_NEEDED, SAME_PERSON)
    and, for SAME_PERSON, other_level. `unknown` is the number of levels left out.
    """

    levels: pd.DataFrame
    stretches: pd.DataFrame
    since: pd.Timestamp
    as_of: pd.Timestamp
    until: pd.Timestamp
    unknown: int

    @property
    def covered(self) -> float:
        """The mean share of the needed time in which a level has a person; NaN without levels."""
        return 1 - float(self.levels["uncovered"].mean())


def covered_levels(account: Account) -> Cover:
    """Return the levels in use, and the times at which nobody, or nobody new, is on them.

    The future begins at the end of collection, also if the account is narrowed to an earlier end.
    """
    since, as_of = account.start, pd.Timestamp(account.as_of)
    until = replace(account, until=None).planned_until
    rules = account.rules[account.rules[_POLICY].isin(account.policies_in_use)]
    schedules = set(account.schedules["schedule_id"])
    services = account.services
    apart = coverage.times_not_needed(
        services[services[_POLICY].isin(rules[_POLICY])],
        account.support_hours,
        account.maintenance_windows,
        fallback=account.time_zone,
        since=since,
        until=until,
    )
    covered = shift_time.cover(account.shifts, rules, since=since, until=until)
    gaps = coverage.level_gaps(
        rules, covered, apart, schedules=schedules, edges=(since, as_of, until)
    )
    unknown = coverage.unknown_levels(rules, schedules=schedules)
    doubled = _doubled(covered)
    stretches = pd.concat([_gaps(gaps), doubled], ignore_index=True)
    known = rules[_LEVEL].drop_duplicates().merge(unknown, on=_LEVEL, how="left", indicator=True)
    levels = known.loc[known["_merge"].eq("left_only"), _LEVEL]
    return Cover(
        _summed(levels, stretches, apart, (until - since).total_seconds()),
        stretches,
        since,
        as_of,
        until,
        len(unknown),
    )


def _gaps(gaps: pd.DataFrame) -> pd.DataFrame:
    state = np.where(gaps["is_needed"], GAP, NOT_NEEDED)
    return gaps[[*_LEVEL, "start", "end"]].assign(
        state=state, other_level=pd.Series(pd.NA, gaps.index, dtype="Int16")
    )


def _doubled(covered: pd.DataFrame) -> pd.DataFrame:
    """The state belongs to the later of two levels, because that level adds nobody."""
    doubled = double_duty(covered).rename(columns={"level": "other_level", "other_level": "level"})
    return time_intervals.union(doubled, [*_LEVEL, "other_level"]).assign(state=SAME_PERSON)


def _summed(
    levels: pd.DataFrame, stretches: pd.DataFrame, apart: pd.DataFrame, lasting: float
) -> pd.DataFrame:
    is_gap = stretches["state"].eq(GAP)
    # A third level can have the same person as the first and the second level at once.
    doubled = time_intervals.union(stretches[stretches["state"].eq(SAME_PERSON)], _LEVEL)
    sums = pd.DataFrame(
        {
            # A gap that is going on when the collection ends is one gap.
            "gaps": time_intervals.union(stretches[is_gap], _LEVEL).groupby(_LEVEL).size(),
            "uncovered_seconds": _seconds(stretches[is_gap]),
            "doubled_seconds": _seconds(doubled),
        }
    ).reset_index(names=_LEVEL)
    excused = (
        levels[_POLICY].map(time_intervals.seconds(apart, _POLICY)).astype("float64").fillna(0.0)
    )
    return (
        levels.assign(needed=lasting - excused)
        .merge(sums, on=_LEVEL, how="left")
        .fillna({"gaps": 0, "uncovered_seconds": 0.0, "doubled_seconds": 0.0})
        .astype({"gaps": "int64"})
        .assign(
            uncovered=lambda each: (each["uncovered_seconds"] / each["needed"]).where(
                each["needed"] > 0, 0.0
            ),
            doubled=lambda each: each["doubled_seconds"] / lasting if lasting else 0.0,
        )
        .drop(columns="needed")
        .sort_values(["uncovered", "doubled", *_LEVEL], ascending=[False, False, True, True])
        .reset_index(drop=True)
    )


def _seconds(stretches: pd.DataFrame) -> pd.Series:
    total: pd.Series = (
        time_intervals.lengths(stretches).groupby([stretches[name] for name in _LEVEL]).sum()
    )
    return total
