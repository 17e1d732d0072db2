"""An account whose incidents are named by numbers."""

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest

from benchmarks.simulated_account import account
from corvana.analysis.account.analysed import Account
from corvana.analysis.account.numbered import numbered
from corvana.analysis.findings import ledger
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.scorecard import scorecard
from corvana.sandbox.play.build import build_world

END = datetime(2026, 11, 20, tzinfo=UTC)
OF_INCIDENTS = ("escalation_steps", "participations", "interruptions")


@pytest.fixture(scope="module")
def named() -> Account:
    """A month in which pages, steps and participations came of incidents that are not known."""
    whole = account(build_world(seed=3, end=END, days=60, incidents=2_500))
    later = whole.incidents["created_at"].ge(END - pd.Timedelta(days=40))
    return replace(whole, incidents=whole.incidents[later].reset_index(drop=True))


def test_the_same_incident_has_the_same_number_in_every_frame(named):
    got = numbered(named)
    numbers = dict(zip(named.incidents["incident_id"], got.incidents["incident_id"], strict=True))
    assert list(numbers.values()) == list(range(len(named.incidents)))
    for frame in OF_INCIDENTS:
        texts, own = (getattr(one, frame)["incident_id"] for one in (named, got))
        known = texts.isin(numbers.keys()).to_numpy()
        assert known.any()
        assert own[known].tolist() == texts[known].astype("str").map(numbers).tolist()


def test_incidents_that_are_not_known_stay_apart(named):
    got = numbered(named)
    for frame in OF_INCIDENTS:
        texts, own = (getattr(one, frame)["incident_id"] for one in (named, got))
        unknown = own.lt(0)
        assert unknown.any()
        pairs = pd.DataFrame({"text": texts[unknown].astype("str"), "number": own[unknown]})
        pairs = pairs.drop_duplicates()
        assert pairs["text"].is_unique
        assert pairs["number"].is_unique


def test_findings_and_scorecard_do_not_depend_on_how_incidents_are_named(named):
    for conclude in (lambda each: ledger.all_tests(each, KINDS), scorecard):
        expected, got = conclude(named), conclude(numbered(named))
        assert len(expected)
        pd.testing.assert_frame_equal(got, expected, check_exact=True)
