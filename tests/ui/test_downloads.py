"""Every file of an account asks whether the account was deleted meanwhile."""

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from corvana.ui import downloads, open_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is made when a reader presses the button."""
    made: list[Any] = []
    monkeypatch.setattr(st, "download_button", lambda _, make, **__: made.append(make))
    return made


def test_a_file_is_made_when_it_is_asked_for(
    offered: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_page, "is_deleted", lambda: False)
    downloads.of_account("Download", lambda: b"rows", file_name="rows.csv")
    assert offered[0]() == b"rows"


def test_a_file_of_a_deleted_account_is_not_made(
    offered: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_page, "is_deleted", lambda: True)
    downloads.of_account("Download", lambda: pytest.fail("it was made"), file_name="rows.csv")
    assert offered[0]() == b""


def test_a_file_is_not_handed_out_when_the_account_is_deleted_while_it_is_made(
    offered: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted = iter([False, True])
    monkeypatch.setattr(open_page, "is_deleted", lambda: next(deleted))
    downloads.of_account("Download", lambda: b"rows", file_name="rows.csv")
    assert offered[0]() == b""


def test_nothing_else_offers_a_file() -> None:
    sources = [*(ROOT / "corvana").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    offering = [p.name for p in sources if re.search(r"\bdownload_button\(", p.read_text())]
    assert offering == ["downloads.py"]
