"""The tables of two times compared, each of which can be asked for as a file."""

from collections.abc import Sequence
from typing import Final

import pandas as pd

from corvana.analysis.answers import changed as words
from corvana.analysis.answers import findings as finding_words
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.findings.kind import Finding
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.statistics.estimates import Estimate
from corvana.errors import NotFound
from corvana.questions import labels
from corvana.questions.assessment import changed, points
from corvana.questions.assessment.points import NotComparable
from corvana.questions.file import table
from corvana.questions.view import View

_KINDS: Final = {kind.name for kind in KINDS}


def of_measures(measures: Sequence[Measure]) -> pd.DataFrame:
    """Return measures as rows.

    Returns
    -------
    DataFrame
        measure, label, unit; before, after, change and same_mix, each also with `_low` and `_high`
        (95 % interval); n_before, n_after; change_is (`ratio` or `difference`); verdict; would_show
        (the smallest change that this much data would show, in the unit of change); same_mix_covers
        (the share of the cases of before whose service and urgency has enough cases on both sides).
    """
    return pd.DataFrame([_row(each) for each in measures])


def titled(findings: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return `found.told` with the title of each finding; kinds of another release are left out."""
    known = findings[findings["kind"].isin(_KINDS)].reset_index(drop=True)
    return known.assign(
        title=[finding_words.title(Finding.of(row), names) for row in known.itertuples()]
    )


def _measures(view: View, before: str, after: str) -> pd.DataFrame:
    _require_comparable(view, before, after)
    return of_measures(changed.measures(view, before, after))


def _findings(view: View, before: str, after: str) -> pd.DataFrame:
    return titled(_concluded(view, before, after).findings, labels.subjects(view))


def _checks(view: View, before: str, after: str) -> pd.DataFrame:
    return _concluded(view, before, after).checks


def _scores(view: View, before: str, after: str) -> pd.DataFrame:
    return _concluded(view, before, after).dimensions


def _concluded(view: View, before: str, after: str) -> changed.Concluded:
    _require_comparable(view, before, after)
    if not changed.has_conclusions(view, before, after):
        raise NotFound("scores and findings of these times are not compared")
    return changed.concluded(view, before, after)


def _require_comparable(view: View, before: str, after: str) -> None:
    """Raise `NotFound` for times that cannot be compared, as for a file that is not there."""
    try:
        points.sides(view, before, after)
    except NotComparable as error:
        raise NotFound(str(error)) from None


def _row(each: Measure) -> dict[str, object]:
    return {
        "measure": each.name,
        "label": words.LABELS[each.name],
        "unit": each.unit,
        **_bounded("before", each.before),
        **_bounded("after", each.after),
        "n_before": each.n,
        "n_after": each.n_after,
        "change_is": "ratio" if each.is_ratio else "difference",
        **_bounded("change", each.change),
        "verdict": each.verdict,
        "would_show": each.detectable,
        **_bounded("same_mix", each.same_mix),
        "same_mix_covers": each.covered,
    }


def _bounded(name: str, found: Estimate) -> dict[str, float]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


MEASURES: Final = table("changed-measures", _measures)
SCORES: Final = table("changed-scores", _scores)
CHECKS: Final = table("changed-checks", _checks)
FINDINGS: Final = table("changed-findings", _findings)
