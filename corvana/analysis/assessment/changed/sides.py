"""Two times of an account, and all that was collected around them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.assessment.changed import cases
from corvana.analysis.staffing import burden_change
from corvana.analysis.statistics.blocks import Blocks, Span, blocks_between

_SECONDS_PER_WEEK = 604_800


@dataclass(frozen=True)
class Sides:
    """The account of the time before, of that after, and of all time that was collected with the
    latter. The two times do not overlap."""

    before: Account
    after: Account
    every: Account

    @property
    def spans(self) -> tuple[Span, Span]:
        """The times before and after."""
        return span_of(self.before), span_of(self.after)

    @cached_property
    def weekly(self) -> Blocks:
        """All collected time, in blocks around the two times."""
        before, after = self.spans
        return blocks_between(after, before, *span_of(self.every))

    @cached_property
    def cases(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """`cases.cases` before, after, and at all other times."""
        return (
            cases.cases(self.before),
            cases.cases(self.after),
            cases.outside(self.every, *self.spans),
        )

    @cached_property
    def hourly(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """`burden_change.by_hour` before, after, and at all other times."""
        before, after = (burden_change.by_hour(each) for each in (self.before, self.after))
        if not (self.weekly.stretch > 1).any():
            return before, after, after.iloc[:0]
        every = burden_change.by_hour(self.every)
        inside = np.zeros(len(every), dtype=bool)
        for start, end in self.spans:
            # An hour that has begun before a time is told with that time.
            inside |= every["at"].ge(pd.Timestamp(start).floor("h")) & every["at"].lt(end)
        return before, after, every[~inside]


def span_of(account: Account) -> Span:
    """Return the start and end of an account's period."""
    return account.start.to_pydatetime(), account.end.to_pydatetime()


def weeks_of(account: Account) -> float:
    """Return the length of an account's period in weeks."""
    return (account.end - account.start).total_seconds() / _SECONDS_PER_WEEK


def in_order(*frames: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the rows of all frames in the order of their instants."""
    there = [frame for frame in frames if len(frame)] or [frames[0]]
    return pd.concat(there, ignore_index=True).sort_values(by, kind="stable", ignore_index=True)
