"""Shapes of what could not be read are counted over all runs of a connection."""

from collections import Counter

from sqlmodel import Session

from corvana.store import odd_shapes
from corvana.store.engine import open_database

AGENT = ("/log_entries", "log_entries.agent.type", "missing", "nothing")
REASON = ("/incidents", "incidents.resolve_reason", "model_type", "a text")


def test_counts_of_several_runs_are_added_and_the_most_frequent_comes_first(
    database_url: str,
) -> None:
    engine = open_database(database_url)
    for counts in ({REASON: 2, AGENT: 1}, {AGENT: 4}):
        with Session(engine) as session:
            odd_shapes.add(session, "c", Counter(counts))
            session.commit()
    with Session(engine) as session:
        odd_shapes.add(session, "another", Counter({REASON: 9}))
        session.commit()
    found = [(each.field, each.times) for each in odd_shapes.listed(engine, "c")]
    assert found == [(AGENT[1], 5), (REASON[1], 2)]
