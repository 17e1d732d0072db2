"""A service fails, and another one follows though no dependency between them is declared.

The measure is that of declared dependencies: the share of a service's failures after which the
other began to fail within ten minutes, at least twenty percentage points above chance, while
neither is in a maintenance window. The test uses pairs of services that both failed at least ten
times and that the declared graph does not already explain: no edge joins them, neither needs the
other through further services, and they need no service in common. Among a service's many possible
followers the most frequent ones stand out by chance alone: its p-values are multiplied by the
number of followers looked at (Bonferroni), and a service counts in the findings ledger with the
followers that reach the floor, or with its most frequent one. If each follows the other, the
finding names the service that is first more often, or in the larger share of its failures.
Avoidable minutes are those of declared dependencies. Following is an association: a common cause
outside both looks the same. Services that need the same central service are not examined as a pair.
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
    looked_at = pairs[~pd.MultiIndex.from_frame(pairs[_KEYS]).isin(list(_explained(account)))]
    picked = _picked(looked_at)
    partners = picked["first_id"].map(looked_at.groupby("first_id").size())
    return dependency_cascade.judged(account, picked, partners)


def _picked(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every follower that reaches the floor; if both services of a pair do, the one that is second
    more often. A service without such a follower keeps its most frequent one."""
    tested = dependency_cascade.exceeding_chance(pairs)
    excess = tested["effect"] - tested["reference"]
    ranked = tested.assign(excess=excess).sort_values(
        ["first_id", "excess", "then_id"], ascending=[True, False, True]
    )
    kept = ranked[ranked["is_material"] | ~ranked.duplicated("first_id")]
    material = kept[kept["is_material"]]
    back = material[_KEYS].set_axis(["then_id", "first_id"], axis=1)
    returned = back.assign(back=material["followed"], share_back=material["effect"])
    both = kept.merge(returned, on=_KEYS, how="left")
    is_even = both["followed"].eq(both["back"])
    is_less = both["effect"].lt(both["share_back"])
    # Without any difference, one of the two is told; which one means nothing.
    is_same = both["effect"].eq(both["share_back"]) & both["first_id"].gt(both["then_id"])
    is_second = both["is_material"] & (
        both["followed"].lt(both["back"]) | (is_even & (is_less | is_same))
    )
    return both.loc[~is_second, pairs.columns].reset_index(drop=True)


def _explained(account: Account) -> Iterator[tuple[str, str]]:
    """Ordered pairs in which one service needs the other, directly or not, or both need a third."""
    declared = graph(account.dependencies)
    for node in declared:
        for below in nx.descendants(declared, node):
            yield from ((node, below), (below, node))
        needing = list(declared.successors(node))
        yield from ((one, other) for one in needing for other in needing)


def sentence(finding: Finding, names: Mapping[str, str]) -> str:
    return f"{dependency_cascade.following(finding, names)} No dependency is declared."


def advice(account: Account, finding: Finding, names: Mapping[str, str]) -> str:
    first, second = (names.get(each, each) for each in (finding.subject_id, finding.detail or ""))
    general = (
        f"Find out whether {second} depends on {first}; if so, declare it and group their alerts. "
        f"No dependency between them is declared now."
    )
    present = dependency_cascade.grouping_of_second(account, finding, names)
    return f"{general} {present}".strip()


KIND: Final = Kind(
    name="undeclared_dependency",
    title="Failures follow each other without a declared dependency",
    says="failures follow, no dependency declared",
    after_subject="other subject",
    comparison=dependency_cascade.KIND.comparison,
    unit="share",
    floor=dependency_cascade.KIND.floor,
    against=dependency_cascade.KIND.against,
    minutes=dependency_cascade.KIND.minutes,
    setting="Service dependencies, so that responders see both services as related",
    advice=advice,
    probability_of="the floor",
    tells_of="no single people",
    is_association=True,
    tests=tests,
    evidence=dependency_cascade.evidence,
    ids=dependency_cascade.KIND.ids,
    figures=(),
    sentence=sentence,
)
