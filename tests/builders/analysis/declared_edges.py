"""Declared dependencies of services."""

import pandas as pd

from corvana import frames


def edges(*pairs: str) -> pd.DataFrame:
    """`a>b`: a supports b; names in capitals are business services."""
    rows = []
    for pair in pairs:
        supporting, dependent = pair.split(">")
        rows.append(
            {
                "supporting_id": supporting,
                "supporting_type": kind(supporting),
                "dependent_id": dependent,
                "dependent_type": kind(dependent),
            }
        )
    table = pd.DataFrame(rows, columns=list(frames.DEPENDENCIES))
    return frames.conform(table, frames.DEPENDENCIES)


def kind(name: str) -> str:
    return "business_service" if name.isupper() else "technical_service"
