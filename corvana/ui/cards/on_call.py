"""The cards of the on-call page."""

from typing import Final

from corvana.analysis import wording
from corvana.analysis.answers.on_call import every
from corvana.analysis.answers.settings import incidents_a_shift, sleep
from corvana.analysis.staffing.burden import LevelLoad, Totals
from corvana.analysis.staffing.burden_change import Change
from corvana.analysis.staffing.covered_levels import Cover
from corvana.analysis.statistics.dispersion import ENOUGH_WEEKS
from corvana.analysis.statistics.estimates import ENOUGH, Estimate
from corvana.assessment.settings import DEFAULT_BASIS, DEFAULT_NORMS, Basis
from corvana.ui.components import Card

_INTERRUPTIONS: Final = (
    "By push, phone and SMS during shifts; arrivals within 60 s are one. Each level by itself, "
    "because level 1 is paged first."
)


def on_call_cards(
    now: Totals, since: Change | None, cover: Cover, basis: Basis = DEFAULT_BASIS
) -> list[Card]:
    """Return rate, sleep, shifts, coverage and people.

    `since` is the change against the period before, if that can be compared. `basis` has the hours
    and norms of the assessment.
    """
    norm = (
        "a norm of Google's SRE book, not a law"
        if basis.norms == DEFAULT_NORMS
        else "the norm of this assessment"
    )
    gaps, levels = int(cover.levels["gaps"].gt(0).sum()), len(cover.levels)
    return [
        _rate(now.levels, wording.ratio_change(since.per_hour) if since else ""),
        _share(
            "In sleep hours",
            now.asleep,
            wording.plural(now.interruptions, "interruption", "interruptions"),
            now.interruptions,
            f"{sleep(basis.hours)} on the responder's own clock. Of all interruptions, on shift or "
            "not.",
            wording.point_change(since.asleep) if since else "",
        ),
        _share(
            "Shifts over the norm",
            now.over_norm,
            wording.plural(now.shifts, "shift", "shifts"),
            now.shifts,
            f"Over {incidents_a_shift(basis.norms)}: {norm}. Whole shifts only.",
            wording.point_change(since.over_norm) if since else "",
        ),
        Card(
            "Levels covered",
            wording.percent(cover.covered),
            f"{wording.some_of(gaps, levels, 'level has', 'levels have')} coverage gaps",
            "Share of the time needed in which a level has somebody on call, mean of all levels, "
            "past and coming. It follows from the schedules: no uncertainty.",
        ),
        Card(
            "People on call",
            wording.count(now.responders),
            f"by schedule; {wording.count(now.named_only)} more only named in a policy",
            "A person who is named in a policy directly can be paged around the clock and has no "
            "shift.",
        ),
    ]


def _rate(levels: tuple[LevelLoad, ...], since: str) -> Card:
    meaning = (
        f"{_INTERRUPTIONS} Divided by the hours on call. Below: 95 % interval of the level named "
        "above. Interruptions of one storm or one busy day tell less than as many separate ones, "
        f"so it is wider. With fewer than {ENOUGH_WEEKS} whole weeks it is not known how much "
        "weeks follow each other; it is too narrow then, if they do."
    )
    if not levels:
        return Card("Per hour on call", "–", "nobody was on call by schedule", meaning)
    first, *others = levels
    rest = "".join(f" {load.level.capitalize()}: {every(load)}." for load in others)
    if first.interruptions < ENOUGH:
        return Card(
            f"Interruptions on {first.level}",
            wording.count(first.interruptions),
            f"in {wording.count(first.hours)} h on call; fewer than {ENOUGH}, no rate",
            f"{_INTERRUPTIONS}{rest}",
        )
    rate = first.per_hour
    note = f"interruptions, {rate.low:.3g} to {rate.high:.3g} · {every(first)}"
    return Card(
        f"Per hour on {first.level}",
        f"{rate.value:.3g}",
        note,
        f"{meaning}{rest}",
        since,
        better="less",
    )


def _share(label: str, share: Estimate, counted: str, n: int, meaning: str, since: str) -> Card:
    if n < ENOUGH:
        return Card(label, wording.proportion(share.value, n), f"of {counted}", meaning)
    note = f"{wording.share_interval(share)} · of {counted}"
    return Card(
        label,
        wording.percent(share.value),
        note,
        f"{meaning} Below: 95 % interval.",
        since,
        better="less",
    )
