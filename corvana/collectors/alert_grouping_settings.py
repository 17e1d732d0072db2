"""Alert grouping settings: how PagerDuty groups the alerts of services into incidents."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from corvana.collectors.context import Context, ids_of
from corvana.collectors.listed import Listed
from corvana.collectors.listing import Listing, readable
from corvana.pagerduty import payloads, responses
from corvana.pagerduty.client import PAGE_SIZE
from corvana.pagerduty.paging import MOST_PARTS, parts
from corvana.store import configuration_frames, models

_MOST_PAGES: Final = 500
"""Every page has at least a few settings, and no account has so many services."""

_LONGEST_CURSOR: Final = 2_000
"""Servers accept addresses of some thousand characters."""


async def extract(context: Context) -> Listing[payloads.AlertGroupingSetting]:
    """Page by cursor. A list that goes in a circle or has no end is left, and is not whole."""
    settings: list[payloads.AlertGroupingSetting | None] = []
    cursors: set[str] = set()
    parameters: dict[str, str | int] = {"limit": PAGE_SIZE}
    while True:
        page = await context.client.get(
            "/alert_grouping_settings", responses.AlertGroupingSettingsPage, parameters
        )
        settings += page.rows
        if not page.after:
            return readable(settings)
        is_endless = len(cursors) >= _MOST_PAGES or parts(settings) > MOST_PARTS
        if is_endless or page.after in cursors or len(page.after) > _LONGEST_CURSOR:
            return Listing(readable(settings).rows, whole=False)
        cursors.add(page.after)
        parameters["after"] = page.after


def transform(
    context: Context, settings: Sequence[payloads.AlertGroupingSetting]
) -> list[dict[str, Any]]:
    return [
        {
            "connection_id": context.connection_id,
            "id": setting.id,
            "type": setting.type,
            "service_ids": ids_of(setting.services),
            "timeout": setting.config.timeout if setting.config else None,
            "time_window": setting.config.time_window if setting.config else None,
        }
        for setting in settings
    ]


NOUN: Final = Listed(
    name="alert_grouping_settings",
    words="alert grouping settings",
    every=timedelta(days=1),
    path="/alert_grouping_settings",
    payload=payloads.AlertGroupingSetting,
    table=models.AlertGroupingSetting,
    transform=transform,
    extract=extract,
    frames={"alert_grouping": configuration_frames.alert_grouping},
)
