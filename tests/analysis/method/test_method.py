"""The method says what the code does."""

import importlib
import pkgutil

from corvana import frames
from corvana.analysis import findings, method, scorecard
from corvana.analysis.findings.registry import KINDS
from corvana.analysis.method import columns, differences


def test_every_column_of_the_lifecycle_is_defined_in_its_order():
    assert list(columns.INCIDENTS) == list(frames.INCIDENTS)


def test_every_section_says_something():
    for chapter in method.chapters(KINDS):
        for section in chapter.sections:
            assert len(section.text) > 80, f"{chapter.title}: {section.title}"


def test_every_kind_of_finding_is_registered_and_explained_in_its_own_words():
    found = pkgutil.walk_packages(findings.__path__, f"{findings.__name__}.")
    modules = {each.name.rpartition(".")[2]: importlib.import_module(each.name) for each in found}
    assert {kind.name for kind in KINDS} == {
        module.KIND.name for module in modules.values() if hasattr(module, "KIND")
    }
    text = method.markdown(KINDS)
    for kind in KINDS:
        module = modules[kind.name]
        assert module.__doc__
        assert module.__doc__.strip().splitlines()[0] in text
        assert kind.floor in text
        assert kind.setting in text


def test_the_document_has_one_table_row_per_column_and_difference():
    rows = [line for line in method.markdown(KINDS).splitlines() if line.startswith("| ")]
    checks = sum(len(own) for own in scorecard.DIMENSIONS.values())
    assert (
        len(rows)
        == len(columns.INCIDENTS) + len(columns.TARGETS) + len(differences.DIFFERENCES) + checks + 6
    )


def test_every_check_has_its_thresholds_and_their_source():
    text = method.markdown(KINDS)
    for dimension, own in scorecard.DIMENSIONS.items():
        for check in own:
            assert f"| {dimension}: {check.name} | {check.measures} |" in text
            assert f"| {check.source} |" in text
