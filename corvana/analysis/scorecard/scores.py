"""The scorecard's frames: one row a check, one row a dimension."""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.scorecard import (
    coverage,
    dependency_resilience,
    escalation_hygiene,
    on_call_sustainability,
    responsiveness,
)
from corvana.analysis.scorecard.check import Check
from corvana.assessment.settings import DEFAULT_NORMS, Norms
from corvana.frames import DIMENSION_SCORES, SCORECARD, conform
from corvana.memory import give_back


@lru_cache(maxsize=8)
def dimensions_under(norms: Norms) -> Mapping[str, tuple[Check, ...]]:
    """Return the checks of each dimension under these norms."""
    return MappingProxyType(
        {
            "Responsiveness": responsiveness.checks(norms),
            "Escalation hygiene": escalation_hygiene.CHECKS,
            "On-call sustainability": on_call_sustainability.checks(norms),
            "Coverage": coverage.CHECKS,
            "Dependency resilience": dependency_resilience.CHECKS,
        }
    )


DIMENSIONS: Final = dimensions_under(DEFAULT_NORMS)


def check_of(name: str) -> Check | None:
    """Return the check with this name; None for one of another release."""
    return next((each for own in DIMENSIONS.values() for each in own if each.name == name), None)


def scorecard(account: Account) -> pd.DataFrame:
    """Return SCORECARD: every check of every dimension, known or not, in order."""
    rows = []
    for dimension, checks in dimensions_under(account.norms).items():
        for check in checks:
            rows.append(_row(account, dimension, check))
            # Each check needs much memory for a moment.
            give_back()
    return pd.DataFrame(rows).pipe(conform, SCORECARD)


def dimensions(checks: pd.DataFrame) -> pd.DataFrame:
    """Return DIMENSION_SCORES from SCORECARD; where nothing is known, there is no score."""
    by_dimension = checks.groupby("dimension", sort=False)
    return (
        pd.DataFrame(
            {
                "score": by_dimension["points"].mean(),
                "known_checks": by_dimension["is_known"].sum(),
                "checks": by_dimension.size(),
            }
        )
        .reset_index()
        .assign(
            coverage=lambda f: [
                f"from {known} of {every} checks"
                for known, every in zip(f["known_checks"], f["checks"], strict=True)
            ]
        )
        .pipe(conform, DIMENSION_SCORES)
    )


def _row(account: Account, dimension: str, check: Check) -> dict[str, object]:
    measured = check.measure(account)
    points = check.points(measured.value)
    return {
        "dimension": dimension,
        "check": check.name,
        **measured._asdict(),
        **{name: getattr(check, name) for name in ("measures", "unit", "fails_at", "meets_at")},
        "points": points,
        "is_known": not pd.isna(points),
        "source": check.source,
        "setting": check.setting,
        "says": check.says,
        "says_never": check.says_never,
    }
