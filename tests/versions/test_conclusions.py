"""Conclusions are made from less than an account holds, and are the same."""

import ast
import subprocess
import sys
from pathlib import Path

import pandas as pd

import corvana
from corvana.frames import INCIDENTS
from corvana.versions.account_frames import account_of
from corvana.versions.conclusions import CONCLUSIONS, UNREAD, conclude
from tests.conftest import Connected

_IMPORTED = """
import sys
import corvana.versions.conclusions
for module in list(sys.modules.values()):
    if module.__name__.startswith("corvana.analysis."):
        print(module.__file__)
"""


def test_conclusions_are_those_of_the_whole_account(collected: Connected) -> None:
    data = collected.data()
    account = account_of(data)
    folder = collected.settings.versions_dir
    concluded = conclude(folder, collected.connection.id, data.version)
    assert set(concluded) == set(CONCLUSIONS)
    for name, make in CONCLUSIONS.items():
        assert len(concluded[name])
        pd.testing.assert_frame_equal(concluded[name], make(account), check_exact=True)


def test_no_code_of_a_conclusion_names_a_column_that_is_left_out() -> None:
    command = [sys.executable, "-c", _IMPORTED]
    root = Path(corvana.__file__).parents[1]
    printed = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
    modules = [Path(line) for line in printed.split()]
    assert root / "corvana" / "analysis" / "findings" / "slow_ack.py" in modules
    named = {module: texts(module) & set(UNREAD) for module in modules}
    assert {module: names for module, names in named.items() if names} == {}


def test_what_is_left_out_are_columns_of_incidents() -> None:
    assert set(UNREAD) < set(INCIDENTS)


def texts(module: Path) -> set[str]:
    """The texts in the code, without docstrings and with the fixed parts of f-strings."""
    tree = ast.parse(module.read_text())
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
    }
