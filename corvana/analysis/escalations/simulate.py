"""The effect that other escalation delays would have had on the same incidents.

The incidents of each policy are replayed with the new delays (see how incidents are replayed). The
replay is held against two plainer predictions, *every page is shifted* and *nothing changes*: the
one is used that was best in back-tests of the same distance and direction on the account's other
policies (see how far predictions are off). The same back-tests calibrate the interval.

These assumptions may be wrong:

- how long after its page a level answers depends neither on when it is paged nor on the delays, so
  that an answer that was observed would come again;
- when the next level is paged, the level before it answers no more;
- answers that are drawn are independent of each other, given policy, level and hours (sleep, off,
  business), and people who have not answered for long are alike in all policies of the account;
- ends without a person (a monitor resolves) come on the clock of the incident and would come again;
- all pages of an incident fall into the hours of its first;
- a level is paged whenever it was, and one that was never reached has somebody on call.

A prediction is *extrapolated* when more than one incident in ten rests on what was hardly ever
seen: an answer later than ten pages of the level were watched for, or an end of incidents of which
nobody is left to page, seen fewer than ten times. Then there is a range and no number: the interval
of the prediction, made as wide as to hold all three. It has no upper end if one incident in ten
would run out of people and fewer than ten ever did.

Times are to the first ack, in seconds from creation; later events, such as an ack timeout, are not
replayed.
"""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
import pandas as pd

from corvana.analysis.escalations.back_test import distance
from corvana.analysis.escalations.effect import Part, effect, part
from corvana.analysis.escalations.experience import (
    Experience,
    delays_of,
    present_chains,
)
from corvana.analysis.escalations.experience import experience as experience_with
from corvana.analysis.escalations.model import Chain, Model, learn
from corvana.analysis.escalations.observed import Observed, observed
from corvana.analysis.escalations.replay import Replayed, replay

_POLICY: Final = "escalation_policy_id"
SEEN: Final = (
    *("incident", _POLICY, "level", "at", "seconds", "arrived_by", "ended_by", "paged", "visit"),
)
"""The columns of `climbing.stays` that `observed` reads."""


def observe(stays: pd.DataFrame, incidents: pd.DataFrame) -> dict[str, Observed]:
    """Return what was observed on every policy on which an incident began, by policy id.

    It does not depend on the delays. This is the slow part of a what-if, so callers should keep it.

    Parameters
    ----------
    stays
        `climbing.stays`, or rows of it.
    incidents
        The INCIDENTS of these stays with `hours_class` of the first page: `sleep`, `off`,
        `business` or null.
    """
    of_incident = incidents[["hours_class", "created_at", "resolution"]].iloc[stays["incident"]]
    # Grouping texts by policy is slow, and the row number already identifies the incident.
    known = stays[list(SEEN)].join(of_incident.set_axis(stays.index))
    found = {
        str(policy): observed(own)
        for policy, own in known.groupby(_POLICY, sort=True, observed=True)
    }
    return {policy: own for policy, own in found.items() if own is not None}


def experience_of(
    stays: pd.DataFrame, incidents: pd.DataFrame, rules: pd.DataFrame, repeats: pd.DataFrame
) -> Experience:
    """Return the experience of all policies; parameters as of `observe` and `what_if`."""
    found = observe(stays, incidents)
    return experience_with(found, present_chains(rules, repeats, found))


def what_if(
    policies: Mapping[str, Observed],
    rules: pd.DataFrame,
    repeats: pd.DataFrame,
    delays: pd.DataFrame,
    *,
    seed: int,
    experience: Experience | None = None,
) -> pd.DataFrame:
    """Return the predicted effect of other delays: one row a policy, then a row for all together.

    Parameters
    ----------
    policies
        `observe`, of all policies or of some.
    rules, repeats
        RULES and REPEATS as they are now; a policy that is not in REPEATS has none.
    delays
        The new ones: escalation_policy_id, level, escalation_delay_in_minutes. A level that is not
        in it keeps its delay.
    seed
        Of the draws. The present and the new delays are replayed with the same random draws.
    experience
        Of the account; None: of the policies given.

    Returns
    -------
    DataFrame
        escalation_policy_id (null in the last row); n (incidents that began on the policy),
        n_acked, n_open; p50 and p90 of the seconds to first ack, of those acknowledged on their
        path: `_observed`, `_replayed` (present delays) and without suffix (predicted for the new
        delays, NaN when extrapolated); p90_low, p90_high (NaN: no upper end); change (p90 against
        p90_replayed, less one); acked_observed, acked_replayed, acked (shares of n);
        night_pages_observed, night_pages_replayed, night_pages (people paged in `sleep` hours until
        the first ack, over the same time); ran_out_replayed, ran_out (share of n of which nobody is
        left to page); cut_off (answers that came later than the new delay of their level, so that
        the next level would have been paged first); distance (how many times as long as now the
        delay is that matters most); predictor; backtest (how far predictions of
        this distance were off in the back-tests: the median, as a share), n_backtests;
        extrapolated. Fewer acks can make a P90 look better: read it beside the share acknowledged.

        p90 and what follows from it need 20 acknowledged incidents and are NaN below. p90_low and
        p90_high are the bounds for the P90 of another period like this one (`prediction.bounds`),
        widened by the back-tests (`back_test.calibrate`). How often they hold in accounts whose
        delays are really changed is measured by `benchmarks/bench_what_if.py`.
    """
    chains = present_chains(rules, repeats, policies)
    known = experience or experience_with(policies, chains)
    wanted = delays_of(delays)
    parts: dict[str, Part] = {}
    for place, (policy, own) in enumerate(policies.items()):
        now = chains[policy]
        new = Chain({**now.delays, **wanted.get(policy, {})}, now.loops)
        model = learn(own, now, known.elsewhere(policy))
        present = replay(model, now, np.random.default_rng((seed, place)))
        parts[policy] = _part(policy, model, (now, new), (seed, place), present, known)
    rows = [{_POLICY: policy} | effect([part]) for policy, part in parts.items()]
    total = {_POLICY: None} | effect(list(parts.values()))
    return pd.DataFrame([*rows, total]).astype({_POLICY: "str"})


def first_delays(
    policy: str,
    own: Observed,
    rules: pd.DataFrame,
    repeats: pd.DataFrame,
    minutes: Iterable[int],
    *,
    seed: int,
    experience: Experience | None = None,
) -> pd.DataFrame:
    """Return `what_if` of one policy for several delays of its first level: one row each, in order.

    The present delays are replayed once for all of them.
    """
    chains = present_chains(rules, repeats, {policy: own})
    known = experience or experience_with({policy: own}, chains)
    now = chains[policy]
    model = learn(own, now, known.elsewhere(policy))
    present = replay(model, now, np.random.default_rng((seed, 0)))
    parts = [
        _part(policy, model, (now, new), (seed, 0), present, known)
        for new in (Chain({**now.delays, 1: each * 60.0}, now.loops) for each in minutes)
    ]
    rows = [{_POLICY: policy} | effect([part]) for part in parts]
    return pd.DataFrame(rows).astype({_POLICY: "str"})


def _part(
    policy: str,
    model: Model,
    chains: tuple[Chain, Chain],
    seed: tuple[int, int],
    present: Replayed,
    known: Experience,
) -> Part:
    now, new = chains
    changed = present if new == now else replay(model, new, np.random.default_rng(seed))
    calibration = known.calibration(policy, distance(model.observed, now, new))
    return part(model, now, new, (present, changed), calibration)
