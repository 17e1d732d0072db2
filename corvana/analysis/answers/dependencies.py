"""What fails together?"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.findings.dependency_cascade import FLOOR
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, percent, plain, share_interval

NOTHING_DECLARED: Final = (
    "**No dependency between services is declared in PagerDuty.** Declare them there under Service "
    "Graph; the next collection brings them here, with what each service's failures could reach. "
    "Until then, only pairs that fail together beyond chance are shown."
)


def answer(pairs: pd.DataFrame, names: Mapping[str, str], *, of_chosen: bool = False) -> str:
    """Return a sentence on the surest declared cascade and on the surest undeclared pair.

    Parameters
    ----------
    pairs
        cascades.cascades, or rows of it.
    names
        Label of each service's id.
    of_chosen
        Whether the pairs are limited to chosen services; the sentence then says so.
    """
    declared = pairs[pairs["is_declared"]]
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    found = [_declared(declared, names), _undeclared(undeclared, names)]
    association = (
        "Failing together is an association: a common cause outside both looks the same."
        if len(_sure(declared)) or len(undeclared)
        else ""
    )
    scope = "This is about pairs with the services chosen only." if of_chosen else ""
    return " ".join(part for part in (*found, association, scope) if part)


def _declared(pairs: pd.DataFrame, names: Mapping[str, str]) -> str:
    sure = _sure(pairs)
    if pairs.empty:
        return "No declared edge joins two services that both failed in this period."
    if sure.empty:
        return (
            "Of the declared edges between services that failed "
            f"({count(len(pairs))}), none fails together beyond chance in this period."
        )
    row = sure.nlargest(1, "followed_low").iloc[0]
    one, other = (_name(row[end], names) for end in ("supporting_id", "dependent_id"))
    share = Estimate(row["followed"], row["followed_low"], row["followed_high"])
    chance = row["expected"] / 2 / row["n_supporting"]
    often = share.value >= chance + FLOOR
    head = (
        f"**{one} takes most with it:**"
        if often
        else f"**No service often takes another with it.** The most is {one}:"
    )
    return (
        f"{head} {percent(share.value)} of its failures "
        f"({share_interval(share)}, n = {count(row['n_supporting'])}) were followed by one of "
        f"{other}, which is declared to need it, within ten minutes; by chance "
        f"{percent(chance)}."
    )


def _undeclared(pairs: pd.DataFrame, names: Mapping[str, str]) -> str:
    if pairs.empty:
        return "No pair without a declared edge fails together beyond chance."
    row = pairs.nlargest(1, "lift_low").iloc[0]
    one, other = (_name(row[end], names) for end in ("supporting_id", "dependent_id"))
    return (
        f"**{one}** and **{other}** fail together {_times(row)}, although nothing is declared "
        "between them."
    )


def _times(row: pd.Series) -> str:
    return (
        f"{row['lift']:.0f} times as often as by chance ({row['lift_low']:.0f} to "
        f"{row['lift_high']:.0f}, {count(row['together'])} times)"
    )


def _sure(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[pairs["beyond_chance"] & pairs["n_supporting"].ge(ENOUGH)]


def _name(service: str, names: Mapping[str, str]) -> str:
    return plain(names.get(service, "an unnamed service"))
