"""The sentence on all findings and scores is made once, and still follows every change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from corvana.analysis.account.selection import Filters
from corvana.analysis.answers import findings as words
from corvana.analysis.assessment.register import Entry, register_of
from corvana.assessment.settings import DEFAULTS
from corvana.questions import overview
from corvana.questions.view import View
from tests.builders.analysis.ledger_of_findings import finding, ledger
from tests.builders.evidence.read_report import labels
from tests.builders.evidence.version import rows, version

AS_OF = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "exhausted_policy:P1"
TWO = ledger(finding("exhausted_policy", minutes=90.0), finding("slow_ack", minutes=60.0))
CHECK = {
    "dimension": "Hygiene",
    "check": "Few escalate",
    "unit": "share",
    "source": "Our own",
    "value": 0.3,
    "n": 40,
    "points": 30.0,
    "is_known": True,
}


def of(found: pd.DataFrame = TWO, points: float = 30.0) -> View:
    card = rows("SCORECARD", CHECK | {"points": points})
    named = labels(P1="Payments")
    return View.of_version(version(findings=found, scorecard=card, labels=named))


def said(view: View, days: int = 28) -> str:
    filters = Filters(AS_OF - timedelta(days=days), AS_OF)
    return overview.answer(view, filters, "UTC").replace("\u00a0", " ").replace("\\", "")


def counted(made: Callable[..., str], calls: list[int]) -> Callable[..., str]:
    def count(*arguments: Any) -> str:
        calls.append(1)
        return made(*arguments)

    return count


def test_other_filters_do_not_make_the_sentence_on_all_findings_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[int] = []
    monkeypatch.setattr(words, "answer", counted(words.answer, calls))
    view = of()
    texts = [said(view, days) for days in (7, 14, 28)]
    assert len(calls) == 1
    for text in texts:
        assert "the weakest score is **hygiene**, 30 of 100" in text
        assert "**2 findings.** The largest: **Payments: runs out of people to page**" in text


def test_a_new_data_version_is_told() -> None:
    view = of()
    said(view)
    newer = of(ledger(finding("slow_ack")), points=60.0)
    text = said(replace(newer, version=view.version + 1, cache=view.cache))
    assert "60 of 100" in text
    assert "**One finding:** **Payments: slow to acknowledge**" in text


def test_the_answer_of_the_client_that_anybody_wrote_is_told_at_once() -> None:
    view = of()
    assert "runs out of people to page" in said(view)
    answered = register_of([Entry(KEY, answer="no")])
    assert "The largest: **Payments: slow to acknowledge**" in said(
        replace(view, register=answered)
    )
    assert "runs out of people to page" in said(view)


def test_other_settings_do_not_share_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(words, "answer", counted(words.answer, calls))
    view = of()
    said(view)
    said(replace(view, settings=DEFAULTS.with_norms(soon_minutes=7)))
    assert len(calls) == 2


def test_before_an_analysis_nothing_is_said_of_findings() -> None:
    data = replace(version(), analysed_as_of=None)
    assert "findings" not in said(View.of_version(data))
