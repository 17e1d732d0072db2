"""Avoidable time by team: the findings of each team, and their time without counting twice.

The findings are those of Findings, over everything collected. A finding about a service belongs to
the service's teams; one about a policy to the teams whose services use the policy at present; one
about a schedule to the teams whose policies page it. A finding about the whole account belongs to
no team, and one that belongs to two teams counts in both: the times of teams do not add up to the
account's.

Two findings can be about the same incidents, for example a slow service and a slow level of its
policy. Then their times are partly the same time, and their sum is too much. So two numbers are
given. **Counted once**: of the findings about one service only the largest counts, and of a policy
either its own largest finding or those of its services, whichever is more; schedules are counted
in the same way by themselves, and the larger of both results is taken. **Added up**: all findings
together, which is right if no two of them share an incident. The true value lies between the two,
as far as the findings themselves are right. Time in which incidents wait and time in which people
work are counted apart, because one incident can cause both. Teams are sorted by the time counted
once, both kinds together, as the findings are.

A service that changed its policy counts with its present one.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import pandas as pd

from corvana.analysis.findings.kind import Minutes
from corvana.analysis.teams.membership import owned

KINDS_OF_TIME: Final[Mapping[Minutes, str]] = MappingProxyType(
    {"incidents wait": "waiting", "responders work": "work"}
)
"""The column of `by_team` of each kind of minutes."""
_COST: Final = "avoidable_minutes_per_month"


def by_team(
    findings: pd.DataFrame,
    minutes: Mapping[str, Minutes],
    services: pd.DataFrame,
    rules: pd.DataFrame,
    teams: Sequence[str],
) -> pd.DataFrame:
    """Return one row a team, most avoidable minutes first; teams without findings are last.

    Parameters
    ----------
    findings, services, rules
        FINDINGS, SERVICES and RULES.
    minutes
        The kind of minutes of each kind of finding.
    teams
        The ids of all teams.

    Returns
    -------
    DataFrame
        team; findings (their number); waiting, work (minutes a month, counted once); once (both
        together), added (all findings added up); largest (the number of the row of its largest
        finding; −1 for none).
    """
    own = owned(findings, services, rules)
    cost = findings[_COST].clip(lower=0).fillna(0)
    spent = findings["kind"].astype("object").map(minutes).to_numpy()
    rows = own.assign(
        cost=cost.to_numpy()[own["finding"]],
        time=spent[own["finding"]],
    )
    listed = pd.Index(teams, name="team")
    groups = rows.groupby("team")
    times = {
        name: counted_once(rows[rows["time"].eq(kind)]).reindex(listed).fillna(0.0)
        for kind, name in KINDS_OF_TIME.items()
    }
    return (
        pd.DataFrame(
            {
                "findings": groups.size().reindex(listed).fillna(0).astype("int64"),
                **times,
                "added": groups["cost"].sum().reindex(listed).fillna(0.0),
                # FINDINGS come largest first.
                "largest": groups["finding"].min().reindex(listed).fillna(-1).astype("int64"),
            }
        )
        .assign(once=lambda each: each[list(times)].sum(axis=1))
        .rename_axis("team")
        .reset_index()
        .sort_values(["once", "findings", "team"], ascending=[False, False, True])
        .reset_index(drop=True)
    )


def counted_once(rows: pd.DataFrame) -> pd.Series:
    """Return the minutes of each team so that no incident counts in two findings.

    `rows` are those of `membership.owned` with their `cost`, of one kind of minutes.
    """
    is_service, is_schedule = rows["service"].ne(""), rows["schedule"].ne("")
    by_policy = ["team", "policy"]
    services = (
        rows[is_service].groupby([*by_policy, "service"])["cost"].max().groupby(by_policy).sum()
    )
    policies = rows[~is_service & ~is_schedule].groupby(by_policy)["cost"].max()
    incidents = pd.concat([services, policies], axis=1).max(axis=1).groupby("team").sum()
    schedules = rows[is_schedule].groupby(["team", "schedule"])["cost"].max().groupby("team").sum()
    larger: pd.Series = pd.concat([incidents, schedules], axis=1).max(axis=1)
    return larger
