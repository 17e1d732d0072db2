"""What is loaded before the first page."""

import subprocess
import sys

from corvana.ui.loading import PAGES, imported

SOURCE = """
import json
import streamlit as st
from corvana.analysis import wording
from corvana.analysis.answers import findings as words
from corvana.ui.access import require_access
"""


def test_modules_are_found_however_they_are_imported():
    assert list(imported(SOURCE)) == [
        "json",
        "streamlit",
        "corvana.analysis",
        "corvana.analysis.wording",
        "corvana.analysis.answers",
        "corvana.analysis.answers.findings",
        "corvana.ui.access",
    ]


def test_afterwards_no_page_has_anything_of_ours_to_load():
    named = {name for page in PAGES.glob("*.py") for name in imported(page.read_text())}
    script = (
        "import sys; from corvana.ui.loading import load; load(); "
        f"print(sorted(set({sorted(named)!r}) - set(sys.modules)))"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, cwd=PAGES.parent
    )
    assert told.stdout.strip() == b"[]"
