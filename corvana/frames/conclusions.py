"""What is concluded: the findings and the scorecard."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from corvana.frames.dtypes import COUNT, FLAG, INSTANT, TEXT

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
        "effective_n": "float64",
        "p_value": "float64",
        "is_material": FLAG,
        "avoidable_minutes_per_month": "float64",
    }
)
"""The tests of one kind of finding, one row per subject, whether it stands out or not.

`subject_type` is `service`, `escalation_policy`, `schedule`, `responder` or `account` (all of it,
with `account` as its id); `detail` names it further (a level, another service's id) or is null.
`effect`, its 95 % interval and `reference` are in the kind's unit. `n` cases, of which some come
together in storms, tell as much as `effective_n` separate ones (NaN where no interval rests on it).
`p_value` is one-sided for "worse than the reference" or "beyond the floor"
(`Kind.probability_of`); null for a kind that is read from the configuration, without a test.
`is_material`: the effect reaches the kind's floor."""

FINDINGS: Final[Mapping[str, str]] = MappingProxyType({"kind": TEXT, **TESTS, "q_value": "float64"})
"""TESTS that are findings. Those with the most avoidable minutes per month come first."""

TESTED: Final[Mapping[str, str]] = MappingProxyType({"key": TEXT, "is_finding": FLAG, **FINDINGS})
"""Every test with enough data, found or not: how an analysis tells what it could have shown.

`key` is that of the finding (`findings.registry.key_of`)."""

FINDING_SEEN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key": TEXT,
        "since": INSTANT,
        "until": INSTANT,
        "seen": TEXT,
        "effect": "float64",
        "is_read_off": FLAG,
    }
)
"""What analyses one after the other saw of a finding: one row for each stretch in which they saw
the same. `seen` is `found`, `not found`, `cannot tell` or `other settings`; `effect` is the last
one found. `is_read_off`: it follows from the configuration."""

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
        "says": TEXT,
        "says_never": TEXT,
    }
)
"""One row per check: the measured `value` (an estimate has its 95 % interval), its `n`, the
thresholds, and the points between them, 0 to 100. An unknown check has no value and no points.
`says` and `says_never` are `Check`'s, under the norms that the check was measured with; null in a
data version of an earlier release."""

DIMENSION_SCORES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dimension": TEXT,
        "score": "float64",
        "known_checks": COUNT,
        "checks": COUNT,
        "coverage": TEXT,
    }
)
"""One row per dimension: the mean points of its known checks, and their number."""
