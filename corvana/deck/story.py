"""What the deck and the one page tell, before it has any form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from corvana.analysis import wording
from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import response as answers
from corvana.analysis.answers.settings import differing, in_short
from corvana.analysis.answers.walkthrough import LookedAt
from corvana.analysis.response.durations import Summary
from corvana.deck.chosen import Item, chosen
from corvana.questions import labels, response
from corvana.questions.cover import Cover
from corvana.questions.findings import alone, is_analysed, listed, not_found
from corvana.questions.view import View
from corvana.questions.walkthrough import looked_at


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """Everything that is told. `withheld` findings are about groups in which a person could be
    recognised, `waiting` ones were not reviewed, `gone` ones are confirmed and not shown by the
    present data any more. `is_reviewed` says whether an assessor confirmed the findings.

    `is_anything_found`: the data show a finding, whether it is told or not.

    `rests_on` says in words on which settings figures rest. `checks` is SCORECARD; `absent` are the
    titles of kinds that were looked for and not found; `alone` the nouns of which only one had
    incidents.
    """

    cover: Cover
    rests_on: str
    version: int
    period: str
    as_of: str
    analysed_as_of: str
    zone: str
    answer: str
    acks: Summary
    resolves: Summary
    services: int
    weeks: LookedAt
    items: Sequence[Item]
    is_reviewed: bool
    is_analysed: bool
    is_anything_found: bool
    withheld: int
    waiting: int
    gone: int
    smallest_group: int
    checks: pd.DataFrame
    absent: Sequence[str]
    alone: Sequence[str]
    incomplete: Sequence[str]
    unknown_zones: int
    without_log: int
    open_incidents: int

    @property
    def name(self) -> str:
        """The client's name, or the account's where there is none."""
        return self.cover.client or self.cover.account


def story(view: View, cover: Cover) -> Story:
    """Return what is told of a data version. Times are those of the assessment's reading zone."""
    zone = view.settings.reading_zone or "UTC"
    everything = Filters(view.since, view.as_of)
    acks = response.summary(view, everything, "seconds_to_first_ack")
    told = chosen(view)
    incidents = view.frame("incidents")
    return Story(
        cover=cover,
        rests_on=in_short(differing(view.settings)),
        version=view.version,
        period=wording.days(view.since, view.as_of, zone, year=True),
        as_of=_instant(view.as_of, zone),
        analysed_as_of=_instant(view.analysed_as_of, zone),
        zone=zone,
        answer=answers.answer(acks, "acknowledged", labels.selected(view, everything, zone)),
        acks=acks,
        resolves=response.summary(view, everything, "seconds_to_resolve"),
        services=int(incidents["service_id"].nunique()),
        weeks=looked_at(view),
        items=told.items,
        is_reviewed=told.is_reviewed,
        is_analysed=is_analysed(view),
        is_anything_found=bool(listed(view)),
        withheld=told.withheld,
        waiting=told.waiting,
        gone=told.gone,
        smallest_group=view.settings.smallest_group,
        checks=view.frame("scorecard"),
        absent=not_found(view),
        alone=alone(view),
        incomplete=view.incomplete,
        unknown_zones=view.unknown_zones,
        without_log=view.status_without_log,
        open_incidents=int(incidents["resolution"].eq("open").sum()),
    )


def _instant(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return "not looked for yet"
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
