"""Other hours and days off move exactly the interruptions that lie there, on pages and in files.

Five people on five clocks are interrupted every half hour for six weeks, in which summer time
begins in New York and in Berlin and Good Friday lies. What belongs where is told by plain clocks.
"""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from corvana.analysis.account.selection import Filters
from corvana.assessment.settings import DEFAULTS, AssessmentSettings, Holidays
from corvana.evidence.pack import evidence_zip
from corvana.questions import accounts, on_call, response
from corvana.questions.view import View
from corvana.versions.account_frames import account_of
from corvana.versions.files import DataVersion, open_version
from tests.builders.evidence.version import rows

SINCE: Final = datetime(2026, 2, 26, tzinfo=UTC)
AS_OF: Final = datetime(2026, 4, 9, tzinfo=UTC)
CLOCKS: Final = {
    "ANN": "Europe/Berlin",
    "BOB": "America/New_York",
    "CYD": "Asia/Kolkata",
    "DAN": "Pacific/Auckland",
    "EVE": "UTC",
}
LATE: Final = DEFAULTS.with_hours(sleep_start=time(23))
GOOD_FRIDAY: Final = date(2026, 4, 3)
EASTER_MONDAY: Final = date(2026, 4, 6)
GERMANY: Final = DEFAULTS.with_hours(holidays=(Holidays(time_zone="Europe/Berlin", country="DE"),))
Page = tuple[str, datetime]

EVERY: Final[tuple[Page, ...]] = tuple(
    (who, SINCE + timedelta(minutes=30 * step, seconds=place))
    for place, who in enumerate(CLOCKS)
    for step in range(int((AS_OF - SINCE) / timedelta(minutes=30)))
)


def local(page: Page) -> datetime:
    who, at = page
    return at.astimezone(ZoneInfo(CLOCKS[who]))


MOVED: Final = {page for page in EVERY if local(page).hour == 22}
"""Interruptions from 22:00 to 23:00 on the responder's own clock."""


def incident_of(page: Page) -> str:
    return f"I-{page[0]}-{page[1]:%Y%m%d%H%M}"


@pytest.fixture(scope="module")
def data() -> DataVersion:
    at = [pd.Timestamp(moment) for _, moment in EVERY]
    people, ids = [who for who, _ in EVERY], [incident_of(page) for page in EVERY]
    empty = open_version(Path(), "c", 0)
    blank = rows("INCIDENTS", {"resolution": "responder", "urgency": "high"})
    incidents = blank.loc[blank.index.repeat(len(ids))].assign(
        incident_id=ids, number=range(len(ids)), created_at=at, service_id="S1"
    )
    shifts = [
        {"schedule_id": "D1", "responder": who, "start": SINCE, "end": AS_OF} for who in CLOCKS
    ]
    given = {
        "incidents": incidents.sort_values("created_at", ignore_index=True),
        "arrivals": pd.DataFrame({"responder": people, "at": at, "incident_id": ids}),
        "shifts": rows("SHIFTS", *shifts),
        "responders": rows(
            "RESPONDERS", *({"responder": who, "time_zone": zone} for who, zone in CLOCKS.items())
        ),
    }
    return DataVersion("c", 1, AS_OF, SINCE, (), {**empty.frames, **given}, AS_OF)


@pytest.fixture
def seen(data: DataVersion) -> Callable[[AssessmentSettings], View]:
    """The view under these settings; all of them share one cache, as in one process."""
    cache = View.of_version(data).cache

    def under(settings: AssessmentSettings) -> View:
        return replace(View.of_version(data, settings=settings), cache=cache)

    return under


def pages_of(frame: pd.DataFrame) -> set[Page]:
    return set(zip(frame["responder"], frame["at"].dt.to_pydatetime(), strict=True))


def classes(view: View, column: str) -> dict[Page, str]:
    pages = accounts.whole(view).pages
    every = zip(pages["responder"], pages["at"].dt.to_pydatetime(), strict=True)
    return dict(zip(every, pages[column].astype("str"), strict=True))


def test_an_hour_moves_exactly_the_interruptions_of_that_hour(seen) -> None:
    before, after = (classes(seen(one), "hours_class") for one in (DEFAULTS, LATE))
    assert before.keys() == set(EVERY)
    assert {page for page in EVERY if before[page] != after[page]} == MOVED
    assert {(before[page], after[page]) for page in MOVED} == {("sleep", "off")}


def test_the_hour_moves_on_every_clock_before_and_after_summer_time(seen) -> None:
    """Berlin's 22:00 is 21:00 in winter and 20:00 in summer, by UTC."""
    hours = {(who, at.hour) for who, at in MOVED}
    assert {hour for who, hour in hours if who == "ANN"} == {21, 20}
    assert {hour for who, hour in hours if who == "BOB"} == {3, 2}
    assert {hour for who, hour in hours if who == "CYD"} == {16, 17}


def test_holidays_move_the_business_hours_of_their_clock_and_their_days(seen) -> None:
    before, after = (classes(seen(one), "hours_class") for one in (DEFAULTS, GERMANY))
    on_holidays = {
        page
        for page in EVERY
        if page[0] == "ANN" and local(page).date() in (GOOD_FRIDAY, EASTER_MONDAY)
    }
    business = {page for page in on_holidays if 8 <= local(page).hour < 18}
    assert {page for page in EVERY if before[page] != after[page]} == business
    assert {after[page] for page in business} == {"off"}
    days_before, days = (classes(seen(one), "days_class") for one in (DEFAULTS, GERMANY))
    assert {page for page in EVERY if days[page] != days_before[page]} == on_holidays
    assert {days[page] for page in on_holidays} == {"weekend"}


def test_time_on_call_follows_the_same_days_and_hours(seen) -> None:
    loads = {
        name: accounts.whole(seen(one)).loads.set_index("responder")
        for name, one in {"usual": DEFAULTS, "late": LATE, "germany": GERMANY}.items()
    }
    weekends = (
        loads["germany"]["weekend_on_call_seconds"] - loads["usual"]["weekend_on_call_seconds"]
    )
    assert weekends.to_dict() == dict.fromkeys(CLOCKS, 0.0) | {"ANN": 2 * 86_400.0}
    asleep = loads["usual"]["sleep_on_call_seconds"] - loads["late"]["sleep_on_call_seconds"]
    # 42 evenings from 22 to 23, whatever the clocks do at night.
    assert asleep.to_dict() == dict.fromkeys(CLOCKS, 42 * 3_600.0)


def whole(view: View, **more) -> Filters:
    return Filters(view.since, view.as_of, **more)


def test_the_on_call_page_moves_them(seen) -> None:
    usual, late = seen(DEFAULTS), seen(LATE)
    before, after = (on_call.totals(view, whole(view)) for view in (usual, late))
    assert round((before.asleep.value - after.asleep.value) * len(EVERY)) == len(MOVED)
    hours = [on_call.hours(view, whole(view)) for view in (usual, late)]
    lost = (hours[0]["asleep"] - hours[1]["asleep"]).groupby(hours[0]["hour"]).sum()
    assert lost[lost > 0].to_dict() == {22: len(MOVED)}
    assert hours[0]["n"].equals(hours[1]["n"])
    people = [
        on_call.burdens(view, whole(view), on_call.RESPONDERS).set_index("id")
        for view in (usual, late)
    ]
    moved = (people[0]["sleep"] - people[1]["sleep"]) * people[0]["hours"]
    own = {who: sum(page[0] == who for page in MOVED) for who in CLOCKS}
    assert moved.round().astype(int).to_dict() == own


def test_filters_by_hours_and_days_select_them_on_every_page(seen) -> None:
    asleep = [whole(view, hours=("sleep",)) for view in (seen(DEFAULTS), seen(LATE))]
    selected = [
        pages_of(accounts.narrowed(view, filters).pages)
        for view, filters in zip((seen(DEFAULTS), seen(LATE)), asleep, strict=True)
    ]
    assert selected[0] - selected[1] == MOVED
    assert not selected[1] - selected[0]
    incidents = [
        set(response.incidents(view, filters)["incident_id"])
        for view, filters in zip((seen(DEFAULTS), seen(LATE)), asleep, strict=True)
    ]
    assert incidents[0] - incidents[1] == {incident_of(page) for page in MOVED}
    assert response.selected(seen(LATE), asleep[0]) == len(EVERY) - len(
        pages_of(accounts.narrowed(seen(LATE), whole(seen(LATE), hours=("off", "business"))).pages)
    )


def test_the_pack_has_them_and_says_what_they_rest_on(seen) -> None:
    def pack(settings: AssessmentSettings):
        archive = zipfile.ZipFile(io.BytesIO(evidence_zip(seen(settings))))
        told = pd.read_csv(io.BytesIO(archive.read("interruptions.csv")))
        people = pd.read_csv(io.BytesIO(archive.read("responders.csv"))).set_index("responder")
        at = pd.to_datetime(told["at"]).dt.to_pydatetime()
        asleep = told["hours_class"].eq("sleep")
        pages = zip(told["responder"][asleep], at[asleep], strict=True)
        return set(pages), people, json.loads(archive.read("metrics.json"))

    before, people, metrics = pack(DEFAULTS)
    after, fewer, others = pack(LATE)
    assert before - after == MOVED
    assert not after - before
    lost = people["sleep_hour_interruptions"] - fewer["sleep_hour_interruptions"]
    assert lost.sum() == len(MOVED)
    sleep = [one["interruptions"]["n_sleep"] for one in (metrics, others)]
    assert sleep[0] - sleep[1] == len(MOVED)
    assert metrics["settings"]["hours"]["sleep_start"] == "22:00:00"
    assert others["settings"]["hours"]["sleep_start"] == "23:00:00"
    assert others["settings"]["smallest_group"] == 5
    assert others["findings_rest_on"]["hours"]["sleep_start"] == "22:00:00"


def test_settings_share_a_cache_without_sharing_results(seen) -> None:
    """Two assessors' pages under other settings are one process."""
    first = on_call.totals(seen(DEFAULTS), whole(seen(DEFAULTS)))
    other = on_call.totals(seen(LATE), whole(seen(LATE)))
    again = on_call.totals(seen(DEFAULTS), whole(seen(DEFAULTS)))
    assert first == again != other


def test_a_larger_smallest_group_hides_people_and_changes_no_other_number(seen) -> None:
    six = replace(seen(DEFAULTS), settings=AssessmentSettings(smallest_group=6))
    assert len(on_call.burdens(seen(DEFAULTS), whole(six), on_call.RESPONDERS)) == 5
    assert on_call.burdens(six, whole(six), on_call.RESPONDERS).empty
    assert on_call.hours(six, whole(six)).empty
    assert on_call.totals(six, whole(six)) == on_call.totals(seen(DEFAULTS), whole(six))


def test_norms_decide_what_is_over_and_what_is_short(data: DataVersion) -> None:
    strict = DEFAULTS.with_norms(incidents_per_shift=50, shift_hours=1, rest_hours=1)
    usual, lenient = (account_of(data, one).loads for one in (DEFAULTS, strict))
    assert usual["shifts_over_norm"].sum() == usual["shifts"].sum() == 5
    assert lenient["shifts_over_norm"].sum() == 0
    assert usual["short_rests"].sum() == lenient["short_rests"].sum() > 0
