"""All nouns that are collected."""

from typing import Final

from corvana.collectors import (
    alert_grouping_settings,
    business_services,
    dependencies,
    escalation_policies,
    incidents,
    log_entries,
    maintenance_windows,
    oncalls,
    priorities,
    schedules,
    services,
    teams,
    upcoming_shifts,
    users,
)
from corvana.collectors.noun import Noun

NOUNS: Final[tuple[Noun, ...]] = (
    services.NOUN,
    escalation_policies.NOUN,
    teams.NOUN,
    users.NOUN,
    priorities.NOUN,
    business_services.NOUN,
    dependencies.NOUN,
    maintenance_windows.NOUN,
    alert_grouping_settings.NOUN,
    oncalls.NOUN,
    schedules.LISTED,
    upcoming_shifts.NOUN,
    schedules.NOUN,
    incidents.NOUN,
    log_entries.NOUN,
    incidents.OPEN,
    incidents.RECENT,
    incidents.OLDER,
)
"""All nouns, in the order in which the doctor shows them."""
