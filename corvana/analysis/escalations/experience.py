"""What all policies of an account together say about one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.escalations.back_test import Calibration, back_tests, calibrate
from corvana.analysis.escalations.latency import NO_POOL, Pool
from corvana.analysis.escalations.model import (
    Chain,
    Elsewhere,
    RunOut,
    ends,
    pages,
    run_outs,
)
from corvana.analysis.escalations.observed import Observed

_POLICY: Final = "escalation_policy_id"
_DELAY: Final = "escalation_delay_in_minutes"
_MOST_RUN_OUTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Experience:
    """How soon the pages of each policy were answered, when its incidents ended without a person,
    what became of the incidents of which nobody was left to page, and the back-tests."""

    pages: Mapping[str, Pool]
    ends: Mapping[str, Pool]
    run_out: RunOut
    tests: pd.DataFrame = field(repr=False)

    def elsewhere(self, policy: str) -> Elsewhere:
        """What the policies other than this one say."""
        return _elsewhere(self.pages, self.ends, self.run_out, policy)

    def calibration(self, policy: str | None, distance: float) -> Calibration:
        return calibrate(self.tests, policy, distance)


def experience(observed: Mapping[str, Observed], chains: Mapping[str, Chain]) -> Experience:
    """Return the experience of the policies given; `chains` are their present ones."""
    answers = {policy: pages(own, chains[policy]) for policy, own in observed.items()}
    over = {policy: ends(own, chains[policy]) for policy, own in observed.items()}
    run_out = _together([run_outs(own, chains[policy]) for policy, own in observed.items()])
    elsewhere = {policy: _elsewhere(answers, over, run_out, policy) for policy in observed}
    return Experience(answers, over, run_out, back_tests(observed, chains, elsewhere))


def present_chains(
    rules: pd.DataFrame, repeats: pd.DataFrame, policies: Mapping[str, Observed]
) -> dict[str, Chain]:
    """Return the present chain of each policy, without levels for one that is not in RULES; a
    policy that is not in REPEATS has no repeats."""
    loops = repeats.set_index(_POLICY)["num_loops"].to_dict()
    delays = delays_of(rules)
    return {policy: Chain(delays.get(policy, {}), int(loops.get(policy, 0))) for policy in policies}


def delays_of(rules: pd.DataFrame) -> dict[str, dict[int, float]]:
    """Return seconds by policy and level."""
    levels = rules.drop_duplicates([_POLICY, "level"])
    found: dict[str, dict[int, float]] = {}
    for policy, level, minutes in levels[[_POLICY, "level", _DELAY]].itertuples(index=False):
        found.setdefault(policy, {})[int(level)] = minutes * 60.0
    return found


def _elsewhere(
    pages: Mapping[str, Pool], ends: Mapping[str, Pool], run_out: RunOut, policy: str
) -> Elsewhere:
    return Elsewhere(_of_others(pages, policy), _of_others(ends, policy), run_out)


def _of_others(pools: Mapping[str, Pool], policy: str) -> Pool:
    return sum((each for name, each in pools.items() if name != policy), NO_POOL)


def _together(found: list[RunOut]) -> RunOut:
    seconds = np.concatenate([np.empty(0), *(each.seconds for each in found)])
    acked = np.concatenate([np.empty(0, dtype=bool), *(each.acked for each in found)])
    # Evenly spread, so that the policies keep their shares.
    kept = np.arange(min(seconds.size, _MOST_RUN_OUTS)) * seconds.size
    kept //= max(min(seconds.size, _MOST_RUN_OUTS), 1)
    return RunOut(seconds[kept], acked[kept])
