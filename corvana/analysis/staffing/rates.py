"""Interruptions per hour on call, by responder and by rotation.

A rotation is a schedule: its interruptions are those of its members on shift, through a policy that
uses it. If an interruption belongs to two rotations, it counts in both. The intervals are those of
the effective numbers of interruptions (`statistics.dispersion`): what one storm brings belongs
together, and turns with more interruptions than chance explains widen them.
"""

from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.on_call import shift_time
from corvana.analysis.on_call.hours import HOURS_CLASSES
from corvana.analysis.staffing.turns import pages_on_shift, turns
from corvana.analysis.statistics import dispersion, time_intervals
from corvana.analysis.statistics.dispersion import Dispersion
from corvana.analysis.statistics.estimates import ENOUGH, rate
from corvana.analysis.statistics.places import Places

_HOUR: Final = 3_600


def by_responder(account: Account) -> pd.DataFrame:
    """Return the burden of each person who was on call by schedule.

    Returns
    -------
    DataFrame
        `id` · `members` on it (one) · `hours` on call · `on_call_share`, the share of the period on
        call, the mean over the members · `n` interruptions during shifts · `per_hour` with
        `per_hour_low`, `per_hour_high` (Poisson, over storms and turns) and `effective_n`, of which
        `sleep`, `off` and `business` by the responder's own clock · `enough`, ten interruptions or
        more. Highest rate first; rows with fewer interruptions come last.
    """
    pages = account.pages
    whole = time_intervals.clip(
        shift_time.stretches(account.shifts), account.start, account.end
    ).reset_index(drop=True)
    turn = time_intervals.found(pages, whole, "responder")
    during = turn.notna()
    seconds = account.loads.set_index("responder")["on_call_seconds"]
    seconds = seconds[seconds > 0]
    came = pages.loc[during, ["responder", "hours_class"]].rename(columns={"responder": "id"})
    measured = _dispersions(
        account.page_storms[during.to_numpy()], came["id"], turn[during], whole, whole["responder"]
    )
    return _burden(came, seconds, pd.Series(1, seconds.index), account, measured)


def by_schedule(account: Account) -> pd.DataFrame:
    """Return the burden of every schedule with a shift: the columns of `by_responder`.

    Hours are those of all its members together.
    """
    worked = turns(account).reset_index(drop=True)
    schedules = worked.drop_duplicates("member").set_index("member")["schedule_id"]
    pages = pages_on_shift(account)
    came = pd.DataFrame(
        {
            "id": pages["member"].map(schedules),
            "hours_class": account.pages["hours_class"].iloc[pages["page"]].to_numpy(),
        }
    )
    members = worked.groupby("schedule_id")["responder"].nunique()
    seconds = time_intervals.lengths(worked).groupby(worked["schedule_id"]).sum()
    turn = time_intervals.found(pages, worked, "member")
    measured = _dispersions(
        account.page_storms[pages["page"].to_numpy()],
        came["id"],
        turn,
        worked,
        worked["schedule_id"],
    )
    return _burden(came, seconds, members, account, measured)


def _dispersions(
    storms: Places, ids: pd.Series, turn: pd.Series, turns: pd.DataFrame, owners: pd.Series
) -> tuple[Dispersion, Dispersion]:
    """How many pages one storm brings to one of `ids`, and how unevenly pages fall on turns.

    `storms`, `ids` and `turn` (a row of `turns`) belong to the pages, `owners` to the turns.
    """
    counts = np.bincount(turn.astype("int64"), minlength=len(turns)).astype(np.float64)
    hours = time_intervals.lengths(turns).to_numpy(dtype=np.float64) / _HOUR
    return (
        dispersion.of_clusters(storms, pd.factorize(ids)[0]),
        dispersion.of_units(counts, hours, pd.factorize(owners)[0]),
    )


def _burden(
    came: pd.DataFrame,
    seconds: pd.Series,
    members: pd.Series,
    account: Account,
    measured: tuple[Dispersion, Dispersion],
) -> pd.DataFrame:
    """`came` holds interruptions on shift: id, hours_class; `seconds` and `members` by id."""
    hours = seconds / _HOUR
    classes = pd.crosstab(came["id"], came["hours_class"]).reindex(
        index=hours.index, columns=list(HOURS_CLASSES), fill_value=0
    )
    n = classes.sum(axis=1)
    worth = dispersion.effective_events(n, *measured)
    rates = [
        rate(int(some), float(of), float(effective))
        for some, of, effective in zip(n, hours, worth, strict=True)
    ]
    lasting = (account.end - account.start).total_seconds()
    return (
        pd.DataFrame(
            [(*each.interval, each.effective_n) for each in rates],
            columns=["per_hour", "per_hour_low", "per_hour_high", "effective_n"],
            index=n.index,
        )
        .assign(
            members=members,
            hours=hours,
            on_call_share=seconds / members / lasting,
            n=n,
            enough=n >= ENOUGH,
            **{name: classes[name] / hours for name in HOURS_CLASSES},
        )
        .rename_axis("id")
        .reset_index()
        .sort_values(["enough", "per_hour", "id"], ascending=[False, False, True])
        .reset_index(drop=True)
    )
