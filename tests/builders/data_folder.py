"""Pages that read a data directory filled by a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from benchmarks.stored_account import database_of
from corvana.questions import opened
from corvana.questions.view import View
from corvana.store import connections
from corvana.store.engine import open_database
from corvana.store.models import Connection
from corvana.ui.data import shown_view
from corvana.web import sign_in


def forget() -> None:
    """Clear this process's caches of settings, databases and sign-in."""
    opened.forget()
    st.cache_data.clear()
    st.cache_resource.clear()
    open_database.cache_clear()
    sign_in.auth_section.cache_clear()


def read_from(folder: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make pages read the data in the folder, in any working directory."""
    monkeypatch.chdir(elsewhere)
    for name in ("PAGERDUTY_CLIENT_ID", "CORVANA_DATABASE_URL", "CORVANA_SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CORVANA_DATA_DIR", str(folder))
    forget()


def connection_of(folder: Path, engagement: str) -> Connection:
    """Return the engagement's connection."""
    connection = connections.of_engagement(database_of(folder), engagement)
    assert connection is not None
    return connection


@pytest.fixture
def view(
    stored: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[View]:
    """The newest data of the account that a module's `stored` names by folder and engagement."""
    folder, engagement = stored
    read_from(folder, tmp_path, monkeypatch)
    yield shown_view(connection_of(folder, engagement))
    forget()
