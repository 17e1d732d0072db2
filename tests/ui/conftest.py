"""What tests of pages share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from corvana.config import load_settings
from corvana.store import engagements
from tests.builders.data_folder import forget, read_from
from tests.builders.databases import open_new

ROUTER = Path(__file__).resolve().parents[2] / "corvana" / "ui" / "router.py"


@pytest.fixture
def router(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    """The pages over an empty database, as after the first start."""
    read_from(tmp_path / "data", tmp_path, monkeypatch)
    engagements.ensure_first(open_new(load_settings().database_url), datetime.now(UTC))
    yield AppTest.from_file(ROUTER, default_timeout=20)
    forget()
