"""Texts that repeat are categories in memory; every answer is the one that texts would give."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from corvana import categories, snapshot
from corvana.account_frames import account_of
from corvana.analysis.answers import findings as words
from corvana.analysis.findings.ledger import findings as ledger
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.response import COLUMN
from corvana.analysis.selection import Filters
from corvana.evidence.contracts import TABLES
from corvana.evidence.tables import table
from corvana.sandbox.world import build_world
from corvana.ui import analyses, comparison, evidence, findings, stages, usual
from corvana.ui.cached import noting
from corvana.ui.data import SnapshotView, snapshot_of
from corvana.ui.filters import usual_selections
from tests.analysis.simulated_account import account
from tests.stored_account import store_engagement
from tests.ui.reading import connection_of, forget, read_from

END = datetime(2026, 11, 20, tzinfo=UTC)
ZONE = "Europe/Berlin"
MEASURES = ("seconds_to_first_ack", "seconds_to_resolve")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("texts")
    made = account(build_world(seed=5, end=END, days=70, incidents=900))
    return folder, store_engagement(folder, "Acme", made)


@pytest.fixture
def views(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[SnapshotView, SnapshotView]]:
    """The same data version with categories and with texts, under two names."""
    folder, engagement = stored
    read_from(folder, tmp_path, monkeypatch)
    connection = connection_of(folder, engagement)
    as_categories = snapshot_of(connection)
    forget()
    for module in (categories, snapshot):
        monkeypatch.setattr(module, "REPEATED", {})
    texts = replace(snapshot_of(connection), connection_id="texts")
    for name, columns in {
        "incidents": ("urgency", "service_id"),
        "arrivals": ("responder",),
    }.items():
        for column in columns:
            assert str(as_categories.frame(name)[column].dtype) == "category"
            assert str(texts.frame(name)[column].dtype) == "str"
    yield as_categories, texts
    forget()


def selections(view: SnapshotView) -> list[Filters]:
    """Usual ones, and one of each filter."""
    _, month, quarter = usual_selections(view)[:3]
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


def asked(view: SnapshotView) -> Mapping[str, Any]:
    """Whatever pages ask, by a name that does not tell the account."""
    with noting() as answers:
        usual._ask_of_all(view, ZONE)
        for filters in selections(view):
            usual._ask(view, filters, ZONE)
            for dimension in COLUMN:
                stages.summary_of(view, filters, dimension)
                for measure in MEASURES:
                    analyses.breakdown(view, filters, measure, dimension)
                    for seconds in (None, 900.0):
                        comparison.funnel(view, filters, measure, dimension, seconds)
        usual._ask_of_chosen(view, selections(view)[:2])
        names = evidence.names(view)
        for finding in findings.listed(view):
            findings.behind(view, finding)
            evidence.figures(view, finding, words.where(finding, names), ZONE)
    return {key.replace(view.connection_id, "the account"): each for key, each in answers.items()}


def test_pages_are_answered_the_same(views: tuple[SnapshotView, SnapshotView]) -> None:
    categories, texts = map(asked, views)
    assert len(categories) > 150
    assert categories.keys() == texts.keys()
    for key, answer in categories.items():
        assert_same(answer, texts[key], key)


def test_findings_and_the_evidence_are_the_same(
    views: tuple[SnapshotView, SnapshotView],
) -> None:
    categories, texts = (account_of(view.snapshot) for view in views)
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
    elif isinstance(one, go.Figure):
        assert one.to_json() == other.to_json(), path
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
