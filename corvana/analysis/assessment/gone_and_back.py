"""Whether a finding is gone, or back: what the analyses one after the other saw of it.

Each analysis notes of every finding, of this or an earlier analysis, what it saw. *Found*: it is in
the findings ledger. *Not found*: it is not, although it could have been: its subject was tested
with enough data, and the interval of the present effect leaves out the effect that was found last,
on the side of the comparison value. What follows from the configuration is not found when it is not
there while its subject still exists. *Cannot tell*: anything else, for example a subject that was
deleted, too little data, or an interval in which the earlier effect still lies. *Other settings*:
the first analysis under other settings, or by another method, does not find it any more. That is no
news of the account, so nothing can be told until it is found again.

A finding is **gone** if the newest analysis does not find it and the last one that did is at least
seven days older. It is **back** if it had been gone and is found again, seven days or more after
the last analysis that did not find it. So a finding that comes and goes from one day to the next is
neither. Limits: the analysis uses everything collected, so a finding that was put right stays until
the newer incidents outweigh the older ones; *Did it help?* compares before and after at once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

import pandas as pd

from corvana.frames import FINDING_SEEN, conform

Seen = Literal["found", "not found", "cannot tell", "other settings"]
State = Literal["found", "gone", "back", "cannot tell"]

APART: Final = timedelta(days=7)
"""The least time between two analyses whose difference counts."""


class Trace(NamedTuple):
    """What became of a finding. `since`: the first analysis of the newest stretch; `last_found`:
    the newest analysis that found it."""

    state: State
    since: datetime
    last_found: datetime | None


def observed(
    tested: pd.DataFrame, known: pd.DataFrame, subjects: Iterable[str], *, is_alike: bool = True
) -> pd.DataFrame:
    """Return what an analysis saw of each finding of its own or of an earlier one.

    Parameters
    ----------
    tested
        TESTED of the analysis.
    known
        FINDING_SEEN of the earlier analyses.
    subjects
        The ids of services, policies and schedules that exist.
    is_alike
        Whether the analysis was made under the settings and by the method of the one before it.

    Returns
    -------
    DataFrame
        key, seen, effect (the last one that was found), is_read_off.
    """
    present = tested.dropna(subset=["key"]).assign(is_read_off=lambda rows: rows["p_value"].isna())
    # Of two tests with one key, the finding counts.
    once = present.sort_values("is_finding", ascending=False).drop_duplicates("key")
    found = once.loc[once["is_finding"], ["key", "effect", "is_read_off"]].assign(seen="found")
    earlier = _newest(known).reindex(columns=["key", "effect", "is_read_off", "seen"])
    tests = once[["key", "effect", "low", "high", "reference"]].assign(is_tested=True)
    missing = earlier[~earlier["key"].isin(found["key"])].merge(
        tests, on="key", how="left", suffixes=("", "_now")
    )
    is_tested = missing["is_tested"].eq(True)
    could = (is_tested & (missing["is_read_off"] | _is_smaller(missing))) | (
        ~is_tested & missing["is_read_off"] & _subjects(missing["key"]).isin(list(subjects))
    )
    was = missing["seen"]
    is_other = was.eq("other settings") | (could & was.ne("not found") & (not is_alike))
    looked_for = missing[["key", "effect", "is_read_off"]].assign(
        seen=could.map({True: "not found", False: "cannot tell"}).mask(is_other, "other settings")
    )
    return pd.concat([found, looked_for], ignore_index=True)[
        ["key", "seen", "effect", "is_read_off"]
    ]


def extended(
    known: pd.DataFrame, seen: pd.DataFrame, at: datetime, *, is_alike: bool = True
) -> pd.DataFrame:
    """Return the rows of FINDING_SEEN that an analysis changes or adds.

    A stretch goes on if the analysis saw the same as the one before. An analysis that is not newer
    than what is known of a finding changes nothing of it, unless it looked at the same data
    otherwise (`is_alike` of `observed`).

    Parameters
    ----------
    known
        FINDING_SEEN of the earlier analyses.
    seen
        `observed` of the analysis.
    at
        The instant up to which the analysis knows the account.
    """
    moment = pd.Timestamp(at)
    newest = _newest(known)[["key", "since", "until", "seen"]]
    both = seen.merge(newest, on="key", how="left", suffixes=("", "_before"))
    until = both["until"]
    is_newer = until.isna() | until.lt(moment) | (until.eq(moment) & (not is_alike))
    goes_on = both["seen"].eq(both["seen_before"])
    return (
        both.assign(since=both["since"].where(goes_on, moment), until=moment)
        .loc[is_newer]
        .pipe(conform, FINDING_SEEN)
    )


def traces(known: pd.DataFrame) -> dict[str, Trace]:
    """Return what became of each finding of FINDING_SEEN, by key."""
    ordered = known.sort_values(["key", "since"])
    return {
        str(key): _trace([_Stretch(*row) for row in rows.itertuples(index=False, name=None)])
        for key, rows in ordered.groupby("key")[["since", "until", "seen"]]
    }


class _Stretch(NamedTuple):
    since: pd.Timestamp
    until: pd.Timestamp
    seen: Seen


def _trace(stretches: Sequence[_Stretch]) -> Trace:
    """What became of one finding; `stretches` in order of time."""
    last: dict[Seen, pd.Timestamp] = {}
    has_been_gone = is_gone = False
    for one in stretches:
        is_gone = one.seen == "not found" and _are_apart(last.get("found"), one.until)
        has_been_gone = has_been_gone or is_gone
        is_back = one.seen == "found" and _are_apart(last.get("not found"), one.until)
        last[one.seen] = one.until
    newest, found = stretches[-1], last.get("found")
    state: State = "cannot tell"
    if newest.seen == "found":
        state = "back" if has_been_gone and is_back else "found"
    elif is_gone:
        state = "gone"
    return Trace(
        state, newest.since.to_pydatetime(), None if found is None else found.to_pydatetime()
    )


def _are_apart(earlier: pd.Timestamp | None, later: pd.Timestamp) -> bool:
    return earlier is not None and later - earlier >= APART


def _newest(known: pd.DataFrame) -> pd.DataFrame:
    return known.sort_values("since").drop_duplicates("key", keep="last")


def _is_smaller(missing: pd.DataFrame) -> pd.Series:
    """Whether the interval of the present effect lies wholly on the side of the comparison value,
    seen from the earlier effect."""
    was, reference = missing["effect"], missing["reference"]
    return (missing["high"].lt(was) & reference.lt(was)) | (
        missing["low"].gt(was) & reference.gt(was)
    )


def _subjects(keys: pd.Series) -> pd.Series:
    return keys.str.split(":").str[1]
