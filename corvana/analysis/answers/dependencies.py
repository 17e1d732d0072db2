"""What fails together?"""

from collections.abc import Mapping
from typing import Final

import pandas as pd

from corvana.analysis.dependencies.cascades import by_evidence
from corvana.analysis.findings.dependency_cascade import FLOOR
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.analysis.wording import count, percent, plain, plural, share_interval

TOO_FEW_FAILURES: Final = "too few failures to tell from chance"
NOTHING_DECLARED: Final = (
    "**No dependency between services is declared in PagerDuty.** Declare them there under Service "
    "Graph; the next collection shows them here, with the services that each failure could reach. "
    "Until then, only pairs that fail together beyond chance are shown."
)


def answer(
    pairs: pd.DataFrame,
    names: Mapping[str, str],
    *,
    of_chosen: bool = False,
    can_tell: bool = True,
) -> str:
    """Return a sentence on the surest declared cascade and on the surest undeclared pair.

    Parameters
    ----------
    pairs
        cascades.cascades, or rows of it.
    names
        Label of each service's id.
    of_chosen
        Whether the pairs are limited to chosen services; the sentence then says so.
    can_tell
        Whether any such pair has enough failures to be told from chance.
    """
    declared = pairs[pairs["is_declared"]]
    undeclared = pairs[~pairs["is_declared"] & pairs["beyond_chance"]]
    of = " with a chosen service" if of_chosen else ""
    found = [_declared(declared, names), _undeclared(undeclared, names, of, can_tell=can_tell)]
    association = (
        "Failing together is an association: a common cause outside the two looks the same."
        if len(_sure(declared)) or len(undeclared)
        else ""
    )
    scope = "Only pairs with a chosen service are counted." if of_chosen else ""
    return " ".join(part for part in (*found, association, scope) if part)


def _declared(pairs: pd.DataFrame, names: Mapping[str, str]) -> str:
    sure = _sure(pairs)
    if pairs.empty:
        return "No declared edge joins two services that both failed in this period."
    if sure.empty:
        joins = plural(len(pairs), "declared edge joins", "declared edges join")
        if not have_enough(pairs):
            return f"{joins} services that failed: {TOO_FEW_FAILURES}."
        return f"{joins} services that failed; none fails together beyond chance in this period."
    row = by_evidence(sure).iloc[0]
    one, other = (_name(row[end], names) for end in ("supporting_id", "dependent_id"))
    share = Estimate(row["followed"], row["followed_low"], row["followed_high"])
    chance = row["expected"] / 2 / row["n_supporting"]
    if share.value <= chance:
        return (
            f"**{one}** and **{other}** fail together {_times(row)}, mostly at the same instant: "
            f"which failure follows which is not known. {other} is declared to need {one}."
        )
    often = share.value >= chance + FLOOR
    head = (
        f"**{one} has the clearest follow-on failures:**"
        if often
        else f"**No service often has follow-on failures.** They are clearest after {one}:"
    )
    return (
        f"{head} {percent(share.value)} of its {count(row['n_supporting'])} failures "
        f"({share_interval(share)}) were followed within ten minutes by one of {other}, which is "
        f"declared to need it; by chance {percent(chance)}."
    )


def have_enough(pairs: pd.DataFrame) -> bool:
    """Return whether both services of any of the pairs have enough failures for ten together."""
    return bool(pairs[["n_supporting", "n_dependent"]].min(axis=1).ge(ENOUGH).any())


def _undeclared(pairs: pd.DataFrame, names: Mapping[str, str], of: str, *, can_tell: bool) -> str:
    if pairs.empty and not can_tell:
        return f"Of pairs{of} without a declared edge there are {TOO_FEW_FAILURES}."
    if pairs.empty:
        return f"No pair{of} without a declared edge fails together beyond chance."
    row = by_evidence(pairs).iloc[0]
    one, other = (_name(row[end], names) for end in ("supporting_id", "dependent_id"))
    return (
        f"**{one}** and **{other}** fail together {_times(row)}, although no dependency between "
        "them is declared."
    )


def _times(row: pd.Series) -> str:
    return (
        f"{row['lift']:.0f} times as often as by chance ({row['lift_low']:.0f} to "
        f"{row['lift_high']:.0f}; seen {count(row['together'])} times)"
    )


def _sure(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs[pairs["beyond_chance"] & pairs["n_supporting"].ge(ENOUGH)]


def _name(service: str, names: Mapping[str, str]) -> str:
    return plain(names.get(service, "an unnamed service"))
