"""Incidents of one policy, told by their steps, and what other delays would do to them."""

from typing import Any

import pandas as pd

from corvana import frames
from corvana.analysis.escalations.climbing import stays
from corvana.analysis.escalations.observed import Observed
from corvana.analysis.escalations.simulate import observe, what_if
from tests.builders.analysis.climbing_incidents import AS_OF, incident, incidents_of, step, steps_of


def delays(*minutes: int, policy: str = "P1") -> pd.DataFrame:
    """A chain of levels with these delays, or the new ones of its first levels."""
    rows = [
        {
            "escalation_policy_id": policy,
            "level": level,
            "escalation_delay_in_minutes": delay,
            "target": "ann",
            "target_type": "user",
        }
        for level, delay in enumerate(minutes, start=1)
    ]
    return frames.conform(pd.DataFrame(rows, columns=list(frames.RULES)), frames.RULES)


def loops(count: int) -> pd.DataFrame:
    return pd.DataFrame({"escalation_policy_id": ["P1"], "num_loops": [count]})


class History:
    """Incidents of one policy, told by their steps."""

    def __init__(self) -> None:
        self._incidents: list[dict[str, Any]] = []
        self._steps: list[dict[str, Any]] = []
        self._hours: list[str | None] = []

    def add(
        self,
        count: int,
        *steps: tuple[float, int],
        hours: str | None = "business",
        begins: str = "first",
        **ends: Any,
    ) -> "History":
        for _ in range(count):
            name = f"Q{len(self._incidents)}"
            self._incidents.append(incident(name, **ends))
            self._hours.append(hours)
            for place, (minute, level) in enumerate(steps):
                self._steps.append(step(name, minute, level, "timeout" if place else begins))
        return self

    def what_if(
        self, present: pd.DataFrame, new: pd.DataFrame, *, repeats: int = 0, seed: int = 1
    ) -> pd.DataFrame:
        return what_if(self.observed(), present, loops(repeats), new, seed=seed)

    def observed(self) -> dict[str, Observed]:
        incidents = incidents_of(*self._incidents)
        found = stays(incidents, steps_of(*self._steps), as_of=AS_OF)
        known = incidents.assign(hours_class=pd.array(self._hours, dtype="str"))
        return observe(found, known)
