"""Whether the load is sustainable: shifts, nights and rests of the period, of all people
together."""

from typing import Final

import numpy as np

from corvana.analysis.account.analysed import Account
from corvana.analysis.scorecard.check import (
    Check,
    Measured,
    as_usual_or_set,
    in_words,
    read_off,
    share_of,
    unknown,
)
from corvana.analysis.statistics import dispersion
from corvana.analysis.statistics.estimates import ENOUGH, rate
from corvana.assessment.settings import DEFAULT_NORMS, Norms

_SRE: Final = "Beyer et al., Site Reliability Engineering, chapter 11"


def _shifts(account: Account) -> Measured:
    shifts, over = account.loads[["shifts", "shifts_over_norm"]].sum()
    return share_of(shifts - over, shifts)


def _longest(account: Account) -> Measured:
    on_call = account.loads.loc[account.loads["on_call_share"] > 0, "on_call_share"]
    return read_off(float(on_call.max()) if len(on_call) else np.nan, len(on_call))


def _rests(account: Account) -> Measured:
    rests, short = account.loads[["rests", "short_rests"]].sum()
    return share_of(rests - short, rests)


def _nights(account: Account) -> Measured:
    loads = account.loads[account.loads["on_call_seconds"] > 0]
    pages = int(loads["sleep_hour_interruptions"].sum())
    months = len(loads) * account.months
    known = account.interruptions.size > 0 and months > 0
    if not known:
        return unknown(0)
    at_night = account.pages["hours_class"].eq("sleep").to_numpy()
    worth = dispersion.effective_events(
        pages, dispersion.of_clusters(account.page_storms[at_night])
    )
    return Measured(*rate(pages, months, float(worth)).interval, pages)


def _evenly(account: Account) -> Measured:
    loads = account.loads[account.loads["on_call_seconds"] > 0]
    pages = loads["interruptions_on_call"].to_numpy(np.float64)
    if len(pages) < ENOUGH or not pages.sum():
        return unknown(len(pages))
    busiest = np.sort(pages)[-int(np.ceil(len(pages) / 10)) :]
    return share_of(busiest.sum(), pages.sum())


def checks(norms: Norms) -> tuple[Check, ...]:
    """Return the checks of the dimension under these norms."""
    incidents = f"{in_words(norms.incidents_per_shift, 'incident')} in {norms.shift_hours} hours"
    is_usual_shift = (norms.incidents_per_shift, norms.shift_hours) == (
        DEFAULT_NORMS.incidents_per_shift,
        DEFAULT_NORMS.shift_hours,
    )
    return (
        Check(
            name="Shifts leave room",
            measures=f"Share of shifts with at most {incidents}",
            says=f"{{others}} shifts have more than {incidents}",
            unit="share",
            fails_at=0.50,
            meets_at=0.95,
            source=as_usual_or_set(
                f"{_SRE}: at most two incidents a 12-hour shift", is_usual=is_usual_shift
            )
            + ". The shares are Corvana's own: with every second shift above, the norm is the "
            "exception",
            setting="Services › what pages; schedules › length of shifts and number of people",
            measure=_shifts,
        ),
        Check(
            name="Nobody is always on call",
            measures="Longest share of the period that any one responder was on call by schedule",
            says="the longest time on call of a responder is {value} of the period",
            unit="share",
            fails_at=0.75,
            meets_at=norms.on_call_share,
            source=as_usual_or_set(
                f"{_SRE}: at most a quarter of one's time",
                is_usual=norms.on_call_share == DEFAULT_NORMS.on_call_share,
            )
            + ". No points from three quarters on, Corvana's own: that is on call with breaks, not "
            "the reverse",
            setting="Schedules › number of people in a rotation, and people in several",
            measure=_longest,
        ),
        Check(
            name="Rest after a night",
            measures=f"Share of night pages after which {norms.rest_hours} hours without a page or "
            "the beginning of a shift followed",
            says="{others} night pages are followed by less than "
            f"{norms.rest_hours} hours of rest",
            unit="share",
            fails_at=0.40,
            meets_at=0.90,
            source=as_usual_or_set(
                "Directive 2003/88/EC, article 3: eleven hours of rest a day",
                is_usual=norms.rest_hours == DEFAULT_NORMS.rest_hours,
            )
            + ". Whether on-call at home counts as work depends on the country; the shares are "
            "Corvana's own",
            setting="Schedules › handoff times and overrides after a bad night",
            measure=_rests,
        ),
        Check(
            name="Few nights broken",
            measures="Pages in sleep hours a month, mean of the responders who were on call",
            says="responders on call have {value} pages in sleep hours a month on average",
            unit="per month",
            fails_at=8.0,
            meets_at=2.0,
            source="Corvana's own: eight a month are two every week of the year, two a month are "
            "what one week in four of rare nights brings",
            setting="Services › urgency outside support hours; schedules that follow the sun",
            measure=_nights,
        ),
        Check(
            name="Pages fall on many",
            measures="Share of all pages during shifts that came to the busiest tenth of "
            "responders",
            says="{some} pages during shifts come to the busiest tenth of the responders",
            unit="share",
            fails_at=0.50,
            meets_at=0.20,
            source="Corvana's own: even by chance a tenth of people gets somewhat more than a "
            "tenth; twice as much is still usual, half of all is not",
            setting="Schedules › who shares a rotation, and which services page it",
            measure=_evenly,
        ),
    )
