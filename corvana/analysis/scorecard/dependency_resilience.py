"""Whether dependencies are declared, and whether failures stay within their service."""

from typing import Final

import pandas as pd

from corvana.analysis.account.analysed import Account
from corvana.analysis.dependencies import declared_graph
from corvana.analysis.dependencies.cascades import cascades
from corvana.analysis.scorecard.check import Check, Measured, read_off, share_of


def _pairs(account: Account) -> pd.DataFrame:
    return cascades(
        account.incidents,
        account.dependencies,
        account.maintenance_windows,
        start=account.since,
        end=account.as_of,
    )


def _declared(account: Account) -> Measured:
    ends = account.dependencies[["dependent_id", "supporting_id"]].melt()["value"]
    failing = pd.Series(account.incidents["service_id"].dropna().unique(), dtype="str")
    # An account without any edge probably has a PagerDuty plan without service dependencies.
    return read_off(float(failing.isin(ends).mean()), len(failing) if len(ends) else 0)


def _no_circle(account: Account) -> Measured:
    services = len(declared_graph.graph(account.dependencies))
    circular = sum(len(members) for members in declared_graph.cycles(account.dependencies))
    return read_off(1 - circular / services if services else 0.0, services)


def _contained(account: Account) -> Measured:
    pairs = _pairs(account)
    declared = pairs[pairs["is_declared"]]
    return share_of((~declared["beyond_chance"]).sum(), len(declared), enough=2)


def _foreseen(account: Account) -> Measured:
    pairs = _pairs(account)
    together = pairs[pairs["beyond_chance"]] if len(account.dependencies) else pairs.iloc[:0]
    return share_of(together["is_declared"].sum(), len(together), enough=2)


def _blast_radius(account: Account) -> Measured:
    services = declared_graph.reach(account.dependencies)
    widest = float(services["downstream"].max()) if len(services) else 0.0
    return read_off(widest / max(len(services) - 1, 1), len(services))


CHECKS: Final = (
    Check(
        name="Dependencies are declared",
        measures="Share of services with incidents that are on any declared dependency",
        says="{others} services with incidents {have} no declared dependency",
        unit="share",
        fails_at=0.30,
        meets_at=0.90,
        source="Corvana's own: below a third the graph explains nothing; a tenth may truly stand "
        "alone",
        setting="Service graph › add dependencies",
        measure=_declared,
    ),
    Check(
        name="No service needs itself",
        measures="Share of services on the declared graph that are in no circle of dependencies",
        says="{others} services on the declared graph {are} in a circle of dependencies",
        unit="share",
        fails_at=0.80,
        meets_at=1.00,
        source="Corvana's own: services in a circle can fail and recover only together",
        setting="Service graph › the circle's edges: are all of them true?",
        measure=_no_circle,
    ),
    Check(
        name="Failures stay where they begin",
        measures="Share of declared dependencies whose two services do not fail together beyond "
        "chance",
        says="{others} declared dependencies {join} services that fail together",
        unit="share",
        fails_at=0.60,
        meets_at=0.95,
        source="Corvana's own: at four in ten the services share their fate, one in twenty is near "
        "what chance would call",
        setting="Service graph › the edges of Dependencies › failing together",
        measure=_contained,
    ),
    Check(
        name="What fails together is declared",
        measures="Share of pairs of services failing together beyond chance that are declared",
        says="{others} pairs of services failing together {are} not declared",
        unit="share",
        fails_at=0.50,
        meets_at=1.00,
        source="Corvana's own: when most of what fails together is on no map, the map is not used "
        "in an incident",
        setting="Service graph › add the pairs of Dependencies › undeclared",
        measure=_foreseen,
    ),
    Check(
        name="No failure reaches everything",
        measures="Largest share of the declared graph that needs one service, directly or not",
        says="one service is needed by {value} of the declared graph",
        unit="share",
        fails_at=0.75,
        meets_at=0.25,
        source="Corvana's own: a service that a quarter of all others need is a platform, one that "
        "three quarters need is a single point of failure",
        setting="Service graph › the service with the largest blast radius",
        measure=_blast_radius,
    ),
)
