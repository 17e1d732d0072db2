"""What a page still has in hand is nobody's any more once its account was disconnected."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st

from corvana.store import connections, purge
from corvana.store.vault import Tokens, Vault
from corvana.ui import components
from corvana.ui.access import Access
from corvana.ui.data import engine
from tests.ui.test_pages import forget, router  # noqa: F401 - a fixture


def connect(data: Path, account: str) -> str:
    now = datetime.now(UTC)
    return connections.connect(
        engine(),
        Vault.open(None, data),
        engagement_id="first",
        account=connections.Account(account, account, "us", "https://localhost", "owner"),
        tokens=Tokens("none", "none", now + timedelta(days=1)),
        now=now,
    )


@pytest.mark.usefixtures("router")
def test_it_is_there_deleted_and_not_back_with_another_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = connect(tmp_path / "data", "POLD")
    access = Access("first", "assessor")
    monkeypatch.setattr(st, "session_state", {components._LOOKED_AT: (access, first)})
    assert not components._is_deleted()

    receipt = purge.begin(engine(), first, datetime.now(UTC))
    assert components._is_deleted(), "from the moment the deletion begins"
    purge.finish(engine(), first, receipt, snapshot_files=0, now=datetime.now(UTC))
    assert components._is_deleted()

    second = connect(tmp_path / "data", "PNEW")
    assert second != first
    assert components._is_deleted()
    forget()
