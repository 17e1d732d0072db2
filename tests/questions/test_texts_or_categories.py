"""Texts that repeat are categories in memory; every answer is the one that texts would give."""

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.analysis.account.selection import Filters
from corvana.analysis.findings.ledger import findings as ledger
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.response.breakdowns import COLUMN
from corvana.analysis.response.durations import Measure
from corvana.evidence.contracts import TABLES
from corvana.evidence.tables import table
from corvana.questions import findings, response, usual
from corvana.questions.cache import Cache
from corvana.questions.rests_on import rests_on
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world
from corvana.ui.data import shown_view
from corvana.versions import categories, files
from corvana.versions.account_frames import account_of
from tests.builders.data_folder import connection_of, forget, read_from

pytestmark = pytest.mark.slow

END = datetime(2026, 11, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"
MEASURES = get_args(Measure)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("texts")
    made = account(build_world(seed=5, end=END, days=70, incidents=900))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def views(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[View, View]]:
    """The same data version with categories and with texts, under two names."""
    folder, engagement = stored
    read_from(folder, tmp_path, monkeypatch)
    connection = connection_of(folder, engagement)
    as_categories = replace(shown_view(connection), cache=Cache(most_results=None))
    forget()
    for module in (categories, files):
        monkeypatch.setattr(module, "REPEATED", {})
    texts = replace(shown_view(connection), connection_id="texts", cache=Cache(most_results=None))
    for name, columns in {
        "incidents": ("urgency", "service_id"),
        "arrivals": ("responder",),
    }.items():
        for column in columns:
            assert str(as_categories.frame(name)[column].dtype) == "category"
            assert str(texts.frame(name)[column].dtype) == "str"
    yield as_categories, texts
    forget()


def selections(view: View) -> list[Filters]:
    """Usual ones, and one of each filter."""
    _, month, quarter = usual.selections(view)[:3]
    busiest = {
        name: view.frame("incidents")[column].value_counts().index[0]
        for name, column in COLUMN.items()
    }
    return [
        month,
        replace(quarter, urgency="high"),
        replace(quarter, services=(busiest["service"],)),
        replace(quarter, policies=(busiest["policy"],)),
        replace(quarter, teams=(busiest["team"].split()[0],)),
    ]


def asked(view: View) -> Mapping[str, Any]:
    """Whatever pages ask, by a name that does not tell the account."""
    usual.ask(view, selections(view), [ZONE])
    for filters in selections(view):
        for dimension in COLUMN:
            response.stage_summary_by(view, filters, dimension)
            for measure in MEASURES:
                response.breakdown(view, filters, measure, dimension)
                for seconds in (None, 900.0):
                    response.funnel(view, filters, measure, dimension, seconds)
    for finding in findings.listed(view):
        findings.behind(view, finding)
        rests_on(view, finding, ZONE)
    return {key: pickle.loads(content) for key, content in view.cache.results.all().items()}


def test_pages_are_answered_the_same(views: tuple[View, View]) -> None:
    categories, texts = map(asked, views)
    assert len(categories) > 150
    assert categories.keys() == texts.keys()
    for key, answer in categories.items():
        assert_same(answer, texts[key], key)


def test_findings_and_the_evidence_are_the_same(
    views: tuple[View, View],
) -> None:
    categories, texts = (account_of(view.data) for view in views)
    found = ledger(categories, KINDS)
    assert len(found) > 5
    assert_same(found, ledger(texts, KINDS), "findings")
    labels = views[0].frame("labels")
    for name in TABLES:
        pd.testing.assert_frame_equal(
            table(name, categories, labels), table(name, texts, labels), obj=name
        )


def assert_same(one: Any, other: Any, path: str) -> None:
    """Alike in every value; a category is the text it stands for."""
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(as_texts(one), as_texts(other), obj=path, check_dtype=False)
    elif isinstance(one, pd.Series):
        pd.testing.assert_frame_equal(
            as_texts(one.to_frame()), as_texts(other.to_frame()), obj=path, check_dtype=False
        )
    elif isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other, path)
    elif is_dataclass(one):
        for field in fields(one):
            where = f"{path}.{field.name}"
            assert_same(getattr(one, field.name), getattr(other, field.name), where)
    elif isinstance(one, Mapping):
        assert list(one) == list(other), path
        for key, value in one.items():
            assert_same(value, other[key], f"{path}[{key}]")
    elif isinstance(one, list | tuple):
        assert len(one) == len(other), path
        for number, (value, like) in enumerate(zip(one, other, strict=True)):
            assert_same(value, like, f"{path}[{number}]")
    elif one != one:
        assert other != other, path
    else:
        assert one == other, path


def as_texts(frame: pd.DataFrame) -> pd.DataFrame:
    words = frame.select_dtypes("category").columns
    texts = frame.astype(dict.fromkeys(words, "str"))
    if isinstance(texts.index, pd.CategoricalIndex):
        texts.index = texts.index.astype("str")
    return texts
