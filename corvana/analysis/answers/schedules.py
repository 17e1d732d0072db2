"""How often somebody stood in, and PagerDuty's own coverage beside ours: sentences and tables."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.wording import count, duration, percent, plain, plural, some_of

MOST: Final = 8
"""The most rows of a table."""
_DAY: Final = 86_400
_UNNAMED: Final = "unnamed"


def stood_in(found: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return how often somebody stood in, from stand_ins.stand_ins; `names` by schedule."""
    if found.empty:
        return "No rotation of three or more people was on call in this period."
    with_some = found[found["stand_ins"].gt(0)]
    if with_some.empty:
        where = plural(len(found), "rotation", "rotations")
        return f"Nobody stood in for somebody else: no overrides on {where} in this period."
    times = _times(int(found["stand_ins"].sum()))
    share = percent(found["seconds"].sum() / found["on_call_seconds"].sum())
    on = f"{count(len(with_some))} of {plural(len(found), 'rotation', 'rotations')}"
    most = with_some.iloc[0]
    name = plain(names.get(str(most["schedule_id"]), _UNNAMED))
    return (
        f"**Somebody stood in {times} on {on}**, for {share} of the time on call. Largest share: "
        f"*{name}*, {percent(most['share'])} of its time ({_times(int(most['stand_ins']))})."
    )


def stand_ins(found: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the rotations with most time of stand-ins, at most MOST of them."""
    shown = found[found["stand_ins"].gt(0)].head(MOST)
    return pd.DataFrame(
        {
            "Rotation": _named(shown, names),
            "Stand-ins": shown["stand_ins"].map(count),
            "Their time": shown["seconds"].map(duration),
            "Share of the time on call": shown["share"].map(percent),
        }
    )


def not_shown(found: pd.DataFrame) -> str:
    """Return how many rotations the table has, if it has not all."""
    n = int(found["stand_ins"].gt(0).sum())
    left_out = f"Top {MOST} of {count(n)} rotations with stand-ins. " if n > MOST else ""
    return (
        f"{left_out}A stand-in is an override of a schedule; two people on call at once count "
        "twice. Rotations of fewer than three people are left out."
    )


def their_coverage(found: pd.DataFrame) -> str:
    """Return whether PagerDuty's coverage is ours, from coverage_compared.coverage_compared."""
    if found.empty:
        return "PagerDuty gave no coverage of its own for these schedules."
    lasting = (found["until"].max() - found["since"].min()).total_seconds()
    days = plural(round(lasting / _DAY), "coming day", "coming days")
    n, differ = len(found), int(found["differs"].sum())
    theirs = f"PagerDuty's own coverage of {days}"
    if not differ:
        on = "the only schedule" if n == 1 else f"all {count(n)} schedules"
        return f"{theirs} is the same as ours on {on}."
    of = some_of(differ, n, "schedule differs", "schedules differ")
    return f"{theirs} beside ours: **{of}**."


def differences(found: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the schedules whose coverage differs most, at most MOST of them."""
    shown = found[found["differs"]].head(MOST)
    return pd.DataFrame(
        {
            "Schedule": _named(shown, names),
            "PagerDuty": shown["theirs"].map(_precisely),
            "Ours": shown["ours"].map(_precisely),
        }
    )


def _named(shown: pd.DataFrame, names: Mapping[str, str]) -> pd.Series:
    return shown["schedule_id"].map(lambda each: plain(names.get(each, _UNNAMED)))


def _times(number: int) -> str:
    return "once" if number == 1 else f"{count(number)} times"


def _precisely(share: float) -> str:
    """Return "99.4 %": the differences are small."""
    return f"{share * 100:.1f} %"
