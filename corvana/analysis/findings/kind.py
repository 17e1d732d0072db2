"""What a kind of finding is, and one finding of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Self

import pandas as pd

from corvana.analysis.account import Account

Unit = Literal["seconds", "share", "times", "count", "hours", "per on-call hour", "Gini"]
Minutes = Literal["incidents wait", "responders work"]


class Finding(NamedTuple):
    """A row of FINDINGS."""

    kind: str
    subject_type: str
    subject_id: str
    detail: str | None
    effect: float
    low: float
    high: float
    reference: float
    n: int
    p_value: float
    is_material: bool
    avoidable_minutes_per_month: float
    q_value: float

    @classmethod
    def of(cls, row: Any) -> Self:
        """Return the finding that a row of FINDINGS is, a named tuple or a Series.

        A `detail` that is missing, by whatever name, is None.
        """
        values = {name: getattr(row, name) for name in cls._fields}
        return cls(**values | {"detail": None if pd.isna(row.detail) else str(row.detail)})


@dataclass(frozen=True, slots=True)
class Kind:
    """One way in which a response process is stuck, and how it is looked for.

    `unit` is that of effect, interval and reference. `floor` says in words how large an effect must
    be to be worth a change, `against` what avoidable minutes are measured against (never a wish),
    `minutes` what those minutes are: real ones, so that all kinds can be
    laid beside each other. `says` is the title of one finding, after where it is; `setting` is the
    place in PagerDuty to look at, `advice` what to do there. `tests`
    returns TESTS, `evidence` the rows behind one finding, `sentence` one plain sentence about it
    with the names of `subject_id`s (missing names: the id stands for itself). `is_association`:
    what was seen goes together, which need not be cause.
    """

    name: str
    title: str
    says: str
    unit: Unit
    floor: str
    against: str
    minutes: Minutes
    setting: str
    advice: str
    tests: Callable[[Account], pd.DataFrame]
    evidence: Callable[[Account, Finding], pd.DataFrame]
    sentence: Callable[[Finding, Mapping[str, str]], str]
    is_association: bool = False
