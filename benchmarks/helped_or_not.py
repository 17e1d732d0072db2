"""What is said of places in many accounts, without a change and with a planted one, in one row."""

from typing import Final, NamedTuple, get_args

import numpy as np

from corvana.analysis.assessment.did_it_help import Outcome, Verdict

MOST: Final = 0.07
"""The promise: *helped* is said without a change in this share at most."""
HELD: Final = 0.92
"""The promise: at least this share of planted changes lies in its interval."""
_DRAWS: Final = 2_000


class Pair(NamedTuple):
    """The outcome of one place without a change, and those of planted ones with their truth.

    `of`: the unit, or the kind of finding.
    """

    of: str
    unchanged: Outcome
    planted: list[tuple[Outcome, float]]


class Row(NamedTuple):
    """A world: its pairs by account."""

    world: str
    found: list[list[Pair]]

    @property
    def verdicts(self) -> list[list[Verdict]]:
        """What is said without a change."""
        return [[each.unchanged.verdict for each in own] for own in self.found]

    @property
    def held(self) -> list[list[bool]]:
        """Whether the planted change is in its interval, where there is one."""
        return [
            [
                out.against.low <= truth <= out.against.high
                for pair in own
                for out, truth in pair.planted
                if np.isfinite(out.against.low)
            ]
            for own in self.found
        ]

    @property
    def seen(self) -> list[list[bool]]:
        """Whether *helped* is said of a planted change for the better."""
        return [
            [
                out.verdict == "helped"
                for pair in own
                for out, truth in pair.planted
                if truth < out.none
            ]
            for own in self.found
        ]

    @property
    def missed(self) -> list[str]:
        """The promises that are missed beyond chance."""
        helped = [[each == "helped" for each in own] for own in self.verdicts]
        return [
            *(["helped"] if interval(helped)[0] > MOST else []),
            *(["held"] if interval(self.held)[1] < HELD else []),
        ]


def interval(found: list[list[bool]]) -> tuple[float, float]:
    """Return the interval of the share of what is so, when accounts are drawn anew."""
    so, of = (np.array([each(own) for own in found]) for each in (sum, len))
    picks = np.random.default_rng(1).integers(len(so), size=(_DRAWS, len(so)))
    shares = so[picks].sum(axis=1) / np.maximum(of[picks].sum(axis=1), 1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def share(found: list[list[bool]]) -> float:
    every = [each for own in found for each in own]
    return sum(every) / max(len(every), 1)


def told(row: Row) -> str:
    """A row of the table."""
    every = [each for own in row.verdicts for each in own]
    said = "".join(f"{every.count(word) / len(every):12.1%}" for word in get_args(Verdict))
    return (
        f"{row.world:42s}{len(every):8d}{said}{sum(map(len, row.held)):9d}{share(row.held):9.1%}"
        f"{share(row.seen):9.1%}{''.join(f'  {each} MISSED' for each in row.missed)}"
    )
