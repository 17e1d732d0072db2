"""The level of the escalation policy that an incident was on. PagerDuty's log has no level field.

The level is inferred from the assignees: it is the policy's level whose targets (a person, or a
schedule with that person on call at that instant) cover the assignees. If several levels match, or
none, the number of escalations since the last assignment, delegation, repeat or escalation by hand
decides. An incident keeps the policy as it was when the incident was created: the version that was
seen last before. Policies are read once an hour, so a version seen within two days counts where
only that one fits the people who were assigned first. Before the first version that was seen, the
oldest known version counts.
"""

import pandas as pd

from corvana.analysis.lifecycle.assignments import changes_of_hands
from corvana.analysis.lifecycle.history import History
from corvana.analysis.lifecycle.in_force import in_force
from corvana.frames import INSTANT

_POLICY = ["policy_id", "since"]
_SEEN_WITHIN = pd.Timedelta(days=2)
"""A changed policy is seen within an hour; later only where nothing was collected meanwhile."""


def assignment_events(
    history: History, rules: pd.DataFrame, shifts: pd.DataFrame, services: pd.DataFrame
) -> pd.DataFrame:
    """Return one row per event that assigned an incident, in order, with its level.

    Parameters are the history, RULE_VERSIONS, SHIFTS and SERVICE_VERSIONS.

    Returns
    -------
    DataFrame
        `incident_id, at, position, assignees, is_direct, policy_id, cause, level, level_source`
        and the other columns of `assignments.changes_of_hands`; `policy_id` is null while it cannot
        be known, level and source while directly assigned.
    """
    known = rules.rename(columns={"escalation_policy_id": "policy_id"})
    events = _in_force(changes_of_hands(history, services), known, shifts)
    covering = _covering_levels(events, known, shifts)
    on_first = _on_first_level(covering)
    is_direct = events["is_direct"] | (events["may_be_direct"] & ~events.index.isin(on_first))
    decided = events.assign(
        is_direct=is_direct,
        last_level=events[_POLICY].merge(_last_levels(known), how="left", on=_POLICY)["last_level"],
    )
    return _with_levels(decided, covering)


def _in_force(events: pd.DataFrame, rules: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Add `since`, which tells the version of the policy that was in force when the incident was
    created: the last one seen before, or the oldest one that is known.

    A policy is read once an hour, so it can have changed before its new version was seen. A version
    seen within two days counts when its first level fits the people who were assigned first,
    and the first level of the last version seen does not.
    """
    versions = rules[_POLICY].drop_duplicates()
    known = events.assign(since=in_force(events, versions, "policy_id")["since"])
    if not versions["policy_id"].duplicated().any():
        return known
    following = in_force(events, versions, "policy_id", "forward")["since"]
    first = ~events.duplicated("incident_id") & ~events["is_direct"]
    is_soon = following.sub(events["created_at"]) <= _SEEN_WITHIN
    doubtful = known[first & is_soon]
    if doubtful.empty:
        return known
    following_of = doubtful.assign(since=following)
    fits, fits_following = (
        _on_first_level(_covering_levels(each, rules, shifts)) for each in (doubtful, following_of)
    )
    is_next = doubtful.index.isin(fits_following) & ~doubtful.index.isin(fits)
    changed = events["incident_id"].isin(doubtful.loc[is_next, "incident_id"])
    is_same = events["policy_id"].eq(events.groupby("incident_id")["policy_id"].transform("first"))
    return known.assign(since=known["since"].mask(changed & is_same, following))


def _on_first_level(covering: pd.DataFrame) -> pd.Series:
    """The events whose assignees the first level covers."""
    return covering.loc[covering["level"].eq(1), "event"]


def _last_levels(rules: pd.DataFrame) -> pd.DataFrame:
    """`policy_id, since, last_level`."""
    return rules.groupby(_POLICY, dropna=False, as_index=False).agg(last_level=("level", "max"))


def _with_levels(events: pd.DataFrame, covering: pd.DataFrame) -> pd.DataFrame:
    ordinal, by_hand = _ordinals(events, covering)
    matched = pd.concat([by_hand, _best_match(covering, ordinal.drop(by_hand.index))])
    levels = events.join(matched)
    level = levels["level"].fillna(ordinal).astype("Int16")
    source = levels["level_source"].fillna("ordinal")
    return events.assign(
        level=level.mask(events["is_direct"]), level_source=source.mask(events["is_direct"])
    )


def _ordinals(events: pd.DataFrame, covering: pd.DataFrame) -> tuple[pd.Series, pd.DataFrame]:
    """The level that counting gives, by event; and `level, level_source` of those by hand.

    A timer moves an incident to the next level. A person can escalate it to any level, so counting
    goes on from the level that fits the people then assigned. No policy has levels after its last.
    """
    resets = (
        (events["is_assign"] & ~events["is_direct"]) | events["is_delegate"] | events["is_repeat"]
    )
    climbs = events["is_escalate"] & ~resets
    segment = resets.groupby(events["incident_id"]).cumsum()
    stretch = events.groupby(["incident_id", segment]).ngroup()
    counted = climbs.groupby(stretch).cumsum() + (segment > 0)
    by_hand = events.index[climbs & events["cause"].eq("manual")]
    turn = stretch[by_hand].groupby(stretch[by_hand]).cumcount()
    found = []
    for number in range(int(turn.max()) + 1 if len(turn) else 0):
        now = turn.index[turn == number]
        expected = _at_most_last(counted[now], events)
        fits = _best_by_hand(covering, expected)
        found.append(fits)
        moved = fits["level"].reindex(now).fillna(expected) - counted[now]
        moved.index = stretch[now]
        since = pd.Series(now, index=stretch[now]).reindex(stretch).to_numpy()
        is_after = events.index.to_numpy() >= since
        counted = counted + stretch.map(moved).where(is_after, 0).fillna(0)
    hand = pd.concat(found) if found else _best_by_hand(covering, counted.iloc[:0])
    return _at_most_last(counted, events), hand


def _at_most_last(ordinal: pd.Series, events: pd.DataFrame) -> pd.Series:
    last = events["last_level"].reindex(ordinal.index).astype("Float64")
    whole = ordinal.astype("Float64")
    return whole.mask((whole > last).fillna(value=False), last).astype("Int16")


def _covering_levels(
    events: pd.DataFrame, rules: pd.DataFrame, shifts: pd.DataFrame
) -> pd.DataFrame:
    """Levels whose targets cover every assignee: `event, level, is_target, is_exact`. On an exact
    level nobody else is paged."""
    wanted = events.loc[~events["is_direct"], [*_POLICY, "at", "assignees", "cause"]]
    assigned = (
        wanted.rename_axis("event")
        .reset_index()
        .merge(_responders(events["assignees"]), on="assignees")
        .dropna(subset="policy_id")
    )
    posts = _posts(rules, shifts)
    candidates = assigned.merge(posts, on=[*_POLICY, "responder"])
    is_target = candidates["is_target"]
    sizes = assigned.groupby("event").size()
    levels = (
        pd.concat([candidates[is_target], _on_call(candidates[~is_target], shifts)])
        .groupby(["event", "level"], as_index=False)
        .agg(covered=("responder", "nunique"), is_target=("is_target", "any"))
    )
    covering = levels[levels["covered"].eq(levels["event"].map(sizes))]
    is_manual = covering["event"].isin(wanted.index[wanted["cause"].eq("manual")])
    paged = _paged_on(covering.loc[is_manual, ["event", "level"]], wanted, posts, shifts)
    everybody = covering[["event", "level"]].merge(paged, how="left", on=["event", "level"])
    return covering.assign(
        is_exact=everybody["paged"].eq(everybody["event"].map(sizes)).to_numpy()
    )[["event", "level", "is_target", "is_exact"]]


def _paged_on(
    levels: pd.DataFrame, events: pd.DataFrame, posts: pd.DataFrame, shifts: pd.DataFrame
) -> pd.DataFrame:
    """How many people a level pages at the time of an event: `event, level, paged`."""
    at = events[[*_POLICY, "at"]].rename_axis("event").reset_index()
    people = levels.merge(at, on="event").merge(posts, on=[*_POLICY, "level"])
    is_target = people["is_target"]
    return (
        pd.concat([people[is_target], _on_call(people[~is_target], shifts)])
        .groupby(["event", "level"], as_index=False)
        .agg(paged=("responder", "nunique"))
    )


def _responders(assignees: pd.Series) -> pd.DataFrame:
    """`assignees, responder`: the responders named in each distinct text."""
    different = assignees.drop_duplicates()
    return (
        pd.DataFrame({"assignees": different, "responder": different.str.split()})
        .explode("responder")
        .dropna()
        .drop_duplicates()
    )


def _posts(rules: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """The possible responders of each level: `policy_id, since, responder, level, is_target,
    schedule_id`."""
    is_person = rules["target_type"].eq("user")
    people = rules[is_person].rename(columns={"target": "responder"})
    schedules = rules[~is_person].rename(columns={"target": "schedule_id"})
    rotas = shifts[["schedule_id", "responder"]].drop_duplicates()
    posts = pd.concat(
        [people.assign(is_target=True), schedules.merge(rotas).assign(is_target=False)],
        ignore_index=True,
    )
    return posts[[*_POLICY, "responder", "level", "is_target", "schedule_id"]]


def _on_call(candidates: pd.DataFrame, shifts: pd.DataFrame) -> pd.DataFrame:
    """Keep the candidates whose responder was on the schedule at `at`."""
    if candidates.empty or shifts.empty:
        return candidates.iloc[:0]
    joined = pd.merge_asof(
        candidates.astype({"at": INSTANT}).sort_values("at"),
        shifts.astype({"start": INSTANT, "end": INSTANT}).sort_values("start"),
        left_on="at",
        right_on="start",
        by=["schedule_id", "responder"],
    )
    return joined[joined["at"] < joined["end"]]


def _best_match(covering: pd.DataFrame, ordinal: pd.Series) -> pd.DataFrame:
    """The smallest matching level not below the ordinal, else the smallest: `level, level_source`
    by event."""
    of_events = covering[covering["event"].isin(ordinal.index)]
    is_below = of_events["level"] < of_events["event"].map(ordinal)
    return _first_of_each(of_events.assign(is_below=is_below), ["is_below", "level"])


def _best_by_hand(covering: pd.DataFrame, expected: pd.Series) -> pd.DataFrame:
    """The level that pages exactly these people, else the matching level nearest to the expected:
    `level, level_source` by event."""
    of_events = covering[covering["event"].isin(expected.index)]
    away = (of_events["level"] - of_events["event"].map(expected)).abs()
    ranked = of_events.assign(is_wider=~of_events["is_exact"], away=away)
    return _first_of_each(ranked, ["is_wider", "away", "level"])


def _first_of_each(levels: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return (
        levels.sort_values(["event", *by])
        .drop_duplicates("event")
        .set_index("event")
        .assign(level_source=lambda f: f["is_target"].map({True: "target", False: "schedule"}))[
            ["level", "level_source"]
        ]
    )
