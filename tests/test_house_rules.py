"""Rules of the house that no linter knows."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

from corvana.analysis.findings.registry import KINDS
from tests.conftest import STARTED_FIRST

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_short_and_neither_defines_calculates_nor_draws(page):
    source = page.read_text()
    statements = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    assert len(statements) <= 70
    lines = source.splitlines()
    banned = re.compile(r"^\s*(def|class) |groupby\(|\bgo\.|\bpx\.")
    assert [line for line in lines if banned.search(line)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_asks_for_access_before_anything_else_of_ours(page):
    statements = ast.parse(page.read_text()).body
    acting = (s for s in statements if any(isinstance(n, ast.Call) for n in ast.walk(s)))
    asked = {"access = require_access()", "require_administrator()"}
    assert ast.unparse(next(acting)) in asked


def test_no_file_is_a_drawer_for_everything():
    names = {path.stem for path in (ROOT / "corvana").rglob("*.py")}
    assert names.isdisjoint({"utils", "util", "helpers", "common", "misc"})


def test_files_that_are_started_first_exist():
    assert set(STARTED_FIRST) <= {path.stem for path in (ROOT / "tests").rglob("test_*.py")}


def imports(path):
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]


def test_no_test_imports_another_test_and_no_benchmark_imports_tests():
    for path in (ROOT / "tests").rglob("*.py"):
        assert [name for name in imports(path) if re.search(r"\btest_\w+$", name)] == [], path
    for path in (ROOT / "benchmarks").glob("*.py"):
        assert [name for name in imports(path) if name.startswith("tests")] == [], path


def test_no_folder_is_crowded_and_no_file_is_long():
    files = [*(ROOT / "corvana").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    folders = Counter(path.parent for path in files)
    assert [folder for folder, n in folders.items() if n > 25] == []
    lines = {path: len(path.read_text().splitlines()) for path in files}
    assert [path for path, n in lines.items() if n > 300] == []


def test_a_kind_of_finding_is_named_in_its_own_file_only():
    """The simulated account is a separate program, which says itself what it planted."""
    names = {kind.name for kind in KINDS}
    simulated, kinds = ROOT / "corvana" / "sandbox", ROOT / "corvana" / "analysis" / "findings"
    named = []
    for path in [*(ROOT / "corvana").rglob("*.py"), *PAGES, ROOT / "app.py"]:
        if path.is_relative_to(simulated):
            continue
        own = path.stem if path.is_relative_to(kinds) else ""
        nodes = ast.walk(ast.parse(path.read_text()))
        texts = [one.value for one in nodes if isinstance(one, ast.Constant)]
        named += [(path.name, one) for one in texts if one in names - {own}]
    assert named == []


def test_every_pinned_requirement_has_hashes_and_no_index_address():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text()
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text)
        pinned = re.findall(r"^[a-z0-9_.\-\[\]]+==", text, flags=re.M | re.I)
        assert len(pinned) == len(re.findall(r"==[^\n]+\\\n\s+--hash=sha256:", text))
