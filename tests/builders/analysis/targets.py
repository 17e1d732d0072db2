"""Incidents written by hand, held against a client's targets."""

from datetime import UTC, datetime

from corvana.analysis.assessment import targets
from corvana.analysis.assessment.targets import Target
from corvana.analysis.response.durations import Measure
from tests.builders.analysis.written_account import incidents

AS_OF = datetime(2026, 3, 30, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ACK: Measure = "seconds_to_first_ack"
RESOLVE: Measure = "seconds_to_resolve"
P1 = Target("priority", "P1", acknowledge=900, resolve=14_400)
ALL = (P1, Target("priority", "P2", acknowledge=1_800))


def lived(ack=None, resolved=None, **other):
    """An incident of priority P1 on the service pay of team one."""
    known = {
        "created_at": MONDAY, "service_id": "pay", "team_ids": "one", "priority": "P1",
        "urgency": "high", "resolution": "open" if resolved is None else "responder",
        ACK: ack, RESOLVE: resolved,
    }  # fmt: skip
    return known | other


def judged(*rows, measure=ACK, of=ALL, by="priority", as_of=AS_OF):
    return targets.judged(incidents(*rows), of, measure, by=by, as_of=as_of)


def attained(*rows, measure=ACK, of=ALL, by="priority", as_of=AS_OF):
    every = incidents(*rows)
    found = targets.judged(every, of, measure, by=by, as_of=as_of)
    return targets.attained(every, found, of, measure)
