"""Fake redundancy: two levels of a policy page the same person, so the second adds nobody."""

from collections.abc import Collection

import pandas as pd

from corvana.analysis.on_call import shift_time
from corvana.analysis.statistics import time_intervals

_POLICY = ["escalation_policy_id"]


def double_duty(cover: pd.DataFrame) -> pd.DataFrame:
    """Return the intervals in which one person was on two levels of a policy at once.

    `cover` is `shift_time.cover`. Returns `escalation_policy_id, level, other_level, responder,
    start, end` with level < other_level, one row for each unbroken interval.
    """
    by = [*_POLICY, "level", "other_level", "responder"]
    levels = cover[[*_POLICY, "level"]].drop_duplicates()
    pairs = levels.merge(levels.rename(columns={"level": "other_level"}), on="escalation_policy_id")
    pairs = pairs[pairs["level"] < pairs["other_level"]]
    lower = cover.merge(pairs, on=[*_POLICY, "level"])
    upper = cover.rename(columns={"level": "other_level"}).merge(
        pairs, on=[*_POLICY, "other_level"]
    )
    return time_intervals.overlap(lower, upper, by)


def redundancy(
    shifts: pd.DataFrame,
    rules: pd.DataFrame,
    *,
    schedules: Collection[str],
    since: pd.Timestamp,
    until: pd.Timestamp,
) -> pd.DataFrame:
    """Return the measures of each policy's redundancy in [since, until), sorted by policy.

    Parameters
    ----------
    shifts, rules
        SHIFTS and RULES.
    schedules
        Ids of the schedules whose shifts were collected. A policy using any other is left out,
        because its other people on call are unknown.

    Returns
    -------
    DataFrame
        `escalation_policy_id` · `levels` in the policy · `covered_seconds`, a person on any level ·
        `doubled_seconds`, one person on two levels at once, and `doubled_share` of the covered time
        · `sole_seconds`, all levels that had a person on call had only the same person, and
        `sole_share` · `sole_responder`, that person if it was always the same one, else null ·
        `last_level_responder`, the person who is alone on the last level, else null.

    A policy with one level and one person counts as sole, too, although it was not meant to be
    redundant. Levels are the policies' present ones. If a policy was never covered, its shares are
    NaN.
    """
    is_known = rules["target_type"].eq("user") | rules["target"].isin(list(schedules))
    judged = rules[is_known.groupby(rules["escalation_policy_id"]).transform("all").astype(bool)]
    cover = shift_time.cover(shifts, judged, since=since, until=until)
    people = time_intervals.union(cover, [*_POLICY, "responder"])
    depth = time_intervals.segments(_POLICY, people)
    alone = time_intervals.joined(depth[depth["depth_0"] == 1], _POLICY)
    doubled = time_intervals.union(double_duty(cover), _POLICY)
    levels = judged.groupby("escalation_policy_id")["level"]
    last = cover[cover["level"].eq(cover["escalation_policy_id"].map(levels.max()))]
    table = (
        pd.DataFrame(
            {
                "levels": levels.nunique(),
                "covered_seconds": _seconds(time_intervals.union(people, _POLICY)),
                "doubled_seconds": _seconds(doubled),
                "sole_seconds": _seconds(alone),
            }
        )
        .rename_axis("escalation_policy_id")
        .fillna(0.0)
        .assign(sole_responder=_only_one(people), last_level_responder=_only_one(last))
    )
    covered = table["covered_seconds"].where(table["covered_seconds"] > 0)
    return table.assign(
        doubled_share=table["doubled_seconds"] / covered, sole_share=table["sole_seconds"] / covered
    ).reset_index()


def _seconds(spent: pd.DataFrame) -> pd.Series:
    return time_intervals.seconds(spent, "escalation_policy_id")


def _only_one(people: pd.DataFrame) -> pd.Series:
    """The policies' only responder, by policy; a policy with several is left out."""
    by_policy = people.groupby("escalation_policy_id")["responder"]
    only: pd.Series = by_policy.first()[by_policy.nunique().eq(1)]
    return only
