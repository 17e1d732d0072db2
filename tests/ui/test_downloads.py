"""A page offers a file as a link to our own route, and only to readers who may take it."""

import re
import tomllib
from html import unescape
from pathlib import Path
from typing import Any, cast

import pytest
import streamlit as st

from corvana.questions.file import Asked
from corvana.questions.view import View
from corvana.store.people.members import Role
from corvana.ui import downloads, open_page
from corvana.ui.access import Access
from corvana.web import files
from tests.builders.evidence.version import version

ROOT = Path(__file__).resolve().parents[2]
WORD_MARK = ROOT / "corvana/ui/word_mark.py"
SOURCES = [*(ROOT / "corvana").rglob("*.py"), *(ROOT / "pages").glob("*.py")]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The HTML that is drawn."""
    bodies: list[str] = []
    monkeypatch.setattr(st, "html", lambda body, **_: bodies.append(body))
    return bodies


def report() -> Asked[Any]:
    return files.REPORT.of(View.of_version(version()))


def evidence() -> Asked[Any]:
    return files.EVIDENCE.of(View.of_version(version()))


def test_the_address_names_engagement_connection_and_data_version(drawn: list[str]) -> None:
    asked = evidence()
    downloads.of_account("Download", asked, Access("acme", "assessor"))
    [address] = re.findall("href='([^']+)'", drawn[0])
    assert unescape(address) == (
        f"/files/acme/corvana-evidence.zip?connection={asked.view.connection_id}"
        f"&version={asked.view.version}"
    )


def test_a_label_is_text_and_the_keyboard_shows_where_it_is(drawn: list[str]) -> None:
    downloads.link("<b>All</b>", "/files/method.md")
    assert "&lt;b&gt;All&lt;/b&gt;" in drawn[0]
    assert ".corvana-download:focus-visible{outline:3px" in drawn[0]


@pytest.mark.parametrize(
    ("role", "allowed", "offered"),
    [
        ("assessor", False, [files.REPORT.name, files.EVIDENCE.name]),
        ("viewer", False, []),
        ("viewer", True, [files.REPORT.name]),
    ],
)
def test_only_who_may_take_a_file_sees_its_link(
    drawn: list[str], role: str, allowed: bool, offered: list[str]
) -> None:
    access = Access("acme", cast("Role", role), viewers_take_report=allowed)
    for asked in (report(), evidence()):
        downloads.of_account("Download", asked, access)
    assert re.findall(r"/files/acme/([^?]+)\?", "".join(drawn)) == offered


@pytest.mark.parametrize(("role", "links"), [("assessor", 1), ("viewer", 0)])
def test_the_table_of_a_chart_and_the_rest_of_its_rows_are_an_assessors(
    drawn: list[str], monkeypatch: pytest.MonkeyPatch, role: str, links: int
) -> None:
    access = Access("acme", cast("Role", role))
    monkeypatch.setattr(open_page, "access", lambda: access)
    downloads.csv(evidence())
    assert len(drawn) == links
    assert downloads.rest_in_file() == ("; the file holds all" if links else "")


def test_no_page_leaves_a_file_with_streamlit_which_hands_it_to_everybody() -> None:
    """Its route `/media` asks nobody who they are, so it is closed.

    The word mark is an SVG, which Streamlit puts into the page itself (tests/ui/test_word_mark.py).
    """
    leaving = re.compile(r"\bst\.(download_button|image|audio|video|logo|pdf|iframe)\(")
    assert [path.name for path in SOURCES if leaving.search(path.read_text())] == ["word_mark.py"]
    assert WORD_MARK.read_text().count("st.logo(") == 1
    assert {path.suffix for path in (WORD_MARK.parent / "brand").iterdir()} == {".svg"}


def test_no_table_has_a_menu_that_saves_it() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["client"]["disableDataExport"] is True
