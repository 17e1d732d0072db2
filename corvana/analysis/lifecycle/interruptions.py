"""Interruptions: notifications of a responder by push, phone or SMS. E-mail never counts.

Source: PagerDuty, Responder Insights (support.pagerduty.com): notifications by push, phone or SMS,
with arrivals within 60 seconds counted as one.
"""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.lifecycle.history import in_order
from corvana.frames import INTERRUPTIONS, conform

INTERRUPTING: Final = ("push", "phone", "sms")
MERGED_WITHIN_SECONDS: Final = 60
_MERGED_WITHIN: Final = MERGED_WITHIN_SECONDS * 1_000_000


def interruptions(log: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return INTERRUPTIONS: `responder, at, incident_id`, sorted by responder and time.

    Parameters
    ----------
    log
        LOG_ENTRIES in any order. Entries after `as_of` and notifications without a responder are
        left out.

    Arrivals that are merged into one interruption take the time and the incident of the first.
    Incidents that were merged at PagerDuty keep their interruptions, because these reached a
    person. It does not matter here whether the responder was on call.
    """
    return merge_arrivals(arrivals(log, as_of=as_of))


def arrivals(log: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return every push, phone call and SMS by itself: the columns of INTERRUPTIONS, by time.

    Those of the same instant are in PagerDuty's own order. If the log is collected in parts,
    concatenate the arrivals of all parts before merging them: merging each part would split an
    interruption at the border of two parts.
    """
    return conform(in_order(interrupting(log[log["at"].le(as_of)])), INTERRUPTIONS)


def interrupting(log: pd.DataFrame) -> pd.DataFrame:
    """The LOG_ENTRIES that reached a responder by push, phone or SMS."""
    wanted = log["type"].eq("notify") & log["notification_type"].isin(INTERRUPTING)
    return log[wanted & log["responder"].notna()]


def merge_arrivals(arrivals: pd.DataFrame) -> pd.DataFrame:
    """Merge a responder's arrivals that lie within 60 s, both ends included, of the first of them.

    The 60 seconds run from the arrival that is kept, not from the one before: arrivals at 0, 50 and
    100 s are two interruptions (at 0 and 100 s), because 0 and 100 are not within 60 s. If they ran
    from the arrival before, an hour in which the phone rang every minute would be one interruption.
    Of several arrivals at the same instant, the first row is kept.
    """
    # Small types, and no name for what is needed once: of a million incidents these are millions.
    responder = pd.factorize(arrivals["responder"], sort=True)[0].astype(np.int32)
    at = arrivals["at"].astype("int64").to_numpy()
    order = np.lexsort((at, responder))
    first = order[_kept(responder[order], at[order])]
    merged: pd.DataFrame = arrivals.iloc[first].reset_index(drop=True)
    return merged


def _kept(responder: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Positions of the first arrival of each interruption; both arrays are sorted."""
    if not at.size:
        return np.empty(0, dtype=np.int64)
    # Put all responders on one clock: each gap longer than the limit, and each step to the next
    # responder, becomes a step just over the limit. Sums stay small, and responders never merge.
    gap = np.minimum(np.diff(at), _MERGED_WITHIN + 1)
    gap[responder[1:] != responder[:-1]] = _MERGED_WITHIN + 1
    is_begin = np.append(True, gap > _MERGED_WITHIN)
    clock = np.zeros(at.size, dtype=np.int64)
    np.cumsum(gap, out=clock[1:])
    del gap
    # The start of an interruption depends on the start of the one before, but never across a gap
    # longer than the limit. So all stretches without such a gap are processed in parallel.
    begun = np.flatnonzero(is_begin)
    ends = np.append(begun[1:], at.size)
    kept = [begun]
    while begun.size:
        following = np.searchsorted(clock, clock[begun] + _MERGED_WITHIN, side="right")
        begun, ends = following[following < ends], ends[following < ends]
        kept.append(begun)
    return np.sort(np.concatenate(kept))
