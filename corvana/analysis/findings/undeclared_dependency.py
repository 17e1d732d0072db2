"""Two services fail within ten minutes of each other though no dependency is declared.

The measure is that of declared dependencies: the share of a service's failures that came together
with one of the other service, at least twenty percentage points above chance, while neither is in a
maintenance window. Which of the two fails first does not matter; pairs without an order are found
too. The share is that of the service with fewer failures, for which it is larger. The test uses
pairs of services that both failed at least ten times and that the declared graph does not already
explain: no edge joins them, neither needs the other through further services, and they need no
service in common. Among a service's many possible partners the most frequent ones stand out by
chance alone: its p-values are multiplied by the number of partners looked at (Bonferroni), and a
service counts in the findings ledger with the partners that reach the floor, or with its most
frequent one. Avoidable minutes are those of declared dependencies. Failing together is an
association: a common cause outside both looks the same. Services that need the same central service
are not examined as a pair.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import networkx as nx
import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.dependencies.declared_graph import graph
from corvana.analysis.findings import dependency_cascade
from corvana.analysis.findings.kind import Finding, Kind

_KEYS: Final = ["first_id", "then_id"]


def tests(account: Account) -> pd.DataFrame:
    pairs = dependency_cascade.often_failing(account)
    is_explained = pd.MultiIndex.from_frame(pairs[_KEYS]).isin(list(_explained(account)))
    looked_at = _once(pairs[~is_explained])
    picked = _picked(looked_at)
    partners = picked["first_id"].map(looked_at.groupby("first_id").size())
    return dependency_cascade.judged(account, picked, partners)


def _once(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair once: of the service with fewer failures; of two alike, the one that is first more
    often."""
    ahead, behind = pairs["followed"], pairs["preceded"]
    is_even = pairs["n_first"].eq(pairs["n_then"])
    # Without any difference, one of the two is told; which one means nothing.
    is_same = ahead.eq(behind) & pairs["first_id"].lt(pairs["then_id"])
    return pairs[pairs["n_first"].lt(pairs["n_then"]) | (is_even & (ahead.gt(behind) | is_same))]


def _picked(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every partner that reaches the floor; a service without one keeps its most frequent one."""
    tested = dependency_cascade.exceeding_chance(pairs)
    excess = tested["effect"] - tested["reference"]
    ranked = tested.assign(excess=excess).sort_values(
        ["first_id", "excess", "then_id"], ascending=[True, False, True]
    )
    kept = ranked[ranked["is_material"] | ~ranked.duplicated("first_id")]
    return kept[pairs.columns].reset_index(drop=True)


def _explained(account: Account) -> Iterator[tuple[str, str]]:
    """Ordered pairs in which one service needs the other, directly or not, or both need a third."""
    declared = graph(account.dependencies)
    for node in declared:
        for below in nx.descendants(declared, node):
            yield from ((node, below), (below, node))
        needing = list(declared.successors(node))
        yield from ((one, other) for one in needing for other in needing)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    return f"{dependency_cascade.coming_together(finding, names)} No dependency is declared."


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    first, second = (names.get(each, each) for each in (finding.subject_id, finding.detail or ""))
    general = (
        f"Find out whether one of {first} and {second} depends on the other, or both on a third; "
        f"declare it and group their alerts. No dependency between them is declared now."
    )
    order = dependency_cascade.order_of(account, finding, names)
    present = dependency_cascade.grouping_of_other(account, finding, names)
    return " ".join(part for part in (general, order, present) if part)


KIND: Final = Kind(
    name="undeclared_dependency",
    title="Services fail together without a declared dependency",
    says="fail together, no dependency declared",
    after_subject="other subject",
    identified_by="both in any order",
    comparison=dependency_cascade.KIND.comparison,
    unit="share",
    floor=dependency_cascade.KIND.floor,
    against=dependency_cascade.KIND.against,
    minutes=dependency_cascade.KIND.minutes,
    setting="Service dependencies, so that responders see both services as related",
    advice=advice,
    assumes=None,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    measure=dependency_cascade.KIND.measure,
    tests=tests,
    evidence=dependency_cascade.evidence,
    ids=dependency_cascade.KIND.ids,
    figures=(),
    sentence=sentence,
)
