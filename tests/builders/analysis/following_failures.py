"""Accounts in which one service's failures follow another's."""

from datetime import UTC, datetime

from tests.builders.analysis.declared_edges import edges
from tests.builders.analysis.rotations import at
from tests.builders.analysis.written_account import account_of, incidents

DAYS = 30
NAMES = {"db": "Orders database", "api": "Orders API"}
END = datetime(2026, 11, 20, tzinfo=UTC)


def failing(**hours):
    """Incidents of each service at hours since Monday, each resolved after half an hour."""
    rows = [
        {
            "incident_id": f"{service}-{number}",
            "service_id": service,
            "created_at": at(hour),
            "seconds_to_resolve": 1800.0,
        }
        for service, times in hours.items()
        for number, hour in enumerate(times)
    ]
    return incidents(*rows)


def daily(hour, days=DAYS):
    """One failure a day, each day seven hours later: what fails at a fixed time of the day may run
    then."""
    return [24 * day + (hour + 7 * day) % 24 for day in range(days)]


def followed(days):
    """The database fails every day, the API six minutes later on the first days."""
    return failing(db=daily(5), api=daily(5.1, days))


def declared(frame, *pairs):
    return account_of(incidents=frame, dependencies=edges(*pairs))
