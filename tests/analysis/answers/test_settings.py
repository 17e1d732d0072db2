"""Settings in words: what differs, what PagerDuty counts otherwise, days and hours."""

from datetime import date, time

import pytest

from corvana.analysis.answers import settings as words
from corvana.assessment.settings import DEFAULTS, Holidays, Hours, Norms

BERLIN = Holidays(time_zone="Europe/Berlin", country="DE", subdivision="BY")
BUDAPEST = Holidays(time_zone="Europe/Budapest", country="HU")


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((1, 2, 3, 4, 5), "Monday to Friday"),
        ((6, 7), "Saturday and Sunday"),
        ((5,), "Friday"),
        ((1, 2, 4, 5, 6), "Monday, Tuesday and Thursday to Saturday"),
        ((), "no day"),
    ],
)
def test_days_that_follow_each_other_are_a_range(days: tuple[int, ...], told: str):
    assert words.days(days) == told


def test_the_usual_hours_are_told_as_before():
    assert words.sleep(Hours()) == "22:00 to 08:00"
    assert words.classes(Hours()) == (
        "business Monday to Friday 08:00–18:00, sleep 22:00–08:00 every day, off the rest"
    )


def test_other_hours_are_told_with_their_days_off():
    other = Hours(
        sleep_start=time(3), sleep_end=time(3), weekend=(5, 6), holidays=(BERLIN,)
    )  # fmt: skip
    assert words.classes(other) == (
        "business Monday to Thursday and Sunday 08:00–18:00, holidays left out, no sleep hours, "
        "off the rest"
    )
    assert words.sleep(other) == "No sleep hours are set"


def test_nothing_differs_from_the_usual():
    assert words.differing(DEFAULTS) == []
    assert words.in_short([]) == "the usual hours and norms"
    assert words.beside_pagerduty(DEFAULTS.basis.hours) == ""


def test_everything_that_differs_is_told_one_by_one():
    changed = (
        DEFAULTS.with_hours(
            sleep_start=time(23), business_end=time(17), weekend=(6,), holidays=(BUDAPEST, BERLIN)
        )
        .with_norms(
            incidents_per_shift=1,
            shift_hours=8,
            on_call_share=0.3,
            rest_hours=12,
            soon_minutes=3,
            in_time_minutes=15,
        )
        .with_readers(smallest_group=7, reading_zone="Asia/Tokyo")
    )
    assert words.differing(changed) == [
        "sleep 23:00–08:00",
        "business 08:00–17:00",
        "weekend Saturday",
        "holidays of Germany, Bayern and Hungary as weekend",
        "at most 1 incident in 8 hours",
        "at most 30 % on call",
        "12 hours of rest",
        "acknowledged soon: 3 min",
        "in time: 15 min",
        "groups of at least 7 people",
    ]


def test_where_pagerduty_counts_otherwise_is_told():
    assert words.beside_pagerduty(Hours(sleep_start=time(23))) == (
        "PagerDuty's Responder Insights count with business Monday to Friday 08:00–18:00, sleep "
        "22:00–08:00 every day, off the rest. Here: sleep 23:00–08:00. So the numbers of "
        "interruptions by hours differ from those there."
    )


@pytest.mark.parametrize(
    ("differing", "n", "told"),
    [
        ([], 0, "No service has support hours at PagerDuty."),
        (
            [],
            2,
            (
                "0 of 2 services with support hours have other hours at PagerDuty than the "
                "business hours here."
            ),
        ),
        (
            ["Shop"],
            1,
            (
                "1 of 1 service with support hours has other hours at PagerDuty than the business "
                "hours here: Shop."
            ),
        ),
        (
            list("ABCDEFG"),
            9,
            (
                "7 of 9 services with support hours have other hours at PagerDuty than the "
                "business hours here: A, B, C, D, E and 2 more."
            ),
        ),
    ],
)
def test_services_with_other_support_hours_are_named(differing: list[str], n: int, told: str):
    assert words.beside_support_hours(differing, n) == told


def test_every_setting_is_told_by_its_name():
    named = DEFAULTS.with_client(name="Acme", assessors="Ann\nBob", begins=date(2026, 3, 1))
    told = words.told(named)
    assert told["The assessment"]["Client"] == "Acme"
    assert told["The assessment"]["Assessors"] == "Ann and Bob"
    assert (told["The assessment"]["From"], told["The assessment"]["Until"]) == (
        "1 Mar 2026", "not set",
    )  # fmt: skip
    assert told["Hours"]["Weekend"] == "Saturday and Sunday"
    assert told["Holidays"] == {}
    assert words.told(DEFAULTS.with_hours(holidays=(BERLIN,)))["Holidays"] == {
        "Europe/Berlin": "Germany, Bayern"
    }
    assert told["Norms"]["Incidents in a shift"] == "at most 2 incidents in 12 hours"
    assert words.incidents_a_shift(Norms(incidents_per_shift=1, shift_hours=1)) == (
        "1 incident in 1 hour"
    )
    assert told["Readers"]["Clock of the pages"] == "each reader's own"
