"""What every kind of finding has to say about itself, and whether it is so."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import get_args

import pandas as pd
import pytest

from benchmarks import simulated_account
from corvana.analysis import findings
from corvana.analysis.account.analysed import Account
from corvana.analysis.findings.figures import Course, Members, Timeline, Waits
from corvana.analysis.findings.kind import Finding, Kind, Noun
from corvana.analysis.findings.registry import KINDS
from corvana.sandbox.play.build import build_world

END = datetime(2026, 11, 20, tzinfo=UTC)
Ids = dict[Noun, set[str]]
Rows = Callable[[Kind], tuple[Finding, pd.DataFrame]]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def world() -> Account:
    """A simulated account in which every kind has rows to look at."""
    return simulated_account.account(
        build_world(seed=3, end=END, days=84, incidents=1_500, planted=True)
    )


@pytest.fixture(scope="module")
def ids(world: Account) -> Ids:
    """Whatever has a name, or a code, in that account."""
    people = set(world.responders["responder"])
    return {
        "service": set(world.services["service_id"]),
        "escalation_policy": set(world.rules["escalation_policy_id"]),
        "schedule": set(world.schedules["schedule_id"]),
        "responder": people,
        "several responders": people,
    }


@pytest.fixture(scope="module")
def behind(world: Account) -> Rows:
    """The subject with the largest effect that has rows behind it, and these rows."""
    kept: dict[str, tuple[Finding, pd.DataFrame]] = {}

    def rows(kind: Kind) -> tuple[Finding, pd.DataFrame]:
        if kind.name not in kept:
            kept[kind.name] = _first_with_rows(world, kind)
        return kept[kind.name]

    return rows


def _first_with_rows(world: Account, kind: Kind) -> tuple[Finding, pd.DataFrame]:
    for row in kind.tests(world).sort_values("effect", ascending=False).to_dict("records"):
        found = Finding.of(pd.Series({**row, "kind": kind.name, "q_value": 0.01}, dtype="object"))
        rows = kind.evidence(world, found)
        if len(rows):
            return found, rows
    raise AssertionError(f"the simulated account has no rows behind any {kind.name}")


def holds(column: pd.Series, ids: set[str]) -> bool:
    """Whether any word in the column is one of the ids."""
    return bool(column.dropna().astype("str").str.split().explode().isin(ids).any())


def test_a_kind_has_to_say_everything_about_itself() -> None:
    assert [each.name for each in fields(Kind) if each.default is not MISSING] == []
    assert [each.name for each in fields(Kind) if each.default_factory is not MISSING] == []


def test_every_kind_is_registered_under_the_name_of_its_file() -> None:
    modules = {
        each.name.rpartition(".")[2]: importlib.import_module(each.name)
        for each in pkgutil.walk_packages(findings.__path__, f"{findings.__name__}.")
    }
    kinds = {name: module.KIND for name, module in modules.items() if hasattr(module, "KIND")}
    assert kinds == {kind.name: kind for kind in KINDS}
    assert len(KINDS) == len(kinds)


@each_kind
def test_every_column_of_people_is_declared(kind: Kind, behind: Rows, ids: Ids) -> None:
    _, rows = behind(kind)
    people = [column for column in rows if holds(rows[column], ids["responder"])]
    assert people == [
        column for column in rows if column in kind.columns_of("responder", "several responders")
    ]


@each_kind
def test_every_other_column_of_ids_is_declared_unless_it_is_the_subject(
    kind: Kind, behind: Rows, ids: Ids
) -> None:
    found, rows = behind(kind)
    others = [column for column in rows if not rows[column].eq(found.subject_id).all()]
    for noun in ("service", "escalation_policy", "schedule"):
        held = {column for column in others if holds(rows[column], ids[noun])}
        assert held <= set(kind.columns_of(noun)), noun


@each_kind
def test_a_declared_column_is_there_and_holds_nothing_but_such_ids(
    kind: Kind, behind: Rows, ids: Ids
) -> None:
    _, rows = behind(kind)
    for column, noun in kind.ids.items():
        held = rows[column].dropna().astype("str")
        each = held.str.split().explode() if noun == "several responders" else held
        assert set(each) <= ids[noun], column
    assert set(kind.ids.values()) <= set(get_args(Noun))


@each_kind
def test_the_rows_have_what_the_figures_of_the_kind_need(kind: Kind, behind: Rows) -> None:
    found, rows = behind(kind)
    for figure in kind.figures:
        match figure:
            case Waits():
                assert rows[figure.flag].dtype == bool
                assert "incident_id" in rows
            case Course():
                assert pd.Timestamp(str(found.detail)).day_name() == "Monday"
                assert "incident_id" in rows
            case Timeline():
                assert rows["start"].lt(rows["end"]).all()
            case Members():
                assert len(kind.columns_of("responder")) == 1
                assert pd.api.types.is_numeric_dtype(rows[figure.column])
                if figure.expected is not None:
                    assert pd.Series(figure.expected(rows)).notna().any()
            case _:
                assert "incident_id" in rows


@each_kind
def test_a_kind_says_what_it_sets_beside_what(kind: Kind) -> None:
    assert kind.comparison.measured
    assert kind.comparison.elsewhere


@each_kind
def test_every_kind_has_cases_to_compare_before_and_after(
    kind: Kind, behind: Rows, world: Account
) -> None:
    found, _ = behind(kind)
    date = pd.Timestamp(END) - pd.Timedelta(days=42)
    measured = kind.measure.cases(world, found, date)
    assert len(measured.own)
    assert [*measured.own.columns[:3]] == ["at", "value", "storm"]
    assert measured.own["at"].lt(measured.until).all()
    assert measured.others["at"].lt(measured.until).all()
    assert found.subject_id not in set(measured.others["place"])
    if kind.measure.unit == "share":
        assert measured.own["value"].between(0, 1).all()
    assert kind.measure.words[0].islower()
