"""The cards of the on-call page."""

from corvana.analysis import wording
from corvana.analysis.answers.on_call import every
from corvana.analysis.on_call.shift_time import INCIDENTS_PER_SHIFT_NORM, SHIFT_NORM_HOURS
from corvana.analysis.staffing.burden import Totals
from corvana.analysis.staffing.covered_levels import Cover
from corvana.analysis.statistics.estimates import Estimate, difference, rate_ratio
from corvana.ui.components import Card


def on_call_cards(now: Totals, before: Totals | None, cover: Cover) -> list[Card]:
    """Return rate, sleep, shifts, coverage and people; with changes if there is a period before."""
    return [
        Card(
            "Interruptions an hour",
            f"{now.per_hour.value:.3g}" if now.responders else "–",
            f"{now.per_hour.low:.3g} to {now.per_hour.high:.3g} · {every(now.per_hour)}"
            if now.responders
            else "nobody was on call by schedule",
            "Per hour on call: push, phone and SMS to people on shift; arrivals within 60 s are "
            "one. Below: exact 95 % interval.",
            change=wording.ratio_change(_more_often(now, before)) if before else "",
            better="less",
        ),
        Card(
            "In sleep hours",
            wording.percent(now.asleep.value),
            f"{wording.share_interval(now.asleep)} · n = {wording.count(now.interruptions)}",
            "22:00 to 08:00 on the responder's own clock. Below: 95 % interval.",
            change=wording.point_change(difference(now.asleep, before.asleep)) if before else "",
            better="less",
        ),
        Card(
            "Shifts over the norm",
            wording.percent(now.over_norm.value),
            f"{wording.share_interval(now.over_norm)} · n = {wording.count(now.shifts)}",
            f"More than {INCIDENTS_PER_SHIFT_NORM} incidents in {SHIFT_NORM_HOURS} hours: a norm "
            "of Google's SRE book, not a law. Whole shifts only.",
            change=(
                wording.point_change(difference(now.over_norm, before.over_norm)) if before else ""
            ),
            better="less",
        ),
        Card(
            "Levels covered",
            wording.percent(cover.covered),
            f"{wording.count(cover.levels['gaps'].gt(0).sum())} of "
            f"{wording.count(len(cover.levels))} levels have gaps",
            "Share of the time needed in which a level has somebody on call, mean of all levels, "
            "past and coming. Read off the schedules: no uncertainty.",
        ),
        Card(
            "People on call",
            wording.count(now.responders),
            f"by schedule; {wording.count(now.named_only)} more only named in a policy",
            "Who is named in a policy directly can be paged around the clock and has no shift.",
        ),
    ]


def _more_often(now: Totals, before: Totals) -> Estimate:
    return rate_ratio(
        now.interruptions_on_call,
        now.on_call_hours,
        before.interruptions_on_call,
        before.on_call_hours,
    )
