"""Every time zone that PagerDuty lists is known, by its name and by its identifier."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from corvana.pagerduty.time_zones import ACTIVE_SUPPORT, to_iana


def test_all_151_names_of_pagerdutys_table_are_known() -> None:
    assert len(ACTIVE_SUPPORT) == 151
    for name, zone in ACTIVE_SUPPORT.items():
        assert to_iana(name) == zone
        assert datetime(2026, 6, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset() is not None


@pytest.mark.parametrize(
    ("name", "zone", "hours_in_july"),
    [
        ("Budapest", "Europe/Budapest", 2),
        ("Kuala Lumpur", "Asia/Kuala_Lumpur", 8),
        ("Tijuana", "America/Tijuana", -7),
        ("Kyiv", "Europe/Kyiv", 3),
        ("Eastern Time (US & Canada)", "America/New_York", -4),
        ("Chatham Is.", "Pacific/Chatham", 12.75),
        ("Nuku'alofa", "Pacific/Tongatapu", 13),
        ("International Date Line West", "Etc/GMT+12", -12),
    ],
)
def test_a_name_has_the_clock_of_its_place(name: str, zone: str, hours_in_july: float) -> None:
    assert to_iana(name) == zone
    offset = datetime(2026, 7, 1, tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    assert offset.total_seconds() / 3600 == hours_in_july


@pytest.mark.parametrize("old", ["Europe/Kiev", "Asia/Rangoon", "America/Godthab", "US/Eastern"])
def test_former_iana_names_are_known(old: str) -> None:
    assert to_iana(old) == old


def test_no_name_is_no_zone_and_another_name_is_refused() -> None:
    assert to_iana(None) is None
    assert to_iana("") is None
    with pytest.raises(ValueError, match="not a known time zone"):
        to_iana("Middle/Earth")
