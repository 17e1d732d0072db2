"""The tables of the page *What changed?* for readers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from corvana.analysis.answers import changed as words
from corvana.analysis.answers.findings import size
from corvana.analysis.assessment.changed.measure import Measure
from corvana.analysis.findings.registry import kind_of
from corvana.questions.assessment import changed
from corvana.questions.readable.columns import Column
from corvana.questions.view import View

Arguments = Mapping[str, Any]
_STATES: Final = {"stays": "found again", "cannot tell": "cannot tell"}


def measures(_: Arguments) -> Sequence[Column]:
    """Return the columns of all measures."""
    return (
        Column("measure", "Measure"),
        Column("before", "Before"),
        Column("after", "After"),
        Column("change", "Change"),
        Column("interval", "95 % interval"),
        Column("verdict", "Verdict"),
        Column("would_show", "Smallest change that would show"),
        Column("same_mix", "At the same mix"),
        Column("same_mix_interval", "At the same mix: 95 % interval"),
        Column("covered", "Incidents of before that this covers", "share"),
        Column("n_before", "n before", "count"),
        Column("n_after", "n after", "count"),
    )


def in_words(view: View, _: pd.DataFrame, arguments: Arguments) -> pd.DataFrame:
    """Return the measures with their values in words, because each has a unit of its own."""
    found = changed.measures(view, arguments["before"], arguments["after"])
    return pd.DataFrame([_told(each) for each in found])


def scores(_: Arguments) -> Sequence[Column]:
    """Return the columns of the scores."""
    return (
        Column("dimension", "Dimension"),
        Column("before", "Points before", "count"),
        Column("after", "Points after", "count"),
        Column("known", "Checks known on both sides", "count"),
        Column("checks", "Checks", "count"),
    )


def checks(_: Arguments) -> Sequence[Column]:
    """Return the columns of the checks behind the scores."""
    return (
        Column("dimension", "Dimension"),
        Column("check", "Check"),
        Column("value_before", "Before"),
        Column("value_after", "After"),
        Column("points", "Points before", "count"),
        Column("points_after", "Points after", "count"),
        Column("n", "n before", "count"),
        Column("n_after", "n after", "count"),
    )


def checks_in_words(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the checks with their values in words."""
    return frame.assign(
        **{
            f"value_{each}": [
                _value(value, unit) for value, unit in zip(frame[each], frame["unit"], strict=True)
            ]
            for each in ("before", "after")
        }
    )


def findings(_: Arguments) -> Sequence[Column]:
    """Return the columns of the findings of either side."""
    return (
        Column("became", "What became of it"),
        Column("title", "Finding"),
        Column("effect_before", "Before"),
        Column("effect_after_told", "After"),
        Column("n", "n before", "count"),
        Column("n_after", "n after", "count"),
        Column("avoidable_minutes_per_month", "Avoidable a month", "minutes"),
    )


def findings_in_words(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the findings with their effects in words."""
    return frame.assign(
        became=frame["state"].replace(_STATES),
        effect_before=[_effect(row, "") for row in frame.to_dict("records")],
        effect_after_told=[_effect(row, "_after") for row in frame.to_dict("records")],
    )


def _told(each: Measure) -> dict[str, object]:
    return {
        "measure": words.LABELS[each.name],
        "before": words.value(each, each.before, each.n),
        "after": words.value(each, each.after, each.n_after),
        "change": words.change(each),
        "interval": words.interval(each),
        "verdict": words.TOLD[each.verdict],
        "would_show": words.detectable(each),
        "same_mix": words.change(each, each.same_mix),
        "same_mix_interval": words.interval(each, each.same_mix),
        "covered": each.covered,
        "n_before": each.n,
        "n_after": each.n_after,
    }


def _value(value: float, unit: Any) -> str:
    if pd.isna(value):
        return "not known"
    return "never" if math.isinf(value) else size(value, unit)


def _effect(row: Mapping[Any, Any], side: str) -> str:
    """The effect on a side, with its interval; what was not tested there is said."""
    parts = [row[f"{name}{side}"] for name in ("effect", "low", "high")]
    if pd.isna(parts[0]):
        return "not tested"
    value, low, high = (_value(part, kind_of(row["kind"]).unit) for part in parts)
    return value if pd.isna(parts[1]) or low == high == value else f"{value} ({low} to {high})"
