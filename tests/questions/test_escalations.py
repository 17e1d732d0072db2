"""Which policy the page *Escalations* opens on."""

import pandas as pd

from corvana.questions.escalations import in_order


def summary(n_acked: int) -> pd.DataFrame:
    """Three policies, one without an incident, and the selection."""
    return pd.DataFrame(
        {
            "escalation_policy_id": ["named", "busy", "unused", None],
            "n": [40, 90, 0, 130],
            "n_acked": [n_acked, 80, 0, n_acked + 80],
        }
    )


def test_the_policy_that_the_answer_names_comes_before_the_busiest() -> None:
    assert in_order(summary(20), "named") == ["named", "busy"]


def test_a_policy_with_too_few_acknowledged_incidents_for_a_what_if_comes_in_its_turn() -> None:
    assert in_order(summary(19), "named") == ["busy", "named"]


def test_without_a_named_policy_the_busiest_comes_first() -> None:
    assert in_order(summary(20), None) == ["busy", "named"]
