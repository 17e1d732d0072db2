"""The settings of an assessment: defaults, digests, and what is refused in words."""

import pickle
from datetime import date, time

import pytest
from pydantic import ValidationError

from corvana.assessment import days_off
from corvana.assessment.settings import (
    DEFAULTS,
    AssessmentSettings,
    Basis,
    Client,
    Holidays,
    Hours,
    Norms,
)

BAVARIA = Holidays(time_zone="Europe/Berlin", country="DE", subdivision="BY")


def set_hours(**hours) -> AssessmentSettings:
    return AssessmentSettings(basis=Basis(hours=Hours(**hours)))


def test_the_defaults_have_no_digest_and_nothing_to_store():
    assert (DEFAULTS.digest, DEFAULTS.basis.digest, DEFAULTS.to_store()) == ("", "", {})
    assert AssessmentSettings.stored({}) == DEFAULTS


def test_what_is_set_to_its_default_is_not_set():
    assert set_hours(sleep_start=time(22)).digest == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"sleep_start": time(23)},
        {"business_end": time(17)},
        {"weekend": (5, 6)},
        {"holidays": (BAVARIA,)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_hours_and_days_off_change_both_digests(changed: dict):
    one = set_hours(**changed)
    assert one.digest
    assert one.basis.digest
    assert one.digest == set_hours(**changed).digest
    assert len({one.digest, set_hours(sleep_end=time(5)).digest}) == 2


def test_norms_change_both_digests():
    assert AssessmentSettings(basis=Basis(norms=Norms(rest_hours=12))).basis.digest


def test_the_smallest_group_changes_figures_and_no_finding():
    larger = AssessmentSettings(smallest_group=8)
    assert larger.digest
    assert larger.basis.digest == ""


def test_client_and_clock_change_no_figure():
    named = AssessmentSettings(
        client=Client(name="Acme", scope="All", begins=date(2026, 1, 1), accent="#1f6fb2"),
        reading_zone="Europe/Berlin",
    )
    assert (named.digest, named.basis.digest) == ("", "")


def test_holidays_rest_on_the_release_of_the_library(monkeypatch: pytest.MonkeyPatch):
    before = set_hours(holidays=(BAVARIA,)).digest
    monkeypatch.setattr(days_off, "RELEASE", "another")
    assert set_hours(holidays=(BAVARIA,)).digest != before


def test_a_changed_copy_has_a_digest_of_its_own():
    late = set_hours(sleep_start=time(23))
    assert late.model_copy(update={"smallest_group": 9}).digest != late.digest
    assert late.model_copy(update={"client": Client(name="A")}).digest == late.digest


def test_what_is_stored_is_read_back_and_travels_to_another_process():
    every = AssessmentSettings(
        client=Client(name="Acme", scope="x" * 10_000, assessors="Ann\nBob", ends=date(2026, 3, 1)),
        basis=Basis(
            hours=Hours(sleep_start=time(23, 30), weekend=(5, 6), holidays=(BAVARIA,)),
            norms=Norms(on_call_share=0.3),
        ),
        smallest_group=9,
        reading_zone="Asia/Tokyo",
    )
    assert AssessmentSettings.stored(every.to_store()) == every
    assert pickle.loads(pickle.dumps(every)).digest == every.digest


def test_a_place_that_the_library_forgot_is_kept_without_holidays():
    content = {"hours": {"holidays": [{"time_zone": "Etc/UTC", "country": "XX"}]}}
    kept = Basis.stored(content).hours.holidays
    assert [place.country for place in kept] == ["XX"]
    assert days_off.of_place("XX", "", (2026,)) == ()
    assert days_off.named("XX", "", (2026,)) == {}


def test_a_setting_of_a_later_release_is_ignored():
    assert AssessmentSettings.stored({"later": 1, "smallest_group": 6}).smallest_group == 6


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: Hours(business_start=time(18)), "business hours must begin before they end"),
        (lambda: Hours(sleep_start=time(22, 0, 1)), "a time of the day is given in hours and"),
        (lambda: Hours(weekend=(1, 2, 3, 4, 5, 6, 7)), "at least one day of the week is a working"),
        (lambda: Hours(weekend=(0,)), "days are numbers from 1"),
        (lambda: Hours(holidays=(BAVARIA, BAVARIA)), "a time zone can have the holidays of one"),
        (lambda: Holidays(time_zone="Europe/Berlin", country="XX"), "holidays of this place are"),
        (
            lambda: Holidays(time_zone="Europe/Berlin", country="DE", subdivision="TX"),
            "holidays of this place are not known",
        ),
        (
            lambda: Holidays(time_zone="Mars/Base", country="DE"),
            "there is no time zone of the name",
        ),
        (lambda: Norms(soon_minutes=30), "soon must be shorter than in time"),
        (lambda: Norms(on_call_share=0.75), "less than or equal to 0.7"),
        (lambda: AssessmentSettings(smallest_group=4), "greater than or equal to 5"),
        (lambda: AssessmentSettings(reading_zone="../../etc"), "there is no time zone of the name"),
        (
            lambda: Client(begins=date(2026, 2, 1), ends=date(2026, 1, 1)),
            "the assessment must begin before it ends",
        ),
        (lambda: Client(scope="x" * 10_001), "at most 10000 characters"),
        (lambda: Client(accent="red"), "a colour is written like #1f6fb2"),
        (lambda: Client(accent="#ffcc00"), "has a contrast of 1.5:1 and needs 4.5:1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(make, reason: str):
    with pytest.raises(ValidationError) as refused:
        make()
    assert reason in str(refused.value)


def test_sleep_hours_are_a_part_of_the_day():
    assert Hours().sleep_share == pytest.approx(10 / 24)
    assert Hours(sleep_start=time(1), sleep_end=time(5)).sleep_share == pytest.approx(4 / 24)
    none = Hours(sleep_start=time(3), sleep_end=time(3))
    assert (none.has_sleep, none.sleep_share) == (False, 0)


def test_assessors_are_listed_one_a_line():
    assert Client(assessors=" Ann \n\nBob").people == ("Ann", "Bob")


def test_holidays_have_names_and_dates():
    assert date(2026, 1, 6) in days_off.of_place("DE", "BY", (2026,))
    assert date(2026, 1, 6) not in days_off.of_place("DE", "BE", (2026,))
    assert days_off.named("DE", "BY", (2026,))[date(2026, 1, 6)] == "Epiphany"
    assert days_off.is_known("US", "TX")
    assert not days_off.is_known("Germany")
