"""The method in words, taken from the docstrings of the code, so that text and code agree."""

import inspect
from collections.abc import Sequence
from types import ModuleType
from typing import Final, NamedTuple

from corvana.analysis import findings, maintenance, scorecard, storms
from corvana.analysis.answers import reviewed
from corvana.analysis.answers.findings import size
from corvana.analysis.assessment import changed, did_it_help, gone_and_back, targets
from corvana.analysis.dependencies import blast_radius, cascades, chance, declared_graph
from corvana.analysis.escalations import (
    back_test,
    climbing,
    latency,
    level_funnel,
    prediction,
    replay,
    simulate,
    undecided,
)
from corvana.analysis.findings import assumptions
from corvana.analysis.findings.kind import Kind
from corvana.analysis.lifecycle import incident_rows, interruptions, levels
from corvana.analysis.method import columns, differences
from corvana.analysis.on_call import (
    coverage,
    coverage_compared,
    hours,
    on_call_list,
    redundancy,
    settings_then,
    shift_time,
    stand_ins,
    who_is_paged,
)
from corvana.analysis.response import changes, comparison, durations, period_change, stages
from corvana.analysis.staffing import (
    burden,
    burden_change,
    bus_factor,
    covered_levels,
    fairness,
    rates,
    turn_loads,
)
from corvana.analysis.statistics import (
    before_after,
    dependence,
    dispersion,
    estimates,
    survival,
    weekly_noise,
)
from corvana.analysis.teams import avoidable, numbers


class Section(NamedTuple):
    """A part of the method in Markdown."""

    title: str
    text: str


class Chapter(NamedTuple):
    title: str
    sections: Sequence[Section]


_CHAPTERS: Final = {
    "From the log to incidents": {
        "The incident lifecycle": incident_rows,
        "Levels of a policy": levels,
        "Maintenance windows": maintenance,
    },
    "Response": {
        "Durations": durations,
        "Curves": survival,
        "Where the time goes": stages,
    },
    "Escalations": {
        "The way to the first ack": climbing,
        "The funnel": level_funnel,
        "Incidents just begun": undecided,
        "What-if of delays": simulate,
        "How incidents are replayed": replay,
        "Three ways to predict": prediction,
        "How far predictions are off": back_test,
        "How long a level takes to answer": latency,
        "Who would be paged": who_is_paged,
        "Settings of the time": settings_then,
        "PagerDuty's own on-call list": on_call_list,
    },
    "On-call": {
        "Interruptions": interruptions,
        "Hours": hours,
        "Time on call": shift_time,
        "Burden on call": burden,
        "Burden against the period before": burden_change,
        "Rates of responders and rotations": rates,
        "Fairness": fairness,
        "Turns dealt anew": turn_loads,
        "Bus factor": bus_factor,
        "Coverage gaps": coverage,
        "Levels covered": covered_levels,
        "Fake redundancy": redundancy,
        "Stand-ins": stand_ins,
        "PagerDuty's own coverage": coverage_compared,
    },
    "Teams": {
        "Avoidable time by team": avoidable,
        "A team against the rest": numbers,
    },
    "Dependencies": {
        "The declared graph": declared_graph,
        "Blast radius": blast_radius,
        "Failing together": cascades,
        "Failing together by chance": chance,
    },
    "Assessment": {
        "What is told": reviewed,
        "Gone and back": gone_and_back,
        "What the client is asked": assumptions,
        "Response targets": targets,
        "What changed": changed,
        "Did it help?": did_it_help,
        "Before and after a date": before_after,
    },
    "Certainty": {
        "Storms": storms,
        "Effective n": dependence,
        "Rates of what comes together": dispersion,
        "Estimates and intervals": estimates,
        "Comparing groups": comparison,
        "Against the period before": period_change,
        "Change over time": changes,
        "Weeks without a change": weekly_noise,
        "Findings": findings,
        "Scorecard": scorecard,
    },
}


def chapters(kinds: Sequence[Kind]) -> list[Chapter]:
    """Return the whole method; every kind of finding has a section."""
    computed = [
        Chapter(title, [Section(name, _text(module)) for name, module in modules.items()])
        for title, modules in _CHAPTERS.items()
    ]
    return [*computed, Chapter("Kinds of findings", [_kind(kind) for kind in kinds])]


def markdown(kinds: Sequence[Kind]) -> str:
    """Return the method as one Markdown document."""
    parts = ["# Method"]
    for chapter in chapters(kinds):
        parts.append(f"## {chapter.title}")
        parts.extend(f"### {section.title}\n\n{section.text}" for section in chapter.sections)
    parts += [
        "## Checks of the scorecard",
        _checks(),
        "## Where our numbers differ",
        _differences(),
        "## Columns of incidents.csv",
        _columns(),
    ]
    return "\n\n".join(parts) + "\n"


def _kind(kind: Kind) -> Section:
    """The definition is the docstring of the module that tests for the kind."""
    module = inspect.getmodule(kind.tests)
    facts = [
        f"**Worth a change when:** {kind.floor}.",
        f"**Avoidable minutes:** {kind.against}; minutes in which {kind.minutes}.",
        f"**Look at:** {kind.setting}.",
    ]
    said = [_text(module)] if module else []
    return Section(kind.title, "\n\n".join([*said, *facts]))


def _text(module: ModuleType) -> str:
    return inspect.cleandoc(module.__doc__ or "")


def _checks() -> str:
    rows = [
        (
            f"{dimension}: {check.name}",
            check.measures,
            f"{size(check.fails_at, check.unit)}, {size(check.meets_at, check.unit)}",
            check.source,
        )
        for dimension, own in scorecard.DIMENSIONS.items()
        for check in own
    ]
    return _table(("Check", "What is measured", "0 and 100 points at", "Source"), rows)


def _differences() -> str:
    return _table(("Metric", "Here", "PagerDuty", "Others"), differences.DIFFERENCES)


def _columns() -> str:
    described = {**columns.INCIDENTS, **columns.TARGETS}
    rows = [(f"`{name}`", meaning) for name, meaning in described.items()]
    return _table(("Column", "Meaning"), rows)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
