"""Where the database is not SQLite, what is written is sealed: it needs a folder of keys."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from corvana.store.keys import in_use
from corvana.store.keys.ring import GivenKeys
from corvana.store.vault import Vault


@pytest.fixture
def database_url(database_url: str, tmp_path: Path) -> str:
    """A database whose keys are in a folder of this test."""
    in_use.use(database_url, Vault(GivenKeys(Fernet.generate_key()), tmp_path / "keys").keys)
    return database_url
