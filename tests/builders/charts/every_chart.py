"""Arguments for every chart, as many rows as are wanted."""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from corvana.analysis.escalations.level_funnel import account_funnel, ack_latency
from corvana.analysis.escalations.paths import paths
from corvana.analysis.findings.registry import kind_of
from corvana.analysis.response import breakdowns, durations
from corvana.analysis.response.comparison import typical_times
from corvana.analysis.response.stages import stage_summary, stages
from corvana.analysis.staffing import burden
from corvana.analysis.staffing.covered_levels import GAP, SAME_PERSON
from tests.builders.analysis.ledger_of_findings import finding
from tests.builders.charts import changed
from tests.builders.charts.coverage import cover
from tests.builders.charts.dependencies import edges, pairs, radius
from tests.builders.charts.escalations import WHAT_IF, policies
from tests.builders.charts.fairness import rotations, split
from tests.builders.charts.findings import NAN, SLOW, ledger, looked_at
from tests.builders.charts.on_call import burdens, services
from tests.builders.charts.targets import attained, attained_weeks
from tests.builders.charts.teams import ranked

MOST_POINTS: Final = 10_000
MOST_BYTES: Final = 300_000
FEWEST_LETTERS: Final = 10
# "None of 3 services" is English.
MISSING: Final = re.compile(r"\b(?:nan|NaN|NaT|None(?! of\b))\b|<NA>")
ACK: Final = "seconds_to_first_ack"
ZONE: Final = "Europe/Berlin"
AS_OF: Final = pd.Timestamp("2026-11-20", tz="UTC")
MONDAY: Final = pd.Timestamp("2026-11-16", tz="UTC")
WEEKS: Final = 400

Arguments = Callable[[int], dict[str, Any]]
"""A chart's arguments for a frame of so many rows."""


def names(letter: str, n: int) -> dict[str, str]:
    return {f"{letter}{place}": f"Ledger & <payments> of region {place}" for place in range(n)}


def long_ids(numbers: Any) -> pd.Series:
    """Ids as long as PagerDuty's."""
    return pd.Series([f"Q{number:013}" for number in numbers], dtype="str")


@cache
def incidents(n: int) -> pd.DataFrame:
    """Of a twentieth as many services; some never acknowledged, some still open."""
    random, place = np.random.default_rng(7), np.arange(n)
    created = pd.Series(AS_OF - pd.to_timedelta(random.uniform(1, 7 * WEEKS, n), "D"))
    ack = pd.Series(random.lognormal(6, 1.5, n)).mask(place % 10 == 9)
    end = (ack.fillna(0) + random.lognormal(9, 1, n)).mask(place % 20 == 19)
    paged, acknowledged, resolved = (
        created + pd.to_timedelta(seconds, "s") for seconds in (ack / 2, ack, end)
    )
    known = {
        "incident_id": long_ids(place),
        "service_id": long_ids(random.integers(0, n // 20 + 1, n)),
        "created_at": created,
        "first_paged_at": paged,
        "first_acknowledged_at": acknowledged,
        "first_resolved_at": resolved,
        ACK: ack,
        "seconds_to_resolve": end,
        "seconds_to_mobilize": ack * 1.5,
    }
    return pd.DataFrame(known).assign(
        escalation_policy_id="P1", team_ids="T1", urgency="high", resolution="manual",
        snoozed_seconds=0.0, in_maintenance=False, storm=0,
    )  # fmt: skip


def services_named(n: int) -> dict[str, str]:
    return {each: f"Ledger & <payments> {each}" for each in incidents(n)["service_id"].unique()}


@cache
def stays(n: int) -> pd.DataFrame:
    """Of `n` incidents, half of which climb on from each of ten levels, and then start over."""
    random = np.random.default_rng(7)
    depth = random.geometric(0.5, n).clip(max=20)
    incident = np.repeat(np.arange(n), depth)
    step = pd.Series(incident).groupby(incident).cumcount().to_numpy()
    is_last = step + 1 == np.repeat(depth, depth)
    climbs = random.choice(["timeout", "manual", "unknown"], step.size)
    ends = np.where(incident % 10 == 9, "open", np.where(incident % 10 == 8, "resolved", "ack"))
    known = {
        "incident_id": long_ids(incident),
        "level": (step % 10 + 1).astype("int16"),
        "visit": step // 10 + 1,
        "seconds": np.where(is_last, random.lognormal(5, 1, step.size), 300.0),
        "arrived_by": pd.Categorical(np.where(step == 0, "first", "timeout")),
        "ended_by": pd.Categorical(np.where(is_last, ends, climbs)),
    }
    return pd.DataFrame(known).assign(escalation_policy_id="P1", incident=incident, storm=0)


def curve(summary: Callable[..., durations.Summary], n: int) -> pd.DataFrame:
    return summary(incidents(n), AS_OF).curve


def weeks(n: int) -> pd.DataFrame:
    return breakdowns.weekly_trend(incidents(n), ACK, ZONE)


def levels(n: int) -> pd.DataFrame:
    """Stretches of ten weeks."""
    start = weeks(n)["week"].iloc[::10]
    end = start + pd.Timedelta(weeks=10)
    return pd.DataFrame({"start": start, "end": end, "value": 300.0, "ratio": 1.5})


def parts(n: int, *by: str) -> pd.DataFrame:
    each = stages(incidents(n), as_of=AS_OF).rename(columns={"service_id": "id"})
    return stage_summary(each, list(by))


def covered(n: int) -> dict[str, Any]:
    """`n` levels; as many gaps and doubled times, all of them on the first twelve."""
    stretches = [
        (1 + place % 12, start, start + pd.Timedelta(minutes=20), *state)
        for place, start in enumerate(pd.date_range("2026-03-01", periods=n, freq="30min"))
        for state in ((GAP, None), (SAME_PERSON, 1))
    ]
    return {
        "cover": cover([(1, 1_200.0)] * n, *stretches),
        "names": {"P1": "Ledger & <payments>"},
        "time_zone": ZONE,
    }


def links(n: int, after: int, among: int = 1_000) -> list[str]:
    """From each of `among` services to some that stand about `after` places further on."""
    return [f"s{place % among}>s{place % among + after + place // among}" for place in range(n)]


def met(n: int) -> pd.DataFrame:
    """Pairs of services in `links`, a third not declared, a fifth that never fails together."""
    undeclared = n // 3
    apart = np.arange(n) % 5 == 4
    found = pairs(*links(n - undeclared, 30), *links(undeclared, 90, among=100)).assign(
        is_declared=np.arange(n) < n - undeclared
    )
    return found.assign(
        beyond_chance=~(apart & found["is_declared"]),
        **{name: found[name].mask(apart) for name in ("lag", "lag_low", "lag_high")},
    )


def exposing(n: int) -> pd.DataFrame:
    found = radius(**{f"s{place}": 3_600.0 * (n - place) for place in range(n + 1)}).head(n)
    return found.assign(nearest_business=found["nearest_business"].mask(found.index % 5 == 4))


def declared(n: int) -> dict[str, Any]:
    business = [f"s{place}>BUSINESS{place % 50}" for place in range(n // 10)]
    return {
        "dependencies": edges(*links(n, 30), *business),
        "pairs": met(n // 5),
        "radius": exposing(n // 4),
        "names": names("s", n // 2),
    }


def gaps(n: int) -> pd.DataFrame:
    """Two hours in every three and a half, over midnight as well, past and planned."""
    start = pd.date_range(end=AS_OF + pd.Timedelta(days=90), periods=n, freq="210min")
    return pd.DataFrame({"start": start, "end": start + pd.Timedelta(hours=2)})


def people(n: int) -> pd.DataFrame:
    value = np.arange(n)[::-1] + 1
    expected = pd.Series(value / 2).mask(value % 3 == 0)
    name = [f"Responder {place:04}" for place in range(n)]
    return pd.DataFrame({"name": name, "value": value, "expected": expected})


def hung_on(n: int) -> dict[str, Any]:
    return {"services": services(n + 1).head(n), "names": names("S", n)}


def carried(n: int) -> dict[str, Any]:
    return {"burden": burdens(n + 1).head(n), "names": names("R", n), "who": "responders"}


def interrupted(n: int) -> pd.DataFrame:
    """All hours of the week; of nobody, none is shown."""
    pages = pd.DataFrame(
        {
            "at": incidents(n)["created_at"],
            "time_zone": ZONE,
            "hours_class": "sleep",
            "days_class": "weekday",
        }
    )
    return burden.hour_of_week(pages, weeks=WEEKS).head(168 * n)


# Where one row more is built and cut off, an empty frame's columns keep their types.
CASES: Final[dict[str, Arguments]] = {
    "changed.plot_ratios": lambda n: {"measures": changed.ratios(n)},
    "changed.plot_shares": lambda n: {"measures": changed.shares(n)},
    "changed.plot_scores": lambda n: {"dimensions": changed.dimensions(n)},
    "targets.plot_attained": lambda n: {
        "groups": attained(n), "names": names("S", n), "verb": "resolved", "kinds": "services",
    },
    "targets.plot_attained_weeks": lambda n: {"weeks": attained_weeks(n), "verb": "resolved"},
    "teams.plot_teams": lambda n: {"ranking": ranked(n), "names": names("t", n)},
    "bus_factor.plot_bus_factor": hung_on,
    "bus_factor.plot_if_one_leaves": hung_on,
    "comparison.plot_funnel": lambda n: {
        "funnel": typical_times(incidents(n), ACK, "service_id"), "names": services_named(n),
        "groups": "services", "unit": "seconds",
    },
    "covered_levels.plot_cover": covered,
    "blast_radius.plot_blast_radius": lambda n: {"radius": exposing(n), "names": names("s", n)},
    "dependencies.plot_lags": lambda n: {
        "lags": pd.DataFrame({"lag": np.random.default_rng(7).uniform(-600, 600, n)}),
        "pair": pairs("s0>s1"), "names": names("s", 2),
    },
    "dependencies.plot_pairs": lambda n: {"pairs": met(n), "names": names("s", 100)},
    "dependency_graph.plot_graph": declared,
    "escalations.plot_funnel": lambda n: {"funnel": account_funnel(stays(n))},
    "escalations.plot_latency": lambda n: {
        "curves": {level: ack_latency(each) for level, each in stays(n).groupby("level")},
        "delays": dict.fromkeys(range(1, 10), 300.0),
        "pages": dict.fromkeys(range(1, 10), (n, n // 2, 0)),
    },
    "escalation_paths.plot_paths": lambda n: {"paths": paths(stays(n))},
    "escalations.plot_policies": lambda n: {"summary": policies(n + 1), "names": names("P", n)},
    "rests_on.plot_course": lambda n: {"weeks": weeks(n), "since": MONDAY.tz_localize(None)},
    "rests_on.plot_members": lambda n: {"members": people(n + 1).head(n), "what": "nights"},
    "rests_on.plot_timeline": lambda n: {"spans": gaps(n), "as_of": AS_OF, "time_zone": ZONE},
    "rests_on.plot_waits": lambda n: {
        "own": curve(durations.ack_summary, n), "others": curve(durations.ack_summary, n // 2),
        "circumstance": "on Ledger", "otherwise": "on all others",
    },
    "fairness.plot_evenness": lambda n: {"rotations": rotations(n), "names": {}},
    "fairness.plot_lorenz": lambda n: {
        "shared": split(*range(1, n + 1)), "what": "nights with pages",
    },
    "findings.plot_ledger": lambda n: {"ledger": ledger(n + 1).head(n), "opened": "slow_ack:S0"},
    "findings.plot_tested": lambda n: {
        "tests": looked_at(n + 1).head(n), "finding": SLOW, "unit": "seconds", "name": "Ledger",
    },
    "on_call.plot_burden": carried,
    "on_call.plot_hours": lambda n: {"hours": interrupted(n)},
    "on_call.plot_time_on_call": carried,
    "overview.plot_volume": lambda n: {
        "weeks": weeks(n).assign(is_whole=True), "start": MONDAY, "end": AS_OF,
    },
    "breakdowns.plot_breakdown": lambda n: {
        "groups": breakdowns.breakdown(incidents(n), ACK, "service"), "names": services_named(n),
    },
    "response.plot_distribution": lambda n: {
        "histogram": breakdowns.distribution(incidents(n), ACK),
    },
    "breakdowns.plot_hour_of_week": lambda n: {
        "hours": breakdowns.hour_of_week(incidents(n), ACK, ZONE), "time_zone": ZONE,
    },
    "response.plot_trend": lambda n: {
        "trend": weeks(n), "levels": levels(n), "period": (MONDAY, AS_OF),
    },
    "stages.plot_stages": lambda n: {"summary": parts(n)},
    "stages.plot_stages_of": lambda n: {"summary": parts(n, "id"), "names": services_named(n)},
    "survival.plot_acknowledged_within": lambda n: {
        "curve": curve(durations.ack_summary, n), "before": curve(durations.ack_summary, n // 2),
        "n": n, "n_done": n,
    },
    "survival.plot_resolved_within": lambda n: {
        "curve": curve(durations.resolve_summary, n),
        "before": curve(durations.resolve_summary, n // 2), "n": n, "n_done": n,
    },
    # A finding is no frame: of no incident, its interval is not known.
    "walkthrough.plot_comparison": lambda n: {
        "finding": finding("exhausted_policy", n=n, low=0.4 if n else NAN, high=0.6 if n else NAN),
        "unit": "share", "name": "Ledger & <pay>", "words": kind_of("exhausted_policy").comparison,
    },
    "walkthrough.plot_weeks": lambda n: {"weeks": weeks(n)},
    "what_if.plot_what_if": lambda n: {"prediction": pd.concat([WHAT_IF] * (n + 1)).head(n)},
}  # fmt: skip
MANY: Final = 50_000
FEWER: Final = {
    "covered_levels.plot_cover": 5_000,
    "dependency_graph.plot_graph": 5_000,
    "rests_on.plot_timeline": 5_000,
    "fairness.plot_lorenz": 2_000,
}
"""Of what no account has tens of thousands: levels, edges, gaps, people."""
TOO_FEW: Final = {"comparison.plot_funnel", "fairness.plot_lorenz", "breakdowns.plot_hour_of_week"}
"""Charts that cannot say anything of one row, and say so."""
