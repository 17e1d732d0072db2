"""How alerts are grouped: numbers and types, page after page by cursor."""

from datetime import UTC, datetime
from typing import Any

import pytest

from corvana.collectors import alert_grouping_settings
from corvana.sandbox.world.model import World
from corvana.store.models import AlertGroupingSetting
from tests.builders.one_collector import read, serve, stored
from tests.conftest import Connected

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PATH = "/alert_grouping_settings"


def setting(name: str = "PG1", **changes: Any) -> dict[str, Any]:
    return {"id": name, "type": "time", "config": {"timeout": 300}, "services": []} | changes


def envelope(*rows: Any, after: str | None = None) -> dict[str, Any]:
    return {"alert_grouping_settings": list(rows), "after": after, "before": None}


def test_the_settings_are_those_of_the_account(connected: Connected, small_world: World) -> None:
    read(connected, alert_grouping_settings.NOUN.sync, NOW)
    expected = [
        {
            "id": each.id,
            "type": each.kind,
            "service_ids": " ".join(sorted(each.service_ids)),
            "timeout": each.config.get("timeout"),
            "time_window": each.config.get("time_window"),
            "deleted_at": None,
        }
        for each in small_world.alert_groupings
    ]
    assert {row["type"] for row in expected} == {
        "time",
        "intelligent",
        "content_based",
        "content_based_intelligent",
    }
    assert stored(connected, AlertGroupingSetting) == sorted(
        expected, key=lambda row: str(row["id"])
    )


@pytest.mark.parametrize(
    ("config", "kept"),
    [
        ({"timeout": 300}, (300, None)),
        ({"time_window": 0, "recommended_time_window": 600}, (None, 0)),
        ({"timeout": None, "time_window": "Jane Doe"}, (None, None)),
        ({"fields": ["summary"], "aggregate": "all"}, (None, None)),
        ({"timeout": {"seconds": 300}}, (None, None)),
        (["timeout"], (None, None)),
        ("as recommended", (None, None)),
        (None, (None, None)),
    ],
)
def test_of_a_configuration_only_its_numbers_are_kept(
    connected: Connected, config: Any, kept: tuple[int | None, int | None]
) -> None:
    serve(connected, {PATH: envelope(setting(config=config))})
    read(connected, alert_grouping_settings.NOUN.sync, NOW)
    (row,) = stored(connected, AlertGroupingSetting)
    assert (row["timeout"], row["time_window"]) == kept


def test_a_setting_without_a_configuration_or_of_a_new_type_is_kept(connected: Connected) -> None:
    bare = {"id": "PG2", "type": "by_magic", "services": [{"id": "PS1", "name": "Shop"}]}
    serve(connected, {PATH: envelope(bare)})
    read(connected, alert_grouping_settings.NOUN.sync, NOW)
    assert stored(connected, AlertGroupingSetting) == [
        {
            "id": "PG2",
            "type": "by_magic",
            "service_ids": "PS1",
            "timeout": None,
            "time_window": None,
            "deleted_at": None,
        }
    ]


def test_pages_are_followed_by_cursor_until_there_is_none(connected: Connected) -> None:
    faults = connected.sandbox.faults
    faults.answer(PATH, status=200, body=envelope(setting("PG1"), after="two"), times=1)
    second = envelope(setting("PG2"), None, after="three")
    faults.answer(PATH, query="after=two(&|$)", status=200, body=second)
    faults.answer(PATH, query="after=three(&|$)", status=200, body=envelope(setting("PG3")))
    assert read(connected, alert_grouping_settings.NOUN.sync, NOW) == 3
    assert [row["id"] for row in stored(connected, AlertGroupingSetting)] == ["PG1", "PG2", "PG3"]


def test_a_cursor_that_leads_back_to_itself_ends_the_list(connected: Connected) -> None:
    serve(connected, {PATH: envelope(setting("PG1"), after="again")})
    read(connected, alert_grouping_settings.NOUN.sync, NOW)
    assert [row["id"] for row in stored(connected, AlertGroupingSetting)] == ["PG1"]
