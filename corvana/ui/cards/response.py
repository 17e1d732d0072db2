"""The cards of the overview and of the response page."""

import math
from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.answers.response import is_forecast
from corvana.analysis.response.breakdowns import usual_week
from corvana.analysis.response.durations import Summary, Unresolved
from corvana.analysis.statistics.estimates import (
    ENOUGH,
    ENOUGH_FOR_P90,
    ENOUGH_FOR_P95,
    Estimate,
)
from corvana.charts.sparkline import sparkline_image
from corvana.questions.response import Compared
from corvana.ui.components import Card

_COUNTS: Final[Mapping[str, str]] = {
    "acknowledged": "Only a person's acknowledgement counts.",
    "resolved": "A resolve by anyone or anything counts, automatic ones too.",
}

_LINE: Final = (
    "The line has the whole weeks until the end of the period, at least eight where they are "
    "collected; it is their"
)
_TOGETHER: Final = (
    "Incidents that come together in a storm are alike, so they tell less than as many separate "
    "ones. The interval is that of the smaller number."
)


def overview_cards(
    acks: Compared,
    resolves: Compared,
    unresolved: Unresolved,
    ack_weeks: pd.DataFrame,
    resolve_weeks: pd.DataFrame,
    weeks: pd.DataFrame,
) -> list[Card]:
    """Return the five numbers of the selection.

    Parameters
    ----------
    ack_weeks, resolve_weeks
        The whole weeks until the end of the period, at least eight: breakdowns.whole_weeks of
        either duration. They are the lines on the cards.
    weeks
        The weeks that lie wholly in the period, on the account's own clock, by which a usual week
        is counted.
    """
    return [
        _half("Half acknowledged in", acks, "acknowledged", among=ack_weeks),
        _half("Half resolved in", resolves, "resolved", among=resolve_weeks),
        _share(
            "acknowledged",
            acks,
            f"of {wording.plural(acks.now.n, 'incident', 'incidents')}",
            among=ack_weeks,
        ),
        Card(
            "Incidents",
            wording.count(acks.now.n),
            _usual(weeks),
            f"Created in the period, {wording.LEFT_OUT}. A usual week is the median of the weeks "
            "that lie wholly in the period, from Monday on the account's clock. The change is that "
            f"of incidents a week outside maintenance windows. {wording.CHANGES} {_LINE} number.",
            wording.ratio_change(acks.change.volume) if acks.change else "",
            _course(ack_weeks["n"], wording.count),
        ),
        Card(
            "Open now",
            wording.count(unresolved.n),
            _open(unresolved),
            "Created in the period and open when the data was collected, reopened ones included. "
            "It has no line: of earlier weeks it is not known how many were open, because a "
            "reopened incident keeps only its first and its last resolve.",
        ),
    ]


def cards_of_all(compared: Compared, verb: str) -> list[Card]:
    """Return the numbers of one duration that are of all incidents of the selection."""
    now = compared.now
    waits = "still waiting" if verb == "acknowledged" else "not resolved yet"
    return [
        _half(f"Half {verb} in", compared, verb),
        _share(verb, compared, f"{wording.count(now.n_open)} {waits}"),
    ]


def cards_of_done(now: Summary, verb: str, weeks: pd.DataFrame) -> list[Card]:
    """Return the percentiles of one duration, which are of the acknowledged or resolved only."""
    of_done = f"Of the {verb} incidents"
    course = _medians(weeks)
    line = f" {_LINE} median." if course else ""
    median = _percentile(
        "Median", now.p50, now.n_done, ENOUGH, f"{of_done}, half were faster.{line}", course
    )
    return [
        # Where all are done, the time until half were is their median, and stands beside.
        *([] if now.n_done == now.n and now.n >= ENOUGH else [median]),
        _percentile(
            "P90", now.p90, now.n_done, ENOUGH_FOR_P90, f"{of_done}, nine in ten were faster."
        ),
        _percentile(
            "P95", now.p95, now.n_done, ENOUGH_FOR_P95, f"{of_done}, 19 in 20 were faster."
        ),
    ]


def _half(label: str, compared: Compared, verb: str, *, among: pd.DataFrame | None = None) -> Card:
    """The time until half of all were done. `among`: the weekly medians of those done alone, if
    they are shown, too."""
    now = compared.now
    meaning = (
        f"Time until half of all incidents of the selection were {verb}, {wording.LEFT_OUT}. "
        f"Those not {verb} count, too: those still open, as long as they were seen. Below: 95 % "
        "interval."
    )
    if now.n < ENOUGH:
        return Card(label, "–", _needs(now.n, ENOUGH, "incident", "incidents"), meaning)
    if is_forecast(now) and now.n_done < ENOUGH:
        few = f"{wording.count(now.n_done)} {verb} so far, {wording.count(now.n_open)} still open"
        return Card(label, "–", few, meaning)
    never = math.isnan(now.half.value)
    is_one = now.n_done == now.n and len(now.curve) == 1
    note = f"each {verb} after that time" if is_one else wording.interval(now.half)
    note, course = f"fewer than half {verb}" if never else note, ""
    if among is not None and now.n_done >= ENOUGH and not is_one:
        course = _medians(among)
        alone = f"among the {wording.count(now.n_done)} {verb}"
        if now.n_done < now.n:
            note = f"{note} · {wording.duration(now.p50.value)} {alone}"
            meaning = f"{meaning} Then the median {alone}."
        if course:
            meaning = f"{meaning} {_LINE} median of those {verb}."
    told = f"{wording.count(now.n)} incidents, as much as {{}}"
    worth = wording.separate_ones(now.n, now.half.effective_n, told)
    if worth:
        note = f"{note} · {worth}"
        meaning = f"{meaning} {_TOGETHER}"
    change = wording.ratio_change(compared.change.half) if compared.change else ""
    meaning = f"{meaning} {wording.CHANGES}"
    return Card(label, wording.duration(now.half.value), note, meaning, change, course, "less")


def _medians(weeks: pd.DataFrame) -> str:
    """The course of the weekly medians; a week with few values has none."""
    enough = weeks["p50"].where(weeks["n_done"].ge(ENOUGH))
    which = f" with {ENOUGH} or more"
    said = wording.course(enough.dropna().tolist(), wording.duration, which)
    return sparkline_image(enough.tolist(), said)


def _open(unresolved: Unresolved) -> str:
    never = f"{wording.count(unresolved.n_unacknowledged)} never acknowledged"
    oldest = unresolved.oldest_at
    return never if oldest is None else f"{never} · the oldest from {wording.instant(oldest)}"


def _shares(weeks: pd.DataFrame) -> str:
    """The course of the weekly shares; a week with few incidents has none."""
    return _course((weeks["n_done"] / weeks["n"]).where(weeks["n"].ge(ENOUGH)), wording.percent)


def _course(weekly: pd.Series, worded: Callable[[float], str]) -> str:
    return sparkline_image(weekly.tolist(), wording.course(weekly.dropna().tolist(), worded))


def _percentile(
    label: str, estimate: Estimate, n: int, needed: int, meaning: str, course: str = ""
) -> Card:
    if n < needed:
        return Card(label, "–", _needs(n, needed, "value", "values"), meaning)
    return Card(
        label,
        wording.duration(estimate.value),
        wording.interval(estimate),
        f"{meaning} Below: 95 % interval.",
        course=course,
    )


def _share(verb: str, compared: Compared, rest: str, *, among: pd.DataFrame | None = None) -> Card:
    """The share that was done. `among`: the weeks of which the card has a line."""
    share, n = compared.now.share_done, compared.now.n
    course = "" if among is None or n < ENOUGH else _shares(among)
    line = f" {_LINE} share." if course else ""
    return Card(
        verb.capitalize(),
        wording.proportion(share.value, n),
        f"{wording.share_interval(share)} · {rest}" if n >= ENOUGH else rest,
        f"Of all incidents of the selection, {wording.LEFT_OUT}. {_COUNTS[verb]} "
        f"{wording.CHANGES}{line}",
        wording.point_change(compared.change.share_done) if compared.change else "",
        course,
        better="more",
    )


def _needs(n: int, needed: int, one: str, several: str) -> str:
    there = "there is" if n == 1 else "there are"
    return f"needs {needed} {several}; {there} {wording.plural(n, one, several)}"


def _usual(weeks: pd.DataFrame) -> str:
    if weeks.empty:
        return "no whole week in the period"
    whole = wording.plural(len(weeks), "whole week", "whole weeks")
    return f"{wording.middle(usual_week(weeks))} in a usual week of this period · {whole}"
