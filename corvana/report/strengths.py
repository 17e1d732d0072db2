"""What is good: the checks that an account meets, and what was looked for and not found."""

from collections.abc import Sequence
from html import escape
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.answers.scorecard import GOOD_POINTS, good
from corvana.report.tables import table
from corvana.report.words import value

_COLUMNS: Final = ("Check", "Points", "Value (95 % interval)", "n", "What is measured")


def strengths(checks: pd.DataFrame, absent: Sequence[str], alone: Sequence[str]) -> str:
    """Return what is good.

    Parameters
    ----------
    checks
        SCORECARD.
    absent
        Titles of the kinds of findings that were looked for and not found.
    alone
        Nouns of which only one had incidents, so that nothing can be compared.
    """
    return f"<h2>What is good</h2>{_checks(checks)}{_absent(absent, alone)}"


def _checks(checks: pd.DataFrame) -> str:
    known, met = checks[checks["is_known"]], good(checks)
    if known.empty:
        return "<p>No check has enough data yet.</p>"
    unknown = len(checks) - len(known)
    about = (
        f"{wording.some_of(len(met), len(known), 'check has', 'checks have')} at least "
        f"{wording.count(GOOD_POINTS)} of 100 points"
        f"{f'; {wording.count(unknown)} more not known' if unknown else ''}."
    )
    rows = [
        (
            row["check"],
            wording.count(row["points"]),
            value(row),
            wording.count(row["n"]),
            row["measures"],
        )
        for row in met.to_dict("records")
    ]
    return (
        table(about, _COLUMNS, rows, numbers=("Points", "n")) if rows else f"<p>{escape(about)}</p>"
    )


def _absent(absent: Sequence[str], alone: Sequence[str]) -> str:
    if not absent:
        return ""
    only = (
        f"Only {' and '.join(f'one {noun}' for noun in alone)} had incidents, so there was nothing "
        "to compare with. "
        if alone
        else ""
    )
    items = "".join(f"<li>{escape(one)}</li>" for one in absent)
    return (
        f"<h3>Looked for and not found</h3><p>{escape(only)}No case was large and clear enough to "
        "be a finding. How much data there was for each is on the page Findings.</p>"
        f'<ul class="columns">{items}</ul>'
    )
