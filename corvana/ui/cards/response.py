"""The cards of the overview and of the response page."""

from collections.abc import Callable

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.statistics import estimates
from corvana.analysis.statistics.estimates import Estimate
from corvana.charts.sparkline import sparkline_image
from corvana.questions.response import Compared
from corvana.ui.components import Card


def overview_cards(
    acks: Compared,
    resolves: Compared,
    ack_weeks: pd.DataFrame,
    resolve_weeks: pd.DataFrame,
    filters: Filters,
) -> list[Card]:
    """Return the account's five numbers."""
    weekly = estimates.rate(acks.now.n, filters.weeks)
    return [
        _half("Half acknowledged in", acks, "acknowledged", ack_weeks),
        _half("Half resolved in", resolves, "resolved", resolve_weeks),
        _share("Acknowledged", acks, f"n = {wording.count(acks.now.n)}"),
        Card(
            "Incidents a week",
            wording.count(weekly.value),
            f"{wording.count(weekly.low)} to {wording.count(weekly.high)} · "
            f"{wording.count(acks.now.n)} in all",
            "Created in the period, merged ones left out, per week; exact Poisson interval.",
            wording.ratio_change(acks.change.volume) if acks.change else "",
            _course(ack_weeks["n"], wording.count),
        ),
        Card(
            "Open now",
            wording.count(resolves.now.n_open),
            f"{wording.count(acks.now.n_open)} of them not acknowledged",
            "Created in the period and not resolved when the data was collected.",
        ),
    ]


def response_cards(compared: Compared, verb: str, weeks: pd.DataFrame) -> list[Card]:
    """Return the percentiles and the share of one duration."""
    return [
        _half(f"Half {verb} in", compared, verb, weeks),
        _percentile(
            "P90", compared.now.p90, f"Of the {verb} incidents, nine in ten were faster.", 20
        ),
        _percentile(
            "P95", compared.now.p95, f"Of the {verb} incidents, nineteen in twenty were faster.", 50
        ),
        _share(verb.capitalize(), compared, f"{wording.count(compared.now.n_open)} still open"),
    ]


def _half(label: str, compared: Compared, verb: str, weeks: pd.DataFrame) -> Card:
    now = compared.now
    return Card(
        label,
        wording.duration(now.half.value),
        f"{wording.interval(now.half)} · {wording.duration(now.p50.value)} if only the "
        f"{wording.count(now.n_done)} {verb} count",
        f"Half of all incidents, merged ones left out, were {verb} by then; one that never was "
        f"counts too. Below: 95 % interval, and the median of those that were, whose weekly course "
        "is drawn.",
        wording.ratio_change(compared.change.half) if compared.change else "",
        _course(weeks["p50"], wording.duration),
        "less",
    )


def _course(weekly: pd.Series, worded: Callable[[float], str]) -> str:
    return sparkline_image(weekly.tolist(), wording.course(weekly.dropna().tolist(), worded))


def _percentile(label: str, estimate: Estimate, meaning: str, needed: int) -> Card:
    return Card(
        label,
        wording.duration(estimate.value),
        wording.interval(estimate),
        f"{meaning} Below: 95 % interval. Needs {needed} values.",
    )


def _share(label: str, compared: Compared, rest: str) -> Card:
    return Card(
        label,
        wording.percent(compared.now.share_done.value),
        f"{wording.share_interval(compared.now.share_done)} · {rest}",
        "Of all incidents in the selection, merged ones left out. Only a person's acknowledgement "
        "counts as one.",
        wording.point_change(compared.change.share_done) if compared.change else "",
        better="more",
    )
