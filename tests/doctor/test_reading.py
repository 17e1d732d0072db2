"""What was read of each noun, and why not."""

from datetime import timedelta

import pytest

from corvana.doctor.facts import (
    NounFacts,
)
from corvana.doctor.words import NOUNS
from tests.builders.connection_facts import (
    NOW,
    RECONNECT,
    connection,
    found,
    minutes,
    noun,
    report,
    told,
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (noun(), ("ok", "Read 3 min ago.", "")),
        (
            noun(error="NotOnPlan"),
            ("skipped", "Not on this account's plan, so it is left out.", ""),
        ),
        (
            noun("incidents", "NotOnPlan"),
            (
                "problem",
                "Not on this account's plan.",
                "Ask PagerDuty for a plan whose API includes incidents.",
            ),
        ),
        (
            noun("escalation_policies", "Forbidden", succeeded_at=None),
            (
                "problem",
                "Not permitted; never read yet.",
                (
                    "Ask an account owner or admin to let the person who connected view escalation "
                    "policies, or to reconnect in that person's place."
                ),
            ),
        ),
        (
            noun(error="Unreachable", succeeded_at=NOW - timedelta(hours=20)),
            (
                "waiting",
                "PagerDuty could not be reached; last read 20 h ago.",
                "Wait: it is tried again by itself.",
            ),
        ),
        (
            noun(error="RateLimited", succeeded_at=NOW - timedelta(days=3)),
            (
                "problem",
                "PagerDuty asked to slow down for longer than a run waits; last read 3 days ago.",
                "Look at status.pagerduty.com, then choose Collect now.",
            ),
        ),
        (
            noun("older_incidents", "ServerFault", succeeded_at=NOW - timedelta(days=7)),
            (
                "waiting",
                "PagerDuty had an outage; last read 7 days ago.",
                "Wait: it is tried again by itself.",
            ),
        ),
        (
            noun(error="ServerFault", succeeded_at=None),
            (
                "problem",
                "PagerDuty had an outage; never read yet.",
                "Look at status.pagerduty.com, then choose Collect now.",
            ),
        ),
        (
            noun(error="UnreadableResponse"),
            (
                "problem",
                "PagerDuty answered in a form that could not be read; last read 3 min ago.",
                "Choose Collect now; if it fails again, report it with this list of checks.",
            ),
        ),
        (
            noun(error="Unauthorized"),
            (
                "problem",
                "PagerDuty no longer accepts the access it gave; last read 3 min ago.",
                RECONNECT,
            ),
        ),
    ],
)
def test_each_noun(facts: NounFacts, expected: tuple[str, str, str]) -> None:
    assert told(found(f"noun:{facts.noun}", nouns=(facts,))) == expected


def test_a_passing_fault_of_a_noun_never_read_is_waited_for_half_an_hour() -> None:
    new = connection(connected_at=NOW - minutes(20), has_data=False)
    facts = noun(error="TimedOut", succeeded_at=None)
    assert found("noun:teams", connection=new, nouns=(facts,)).state == "waiting"


def test_nouns_have_names_and_come_in_the_order_people_know() -> None:
    checks = report(nouns=tuple(noun(name) for name in sorted(NOUNS))).checks
    names = [check.name for check in checks if check.part == "reading"]
    assert len(names) == len(NOUNS) >= 18
    assert (names[0], names[1], names[-1]) == (
        "Services", "Escalation policies", "Incidents of the last five weeks (every week)",
    )  # fmt: skip
    assert found("noun:new_things", nouns=(noun("new_things"),)).name == "New things"


def test_nouns_that_were_never_asked_for() -> None:
    new = connection(has_data=False)
    assert told(found("nouns", nouns=(), connection=new)) == (
        "waiting",
        "Nothing has been read in full yet.",
        "Wait a minute: the worker begins by itself.",
    )
    sentence = "Not noted yet; it is with the next collection."
    assert told(found("nouns", nouns=())) == ("skipped", sentence, "")
