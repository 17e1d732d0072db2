"""The tables of the page Escalations for readers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from corvana.analysis.escalations.paths import ROUNDS
from corvana.analysis.statistics.estimates import ENOUGH
from corvana.analysis.wording import count, duration, percent
from corvana.questions.readable.columns import Column, bounds
from corvana.questions.view import View

Arguments = Mapping[str, Any]

_CAUSES: Final = {
    "ack": "an acknowledgement",
    "timeout": "the timer",
    "manual": "hand",
    "unknown": "an unknown cause",
    "moved": "hand",
    "resolved": "a resolve",
    "open": "",
}
_NOT_KNOWN: Final = "not known"


def levels(_: Arguments) -> Sequence[Column]:
    """Return the columns of levels: how many incidents come to them, and who answers."""
    return (
        Column("level", "Level", "count"),
        Column("n_reached", "Incidents reaching it", "count"),
        Column("reach", "Share of all incidents", "share"),
        *bounds("reach", "Share of all", "share"),
        Column("n_acked", "Acknowledged there", "count"),
        Column("ack", "Share of those reaching it", "share"),
        *bounds("ack", "Share of those", "share"),
        Column("p50", "Median from page to ack", "seconds"),
        *bounds("p50", "Median", "seconds"),
        Column("p90", "P90 from page to ack", "seconds"),
        Column("n_stays", "Times paged", "count"),
        Column("by_timeout", "Paged by the timer", "count"),
        Column("by_manual", "Paged by hand", "count"),
        Column("by_unknown", "Paged, cause unknown", "count"),
        Column("timed_out", "Ended by the timer", "count"),
        Column("n_open", "Still waiting", "count"),
    )


def policies(_: Arguments) -> Sequence[Column]:
    """Return the columns of escalation policies."""
    return (
        Column("label", "Escalation policy"),
        Column("n", "Incidents", "count"),
        Column("escalated", "Share escalated", "share"),
        *bounds("escalated", "Escalated", "share"),
        Column("repeated", "Share with the policy repeated", "share"),
        *bounds("repeated", "Repeated", "share"),
        Column("exhausted", "Share that ran out of people", "share"),
        *bounds("exhausted", "Ran out", "share"),
        Column("n_acked", "Acknowledged", "count"),
        Column("n_open", "Still open", "count"),
        Column("timeout_escalations", "Escalations by the timer", "count"),
        Column("manual_escalations", "Escalations by hand", "count"),
        Column("unknown_escalations", "Escalations, cause unknown", "count"),
        Column("n_merged", "Left out: merged", "count"),
        Column("n_in_maintenance", "Left out: in maintenance", "count"),
        Column("n_low_urgency", "Left out: low urgency", "count"),
        Column("n_direct", "Left out: assigned directly", "count"),
    )


def most_escalated_first(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the policies in the order of the chart, and the whole selection at the end."""
    is_whole = frame["escalation_policy_id"].isna()
    named = frame.assign(
        label=frame["label"].astype("str").mask(is_whole, "Whole selection"),
        enough=frame["n"].ge(ENOUGH),
        is_whole=is_whole,
    )
    return named.sort_values(
        ["is_whole", "enough", "escalated"], ascending=[True, False, False], kind="stable"
    ).reset_index(drop=True)


def paths(_: Arguments) -> Sequence[Column]:
    """Return the columns of the ways from level to level."""
    return (
        Column("source", "From"),
        Column("target", "To"),
        Column("cause", "By"),
        Column("n", "Incidents", "count"),
        Column("median_seconds", "Median time there", "seconds"),
    )


def places(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return the ways with a name for each place."""
    return pd.DataFrame(
        {
            "source": _place(frame["source_level"], frame["source_round"]),
            "target": frame["end"].fillna(_place(frame["target_level"], frame["target_round"])),
            "cause": frame["cause"].astype("str").map(_CAUSES),
            "n": frame["n"],
            "median_seconds": frame["median_seconds"],
        }
    )


def _place(level: pd.Series, rounds: pd.Series) -> pd.Series:
    later = ", again"
    called = "Level " + level.astype("Int64").astype("str")
    return called.where(rounds.lt(ROUNDS).fillna(True).astype("bool"), called + later)


def what_if(_: Arguments) -> Sequence[Column]:
    """Return the columns of a what-if: what was, and what other delays would bring."""
    return (
        Column("what", "What"),
        Column("observed", "Observed"),
        Column("replayed", "Replayed with present delays"),
        Column("predicted", "Predicted with new delays"),
        Column("interval", "95 % range of a period like this"),
    )


def compared(_: View, frame: pd.DataFrame, __: Arguments) -> pd.DataFrame:
    """Return a row for each number that the new delays change; they have different units, so that
    their values are texts."""
    columns = ["what", "observed", "replayed", "predicted", "interval"]
    return pd.DataFrame(
        [row for one in frame.to_dict("records") for row in _numbers(one)], columns=columns
    )


def _numbers(one: Mapping[Any, Any]) -> list[tuple[str, ...]]:
    low, high = one["p90_low"], one["p90_high"]
    bound = "no upper end" if pd.isna(high) else duration(high)
    return [
        ("Median time to first ack", *(_told(one, "p50", duration)), ""),
        (
            "P90 of the time to first ack",
            *_told(one, "p90", duration),
            _NOT_KNOWN if pd.isna(low) else f"{duration(low)} to {bound}",
        ),
        ("Incidents acknowledged", *_told(one, "acked", percent), ""),
        ("Pages at night", *_told(one, "night_pages", count), ""),
        (
            "Incidents that run out of people",
            "",
            percent(one["ran_out_replayed"]),
            percent(one["ran_out"]),
            "",
        ),
        ("Incidents", count(one["n"]), "", "", ""),
    ]


def _told(one: Mapping[Any, Any], name: str, worded: Any) -> tuple[str, ...]:
    return tuple(
        _NOT_KNOWN if pd.isna(one[name + end]) else worded(one[name + end])
        for end in ("_observed", "_replayed", "")
    )
