"""A first level whose delay does not fit how people answer: another delay would be better.

Every policy is replayed with its present first delay and with 5, 10, 15, 20 and 30 minutes (see the
what-if of escalation delays). A shorter delay brings faster answers but usually more pages at
night, and only the account can choose between them. A delay is a misfit if another delay is faster
at no such cost. Floor: the predicted P90 of the time to the first acknowledgement is at least 20 %
and 2 minutes shorter, the interval of the prediction, widened by its back-tests, lies below the P90
observed, the replay with the same random draws has no more night pages, and no more than 1 % of
the acknowledgements are lost. A delay longer than the longest observed stay on the level, or one
of which the what-if knows only a range, is not considered, so a delay that is too short is found
only if longer stays were observed. For the
p-value, the logarithm of the predicted P90 is normal, and the upper half of its interval is 1.96
standard errors. It is multiplied by the number of delays tried (Bonferroni), and it is 1 if every
delay has a cost. Avoidable minutes: the predicted change of the P90 for the slowest tenth of the
acknowledged incidents, against the delay named. All of these numbers are predictions of a model. A
first level that never answers is a separate finding and left out here; the delays of other levels
are not judged.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from scipy import stats

from corvana.analysis.account.analysed import Account
from corvana.analysis.escalations import simulate
from corvana.analysis.escalations.experience import Experience
from corvana.analysis.escalations.observed import Observed
from corvana.analysis.findings import level_never_answers
from corvana.analysis.findings.kind import Cases, Comparison, Finding, Kind, Measure
from corvana.analysis.findings.measures import cases, present_settings
from corvana.analysis.findings.measures.policy_waits import policy_waits
from corvana.analysis.statistics import estimates
from corvana.analysis.wording import count
from corvana.frames import TESTS, conform, empty

ALTERNATIVES: Final = (5, 10, 15, 20, 30)
"""First delays tried, in minutes."""
LEAST_CHANGE: Final = 0.2
LEAST_SECONDS: Final = 120
FEWER_ACKS: Final = 0.01
_RULED_OUT: Final = 0.05  # of the night pages: so far above the bound that no replay is needed
_NO_SPREAD: Final = 1e-9  # an interval without width still needs a scale
_SEED: Final = 1
_POLICY: Final = "escalation_policy_id"
_DELAY: Final = "escalation_delay_in_minutes"


def tests(account: Account) -> pd.DataFrame:
    tried = _predicted(_tried(account))
    if tried.empty:
        return empty(TESTS)
    best = tried.sort_values(
        [_POLICY, "is_at_no_cost", "p90", _DELAY], ascending=[True, False, True, True]
    ).drop_duplicates(_POLICY)
    observed, predicted = best["p90_observed"], best["p90"]
    saved = observed - predicted
    is_large = best["change"].le(-LEAST_CHANGE) & saved.ge(LEAST_SECONDS)
    return best.assign(
        subject_type="escalation_policy",
        subject_id=best[_POLICY],
        detail=best[_DELAY].astype("str"),
        effect=observed / predicted,
        low=observed / best["p90_high"],
        high=observed / best["p90_low"],
        reference=1.0,
        n=best["n_acked"],
        effective_n=float("nan"),
        p_value=_p_values(best, best[_POLICY].map(tried.groupby(_POLICY).size())),
        is_material=best["is_at_no_cost"] & is_large & best["p90_high"].lt(observed),
        avoidable_minutes_per_month=saved.clip(lower=0.0)
        * best["n_acked"]
        / 10
        / 60
        / account.months,
    ).pipe(conform, TESTS)


def evidence(account: Account, finding: Finding) -> pd.DataFrame:
    """Return the predicted effect of every first delay tried, shortest delay first.

    Returns
    -------
    DataFrame
        escalation_delay_in_minutes and the columns of `simulate.what_if` for it, the policy's n
        and P90 as observed among them; is_at_no_cost (watched before, no more night pages, no
        fewer acknowledgements).
    """
    return _tried(account, finding.subject_id).drop(columns=_POLICY)


def measured(account: Account, finding: Finding, _date: pd.Timestamp) -> Cases:
    """Return the waits of incidents that entered by the policy, and by other policies."""
    waits = policy_waits(account)
    is_own = waits[_POLICY].eq(finding.subject_id)
    return cases.waits(waits, "waited", is_own, waits[_POLICY], account)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    return (
        f"The P90 of the time to the first acknowledgement of "
        f"{names.get(finding.subject_id, finding.subject_id)} is {finding.effect:.1f} times "
        f"({finding.low:.1f} to {finding.high:.1f}) the one that a replay of its "
        f"{count(finding.n)} acknowledged incidents predicts for a delay of {finding.detail} min "
        f"on level 1, with no more pages at night."
    )


def advice(account: Account, finding: Finding, _names: Mapping[str, str]) -> str:
    now = present_settings.delay(account, finding.subject_id, 1)
    tried = f"Try {finding.detail} min in the what-if of the escalations, then set it on level 1."
    return f"{now} {tried}".strip()


def _predicted(tried: pd.DataFrame) -> pd.DataFrame:
    """The delays with a prediction: one of which there is only a range cannot be told to be
    better."""
    return tried if tried.empty else tried[tried["p90"].notna()]


def _worth_trying(account: Account) -> pd.DataFrame:
    """The first delays worth a replay: policy and delay, one row each.

    A shorter delay is ruled out if it is close to the P90, which cannot fall below it, or if it
    surely adds night pages: an answer on level 1 after the new delay comes too late to prevent the
    page of the next level.
    """
    incident = account.stays["incident"].to_numpy()
    is_night = pd.Series(account.hours_class.eq("sleep").to_numpy()[incident], account.stays.index)
    first = account.stays[account.stays["level"].eq(1)]
    answers = first[is_night[first.index] & first["ended_by"].eq("ack")]
    known = pd.DataFrame(
        {
            "present": _first_rules(account).set_index(_POLICY)[_DELAY],
            "p90": _p90(account),
            "watched": first.groupby(_POLICY)["seconds"].max(),
            "night_pages": account.stays[is_night].groupby(_POLICY)["paged"].sum(),
        }
    ).dropna(subset=["present", "p90"])
    grid = pd.concat(
        known.assign(
            **{_DELAY: minutes},
            late=answers[answers["seconds"].gt(minutes * 60)].groupby(_POLICY).size(),
        )
        for minutes in ALTERNATIVES
    ).fillna(0.0)
    seconds, p90 = grid[_DELAY] * 60, grid["p90"]
    can_gain = (p90 - seconds).ge((p90 * LEAST_CHANGE).clip(lower=LEAST_SECONDS))
    can_be_quiet = grid["late"].le(grid["night_pages"] * _RULED_OUT)
    was_watched = grid["watched"].ge(seconds)
    is_worth = (can_gain & can_be_quiet).where(grid[_DELAY].lt(grid["present"]), was_watched)
    is_other = grid[_DELAY].ne(grid["present"])
    return grid.loc[is_worth & is_other, _DELAY].rename_axis(_POLICY).reset_index()


def _p90(account: Account) -> pd.Series:
    """P90 of the seconds to the first ack by the policy the incidents began on."""
    began = account.stays[account.stays["arrived_by"].eq("first")].drop_duplicates("incident")
    seconds = account.incidents["seconds_to_first_ack"].to_numpy()[began["incident"]]
    timed = began[[_POLICY]].assign(seconds_to_first_ack=seconds)
    found = estimates.quantile_by(timed, [_POLICY], "seconds_to_first_ack", 0.9)
    return found.loc[found["n"].ge(estimates.ENOUGH_FOR_P90), "value"]


def _tried(account: Account, policy: str | None = None) -> pd.DataFrame:
    """`simulate.what_if` of every delay worth trying, of one policy or all: one row each."""
    worth = _worth_trying(account)
    worth = worth[worth[_POLICY].eq(policy) if policy else ~worth[_POLICY].isin(_silent(account))]
    if worth.empty:
        return worth
    # It needs much memory for a moment: before the rows below are there.
    known = account.experience
    is_worth = account.stays[_POLICY].isin(worth[_POLICY])
    stays = account.stays.loc[is_worth, list(simulate.SEEN)]
    seen = simulate.observe(stays, account.incidents.assign(hours_class=account.hours_class))
    rows = [
        _replayed(account, str(each), seen[str(each)], delays.to_list(), known)
        for each, delays in worth.groupby(_POLICY, observed=True)[_DELAY]
        if each in seen
    ]
    if not rows:
        return worth.iloc[:0]
    return pd.concat(rows).sort_values([_POLICY, _DELAY], ignore_index=True)


def _replayed(
    account: Account, policy: str, own: Observed, minutes: list[int], known: Experience
) -> pd.DataFrame:
    """Replay one policy at a time, so that its random draws do not depend on the other policies."""
    found = simulate.first_delays(
        policy, own, account.rules, account.repeats, minutes, seed=_SEED, experience=known
    )
    is_quiet = found["night_pages"].le(found["night_pages_replayed"])
    is_answered = found["acked"].ge(found["acked_replayed"] * (1 - FEWER_ACKS))
    at_no_cost = is_quiet & is_answered & ~found["extrapolated"]
    return found.assign(**{_DELAY: minutes}).assign(is_at_no_cost=at_no_cost)


def _first_rules(account: Account) -> pd.DataFrame:
    return account.rules[account.rules["level"].eq(1)].drop_duplicates(_POLICY)


def _silent(account: Account) -> pd.Series:
    """Policies whose first level never answers."""
    never = level_never_answers.tests(account)
    return never.loc[never["is_material"] & never["detail"].eq("1"), "subject_id"]


def _p_values(best: pd.DataFrame, tried: pd.Series) -> pd.Series:
    """The one-sided probability that the present P90 is this far above the predicted one, if both
    are the same.

    It is 1 if every other delay has a cost.
    """
    spread = np.maximum(np.log(best["p90_high"] / best["p90"]) / 1.96, _NO_SPREAD)
    excess = np.log(best["p90_observed"] / best["p90"])
    p = pd.Series(stats.norm.sf(excess / spread), index=best.index)
    return p.mul(tried).clip(upper=1.0).where(best["is_at_no_cost"], 1.0)


KIND: Final = Kind(
    name="timer_misfit",
    title="First delays that do not fit",
    says="its first delay does not fit",
    after_subject="nothing",
    identified_by="subject",
    comparison=Comparison(
        "P90 of the time to the first acknowledgement, as a multiple of the predicted one",
        "With another delay",
    ),
    unit="times",
    floor=(
        "another first delay is predicted to shorten the P90 of the time to the first "
        "acknowledgement by at least 20 % and 2 minutes, beyond the model's error, with no more "
        "night pages"
    ),
    against="the predicted P90 with the delay named, for the slowest tenth of the incidents",
    minutes="incidents wait",
    setting="Escalation policy: the delay of level 1",
    advice=advice,
    assumes=None,
    probability_of="no difference",
    tells_of="no single people",
    is_association=True,
    measure=Measure(
        words="the typical wait until acknowledged or over", unit="seconds", cases=measured
    ),
    tests=tests,
    evidence=evidence,
    ids={},
    figures=(),
    sentence=sentence,
)
