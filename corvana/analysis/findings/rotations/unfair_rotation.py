"""Nights with pages are distributed over the members of a rotation less evenly than by chance.

Each schedule is judged by itself. The nights in which a member was paged in sleep hours, during
their own shift on it and through a policy that uses it, are compared with the members' on-call time
in sleep hours. A member with more of these hours is expected to have more such nights: unequal
hours belong to overloaded_responder and nights_on_one_person. A night is one event, whatever its
number of pages, because a single bad incident pages a person all night.

The effect is the Gini coefficient of those nights, the reference the mean Gini if the nights of
each turn on call had come in another turn (`fairness.fairness`): a bad week falls on somebody, and
is not unfair. p-value and spread come from 1,000 such draws. A schedule with fewer than ten turns,
or fewer than two for each member, is not judged. The interval uses the spread by chance. Floor: the
interval's low end is 0.10 above the reference, as when two people surely have 60 % and 40 % instead
of half each; then the Gini is above the whole band of chance. Avoidable minutes: the nights above
the split by on-call time, minus those expected by chance, times the pages per night, 10 minutes
each.

Limits: if nearly every night brings pages, the nights only mirror the hours; night is
the sleep hours of the assessment on the responder's own clock.
"""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Members
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure, always
from corvana.analysis.findings.measures import cases
from corvana.analysis.findings.measures.cost import INTERRUPTION_MINUTES
from corvana.analysis.on_call.responder_load import sleep_on_call
from corvana.analysis.staffing import fairness
from corvana.analysis.staffing.turns import pages_on_shift, turns
from corvana.analysis.statistics import time_intervals
from corvana.analysis.wording import plural
from corvana.frames import TESTS, conform

_FLOOR: Final = 0.10
_SEED: Final = 0
_NOT_CHANCE: Final = 0.05
"""The largest q-value at which the sentence says without reserve that it is not chance."""
_MEMBER: Final = ["schedule_id", "responder"]


class _Rotations(NamedTuple):
    """All schedules: `members` (`member`, a number, with schedule and responder), and of each
    member the nights with pages, the time on call in sleep hours and all turns. In these three,
    `responder` is the member's number, so that a person on two schedules is two.
    """

    members: pd.DataFrame
    nights: pd.DataFrame
    asleep: pd.DataFrame
    worked: pd.DataFrame


def tests(account: Account) -> pd.DataFrame:
    """Return TESTS of each schedule on which several people had nights, and turns enough to tell;
    `n` is the number of nights."""
    rotations = _rotations(account)
    members = _members(rotations)
    rows = [
        _tested(str(schedule_id), shared, rotations, account.months)
        for schedule_id, shared in members.groupby("schedule_id")
        if len(shared) > 1 and shared["nights"].sum() > 0
    ]
    found = [row for row in rows if row is not None]
    return conform(pd.DataFrame(found, columns=list(TESTS)), TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the members with on-call time in sleep hours, most nights first.

    `responder, sleep_on_call_seconds, nights` (with pages), `pages` (in them), `expected_nights`
    in proportion to the time.
    """
    members = _members(_rotations(account))
    shared = members.loc[
        members["schedule_id"].eq(finding.subject_id),
        ["responder", "sleep_on_call_seconds", "nights", "pages"],
    ]
    return shared.assign(expected_nights=_expected(shared)).sort_values(
        ["nights", "responder"], ascending=[False, True], ignore_index=True
    )


def measured(account: Account, finding: Finding, date: pd.Timestamp) -> Cases:
    """Return whether each night fell to the member who had most nights beyond an equal rate before
    the date."""
    rotations = _rotations(account)
    members = rotations.members
    own = members.loc[members["schedule_id"].eq(finding.subject_id), "member"]
    nights = rotations.nights[rotations.nights["responder"].isin(own)]
    asleep = rotations.asleep[rotations.asleep["responder"].isin(own)]
    before = nights.loc[nights["at"].lt(date), "responder"].value_counts()
    hours = time_intervals.seconds(
        time_intervals.clip(asleep, account.start, min(date, account.end)), "responder"
    )
    expected = hours / max(hours.sum(), 1.0) * before.sum()
    beyond = before.reindex(hours.index).fillna(0.0) - expected
    most = beyond.index.to_numpy()[beyond.to_numpy().argmax()] if len(beyond) else -1
    return cases.of_one(nights["at"], nights["responder"].eq(most), 0, account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    """Return a sentence on how uneven the nights are, and how uneven they would be by chance."""
    name = names.get(finding.subject_id, finding.subject_id)
    fall = "fall" if finding.q_value <= _NOT_CHANCE else "probably fall"
    return (
        f"The nights with pages of {name} {fall} on its members more unevenly than chance "
        f"explains: Gini {finding.effect:.2f} (95 % interval {finding.low:.2f} to "
        f"{finding.high:.2f}, n = {plural(finding.n, 'night', 'nights')}). By their hours at "
        f"night, chance gives {finding.reference:.2f}."
    )


def _tested(
    schedule_id: str, shared: pd.DataFrame, rotations: _Rotations, months: float
) -> dict[str, object] | None:
    """A row of TESTS from the members of one schedule; none with too few turns."""
    nights, asleep, worked = (
        each[each["responder"].isin(shared["member"])]
        for each in (rotations.nights, rotations.asleep, rotations.worked)
    )
    judged = fairness.fairness(nights.assign(size=1.0), asleep, worked, seed=_SEED)
    if not judged.can_tell:
        return None
    chance = judged.expected
    low = max(judged.gini - (chance.high - chance.value), 0.0)
    pages_a_night = shared["pages"].sum() / shared["nights"].sum()
    return {
        "subject_type": "schedule",
        "subject_id": schedule_id,
        "detail": None,
        "effect": judged.gini,
        "low": low,
        "high": min(judged.gini + (chance.value - chance.low), 1.0),
        "reference": chance.value,
        "n": judged.events,
        # The interval is that of the draws.
        "effective_n": math.nan,
        "p_value": judged.p_value,
        "is_material": low - chance.value >= _FLOOR,
        "avoidable_minutes_per_month": (
            judged.surplus * pages_a_night * INTERRUPTION_MINUTES / months
        ),
    }


def _expected(shared: pd.DataFrame) -> pd.Series:
    time = shared["sleep_on_call_seconds"]
    expected: pd.Series = shared["nights"].sum() * time / time.sum()
    return expected


def _rotations(account: Account) -> _Rotations:
    worked = turns(account)
    night = sleep_on_call(
        account.shifts,
        account.zones,
        since=account.start,
        until=account.end,
        windows=account.windows,
    )
    numbers = worked.drop_duplicates("member")[["member", *_MEMBER]]
    asleep = time_intervals.overlap(worked, numbers.merge(night, on="responder"), ["member"])
    came = pages_on_shift(account)
    came = came[account.pages["hours_class"].eq("sleep").to_numpy()[came["page"]]]
    theirs = account.pages[["at", "time_zone", "hours_class"]].iloc[came["page"].to_numpy()]
    nights = fairness.night_pages(theirs.assign(responder=came["member"].to_numpy()))
    by_member = {"member": "responder"}
    return _Rotations(
        numbers,
        nights,
        asleep.rename(columns=by_member),
        worked[["member", "start", "end"]].rename(columns=by_member),
    )


def _members(rotations: _Rotations) -> pd.DataFrame:
    """The members of each schedule with night hours, and their nights with pages.

    `schedule_id, responder, member, sleep_on_call_seconds, nights, pages`.
    """
    by_member = rotations.nights.groupby("responder")["size"]
    shared = {
        "sleep_on_call_seconds": time_intervals.seconds(rotations.asleep, "responder"),
        "nights": by_member.size(),
        "pages": by_member.sum(),
    }
    return (
        rotations.members.set_index("member", drop=False)
        .join(pd.DataFrame(shared))
        .dropna(subset="sleep_on_call_seconds")
        .fillna({"nights": 0, "pages": 0})
        .astype({"nights": "int64", "pages": "int64"})
        .reset_index(drop=True)
    )


KIND: Final = Kind(
    name="unfair_rotation",
    title="Nights fall unevenly on a rotation",
    says="nights fall unevenly",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "How unevenly nights fall (Gini: 0 all alike, 1 as uneven as can be)",
        "By their hours at night",
    ),
    unit="Gini",
    floor=(
        "a Gini coefficient 0.10 above chance, at the low end of the interval, as when two people "
        "share 60 to 40"
    ),
    against="nights in proportion to the members' on-call time at night, less what chance gives",
    minutes="responders work",
    setting="The schedule's handoff time, restrictions and rotation length",
    advice=always(
        "Change the order of turns or the handoff so that everybody gets their share of nights."
    ),
    assumes=None,
    probability_of="random draws",
    tells_of="single people",
    is_association=False,
    measure=Measure(
        words="the share of nights of the person most burdened before",
        unit="share",
        cases=measured,
    ),
    tests=tests,
    evidence=evidence,
    ids={"responder": "responder"},
    figures=(
        Members(
            column="nights", what="nights with pages", expected=lambda rows: rows["expected_nights"]
        ),
    ),
    sentence=sentence,
)
