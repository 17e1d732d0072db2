"""The tables of the page Findings for readers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from corvana.analysis.answers import findings as words
from corvana.analysis.findings.kind import WHOLE_ACCOUNT, Kind, Unit
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.questions.findings import listed
from corvana.questions.readable import on_call, response
from corvana.questions.readable.columns import Column, Form, between
from corvana.questions.view import View

Arguments = Mapping[str, Any]

_FORMS: Final[Mapping[Unit, Form]] = {
    "seconds": "seconds",
    "share": "share",
    "times": "times",
    "count": "count",
    "hours": "number",
    "per on-call hour": "number",
    "Gini": "number",
}


def ledger(_: Arguments) -> Sequence[Column]:
    """Return the columns of the findings ledger."""
    return (
        Column("title", "Finding"),
        Column("where", "Where"),
        Column("avoidable_minutes_per_month", "Avoidable a month", "minutes"),
        Column("minutes", "Kind of time"),
        Column("sure", "Certainty"),
        Column("effect", "Effect (95 % interval)"),
        Column("n", "n", "count"),
        Column("setting", "Setting to look at"),
    )


def opened(view: View, arguments: Arguments) -> Kind | None:
    """Return the kind of the finding that the arguments name; None if the ledger has none."""
    key = arguments["finding"]
    found = next((one for one in listed(view) if words.key(one) == key), None)
    return None if found is None else kind_of(found.kind)


def figure(arguments: Arguments) -> Sequence[Column]:
    """Return the columns of a figure that shows a finding; those of its tests need its kind and
    are `tested`."""
    match arguments["figure"]:
        case "waits":
            return response.within(arguments)
        case "course":
            return response.weeks(arguments)
        case "timeline":
            return (
                *on_call.cover(arguments)[1:2],
                *on_call.cover(arguments)[3:],
            )
        case "members":
            return (
                Column("name", "Responder"),
                Column("value", "Has", "count"),
                Column("expected", "In proportion", "number"),
            )
        case _:
            return ()


def tested(kind: Kind) -> Sequence[Column]:
    """Return the columns of all subjects that a kind tested."""
    form = _FORMS[kind.unit]
    return (
        Column("name", "Tested"),
        Column("effect", kind.comparison.measured, form),
        *between("low", "high", "Measured", form),
        Column("reference", f"Comparison value: {kind.comparison.elsewhere.lower()}", form),
        Column("avoidable_minutes_per_month", "Avoidable a month", "minutes"),
        Column("is_material", "Large enough to be worth a change", "yes"),
        Column("p_value", "p-value", "probability"),
        Column("n", "n", "count"),
        Column("effective_n", "Effective n", "count"),
    )


def largest_first(view: View, frame: pd.DataFrame, arguments: Arguments) -> pd.DataFrame:
    """Return the rows of a figure. Subjects that were tested are in the order of the chart: the
    largest first, those with too little data last."""
    kind = opened(view, arguments)
    if arguments["figure"] != "tested" or kind is None:
        return frame
    enough = frame["n"].ge(ENOUGH) | frame["p_value"].isna()
    return frame.assign(name=_names(frame, kind), enough=enough).sort_values(
        ["enough", "effect"], ascending=False, kind="stable"
    )


def _names(tests: pd.DataFrame, kind: Kind) -> pd.Series:
    """The names of subjects, with "level" before the number of one, "levels" before two."""
    names = tests["name"].astype("str").mask(tests["subject_id"].eq(WHOLE_ACCOUNT), words.WHOLE)
    if kind.after_subject == "level":
        return names.str.replace(" · ", " · level ", n=1)
    return names.str.replace(r" · (?=\d+ and \d+$)", " · levels ", regex=True)
