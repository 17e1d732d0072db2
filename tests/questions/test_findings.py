"""The rows and figures of findings hold names, and no responder's code where a name belongs."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from benchmarks.simulated_account import account
from benchmarks.stored_account import store_engagement
from corvana.analysis.findings.registry import kind_of
from corvana.questions import findings
from corvana.questions.labels import subjects
from corvana.questions.rests_on import Members, Timeline, rests_on
from corvana.questions.view import View
from corvana.sandbox.play.build import build_world

END = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("findings")
    world = build_world(seed=3, end=END, days=84, incidents=1_500, planted=True)
    return folder, store_engagement(folder, "Acme", account(world))


def test_the_rows_behind_every_finding_have_names_for_ids(view: View) -> None:
    names = subjects(view)
    named = []
    for finding in findings.listed(view):
        kind = kind_of(finding.kind)
        rows = findings.every_row(view, finding)
        for column, noun in kind.ids.items():
            if noun != "several responders":
                assert set(rows[column].dropna()) <= set(names.values()), (finding.kind, column)
                named.append(noun)
    assert {"responder", "escalation_policy", "service"} <= set(named)


def test_no_figure_of_a_finding_holds_a_responders_code(view: View) -> None:
    codes = set(view.frame("responders")["responder"])
    held: dict[type, pd.DataFrame] = {}
    for finding in findings.listed(view):
        for shown in rests_on(view, finding, "Europe/Berlin")[1:]:
            match shown:
                case Timeline():
                    held[Timeline] = shown.spans
                case Members():
                    held[Members] = shown.members
                case _:
                    continue
            table = held[type(shown)].astype("str")
            assert not table.isin(codes).to_numpy().any(), finding.kind
    assert set(held) == {Timeline, Members}
