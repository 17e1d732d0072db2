"""Dependencies, pairs and reach to draw."""

import pandas as pd

from corvana import frames


def edges(*pairs):
    """`a>b`: a supports b; names in capitals are business services."""
    rows = [
        {
            "supporting_id": one,
            "supporting_type": "technical_service",
            "dependent_id": other,
            "dependent_type": "business_service" if other.isupper() else "technical_service",
        }
        for one, other in (pair.split(">") for pair in pairs)
    ]
    return frames.conform(
        pd.DataFrame(rows, columns=list(frames.DEPENDENCIES)), frames.DEPENDENCIES
    )


def pairs(*ends, is_declared=True, beyond_chance=True, n=40, lag=120.0):
    one, other = zip(*(pair.split(">") for pair in ends), strict=True) if ends else ((), ())
    return pd.DataFrame({"supporting_id": one, "dependent_id": other}, dtype="str").assign(
        is_declared=is_declared, beyond_chance=beyond_chance, n_supporting=n, n_dependent=n,
        together=30, expected=2.0, followed=0.5, followed_low=0.35, followed_high=0.65,
        direction="supporting", lag=lag, lag_low=lag - 30, lag_high=lag + 30,
    ).astype({"is_declared": "bool", "beyond_chance": "bool"})  # fmt: skip


def radius(**seconds):
    return pd.DataFrame(
        {
            "service_id": list(seconds),
            "n": 12,
            "seconds": list(seconds.values()),
            "downstream": 3,
            "business_downstream": 1,
            "steps_to_business": pd.array([2] * len(seconds), dtype="Int64"),
            "nearest_business": "SHOP",
        }
    ).assign(exposed_seconds=lambda f: f["seconds"] * f["downstream"])
