"""Decoys in an account's frames: they look like bottlenecks but are none.

Some are tiny services with extreme means: the three to nine slowest, most notified or most
reassigned incidents of a policy get a new service. One is a busy service that is otherwise normal:
each of its incidents happens three times, weeks apart, with all its rows.
"""

from dataclasses import replace
from random import Random
from typing import Final

import pandas as pd

from benchmarks.copies import with_copies
from corvana.analysis.account.analysed import Account
from corvana.versions.categories import in_memory

TINY: Final = (
    ("seconds_to_first_ack", 3),
    ("seconds_to_resolve", 5),
    ("notification_count", 7),
    ("reassignment_count", 8),
    ("timeout_escalation_count", 9),
)
COPIES: Final = 2
ROTATION_WEEKS: Final = 4
"""After this number of weeks, the same people are on call again."""


def with_decoys(account: Account, rng: Random) -> tuple[Account, frozenset[str]]:
    """The account with decoys, and the ids of their services."""
    policies = sorted(account.services["escalation_policy_id"].unique())
    hidden = account
    for (column, n), policy in zip(TINY, rng.sample(policies, len(TINY)), strict=True):
        hidden = _with_tiny_service(hidden, f"TINY{n}", policy, column, n)
    busy = rng.choice(sorted(account.services["service_id"]))
    busier = with_copies(
        hidden, hidden.incidents["service_id"].eq(busy), COPIES, weeks=ROTATION_WEEKS
    )
    return busier, frozenset({busy, *(f"TINY{n}" for _, n in TINY)})


def _with_tiny_service(
    account: Account, service_id: str, policy: str, column: str, n: int
) -> Account:
    own = account.incidents["escalation_policy_id"].eq(policy)
    wildest = account.incidents.loc[own, column].nlargest(n).index
    model = account.services[account.services["escalation_policy_id"].eq(policy)].head(1)
    services = pd.concat(
        [account.services, model.assign(service_id=service_id, label=service_id)],
        ignore_index=True,
    )
    services_of = account.incidents["service_id"].astype("str")
    renamed = services_of.mask(account.incidents.index.isin(wildest), service_id)
    incidents = in_memory(account.incidents.assign(service_id=renamed), "incidents")
    return replace(account, incidents=incidents, services=services)
