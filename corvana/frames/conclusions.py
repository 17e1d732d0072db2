"""What is concluded: the findings and the scorecard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import COUNT, FLAG, TEXT

TESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "subject_type": TEXT,
        "subject_id": TEXT,
        "detail": TEXT,
        "effect": "float64",
        "low": "float64",
        "high": "float64",
        "reference": "float64",
        "n": "int64",
        "p_value": "float64",
        "is_material": FLAG,
        "avoidable_minutes_per_month": "float64",
    }
)
"""What one kind of finding looked at, one row a subject whether it stands out or not.

`subject_type` is `service`, `escalation_policy`, `schedule` or `responder`; `detail` what else
names it (a level, another service's id) or null. `effect`, its 95 % interval and `reference` are in
the kind's unit. `p_value` is one-sided for "worse than the reference"; null for what is read off
the configuration and needs no test. `is_material`: the effect reaches the kind's floor."""

FINDINGS: Final[Mapping[str, str]] = MappingProxyType({"kind": TEXT, **TESTS, "q_value": "float64"})
"""TESTS that are findings, most avoidable minutes a month first."""

SCORECARD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dimension": TEXT,
        "check": TEXT,
        "measures": TEXT,
        "value": "float64",
        "low": "float64",
        "high": "float64",
        "n": "int64",
        "unit": TEXT,
        "fails_at": "float64",
        "meets_at": "float64",
        "points": "float64",
        "is_known": FLAG,
        "source": TEXT,
        "setting": TEXT,
    }
)
"""One row a check: what was measured (`value` with its 95 % interval where it is an estimate, from
`n`), the thresholds, and the points between them, 0 to 100. What is not known has neither value nor
points."""

DIMENSION_SCORES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dimension": TEXT,
        "score": "float64",
        "known_checks": COUNT,
        "checks": COUNT,
        "coverage": TEXT,
    }
)
"""One row a dimension: the mean points of its known checks, and from how many of them."""
