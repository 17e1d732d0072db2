"""What a page still has in hand is nobody's any more once its account was disconnected."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st

from corvana.store import connections, purge
from corvana.store.vault import Vault
from corvana.tokens import Tokens
from corvana.ui import open_page
from corvana.ui.access import Access
from corvana.ui.data import shown_view
from corvana.ui.process import engine
from tests.builders.data_folder import forget


def connect(data: Path, account: str) -> str:
    now = datetime.now(UTC)
    return connections.connect(
        engine(),
        Vault.open(None, data),
        engagement_id="first",
        account=connections.PagerDutyAccount(account, account, "us", "https://localhost", "owner"),
        tokens=Tokens("none", "none", now + timedelta(days=1)),
        now=now,
    )


@pytest.mark.usefixtures("router")
def test_it_is_there_deleted_and_not_back_with_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = connect(tmp_path / "data", "POLD")
    access = Access("first", "assessor")
    monkeypatch.setattr(st, "session_state", {open_page._LOOKED_AT: (access, first)})
    assert not open_page.is_deleted()

    receipt = purge.begin(engine(), first, datetime.now(UTC))
    assert open_page.is_deleted(), "from the moment the deletion begins"
    purge.finish(engine(), first, receipt, snapshot_files=0, now=datetime.now(UTC))
    assert open_page.is_deleted()

    second = connect(tmp_path / "data", "PNEW")
    assert second != first
    assert open_page.is_deleted()
    forget()


@pytest.mark.usefixtures("router")
def test_a_part_that_runs_by_itself_has_the_page_drawn_anew_once_its_data_is_not_the_newest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = connect(tmp_path / "data", "POLD")
    shown = shown_view(connections.get(engine(), first))
    redrawn: list[bool] = []
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "rerun", lambda: redrawn.append(True))

    open_page.looks_at(Access("first", "assessor"), shown)
    open_page.redraw_when_replaced(shown)
    assert not redrawn

    open_page.redraw_when_replaced(replace(shown, version=shown.version - 1))
    assert len(redrawn) == 1, "a newer version is there"

    purge.begin(engine(), first, datetime.now(UTC))
    open_page.redraw_when_replaced(shown)
    assert len(redrawn) == 2, "deleted"
    forget()
